"""The demo, in both languages."""

import shutil
from datetime import date, timedelta
from hashlib import sha256

import pytest
from openpyxl import load_workbook

from sheets_sync.demo.exports import EXPECTED
from sheets_sync.demo.story import found
from sheets_sync.demo.workspace import settle
from templates.tabs import TABS
from templates.words import load
from tests.cli.calls import DAY, cli, done


def test_prints_the_five_statistics_and_where_the_workbook_is(demo, language):
    folder, call = demo
    words = load(language)
    for name in ("run_rate", "coverage_raw", "manager_conversion", "qualified_share"):
        assert words(f"metric.{name}") in call.out
    assert str(folder / "smarketing.xlsx") in call.out
    assert call.err == ""


def test_the_workbook_speaks_the_language(demo, language):
    folder, _ = demo
    words = load(language)
    book = load_workbook(folder / "smarketing.xlsx", read_only=True)
    assert book.sheetnames == [words(f"tab.{tab.name}") for tab in TABS]


def test_the_workspace_speaks_its_own_language_whatever_the_system(demo, language):
    folder, _ = demo
    system = {"ru": "en", "en": "ru"}[language]
    call = cli("metrics", folder, "--report", "nothing", language=system)
    assert call.code == 2
    assert call.err.startswith({"ru": "Нет сводки", "en": "There is no report"}[language])


def test_the_story_is_large_enough(demo):
    folder, _ = demo
    one = done("metrics", folder, "--report", "one", "--format", "json", "--as-of", DAY).json[0]
    assert 2_500 <= one["leads"] <= 3_500
    assert min(one["won"], one["lost"], one["open"]) > 50


@pytest.mark.parametrize("day", ["2026-06-30", "2026-11-22", "2027-02-10"])
def test_sellers_close_what_is_dead(day):
    """About one open deal in eight is overdue, and none is older than half a year."""
    last = date.fromisoformat(day)
    begun = [lead.verdict_at.date() for lead in found(last).leads
             if lead.has_deal and lead.status == "open"]  # fmt: skip
    overdue = sum(at + EXPECTED < last for at in begun) / len(begun)
    assert 0.05 < overdue < 0.2
    assert last - min(begun) < timedelta(days=180)


def test_the_day_decides_everything(demo, tmp_path, language):
    """The seed and the day make the exports: two demos of one day are alike."""
    folder, _ = demo
    again = tmp_path / "again"
    settle(again, date.fromisoformat(DAY), load(language))
    for file in sorted((folder / "exports").iterdir()):
        assert file.read_bytes() == (again / "exports" / file.name).read_bytes(), file.name


def test_a_folder_that_is_set_up_is_left_alone(demo, tmp_path, language):
    folder, _ = demo
    mine = tmp_path / "mine"
    mine.mkdir()
    shutil.copy(folder / "smarketing.toml", mine)
    before = sha256((mine / "smarketing.toml").read_bytes()).digest()
    call = cli("demo", mine, "--as-of", DAY, "--lang", language)
    assert call.code == 2
    assert str(mine) in call.err
    assert sha256((mine / "smarketing.toml").read_bytes()).digest() == before
