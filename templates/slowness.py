"""The price of slow response: how leads answered in time and late were won, and what that costs."""

from __future__ import annotations

from templates.layout import MARGIN, Placed, derive, derived, number, shown
from templates.page import Page
from templates.tab import Kind, Look, Row, Status, Value
from templates.words import Words

COLUMNS = 14
FIELDS = (
    shown("answer", width=22),
    shown("leads", Kind.INTEGER, 12),
    shown("won", Kind.INTEGER, 11),
    derived("lead_conversion", width=14, arguments={"won_cohort": "won"}),
    shown("low", Kind.SHARE, 10),
    shown("high", Kind.SHARE, 10),
)


def place_slowness(page: Page) -> None:
    """Place the two rows, what may be said of them, and the price if there is one."""
    row = next(iter(page.facts.tables.get("slowness", ())), None)
    if row is None:
        return
    words = page.words
    page.next()
    page.heading(words("page.slowness"), COLUMNS)
    placed = page.table(FIELDS, [_side(row, side, words) for side in ("in_time", "late")])
    page.row -= 1
    if row.get("is_proven"):
        _price(page, row, placed)
    status = Status.WARN if row.get("is_proven") else None
    page.put(MARGIN, _said(row, page), status=status, span=(1, COLUMNS))
    page.next(20)


def _side(row: Row, side: str, words: Words) -> Row:
    hours = words.number(number(row, "sla_hours"), 1 if (number(row, "sla_hours") or 0) % 1 else 0)
    return {
        "answer": words(f"page.slow_{side}", hours=hours),
        "leads": row.get(side),
        "won": row.get(f"{side}_won"),
        "low": row.get(f"{side}_low"),
        "high": row.get(f"{side}_high"),
    }


def _price(page: Page, row: Row, placed: Placed) -> None:
    """Write the average deal, and the price as a live formula over it and the rows above."""
    words, column = page.words, MARGIN + 1
    page.put(MARGIN, words("column.average_deal"), Look.LABEL)
    page.quantity(column, row.get("average_deal"), Kind.MONEY)
    deal = (page.row, column)
    page.next()
    quick, slow = placed.rows
    known: dict[str, Value] = {
        "late": slow["leads"],
        "conversion_in_time": quick["lead_conversion"],
        "conversion_late": slow["lead_conversion"],
        "average_deal": row.get("average_deal"),
    }
    rate = placed.columns["lead_conversion"]
    spots = {
        "late": (placed.last, placed.columns["leads"]),
        "conversion_in_time": (placed.first, rate),
        "conversion_late": (placed.last, rate),
        "average_deal": deal,
    }
    value, text = derive("slow_response_cost", known, spots)
    page.put(MARGIN, words("column.slow_cost"), Look.LABEL)
    page.quantity(column, value, Kind.MONEY, text)
    page.next()


def _said(row: Row, page: Page) -> str:
    """Say whether the difference is proven, between which ends, and what it costs."""
    words, facts = page.words, page.facts
    if not row.get("is_enough"):
        least = words.number(number(facts.settings, "n_min"))
        return words("page.slow_too_few", n=least)
    parts = {
        name: words.number((number(row, item) or 0.0) * 100, 1)
        for name, item in (
            ("points", "difference"),
            ("low", "difference_low"),
            ("high", "difference_high"),
        )
    }
    if not row.get("is_proven"):
        return words("page.slow_not_proven", **parts)
    costs = {
        name: words.money(number(row, name), facts.currency) for name in ("cost_low", "cost_high")
    }
    return words("page.slow_proven", **parts, **costs)
