"""The tabs of work: their live cells agree with Python, whatever people typed beside them."""

import pytest

from sheets_sync.targets.rows import completed
from sheets_sync.targets.xlsx_new import write_new
from sheets_sync.workbook import TableSheet
from templates.tabs import TABS
from templates.words import LANGUAGES, load
from tests.oracles import ironcalc
from tests.templates.made_up_work import WORK

TABLES = {tab.name: tab for tab in TABS if tab.name in WORK}


def drawn(name):
    table = TABLES[name]
    rows = [{table.key: key, **machine} for key, (machine, _) in WORK[name].items()]
    return TableSheet(table, rows, {key: typed for key, (_, typed) in WORK[name].items()})


def cells(name, key):
    """Return a whole row, formulas calculated in Python."""
    machine, typed = WORK[name][key]
    return completed(TABLES[name], {TABLES[name].key: key, **machine}, typed)


@pytest.mark.parametrize("language", LANGUAGES)
def test_live_cells_agree_with_python(language, tmp_path):
    path = tmp_path / "work.xlsx"
    write_new(path, [drawn(name) for name in TABLES], load(language), "RUB")
    opinion = ironcalc(path)
    assert opinion.compared > 60
    assert opinion.errors == 0
    assert opinion.differences == ()


def test_a_task_asks_for_a_decision_at_the_third_meeting_while_it_is_open():
    asked = {key: cells("tasks", key)["must_decide"] for key in WORK["tasks"]}
    assert [key for key, answer in asked.items() if answer] == ["T-0001"]


def test_a_task_is_late_from_its_first_date():
    late = {key: cells("tasks", key)["late"] for key in WORK["tasks"]}
    assert late == {"T-0001": 17, "T-0002": 3, "T-0003": "", "T-0004": "", "T-0005": "",
                    "T-0006": ""}  # fmt: skip


def test_an_open_task_is_asked_about_at_the_next_meeting_or_when_it_is_due():
    asked = [cells("tasks", key)["due_now"] for key in ("T-0001", "T-0002", "T-0003")]
    assert [str(day) for day in asked] == ["2026-11-27", "", "2026-11-30"]
