# Everything sets itself up: Python 3.11+ and make are all it takes.
.PHONY: demo test lint golden docs site bench pictures sbom audit oracles clean
.DEFAULT_GOAL := demo

UV := $(or $(shell command -v uv 2>/dev/null),.uv/bin/uv)
BIN := .venv/bin
SBOM := sbom.json

.uv/bin/uv:
	@echo "Setting up uv in .uv/ ..."
	@python3 -m venv .uv || { echo "python3 with venv is needed (Debian, Ubuntu: apt install python3-venv)"; exit 1; }
	@.uv/bin/pip install --quiet --disable-pip-version-check uv

.venv/.run: uv.lock pyproject.toml | $(UV)
	@echo "Installing smarketing into .venv/ ..."
	@$(UV) sync --frozen --inexact --quiet --compile-bytecode
	@$(BIN)/python -m compileall -q formulas templates sheets_sync excel_addin
	@touch $@

.venv/.dev: uv.lock pyproject.toml | $(UV)
	@echo "Installing smarketing and its tools into .venv/ ..."
	@$(UV) sync --frozen --inexact --quiet --compile-bytecode --all-extras --group dev --group bench
	@$(BIN)/python -m compileall -q formulas templates sheets_sync excel_addin
	@touch $@ .venv/.run

demo: .venv/.run  ## a workspace with sample data, synced, in smarketing-demo/
	@$(BIN)/smarketing demo smarketing-demo

test: .venv/.dev oracles  ## every test; installs what the tests need
	@$(BIN)/python -m pytest -q -n 2 --dist loadfile

lint: .venv/.dev  ## style, types, layers
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

golden: .venv/.dev  ## rewrite the golden files; look at the difference before you commit it
	@$(BIN)/python -m pytest -q --snapshot-update

docs: .venv/.run  ## rewrite the pages that list the functions and the metrics
	@$(BIN)/python -m excel_addin.handbook docs
	@$(BIN)/python -m sheets_sync.handbook docs

site: docs .venv/.dev  ## the documentation as a site, in site/
	@$(BIN)/mkdocs build --strict --quiet
	@echo "site/index.html"

bench: .venv/.dev oracles  ## speed, as ratios measured in one run; benchmarks/RESULTS.md
	@$(BIN)/python benchmarks/results.py

pictures: .venv/.dev oracles  ## every tab of the demo as a picture in pictures/, to be looked at
	@for lang in ru en; do \
		$(BIN)/smarketing demo pictures/$$lang/demo --lang $$lang > pictures.log || { cat pictures.log; exit 1; }; \
		$(BIN)/python -m tests.render pictures/$$lang/demo/smarketing.xlsx pictures/$$lang --locale $$lang; \
	done; rm pictures.log

sbom: | $(UV)  ## a software bill of materials (CycloneDX) of what is installed at most
	@$(UV) export --frozen --quiet --all-extras --no-default-groups --format cyclonedx1.5 > $(SBOM)

audit: .venv/.dev  ## known vulnerabilities of the packages that are installed at most
	@$(UV) export --frozen --quiet --all-extras --no-default-groups --no-emit-project > .audit.txt
	@$(BIN)/pip-audit --requirement .audit.txt --require-hashes --disable-pip; code=$$?; rm .audit.txt; exit $$code

oracles:
	@sh tests/install_oracles.sh

clean:
	@rm -rf .venv .uv smarketing-demo
