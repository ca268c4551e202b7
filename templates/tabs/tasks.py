"""Tasks: who does what by when; what is not done stays in its row and is counted."""

from __future__ import annotations

from collections.abc import Sequence

from templates.cells import day, days_between
from templates.tab import (
    IS_PROBLEM,
    Facts,
    Group,
    Kind,
    Origin,
    Row,
    Status,
    Table,
    Value,
    human,
    live,
    machine,
    problem,
    says,
)
from templates.words import Words

DEPARTMENTS = ("sales", "marketing")
STATUSES = ("to_do", "doing", "done", "dropped")
ENDED = STATUSES[2:]
TOO_OFTEN = 3
"""Meetings at which a task was overdue; then it is dropped, split or given to somebody else."""

OPEN = f'AND({{text}}<>"",{{done_on}}="",NOT({says("status", *ENDED)}))'
DUE = "IF(ISNUMBER({first_due}),{first_due},{due})"


def rows(facts: Facts, words: Words) -> Sequence[Row]:  # noqa: ARG001
    """Return the machine's cells of the tasks that people wrote down."""
    return facts.tables.get("tasks", ())


def is_open(row: Row) -> bool:
    """Tell whether a task is still to be done."""
    return bool(row.get("text")) and not row.get("done_on") and row.get("status") not in ENDED


def _due(row: Row) -> Value:
    return row.get("first_due") or row.get("due")


def _due_now(row: Row) -> Value:
    due, coming = day(row.get("due")), day(row.get("next_meeting"))
    return max(due, coming) if is_open(row) and due and coming else ""


def _late(row: Row) -> Value:
    late = days_between(_due(row), row.get("today" if is_open(row) else "done_on"))
    return late if late and late > 0 else ""


def _must_decide(row: Row) -> Value:
    carried = row.get("carried")
    return (
        "drop_or_split"
        if is_open(row) and isinstance(carried, int) and carried >= TOO_OFTEN
        else ""
    )


TAB = Table(
    name="tasks",
    rows=rows,
    group=Group.WORK,
    key="task_id",
    origin=Origin.MINTED,
    prefix="T",
    blank_rows=20,
    columns=(
        machine("task_id", width=9),
        human("text", Kind.LONG_TEXT, width=50),
        human("owner", width=20),
        human("dept", choices=DEPARTMENTS, width=13),
        human("due", Kind.DATE, width=13, is_tracked=True),
        human("status", choices=STATUSES, width=13, is_tracked=True),
        human("done_on", Kind.DATE, width=13),
        human("hypothesis", width=12),
        live(
            "due_now",
            f"IF(AND({OPEN},ISNUMBER({{due}}),ISNUMBER({{next_meeting}})),"
            'MAX({due},{next_meeting}),"")',
            _due_now,
            Kind.DATE,
            width=13,
        ),
        live(
            "late",
            f'IF({OPEN},IF(AND(ISNUMBER({DUE}),{{today}}>{DUE}),{{today}}-{DUE},""),'
            f"IF(AND(ISNUMBER({{done_on}}),ISNUMBER({DUE}),{{done_on}}>{DUE}),"
            f'{{done_on}}-{DUE},""))',
            _late,
            Kind.DAYS,
            width=13,
        ),
        machine("carried", Kind.INTEGER, width=15),
        live(
            "must_decide",
            f'IF(AND({OPEN},{{carried}}>={TOO_OFTEN}),{{=choice.drop_or_split}},"")',
            _must_decide,
            choices=("drop_or_split",),
            width=30,
        ),
        machine("first_due", Kind.DATE, width=13),
        machine("first_seen", Kind.DATE, width=13),
        machine("meeting", width=12),
        machine("crm_link", Kind.LINK, width=14),
        machine("today", Kind.DATE, is_hidden=True),
        machine("next_meeting", Kind.DATE, is_hidden=True),
        problem(),
    ),
    row_rules=(
        *(
            (id_, '{must_decide}<>""', Status.BAD)
            for id_ in ("text", "owner", "dept", "due", "status", "carried", "must_decide")
        ),
        ("status", says("status", "done"), Status.GOOD),
        ("late", '{late}<>""', Status.WARN),
        ("owner", 'AND({text}<>"",{owner}="")', Status.WARN),
        ("due", 'AND({text}<>"",{due}="")', Status.WARN),
        IS_PROBLEM,
    ),
)
