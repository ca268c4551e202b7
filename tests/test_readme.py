"""What the READMEs show can be run: python blocks as doctests, commands with their options."""

import doctest
import re
import shlex
from pathlib import Path

import click
import pytest

from sheets_sync.cli import COMMANDS, imported
from sheets_sync.metrics.catalogue import METRICS

ROOT = Path(__file__).parent.parent
READMES = ("README.md", "README.ru.md")
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
PROGRAM = re.compile(r"(?:\S*/)?smarketing(?:\.exe)?")
SHELLS = {"sh", "console", "powershell"}


def text(name):
    return (ROOT / name).read_text(encoding="utf-8")


def blocks(name, *languages):
    return [body for language, body in BLOCK.findall(text(name)) if language in languages]


def lines(name):
    for body in blocks(name, *SHELLS):
        for line in body.splitlines():
            if command := line.removeprefix("$ ").partition(" #")[0].strip():
                yield command


def inline(name):
    """Yield the commands that stand in the text: `smarketing sync [DIR ...]`."""
    prose = BLOCK.sub("", text(name))
    yield from (
        code for code in re.findall(r"`([^`\n]+)`", prose) if code.startswith("smarketing ")
    )


@pytest.mark.parametrize("name", READMES)
def test_every_block_says_what_it_is(name):
    known = {*SHELLS, "python"}
    assert {language for language, _ in BLOCK.findall(text(name))} <= known


def test_python_blocks_are_true():
    ran = 0
    for name in READMES:
        for body in blocks(name, "python"):
            test = doctest.DocTestParser().get_doctest(body, {}, name, name, 0)
            found = doctest.DocTestRunner().run(test)
            assert (found.failed, found.attempted > 0) == (0, True)
            ran += found.attempted
    assert ran >= 3


def make_targets():
    return set(
        re.findall(r"^([\w.-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    )


def check_call(words):
    """Assert that a call of smarketing would be understood."""
    command = None
    place = 0
    while place < len(words):
        word = words[place]
        place += 1
        if word == "--lang":
            assert words[place] in {"ru", "en"}
            place += 1
        elif command is None:
            assert word in COMMANDS, words
            command = imported(word)
        elif word.startswith("-"):
            assert option(command, word), f"{command.name} has no {word}"
            place += not option(command, word).is_flag
        else:
            assert any(isinstance(each, click.Argument) for each in command.params), words
    if command and command.name == "explain" and words[-1].isidentifier() and words[-1].islower():
        assert words[-1] in METRICS


def option(command, name):
    options = [each for each in command.params if isinstance(each, click.Option)]
    return next((each for each in options if name in each.opts), None)


@pytest.mark.parametrize("name", READMES)
def test_commands_exist_with_their_options(name):
    called = [shlex.split(line) for line in lines(name)]
    assert len(called) >= 8
    for words in called:
        if words[:2] == ["uv", "run"]:
            words = words[2:]  # noqa: PLW2901  (what uv runs)
        if words[0] == "make":
            assert set(words[1:]) <= make_targets()
        elif PROGRAM.fullmatch(words[0]):
            check_call(words[1:])
        else:
            assert words[0] in {"uv", "pytest"}, words
    for code in inline(name):
        check_call([word for word in code.split()[1:] if not word.startswith("[")])


@pytest.mark.parametrize("name", READMES)
def test_every_command_and_its_named_options_are_in_the_table(name):
    rows = re.findall(r"^\| `smarketing (\w+)[^|]*\| (.*) \|$", text(name), re.MULTILINE)
    assert [command for command, _ in rows] == list(COMMANDS)
    for command, told in rows:
        made = imported(command)
        for named in re.findall(r"`(--[\w-]+)", told):
            assert option(made, named), f"{command} has no {named}"


@pytest.mark.parametrize("name", READMES)
def test_links_and_pictures_are_there(name):
    targets = re.findall(r"\]\(([^)#]+)\)", BLOCK.sub("", text(name)))
    local = [target for target in targets if "://" not in target]
    assert len(local) >= 4
    assert [target for target in local if not (ROOT / target).exists()] == []


def test_both_languages_tell_the_same():
    first, second = ([line.split()[0] for line in lines(name)] for name in READMES)
    assert first == second
    for name in READMES:
        assert "130" in text(name)
        assert re.search(r"69[.,]2 %", text(name))
    assert text(READMES[0]).count("\n## ") == text(READMES[1]).count("\n## ")
    assert text(READMES[0]).count("\n| ") == text(READMES[1]).count("\n| ")
