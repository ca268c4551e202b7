"""What people typed, as rows: only what can be used, with what tracked cells held before."""

from datetime import UTC, date, datetime, timedelta

from sheets_sync.checking import Past, checked, tracked, typed_rows
from sheets_sync.inputs import plan_lines
from sheets_sync.state import open_state
from templates.tab import Group, Kind, Origin, Table, human, machine
from templates.tabs import TABS

TASKS = Table(
    "tasks",
    Group.WORK,
    "task_id",
    Origin.MINTED,
    (
        machine("task_id"),
        human("due", Kind.DATE, is_tracked=True),
        human("status", choices=("open", "done"), is_tracked=True),
        human("text"),
    ),
    prefix="T",
)
MONDAY = datetime(2026, 11, 2, 9, tzinfo=UTC)


def told(folder, *weeks):
    """Return the one row of a table after it was typed week by week."""
    state = open_state(folder)
    for turn, row in enumerate(weeks):
        state.remember({"tasks": {"T-1": row}}, MONDAY + timedelta(weeks=turn))
    cells = {
        cell: [(change.value, change.changed_at.date()) for change in changes]
        for cell, changes in state.pasts(tracked([TASKS])).items()
    }
    usable, problems = checked(state.recall(), [TASKS])
    [(_, [row])] = typed_rows(usable, [TASKS], Past({("tasks", "T-1"): MONDAY.date()}, cells))
    return row, [problem.id for problem in problems]


def test_a_tracked_cell_tells_its_first_value_and_since_when_it_holds_the_last(tmp_path):
    first, second = date(2026, 11, 5), date(2026, 11, 12)
    row, problems = told(
        tmp_path,
        {"text": "call", "due": first, "status": "open"},
        {"text": "call", "due": second, "status": "open"},
        {"text": "call back", "due": second, "status": "done"},
    )
    assert problems == []
    assert row == {
        "task_id": "T-1",
        "first_seen": date(2026, 11, 2),
        "text": "call back",
        "due": second,
        "status": "done",
        "first.due": first,
        "since.due": date(2026, 11, 9),
        "first.status": "open",
        "since.status": date(2026, 11, 16),
    }


def test_the_first_value_is_the_first_that_can_be_used(tmp_path):
    row, problems = told(
        tmp_path, {"due": "soon"}, {"due": "12.11.2026"}, {"due": "later", "status": "started"}
    )
    assert problems == ["not_a_date", "not_a_choice"]
    assert (row["first.due"], row["since.due"]) == (date(2026, 11, 12), date(2026, 11, 16))
    assert (row["first.status"], row.get("due")) == (None, None)


def test_a_column_that_is_not_tracked_has_no_past():
    assert tracked([TASKS]) == [("tasks", "due"), ("tasks", "status")]


def test_a_line_of_the_plan_with_a_wrong_cell_does_not_count_at_all():
    line = {"period": date(2026, 11, 1), "metric": "revenue", "scope": "everybody", "value": 100.0}
    right = {**line, "scope": "company"}
    usable, problems = checked({"plan": {"L-0001": line, "L-0002": right}}, TABS)
    assert [(p.key, p.column, p.id) for p in problems] == [("L-0001", "scope", "not_a_choice")]
    assert [line.key for line in plan_lines(usable)] == ["L-0002"]
