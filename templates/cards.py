"""The five numbers as cards: big, coloured by their norm, with what they are made of below."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from templates.layout import MARGIN, Spot, derive, number
from templates.page import Page
from templates.sentences import looked_back, norm, sentence
from templates.tab import Facts, Kind, Look, Row, Status, Value
from templates.trends import lasting
from templates.words import Words

CARDS = 5
STRIDE = 3  # a card takes two columns and a gap


def card_column(card: int) -> int:
    """Return the left column of a card."""
    return MARGIN + card * STRIDE


@dataclass(frozen=True, slots=True)
class Card:
    """How one of the five numbers is shown: what it is made of, and by which formula."""

    parts: tuple[tuple[str, Kind], ...]
    formula: str = ""
    arguments: Mapping[str, str] = field(default_factory=dict)


CARDS_BY_ID: Mapping[str, Card] = {
    "run_rate": Card(
        (("fact", Kind.MONEY), ("plan", Kind.MONEY), ("elapsed", Kind.DAYS), ("total", Kind.DAYS)),
        "run_rate",
    ),
    "coverage_raw": Card(
        (
            ("open_amount", Kind.MONEY),
            ("plan", Kind.MONEY),
            ("fact", Kind.MONEY),
            ("win_rate", Kind.SHARE),
        ),
        "coverage_raw",
    ),
    "manager_conversion": Card(
        (
            ("best_won", Kind.INTEGER),
            ("best_n", Kind.INTEGER),
            ("worst_won", Kind.INTEGER),
            ("worst_n", Kind.INTEGER),
        ),
    ),
    "qualified_share": Card(
        (
            ("qualified", Kind.INTEGER),
            ("not_qualified", Kind.INTEGER),
            ("pending", Kind.INTEGER),
            ("judged", Kind.INTEGER),
        ),
        "qualified_share_without_spam",
        {"unqualified": "not_qualified"},
    ),
    "customer_cost": Card(
        (
            ("spend", Kind.MONEY),
            ("customers", Kind.INTEGER),
            ("limit", Kind.MONEY),
            ("leads", Kind.INTEGER),
        ),
        "customer_cost",
    ),
}
CLOSED = tuple(
    (id_, Kind.INTEGER) for id_ in ("best_won", "best_closed", "worst_won", "worst_closed")
)
"""What the conversion is made of where it is known of closed deals alone."""


def has_no_amounts(cover: Row) -> bool:
    """Tell whether there are open deals, and none of them has an amount."""
    return bool(cover.get("open_count")) and cover["open_count"] == cover.get("without_amount")


KINDS = {"share": Kind.SHARE, "ratio": Kind.RATIO, "money": Kind.MONEY}


def place_cards(page: Page, five: Sequence[Row]) -> dict[str, Spot]:
    """Place the five numbers side by side, line by line; return where their small lines go."""
    start = page.row
    lines = {}
    for place, row in enumerate(five):
        page.row = start
        lines[str(row["id"])] = _card(page, card_column(place), row)
    page.row = max(page.row, start + 8)
    return lines


def _card(page: Page, column: int, row: Row) -> Spot:
    words, facts = page.words, page.facts
    status, across = _status(row), (1, 2)
    page.put(column, None, status=status, span=across)
    page.next(4)
    page.put(column, words(f"five.{row['id']}"), Look.LABEL, span=across)
    page.next(20)
    big = page.row
    page.next(36)
    page.put(column, changed(row, facts, words), Look.NOTE, span=across)
    page.next(16)
    said = [normed(row, facts, words), looked_back(row.get("window") or row.get("period"), words)]
    page.put(column, " · ".join(filter(None, said)), Look.NOTE, span=across)
    page.next(16)
    line = page.row
    page.put(column, None)
    if weeks := lasting(str(row["id"]), facts):
        page.put(column + 1, words("page.trend_weeks", count=weeks), Look.NOTE)
    page.next(28)
    page.next(6)
    page.put(column, sentence(row, facts, words), kind=Kind.LONG_TEXT, span=across)
    page.next(56)
    known, spots = page.pairs(
        _parts(row, CARDS_BY_ID[str(row["id"])], facts), columns=(column, column + 1)
    )
    end, page.row = page.row, big
    _big(page, column, row, known, spots)
    page.row = end
    return line, column


def _status(row: Row) -> Status:
    return Status(str(row.get("status") or Status.UNKNOWN))


def _parts(row: Row, card: Card, facts: Facts) -> list[tuple[str, Value, Kind]]:
    """Return what a number is made of."""
    is_count = row.get("metric") == "qualified"
    made = {**row, **_also(row, facts)}
    return [
        (id_, made.get(id_), Kind.INTEGER if is_count and kind is Kind.MONEY else kind)
        for id_, kind in (CLOSED if row.get("basis") == "close_rate" else card.parts)
    ]


def _also(row: Row, facts: Facts) -> Row:
    """Return what follows from the row and is shown with it."""
    if row["id"] == "coverage_raw":
        cover = next(iter(facts.tables.get("cover", ())), {})
        known = {name: cover.get(name) for name in ("plan", "fact")}
        return {**known, "open_amount": None} if has_no_amounts(cover) else known
    if row.get("basis") == "close_rate":
        return {"best_closed": row.get("best_n"), "worst_closed": row.get("worst_n")}
    judged, qualified = number(row, "judged"), number(row, "qualified")
    rest = None if judged is None or qualified is None else judged - qualified
    return {"not_qualified": rest}


def _big(page: Page, column: int, row: Row, known: Row, spots: Mapping[str, Spot]) -> None:
    """Write the number itself, as a live formula wherever its parts stand below it."""
    card, kind, status = CARDS_BY_ID[str(row["id"])], KINDS[str(row["kind"])], _status(row)
    look: dict[str, Any] = {"look": Look.BIG, "status": status}
    if row["id"] == "manager_conversion" and row.get("worst") is not None:
        for place, person in enumerate(("best", "worst")):
            known_n = "closed" if row.get("basis") == "close_rate" else "n"
            names = {"won": f"{person}_won", "qualified": f"{person}_{known_n}"}
            share, text = derive("manager_conversion", known, spots, names)
            page.quantity(column + place, share, kind, text, **look)
        return
    whole = number(row, "value")
    page.quantity(column, whole, kind, _live(card, whole, known, spots), span=(1, 2), **look)


def _live(card: Card, value: float | None, known: Row, spots: Mapping[str, Spot]) -> str | None:
    """Write a number as a formula over its parts, unless they make another one."""
    if not card.formula or value is None:
        return None
    same, text = derive(card.formula, known, spots, card.arguments)
    return text if _is_close(same, value) else None


def _is_close(one: float | None, other: float | None) -> bool:
    nearly = 1e-9
    return one is not None and other is not None and abs(one - other) <= nearly * max(1, abs(one))


def changed(row: Row, facts: Facts, words: Words) -> str:
    """Say how the number moved since the period before, with an arrow."""
    now, before = number(row, "value"), number(row, "previous")
    if now is None or before is None:
        return words("page.no_previous")
    step = now - before
    written = {
        "share": lambda: words("page.points", points=words.number(abs(step) * 100, 1)),
        "ratio": lambda: words.number(abs(step), 2),
        "money": lambda: words.money(abs(step), facts.currency),
    }[str(row["kind"])]()
    since = words(f"page.since_{row.get('previous_period') or 'week'}")
    if abs(step) < 1e-9:  # noqa: PLR2004
        return words("page.unchanged", since=since)
    return words("page.change", arrow="▲" if step > 0 else "▼", step=written, since=since)


def normed(row: Row, facts: Facts, words: Words) -> str:
    """Say what the number should be."""
    id_, low, high = row["id"], number(row, "low"), number(row, "high")
    if id_ == "manager_conversion" and low is None:
        median = number(row, "median")
        return (
            words("page.median", share=words.share(median))
            if median is not None
            else words("page.no_norm")
        )
    if low is not None and high is not None:
        return words("page.norm_between", norm=norm(row, words))
    if low is not None:
        least = words.share(low, 0) if row["kind"] == "share" else words.number(low, 2)
        return words("page.norm_from", least=least)
    if high is not None:
        return words("page.norm_to", most=words.money(high, facts.currency))
    return words("page.no_norm")
