"""Promotions: what is offered, when, and whether sales were told before it began."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

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
    Wrong,
    human,
    live,
    machine,
    problem,
)
from templates.words import Words

STATES = ("planned", "under_way", "over")
SOON = 3
"""Days before the start from which on sales should have been told."""


def ends_too_soon(row: Row) -> Iterator[Wrong]:
    """Yield an end that lies before the start."""
    lasts = days_between(row.get("starts_on"), row.get("ends_on"))
    if lasts is not None and lasts < 0:
        yield "ends_on", "before_the_start"


def rows(facts: Facts, words: Words) -> Sequence[Row]:  # noqa: ARG001
    """Return the machine's cells of the promotions."""
    return facts.tables.get("promos", ())


def in_time(deadline: Value, done: Value, today: Value) -> str:
    """Tell whether something was done by its day: `yes`, `no`, or nothing yet."""
    by, at, now = day(deadline), day(done), day(today)
    if by is None:
        return ""
    if at is not None:
        return "yes" if at <= by else "no"
    return "no" if now is not None and now > by else ""


def in_time_cell(deadline: str, done: str) -> str:
    """Write the same as a formula."""
    return (
        f'IF(NOT(ISNUMBER({{{deadline}}})),"",IF(ISNUMBER({{{done}}}),'
        f"IF({{{done}}}<={{{deadline}}},{{=choice.yes}},{{=choice.no}}),"
        f'IF(AND(ISNUMBER({{today}}),{{today}}>{{{deadline}}}),{{=choice.no}},"")))'
    )


def _state(row: Row) -> Value:
    start, end, now = (day(row.get(id_)) for id_ in ("starts_on", "ends_on", "today"))
    if start is None or now is None:
        return ""
    if now < start:
        return "planned"
    return "over" if end is not None and now > end else "under_way"


IS_UNTOLD = (
    'AND(ISNUMBER({starts_on}),ISNUMBER({today}),{sales_notified_on}="",'
    f"{{starts_on}}-{{today}}<={SOON},{{state}}<>{{=choice.over}})"
)

TAB = Table(
    name="promos",
    rows=rows,
    check=ends_too_soon,
    group=Group.WORK,
    key="promo_id",
    origin=Origin.MINTED,
    prefix="P",
    blank_rows=10,
    is_hidden=True,
    columns=(
        machine("promo_id", width=9),
        human("name", Kind.LONG_TEXT, width=32),
        human("terms", Kind.LONG_TEXT, width=40),
        human("coupon", width=14),
        human("starts_on", Kind.DATE, width=13),
        human("ends_on", Kind.DATE, width=13),
        human("owner", width=20),
        human("sales_notified_on", Kind.DATE, width=15),
        human("notified_by", width=20),
        live(
            "notice_ok",
            in_time_cell("starts_on", "sales_notified_on"),
            lambda row: in_time(
                row.get("starts_on"), row.get("sales_notified_on"), row.get("today")
            ),
            choices=("yes", "no"),
            width=13,
        ),
        live(
            "state",
            "IF(AND(ISNUMBER({starts_on}),ISNUMBER({today})),IF({today}<{starts_on},"
            "{=choice.planned},IF(AND(ISNUMBER({ends_on}),{today}>{ends_on}),{=choice.over},"
            '{=choice.under_way})),"")',
            _state,
            choices=STATES,
            width=13,
        ),
        machine("leads_with_coupon", Kind.INTEGER, width=14),
        machine("sales_with_coupon", Kind.INTEGER, width=13),
        machine("first_seen", Kind.DATE, width=13),
        machine("today", Kind.DATE, is_hidden=True),
        problem(),
    ),
    row_rules=(
        ("sales_notified_on", IS_UNTOLD, Status.BAD),
        ("notice_ok", "{notice_ok}={=choice.yes}", Status.GOOD),
        ("notice_ok", "{notice_ok}={=choice.no}", Status.BAD),
        IS_PROBLEM,
    ),
)
