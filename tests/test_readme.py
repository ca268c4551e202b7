"""What the READMEs say can be done: their Python runs, their commands and options exist."""

import doctest
import re
from pathlib import Path

import pytest

from sheets_sync.cli import COMMANDS, smarketing
from templates.words import load

ROOT = Path(__file__).parents[1]
READMES = [ROOT / "README.md", ROOT / "README.ru.md"]


def blocks(path, *languages):
    text = path.read_text(encoding="utf-8")
    found = re.findall(r"```(\w+)\n(.*?)```", text, re.DOTALL)
    return [code for language, code in found if language in languages]


def test_python_runs():
    failed, tried = doctest.testfile(str(READMES[0]), module_relative=False)
    assert tried >= 4
    assert failed == 0


@pytest.mark.parametrize("path", READMES, ids=lambda path: path.name)
def test_commands_exist(path):
    lines = [
        line
        for code in blocks(path, "sh", "console", "powershell")
        for line in code.splitlines()
        if "smarketing" in line.split("#")[0] and "make" not in line
    ]
    assert len(lines) >= 4
    for line in lines:
        words = line.split("#")[0].replace("$", "").split()
        call = words[next(i for i, word in enumerate(words) if word.endswith("smarketing")) + 1 :]
        name = next(word for word in call if word in COMMANDS)
        context = smarketing.make_context("smarketing", [name], obj=load("en"))
        command = smarketing.get_command(context, name)
        known = {option for each in command.params for option in each.opts} | {"--lang"}
        assert {word for word in call if word.startswith("--")} <= known


@pytest.mark.parametrize("path", READMES, ids=lambda path: path.name)
def test_targets_of_make_and_pictures_exist(path):
    text = path.read_text(encoding="utf-8")
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in re.findall(r"^make (\w+)", text, re.MULTILINE):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE)
    for picture in re.findall(r"!\[.*?\]\((.*?)\)", text):
        assert (ROOT / picture).stat().st_size > 10_000


@pytest.mark.parametrize("path", READMES, ids=lambda path: path.name)
def test_every_command_is_told(path):
    text = path.read_text(encoding="utf-8")
    assert [name for name in COMMANDS if f"`smarketing {name}" not in text] == []
