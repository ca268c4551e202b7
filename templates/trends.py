"""How the five numbers went: two charts and the small lines of the cards, from frozen weeks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from templates.brand import Hue
from templates.layout import Field, Placed, Spot, number, shown
from templates.page import Page
from templates.tab import ChartKind, Facts, Kind, Look, Row, Series, Sparkline
from templates.words import Words

GREY, MUTED, RED, INK = "#8A8F98", Hue.PALE, "#C0392B", "#5A6270"
FEWEST = 2
"""Points that make a line."""

WEEKS = (
    shown("week_start", Kind.DATE, of=lambda row: row.get("start")),
    shown("rule_version", Kind.INTEGER),
    shown("n", Kind.INTEGER),
    shown("week_share", Kind.SHARE, unknown=None),
    shown("share_before", Kind.SHARE, unknown=None),
    shown("share_running", Kind.SHARE, unknown=None),
    shown("band_low", Kind.SHARE, unknown=None),
    shown("band_high", Kind.SHARE, unknown=None),
    shown("rule_line", Kind.SHARE, unknown=None),
    shown("rule_label", unknown=None),
)
MONTHS = (
    shown("month", Kind.MONTH),
    shown("kept"),
    shown("customers", Kind.INTEGER),
    shown("customer_cost", Kind.MONEY, unknown=None),
    shown("limit", Kind.MONEY, unknown=None),
)
TILES: Mapping[str, Field] = {
    "run_rate": shown("run_rate", Kind.SHARE, unknown=None),
    "coverage_raw": shown("coverage_raw", Kind.RATIO, unknown=None),
    "manager_conversion": shown("conversion_median", Kind.SHARE, unknown=None,
                                of=lambda row: row.get("manager_conversion")),
    "qualified_share": shown("qualified_share", Kind.SHARE, unknown=None),
    "customer_cost": shown("customer_cost", Kind.MONEY, unknown=None),
}  # fmt: skip
"""What the small line of each card shows."""


def lasting(id_: str, facts: Facts) -> int:
    """Return over how many weeks the past of one of the five numbers is known; 0 if too few."""
    known = [row.get(id_) is not None for row in facts.tables.get("trend_weeks", ())]
    return len(known) - known.index(True) if sum(known) >= FEWEST else 0


def labelled(facts: Facts, words: Words) -> list[Row]:
    """Return the weeks, with a `rule_label` where another version of the rule begins."""
    rows = facts.tables.get("trend_weeks", ())
    versions = [row.get("rule_version") for row in rows]
    return [
        {**row, "rule_label": words("page.rule_label", version=now) if now != before else None}
        for row, now, before in zip(rows, versions, [*versions[:1], *versions], strict=False)
    ]


def weeks(facts: Facts, words: Words) -> list[Row]:
    """Return the weeks as the chart shows them.

    Shares under another version of the rule than the newest are a line of their own, since they do
    not compare; the line to the week that is running, too, since its share may still change.
    """
    rows = labelled(facts, words)
    newest = next((row.get("rule_version") for row in reversed(rows)), None)
    top = max([1.0, *(number(row, "band_high") or 0.0 for row in rows)])
    last = _last_known(rows)
    made: list[Row] = []
    for place, row in enumerate(rows):
        share, is_now = row.get("week_share"), row.get("rule_version") == newest
        is_frozen = bool(row.get("is_frozen"))
        made.append({
            **row,
            "kept": words("page.frozen" if is_frozen else "page.running"),
            "week_share": share if is_now and is_frozen else None,
            "share_before": share if not is_now and is_frozen else None,
            "share_running": share if not is_frozen or place == last else None,
            "rule_line": top if row["rule_label"] else None,
        })  # fmt: skip
    return made


def _last_known(rows: Sequence[Row]) -> int | None:
    """Return the frozen week from which a line leads to the one that is running, if any does."""
    if not rows or rows[-1].get("is_frozen") or rows[-1].get("week_share") is None:
        return None
    known = [at for at, row in enumerate(rows[:-1]) if row.get("week_share") is not None]
    is_same = known and rows[known[-1]].get("rule_version") == rows[-1].get("rule_version")
    return known[-1] if is_same else None


def months(facts: Facts, words: Words) -> list[Row]:
    """Return the months after the first of the data, which lacks customers of earlier leads."""
    first = next(iter(facts.tables.get("one", ())), {}).get("first_day")
    return [
        {**row, "kept": words("page.frozen" if row.get("is_frozen") else "page.running")}
        for row in facts.tables.get("trend_months", ())
        if not isinstance(first, date) or row["month"] > first  # type: ignore[operator]
    ]


def has_charts(facts: Facts) -> bool:
    """Tell whether there is anything to draw."""
    shares = (row.get("week_share") for row in facts.tables.get("trend_weeks", ()))
    costs = (row.get("customer_cost") for row in facts.tables.get("trend_months", ()))
    return any(value is not None for value in (*shares, *costs))


def place_trends(
    page: Page, columns: Sequence[int], spots: Sequence[tuple[Spot, tuple[int, int]]]
) -> Placed:
    """Place what the charts and the small lines show, and draw the charts at two spots.

    Return where the weeks of the five numbers stand.
    """
    facts, words, (left, right) = page.facts, page.words, spots
    by_week = page.table(WEEKS, weeks(facts, words), columns=columns[: len(WEEKS)])
    by_month = page.table(MONTHS, months(facts, words), columns=columns[: len(MONTHS)])
    fields = (WEEKS[0], shown("kept"), *TILES.values())
    tiles = page.table(fields, weeks(facts, words), columns=columns[: len(fields)])
    has_weeks = _is_known(by_week, "week_share", "share_before", "share_running")
    if has_weeks:
        page.chart("share_by_week", ChartKind.LINE, _shares(by_week, words), left[0],
                   size=left[1], value_kind=Kind.SHARE, most=1.0)  # fmt: skip
    else:
        _wait(page, left[0])
    if _is_known(by_month, "customer_cost"):
        page.chart("cost_by_month", ChartKind.COLUMN, _costs(by_month, words), right[0],
                   size=right[1], value_kind=Kind.MONEY)  # fmt: skip
    elif has_weeks:
        _wait(page, right[0])
    return tiles


def _shares(placed: Placed, words: Words) -> list[Series]:
    """Return the lines of the chart of weeks, without those that would be empty."""
    lines: Mapping[str, Mapping[str, object]] = {
        "week_share": {},
        "share_before": {"colour": MUTED},
        "share_running": {"is_dashed": True},
        "band_low": {"colour": GREY, "is_dashed": True},
        "band_high": {"colour": GREY, "is_dashed": True},
        "rule_line": {"colour": INK, "is_drop": True, "labels": placed.area("rule_label")},
    }
    return [
        placed.series(id_, "week_start", words(f"column.{id_}"), **look)
        for id_, look in lines.items()
        if _is_known(placed, id_) or id_ == "week_share"
    ]


def _costs(placed: Placed, words: Words) -> list[Series]:
    colours = tuple(None if row.get("is_frozen") else MUTED for row in placed.rows)
    return [
        placed.series("customer_cost", "month", words("column.customer_cost"),
                      point_colours=colours if any(colours) else ()),
        placed.series("limit", "month", words("column.limit"), colour=RED,
                      as_kind=ChartKind.LINE, is_dashed=True),
    ]  # fmt: skip


def draw_lines(page: Page, spots: Mapping[str, Spot], placed: Placed) -> None:
    """Draw the small line of each card from its first known week on."""
    for id_, at in spots.items():
        length = lasting(id_, page.facts)
        if length:
            _, left, bottom, right = placed.area(TILES[id_].id)
            area = (bottom - length + 1, left, bottom, right)
            is_running = not placed.rows[-1].get("is_frozen")
            page.sparklines.append(Sparkline(at, area, is_last_pale=is_running))


def _is_known(placed: Placed, *names: str) -> bool:
    """Tell whether there is anything to draw."""
    return any(row.get(name) is not None for row in placed.rows for name in names)


def _wait(page: Page, spot: Spot) -> None:
    """Say that a chart will come, where it will stand."""
    below, page.row = page.row, spot[0]
    page.put(spot[1], page.words("page.no_chart"), Look.NOTE, span=(1, 4))
    page.row = below
