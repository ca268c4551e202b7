"""The docs tell what there is: functions are listed by the program, commands and links exist."""

import re
import shlex
from pathlib import Path

import pytest

from excel_addin.handbook import pages
from formulas.functions import FUNCTIONS
from tests.test_readme import check_call

DOCS = Path(__file__).parent.parent / "docs"
NAMES = ("excel.md", "excel.ru.md", "excel-checklist.md", "notebooks.md", "notebooks.ru.md")
BLOCK = re.compile(r"^ *```sh\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
CODE = re.compile(r"`(smarketing [^`]+)`")


def text(name):
    return (DOCS / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", pages())
def test_the_functions_are_listed_as_they_are(name):
    """`make docs` writes the page."""
    assert text(name) == pages()[name]
    assert all(f"\n## {function.name}\n" in text(name) for function in FUNCTIONS.values())


@pytest.mark.parametrize("name", NAMES)
def test_commands_exist_with_their_options(name):
    lines = [line.strip() for body in BLOCK.findall(text(name)) for line in body.splitlines()]
    called = [*lines, *CODE.findall(text(name))]
    assert called
    for line in called:
        if not line.startswith("uv "):
            check_call(shlex.split(line)[1:])


@pytest.mark.parametrize("name", [*NAMES, *pages()])
def test_links_are_there(name):
    links = re.findall(r"\]\(([^)#]+)\)", text(name))
    assert all((DOCS / link).exists() for link in links if "://" not in link)


def test_both_languages_tell_the_same():
    first, second = text(NAMES[0]), text(NAMES[1])
    assert BLOCK.findall(first) == BLOCK.findall(second)
    assert first.count("\n## ") == second.count("\n## ")
    assert first.count("\n| ") == second.count("\n| ")
