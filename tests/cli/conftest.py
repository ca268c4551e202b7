"""Workspaces that the tests of the command line share; who changes one, copies it."""

import shutil
from datetime import date
from functools import cache

import pytest
from openpyxl import load_workbook

from templates.words import LANGUAGES
from tests.cli.calls import DAY, done
from tests.cli.company import write_deals, write_leads


@pytest.fixture(params=LANGUAGES)
def language(request):
    return request.param


@pytest.fixture(scope="session")
def demos(tmp_path_factory):
    """The demo's folder and what the demo printed, by language; each is made when first wanted."""

    @cache
    def made(language):
        folder = tmp_path_factory.mktemp(f"demo-{language}") / "demo"
        return folder, done("demo", folder, "--as-of", DAY, "--lang", language)

    return made


@pytest.fixture
def demo(demos, language):
    """The demo in a language; to read only."""
    return demos(language)


@pytest.fixture(scope="session")
def example(tmp_path_factory):
    """The customer's example, synced, its plan typed by hand, synced again; to read only."""
    folder = tmp_path_factory.mktemp("example")
    leads, deals = write_leads(folder), write_deals(folder)
    done("init", folder, "--leads", leads, "--deals", deals, "--name", "Roofs")
    done("sync", folder, "--as-of", DAY)
    type_plan(folder, "qualified", 100)
    done("sync", folder, "--as-of", DAY)
    return folder


@pytest.fixture
def company(example, tmp_path):
    """A copy of the example."""
    folder = tmp_path / "company"
    shutil.copytree(example, folder)
    return folder


def type_plan(folder, metric, value, *, row=5):
    """Type a plan of November as a person would, in the words of the tab's list."""
    path = folder / "smarketing.xlsx"
    book = load_workbook(path)
    tab = book["Plan"]
    for column, cell in zip("BCDF", (date(2026, 11, 1), metric, "company", value), strict=True):
        tab[f"{column}{row}"] = cell
    book.save(path)
