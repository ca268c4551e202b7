"""The container's files: linted, complete, and their commands exist."""

import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

from tests.test_readme import check_call

ROOT = Path(__file__).parent.parent
TOOLS = Path(sys.executable).parent
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
COMPOSE = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    "call",
    [
        ("hadolint", "Dockerfile"),
        ("check-jsonschema", "--builtin-schema", "vendor.compose-spec", "compose.yaml"),
    ],
)
def test_linters_find_nothing(call):
    program, *words = call
    found = subprocess.run(
        [TOOLS / program, *words], cwd=ROOT, check=False, capture_output=True, text=True
    )
    assert found.returncode == 0, found.stdout + found.stderr


def test_what_the_wheel_is_made_of_is_copied():
    copied = set()
    for line in re.findall(r"^COPY (?!--)(.*)$", DOCKERFILE, re.MULTILINE):
        copied.update(line.split()[:-1])
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    packages = project["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
    needed = {*packages, project["project"]["readme"], *project["project"]["license-files"]}
    assert copied == needed | {"pyproject.toml", "uv.lock"}
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert {line[1:] for line in ignored if line.startswith("!")} == copied


def test_commands_exist():
    command = re.search(r"^CMD \[(.*)\]$", DOCKERFILE, re.MULTILINE)[1]
    check_call([word.strip('" ') for word in command.split(",")])
    for service in COMPOSE["services"].values():
        told = service["command"]
        check_call(told if isinstance(told, list) else shlex.split(told))


def test_services_are_held_short():
    for service in COMPOSE["services"].values():
        assert service["read_only"]
        assert service["cap_drop"] == ["ALL"]
        assert service["security_opt"] == ["no-new-privileges:true"]
    assert re.search(r"^USER \d+$", DOCKERFILE, re.MULTILINE)
