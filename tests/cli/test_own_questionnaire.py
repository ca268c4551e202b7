"""An agency asks its own questions: a file that the config names."""

import json
import shutil
import zipfile

import pytest
from openpyxl import load_workbook

from excel_addin.static import LOADED, PYODIDE
from sheets_sync.questionnaires import questionnaire
from tests.cli.calls import DAY, cli, done

QUESTIONS = """
version = 1
scale = { min = 1, max = 5, unknown_points = 1, na_excluded = true, na_max = 1 }
section_levels = { low = 0, high = 50 }

[[sections]]
id = "money"
kind = "cause"
en = "Money"

[[sections]]
id = "fruit"
kind = "outcome"
en = "Fruit"

[section_texts.money]
low = { en = "Money sets people apart." }
high = { en = "Money brings people together." }

[section_texts.fruit]
low = { en = "There is little to show." }
high = { en = "It bears fruit." }

[[bands]]
id = "start"
min = 0
en = "Starting out"
en_text = "Everything is ahead."

[[bands]]
id = "running"
min = 60
en = "Up and running"
en_text = "Keep going."

[[criteria]]
id = "A1"
section = "money"
weight = 2
depends_on = []
[criteria.en]
q = "Who pays for junk leads?"
a = ["Everybody", "Sales", "Marketing", "Nobody knows", "There are none"]
fix = "Agree on who pays."
[criteria.auto]
metric = "owner_known_share"
g2 = { op = ">=", value = 0.9 }
g1 = { op = ">=", value = 0.5 }

[[criteria]]
id = "A2"
section = "fruit"
weight = 1
depends_on = ["A1"]
[criteria.en]
q = "Do deals close?"
a = ["Never", "Seldom", "Half of them", "Mostly", "Always"]
fix = "Close deals."
"""


@pytest.fixture
def agency(company):
    (company / "own.toml").write_text(QUESTIONS, encoding="utf-8")
    config = company / "smarketing.toml"
    text = config.read_text(encoding="utf-8") + '\n[scorecard]\nfile = "own.toml"\n'
    config.write_text(text, encoding="utf-8")
    (company / "smarketing.xlsx").unlink()
    shutil.rmtree(company / ".smarketing")
    return company


def test_the_workbook_asks_the_agencys_questions_and_scores_them(agency):
    done("sync", agency, "--as-of", DAY)
    path = agency / "smarketing.xlsx"
    book = load_workbook(path)
    tab = book["Assessment"]
    headers = {cell.value: cell.column for cell in tab[4]}
    assert [tab.cell(row, 1).value for row in (5, 6, 7)] == ["A1", "A2", None]
    assert tab.cell(6, headers["5 points"]).value == "Always"
    for side in ("Sales", "Marketing"):
        tab.cell(6, headers[side]).value = 5
    book.save(path)
    done("sync", agency, "--as-of", DAY)
    book = load_workbook(path, data_only=True)
    tab, result = book["Assessment"], book["Assessment result"]
    assert tab.cell(5, headers["By data"]).value in {1, 3, 5}
    assert tab.cell(6, headers["Used"]).value == 5
    total, band = result["B5"].value, result["D5"].value
    assert tab.cell(1, headers["Sales"]).value == total
    assert (total, band) == (100, "Up and running")


def test_the_command_line_asks_them_too(agency):
    call = done("score", agency, typed="7\n4\n5\n")
    assert "Who pays for junk leads?" in call.out
    assert "5  Always" in call.out
    assert "The number of one of the answers" in call.out
    assert "Up and running" in call.out


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("weight = 2", "weight = 0", "A1: the weight must be at least 1"),
        ('section = "fruit"', 'section = "veg"', "A2: the questionnaire has no section “veg”"),
        ('"Always"]', "]", "A2.en: there must be 5 answers, not 4"),
        ("owner_known_share", "owner_known", "A1: there is no metric “owner_known”"),
        ("min = 1, max = 5", "min = -4, max = 0", "Answers have from 0 to 10 points"),
        ("version = 1", "version = ", "is no TOML"),
        ("fix = ", "mend = ", "(A1.en) has no “fix”"),
    ],
)
def test_what_is_wrong_with_the_file_is_said(agency, before, after, expected):
    text = QUESTIONS.replace(before, after, 1)
    (agency / "own.toml").write_text(text, encoding="utf-8")
    call = cli("sync", agency)
    assert call.code == 2
    assert "own.toml" in call.err
    assert expected in call.err


def test_a_file_that_is_not_there_is_named(agency):
    (agency / "own.toml").unlink()
    call = cli("score", agency)
    assert call.code == 2
    assert "own.toml" in call.err


def test_a_change_of_the_file_is_noticed(agency):
    path = agency / "own.toml"
    assert questionnaire(path).bands[0].names["ru"] == "Starting out"
    path.write_text(QUESTIONS.replace("Starting out", "At the start"), encoding="utf-8")
    assert questionnaire(path).bands[0].names["en"] == "At the start"


def test_without_a_file_it_asks_the_twenty_questions():
    assert len(questionnaire(None).criteria) == 20


def test_the_add_in_without_a_server_asks_them_too(agency, tmp_path):
    package, output = tmp_path / "pyodide", tmp_path / "site"
    package.mkdir()
    (package / "package.json").write_text(json.dumps({"version": PYODIDE}))
    for name in LOADED:
        (package / name).touch()
    done("addin", "static", "--dir", agency, "--pyodide", package, "--output", output)
    with zipfile.ZipFile(output / "python.zip") as packed:
        assert packed.read("templates/scorecard.toml").decode() == QUESTIONS
