"""The lever table: what a step of each factor is still worth this month, as live formulas."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from templates.layout import MARGIN, Spot, derive, number, shown
from templates.page import Page
from templates.tab import Kind, Look, Row, Value

COLUMNS = 10
HEADER = (
    shown("lever", width=26),
    shown("lever_now", Kind.NUMBER, 15),
    shown("lever_norm", Kind.NUMBER, 15),
    shown("lever_best", Kind.NUMBER, 13),
    shown("in_time", Kind.SHARE, 12),
    shown("effect_step", Kind.MONEY, 15),
    shown("effect_norm", Kind.MONEY, 14),
    shown("effect_best", Kind.MONEY, 15),
    shown("best_of", width=18),
    shown("n_cases", Kind.INTEGER, 16),
)


@dataclass(frozen=True, slots=True)
class Lever:
    """How a lever is shown, and by which formulas its effects are computed."""

    kind: Kind
    step: str
    gain: str
    base: str  # of what the effect is a part: month_revenue or month_spend


LEVERS: Mapping[str, Lever] = {
    "leads": Lever(Kind.INTEGER, "lever_percent", "lever_gain", "month_revenue"),
    "qualified_share": Lever(Kind.SHARE, "lever_point", "lever_gain", "month_revenue"),
    "conversion": Lever(Kind.SHARE, "lever_point", "lever_gain", "month_revenue"),
    "average_deal": Lever(Kind.MONEY, "lever_percent", "lever_gain", "month_revenue"),
    "customer_cost": Lever(Kind.MONEY, "lever_percent", "lever_saving", "month_spend"),
}
FACTORS = ("leads", "qualified_share", "conversion", "average_deal")


def place_levers(page: Page) -> None:
    """Place the levers, the one with the largest effect within reach first, and their base."""
    rows = page.facts.tables.get("levers", ())
    month = next(iter(page.facts.tables.get("lever_month", ())), None)
    if not rows or month is None:
        return
    words = page.words
    page.heading(words("page.levers"), COLUMNS)
    where = {item.id: MARGIN + place for place, item in enumerate(HEADER)}
    known = {**_revenue(rows), "month_spend": month.get("month_spend")}
    placed = [row for row in rows if row.get("now") is not None]
    unknown = [words(f"lever.{row['lever']}").lower() for row in rows if row.get("now") is None]
    if all(value is None for value in known.values()):
        page.note(words("absent.levers", names=", ".join(unknown)), COLUMNS)
        page.next()
        return
    page.header(HEADER, where)
    first, base = page.row, page.row + len(placed) + 1
    bases = {"month_revenue": (base, MARGIN + 1), "month_spend": (base + 1, MARGIN + 1)}
    for row in placed:
        _line(page, row, known, bases)
    page.next()
    _base(page, placed, first, known)
    page.hints(HEADER, where)
    if unknown:
        page.note(words("absent.names", names=", ".join(unknown)), COLUMNS)
    page.note(
        words(
            "page.levers_note",
            month=words(f"month.{_month(month)}"),
            days=words.number(number(month, "days_left")),
        ),
        COLUMNS,
    )
    page.next()


def _month(month: Row) -> int:
    return month["month"].month  # type: ignore[union-attr]


def _revenue(rows: Sequence[Row]) -> dict[str, Value]:
    now = {str(row["lever"]): row.get("now") for row in rows}
    value, _ = derive("month_revenue", now, dict.fromkeys(FACTORS, (0, 0)))
    return {"month_revenue": value}


def _line(page: Page, row: Row, known: Row, bases: Mapping[str, Spot]) -> None:
    words, lever = page.words, LEVERS[str(row["lever"])]
    here = {item.id: (page.row, MARGIN + place) for place, item in enumerate(HEADER)}
    spots = {**bases, "now": here["lever_now"], "in_time": here["in_time"]}
    values = {**known, "now": row.get("now"), "in_time": row.get("in_time")}
    page.put(MARGIN, words(f"lever.{row['lever']}"))
    page.quantity(here["lever_now"][1], row.get("now"), lever.kind)
    page.quantity(here["lever_norm"][1], row.get("norm"), lever.kind)
    page.quantity(here["lever_best"][1], row.get("best"), lever.kind)
    page.quantity(here["in_time"][1], row.get("in_time"), Kind.SHARE)
    targets = {"effect_norm": "lever_norm", "effect_best": "lever_best"}
    names = {"month_revenue": lever.base, "spend": lever.base, "amount": lever.base}
    values |= {"lever_norm": row.get("norm"), "lever_best": row.get("best")}
    for effect in ("effect_step", *targets):
        formula = lever.gain if effect in targets else lever.step
        arguments = {**names, "target": targets.get(effect, "")}
        value, text = derive(formula, values, {**spots, **here}, arguments)
        page.quantity(here[effect][1], value, Kind.MONEY, text)
    page.put(here["best_of"][1], _best(row, page))
    page.quantity(here["n_cases"][1], row.get("n"), Kind.INTEGER)
    page.next()


def _best(row: Row, page: Page) -> str:
    """Say whose the best value is: a channel's, or a seller's, who goes unnamed unless set so."""
    kind, name = row.get("best_kind"), row.get("best_name")
    if kind is None:
        return "—"
    return str(name or page.words(f"page.best_{kind}"))


def _base(page: Page, rows: Sequence[Row], first: int, known: Row) -> None:
    """Write what the effects are a part of: the month's revenue and spend."""
    spots = {str(row["lever"]): (first + place, MARGIN + 1) for place, row in enumerate(rows)}
    now = {str(row["lever"]): row.get("now") for row in rows}
    value, text = derive("month_revenue", now, spots)
    page.put(MARGIN, page.words("column.month_revenue"), Look.LABEL)
    page.quantity(MARGIN + 1, value, Kind.MONEY, text)
    page.next()
    page.put(MARGIN, page.words("column.month_spend"), Look.LABEL)
    page.quantity(MARGIN + 1, known["month_spend"], Kind.MONEY)
    page.next()
