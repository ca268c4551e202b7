"""What SECURITY.md says is tested; the bill of materials names what is installed."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
TOLD = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
TESTS = re.findall(r"`(tests/[\w/.]+\.py)(?:::(\w+))?`", TOLD)


@pytest.mark.parametrize(("path", "name"), TESTS)
def test_every_test_that_is_named_is_there(path, name):
    text = (ROOT / path).read_text(encoding="utf-8")
    assert f"def {name or 'test_'}" in text


def test_every_threat_has_a_test():
    threats = TOLD.partition("## Threats")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| (.*) \|$", threats, re.MULTILINE)[1:]
    assert len(rows) >= 15
    assert [row for row in rows if "`tests/" not in row] == []


def test_the_bill_of_materials_names_what_is_locked(tmp_path):
    path = tmp_path / "sbom.json"
    subprocess.run([shutil.which("make"), "-s", "sbom", f"SBOM={path}"], cwd=ROOT, check=True)
    bill = json.loads(path.read_text(encoding="utf-8"))
    assert (bill["bomFormat"], bill["specVersion"]) == ("CycloneDX", "1.5")
    assert all(each["purl"].startswith("pkg:pypi/") for each in bill["components"])
    named = {each["name"]: each["version"] for each in bill["components"]}
    assert {"duckdb", "gspread", "google-auth", "fastapi", "sqlalchemy"} <= set(named)
    locked = (ROOT / "uv.lock").read_text(encoding="utf-8")
    for name, version in named.items():
        assert f'name = "{name}"\nversion = "{version}"' in locked
