"""Live cells of the agenda and the minutes agree with Python, whatever people typed."""

from datetime import datetime

import pytest

from sheets_sync.targets.rows import completed
from sheets_sync.targets.xlsx_new import write_new
from sheets_sync.workbook import TableSheet
from templates.meeting.presence import NOBODY
from templates.tabs import agenda, minutes, plan
from templates.words import LANGUAGES, load
from tests.oracles import ironcalc
from tests.templates import made_up
from tests.templates.meeting.made_up import with_agenda

SAID = (*NOBODY, "Anna", " ", "  нет ", "НЕТ", "No", 0.0, 2.0, "0,5", None)


def typed_agenda():
    facts = with_agenda(
        made_up.EMPTY,
        **{
            "A-0002": {"order": 2.5},
            "A-0003": {"on": "no"},
            "A-0004": {"on": None},
            "A-0005": {"order": None},
            "A-0006": {"minutes": None},
            "A-0011": {"order": 3.0, "minutes": 20.0},
        },
    )
    rows = agenda.rows(facts, load("en"))
    typed = {row["agenda_id"]: row for row in facts.tables["typed.agenda"]}
    return TableSheet(agenda.TAB, rows, typed)


def typed_minutes():
    said = {
        f"2026-W{at + 1:02}": {"sales_present": one, "marketing_present": "Vera"}
        for at, one in enumerate(SAID)
    }
    rows = [
        {"week": week, "scheduled_at": datetime(2026, 11, 16, 10), "run_rate": 0.9}  # noqa: DTZ001
        for week in said
    ]
    return TableSheet(minutes.TAB, rows, said)


@pytest.mark.parametrize("language", LANGUAGES)
def test_live_cells_agree_with_python(language, tmp_path):
    path = tmp_path / "meeting.xlsx"
    seen = TableSheet(plan.TAB, [])
    write_new(path, [seen, typed_agenda(), typed_minutes()], load(language), "RUB")
    opinion = ironcalc(path)
    assert opinion.compared >= 11 + len(SAID)
    assert opinion.errors == 0
    assert opinion.differences == ()


def test_the_time_of_an_agenda_that_is_too_long_runs_over_the_limit():
    sheet = typed_agenda()
    rows = {row["agenda_id"]: completed(agenda.TAB, row, sheet.remembered[row["agenda_id"]])
            for row in sheet.rows}  # fmt: skip
    assert rows["A-0010"]["total_minutes"] == 49
    assert rows["A-0005"]["total_minutes"] == ""


def test_nobody_is_nobody_in_every_spelling():
    sheet = typed_minutes()
    held = [
        completed(minutes.TAB, row, sheet.remembered[row["week"]])["held"] for row in sheet.rows
    ]
    present = [said for said, answer in zip(SAID, held, strict=True) if answer == "yes"]
    assert present == ["Anna", 2.0, "0,5"]
