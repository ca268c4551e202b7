"""Bonus check: the new rule beside the old one, and whether the verdicts can be paid for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from templates.brand import Hue
from templates.layout import Field, derived, number, shown, summed
from templates.page import Page
from templates.reasons import listed
from templates.tab import ChartKind, Facts, Grid, Group, Kind, Report, Row, Status, Value
from templates.tabs.bonus import total
from templates.words import Words

COLUMNS = 8
SHOWN = 30
"""Rows of a list; the rest is a number."""


def _found(row: Row) -> Status | None:
    """Colour a guard: something to look at, nothing, or nowhere to look."""
    cases = row.get("cases")
    if cases is None:
        return Status.UNKNOWN
    if row.get("id") == "recheck":
        return None
    return Status.WARN if cases else Status.GOOD


MONTHS = (
    shown("month_name", width=34),
    summed("leads", Kind.INTEGER, 14),
    summed("q_paid", Kind.INTEGER, 17),
    summed("old_rule", Kind.MONEY, 20),
    summed("new_rule", Kind.MONEY, 20),
    derived("saving", Kind.MONEY, 16),
)
GUARDS = (
    shown("check", width=34),
    shown("cases", Kind.INTEGER, 14, status=_found),
    shown("guard_meaning", Kind.LONG_TEXT, span=COLUMNS - 2),
)
LEAD: tuple[Field, ...] = (
    shown("lead_id", width=34),
    shown("created_at", Kind.DATE, 14, of=lambda row: row.get("created_on")),
    shown("manager", width=16),
    shown("reason", width=26),
)
WON = (
    *LEAD,
    shown("won_at", Kind.DATE, 18, of=lambda row: row.get("won_on")),
    shown("amount", Kind.MONEY, 16),
)
SELLERS = (
    shown("manager", width=34),
    shown("judged", Kind.INTEGER, 14, of=lambda row: row.get("n")),
    shown("rejected", Kind.INTEGER, 16),
    derived(
        "reject_share",
        width=18,
        status=lambda row: Status.WARN if row.get("is_different") else None,
    ),
    shown("p_value", Kind.FINE_SHARE, 18),
)
CUTOFFS = (
    shown("cutoff_on", width=34, of=lambda row: row["cutoff_said"]),
    shown(
        "verdicts",
        Kind.INTEGER,
        18,
        status=lambda row: Status.WARN if row.get("is_mass") else None,
    ),
    shown("usual_day", Kind.NUMBER, 16, of=lambda row: row.get("usual")),
)
STEPLESS = (
    shown("lead_id", width=34),
    shown("created_at", Kind.DATE, 14, of=lambda row: row.get("created_on")),
    shown("manager", width=16),
    shown("stage", width=26),
    shown("amount", Kind.MONEY, 18),
)
LISTS: Mapping[str, tuple[str, tuple[Field, ...]]] = {
    "rejected_won": ("guard_won", WON),
    "reject_share": ("guard_sellers", SELLERS),
    "mass_verdicts": ("guard_cutoffs", CUTOFFS),
    "recheck": ("guard_recheck", LEAD),
    "no_next_step": ("guard_stepless", STEPLESS),
}
"""By guard: the table of its cases and their columns."""


def draw(facts: Facts, words: Words) -> Grid:
    """Draw the page: the months and their picture, the guards, then the cases of each."""
    page = Page("bonus_check", facts, words)
    page.head(COLUMNS)
    _old_and_new(page, [_named(row, words) for row in _months(facts)])
    page.heading(words("page.guards"), COLUMNS)
    page.note(words("page.guards_note"), COLUMNS)
    page.next()
    page.table(GUARDS, [_spoken(row, words) for row in facts.tables.get("guards", ())])
    reasons = listed(facts.tables.get("typed.reasons", ()), words)
    for id_, (table, fields) in LISTS.items():
        rows = [{**row, "reason": reasons.label(row.get("reason")),
                 "cutoff_said": _day(row.get("cutoff_on"), words)}
                for row in facts.tables.get(table, ())]  # fmt: skip
        _list(page, id_, rows, fields)
    return page.grid()


def _old_and_new(page: Page, months: Sequence[Row]) -> None:
    """Place the months by both rules, under their picture."""
    words = page.words
    drawn = {rule: colour for rule, colour in RULES.items()
             if any(row[rule] is not None for row in months)}  # fmt: skip
    at = page.room(280) if drawn else 0
    page.heading(words("page.bonus_months"), COLUMNS)
    if not months:
        page.note(words("page.no_bonus", tab=words("tab.bonus_rules")), COLUMNS)
        page.next()
        return
    placed = page.table(MONTHS, months, total=words("page.total"))
    if drawn:
        page.chart(
            "old_and_new_rule",
            ChartKind.COLUMN,
            [
                placed.series(rule, "month_name", words(f"column.{rule}"), colour=colour)
                for rule, colour in drawn.items()
            ],
            (at, 1),
            size=(760, 270),
            value_kind=Kind.MONEY,
        )


RULES = {"old_rule": "#8A8F98", "new_rule": Hue.ACCENT}
SUMMED = ("leads", "q_paid", "old_rule", "new_rule")


def _months(facts: Facts) -> list[Row]:
    """Return the months of all marketers together, oldest first; what is unknown of one is."""
    typed = {str(row["bonus_id"]): row for row in facts.tables.get("typed.bonus", ())}
    months: dict[Value, list[Row]] = {}
    for row in facts.tables.get("bonus", ()):
        paid = total({**typed.get(str(row["bonus_id"]), {}), **row})
        new = paid if isinstance(paid, float) else None
        months.setdefault(row["month"], []).append({**row, "new_rule": new})
    return [
        {"month": month, **{id_: _sum(rows, id_) for id_ in SUMMED}}
        for month, rows in sorted(months.items(), key=lambda item: str(item[0]))
    ]


def _day(value: Value, words: Words) -> str | None:
    return words.day(value) if isinstance(value, date) else None


def _named(row: Row, words: Words) -> Row:
    month = row["month"]
    assert isinstance(month, date)  # noqa: S101
    return {**row, "month_name": f"{words(f'month.{month.month}')} {month.year}"}


def _sum(rows: Sequence[Row], id_: str) -> float | None:
    known = [number(row, id_) for row in rows]
    return None if None in known else sum(filter(None, known))


def _spoken(row: Row, words: Words) -> Row:
    id_ = row["id"]
    meaning = words("guard.cannot_look") if row["cases"] is None else words(f"guard.means.{id_}")
    if row.get("p_value") is not None:
        meaning = f"{meaning} p = {words.number(number(row, 'p_value'), 3)}."
    return {**row, "check": words(f"guard.{id_}"), "guard_meaning": meaning}


def _list(page: Page, id_: str, rows: Sequence[Row], fields: Sequence[Field]) -> None:
    """Place the cases of a guard, if it found any."""
    if not rows:
        return
    words = page.words
    page.heading(words(f"guard.{id_}"), COLUMNS)
    page.table(fields, rows[:SHOWN])
    if len(rows) > SHOWN:
        page.row -= 1
        page.note(words("page.more_rows", n=words.number(len(rows) - SHOWN)), COLUMNS)
        page.next()


REPORT = Report("bonus_check", Group.READ, draw, is_hidden=True)
