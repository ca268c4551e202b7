"""Sellers: who turns how many qualified leads into customers, and how sure that is."""

from __future__ import annotations

from collections.abc import Sequence

from formulas.interval import wilson
from templates.layout import MARGIN, Field, derived, number, shown, summed
from templates.page import Page
from templates.slowness import place_slowness
from templates.tab import ChartKind, Facts, Grid, Group, Kind, Report, Row, Status
from templates.tabs.channels import interval, interval_series
from templates.words import Words

COLUMNS = 14
BAR_HEIGHT = 17
"""Pixels that a bar needs for its name beside it."""


def _difference_status(row: Row) -> Status | None:
    """Colour who is proven to differ: below the median a warning, above it a praise."""
    if not row.get("is_different"):
        return None
    return Status.WARN if number(row, "spread_cost") else Status.GOOD


COHORT: tuple[Field, ...] = (
    shown("manager", width=22),
    summed("n", width=12),
    summed("won", width=11),
    derived(
        "manager_conversion", width=12, arguments={"qualified": "n"}, status=_difference_status
    ),
    shown("low", Kind.SHARE, 10),
    shown("high", Kind.SHARE, 10),
    shown("shrunk", Kind.SHARE, 13),
    shown("expected", Kind.SHARE, 13),
    summed("closed_won", width=13),
    summed("closed_lost", width=12),
    derived("close_rate", width=14, arguments={"won": "closed_won", "lost": "closed_lost"}),
    shown("response_median_hours", Kind.NUMBER, 17),
    summed("spread_cost", Kind.MONEY, 18),
    shown("difference", width=22, status=_difference_status),
)
CLOSED: tuple[Field, ...] = (
    shown("manager", width=22),
    summed("closed_won", width=13),
    summed("closed_lost", width=12),
    derived(
        "close_rate",
        width=14,
        arguments={"won": "closed_won", "lost": "closed_lost"},
        status=_difference_status,
    ),
    shown("close_low", Kind.SHARE, 10),
    shown("close_high", Kind.SHARE, 10),
    shown("shrunk", Kind.SHARE, 13),
    summed("spread_cost", Kind.MONEY, 18),
    shown("difference", width=22, status=_difference_status),
)


def draw(facts: Facts, words: Words) -> Grid:
    """Draw the sellers: those with enough leads in order, the others below."""
    page = Page("managers", facts, words)
    page.head(COLUMNS, window="window_people")
    rows = [_spoken(row, words) for row in facts.tables.get("managers", ())]
    is_closed = bool(rows) and all(row.get("basis") == "closed" for row in rows)
    fields = CLOSED if is_closed else COHORT
    if is_closed:
        page.note(words("page.managers_closed"), COLUMNS)
        page.next(8)
    working = [row for row in rows if row.get("is_active") is not False]
    ranked = [row for row in working if row.get("is_ranked")]
    others = [row for row in working if not row.get("is_ranked") and row.get("is_compared", True)]
    apart = {
        "page.not_compared": [row for row in working if not row.get("is_compared", True)],
        "page.left": [row for row in rows if row.get("is_active") is False],
    }
    height = max(360, BAR_HEIGHT * len(ranked))
    at = page.room(height) if ranked else 0
    if ranked:
        page.heading(words("page.ranked"), COLUMNS)
        is_part = len(ranked) < len(rows)
        page.table(fields, ranked, total=words("page.total" if is_part else "page.department"))
        _extremes(page)
    has_ends = any(row.get("closed_lost") is not None for row in rows) or not is_closed
    if not rows or not has_ends:
        page.note(words("page.no_sellers"), COLUMNS)
        page.next()
    if others:
        least = words.number(number(facts.settings, "n_min") or 20)
        page.heading(words("page.unranked" if has_ends else "page.only_won", n=least), COLUMNS)
        page.table(fields, others)
    for text, listed in apart.items():
        if listed:
            page.heading(words(text), COLUMNS)
            page.table(fields, listed)
    page.note(words("page.managers_note"), COLUMNS)
    place_slowness(page)
    page.print_rows = page.row
    page.next()
    _pictures(page, ranked, (at, height), is_closed=is_closed)
    return page.grid()


def _extremes(page: Page) -> None:
    """Say how far the best and the lowest are apart, with their intervals, and name nobody."""
    words = page.words
    five = page.facts.tables.get("five", ())
    row = next((row for row in five if row["id"] == "manager_conversion"), {})
    if row.get("best") is None or row.get("worst") is None:
        return
    ends = {side: _with_interval(row, side, words) for side in ("best", "worst")}
    proof = "proven" if row.get("is_proven") else "not_proven"
    page.row -= 1
    page.put(MARGIN, words(f"page.extremes_{proof}", **ends), span=(1, COLUMNS))
    page.next(20)
    page.next()


def _with_interval(row: Row, side: str, words: Words) -> str:
    won, n = number(row, f"{side}_won") or 0, number(row, f"{side}_n") or 0
    found = wilson(int(won), int(n))
    return words(
        "page.with_interval",
        share=words.share(found.share),
        won=words.number(won),
        n=words.number(n),
        low=words.share(found.low, 0),
        high=words.share(found.high, 0),
    )


def _spoken(row: Row, words: Words) -> Row:
    """Name the seller, and say whether they are proven to differ."""
    manager = words("page.manager_unknown") if row.get("manager") is None else row["manager"]
    is_different = row.get("is_different")
    difference = words("page.differs" if is_different else "page.does_not_differ")
    return {**row, "manager": manager, "difference": difference if row.get("is_ranked") else None}


def _pictures(page: Page, ranked: Sequence[Row], room: tuple[int, int], *, is_closed: bool) -> None:
    words = page.words
    if not ranked:
        return
    page.note(words("page.chart_data"), COLUMNS)
    fields = (
        shown("manager"),
        shown("interval_low", Kind.SHARE, unknown=None),
        shown("interval_below", Kind.SHARE, unknown=None),
        shown("interval_above", Kind.SHARE, unknown=None),
    )
    left, right = page.side_by_side(room[0], COLUMNS, room[1])
    bars = page.table(fields, [_interval(row, is_closed=is_closed) for row in ranked])
    page.chart(
        "conversion_by_manager",
        ChartKind.STACKED_BAR,
        interval_series(bars, "manager", words),
        left[0],
        size=left[1],
        value_kind=Kind.SHARE,
        has_legend=False,
    )
    months = [row for row in page.facts.tables.get("months", ()) if "conversion_max" in row]
    if not any(row.get("conversion_median") is not None for row in months):
        return
    page.row -= len(ranked) + 2
    trend = page.table(TREND, months, columns=range(MARGIN + 5, MARGIN + 9))
    colours = {"conversion_max": "#2E8B57", "conversion_median": "#8A8F98"}
    page.chart(
        "conversion_by_month",
        ChartKind.LINE,
        [
            trend.series(
                item.id,
                "month",
                words(f"column.{item.id}"),
                colour=colours.get(item.id, "#C0392B"),
                is_dashed=item.id == "conversion_median",
            )
            for item in TREND[1:]
        ],
        right[0],
        size=right[1],
        value_kind=Kind.SHARE,
    )


def _interval(row: Row, *, is_closed: bool) -> Row:
    won, lost = number(row, "closed_won") or 0, number(row, "closed_lost") or 0
    n = won + lost if is_closed else number(row, "n") or 0
    share = (won if is_closed else number(row, "won") or 0) / n if n else None
    low, high = ("close_low", "close_high") if is_closed else ("low", "high")
    return {"manager": row["manager"], **interval(share, number(row, low), number(row, high))}


TREND = (
    shown("month", Kind.MONTH),
    shown("conversion_max", Kind.SHARE, unknown=None),
    shown("conversion_median", Kind.SHARE, unknown=None),
    shown("conversion_min", Kind.SHARE, unknown=None),
)

REPORT = Report("managers", Group.READ, draw)
