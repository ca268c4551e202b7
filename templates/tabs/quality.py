"""Data quality: whether the numbers can be trusted, and what to put right where."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from templates.brand import Hue
from templates.layout import MARGIN, Field, Placed, derived, shown
from templates.page import Page
from templates.tab import ChartKind, Facts, Grid, Group, Kind, Report, Row, Status
from templates.trust import floor_status, trust
from templates.words import Words

COLUMNS = 9
FLOORS = (
    shown("check", width=34),
    shown("share_now", Kind.SHARE, 14, of=lambda row: row.get("value"), status=floor_status),
    shown("floor", Kind.SHARE, 14),
    shown("records", Kind.INTEGER, 14, of=lambda row: row.get("n")),
    shown("affects", width=26),
)
COUNTS = (
    shown("check", width=34),
    shown("cases", Kind.INTEGER, 14, of=lambda row: row.get("count")),
    shown("example", width=24, unknown=None),
)
SOURCES = (
    shown("source", Kind.LONG_TEXT, 34),
    shown("rows_read", Kind.INTEGER, 14),
    shown("object", width=24),
    shown("loaded", Kind.INTEGER, 14),
    shown("last_good", Kind.DATETIME, 26),
    shown("quarantined", Kind.INTEGER, 12),
    shown("first_day", Kind.DATE, 13),
    shown("last_day", Kind.DATE, 13),
    shown(
        "error",
        Kind.LONG_TEXT,
        34,
        unknown=None,
        status=lambda row: Status.BAD if row.get("error") else None,
    ),
)
REJECTIONS = (
    shown("file", Kind.LONG_TEXT, 34),
    shown("line", Kind.INTEGER, 14),
    shown("value_found", Kind.LONG_TEXT, 24, of=lambda row: row.get("value")),
    shown("column", width=14),
    shown("reason", Kind.LONG_TEXT, 26),
    shown("object", width=15),
)
UNMAPPED = (
    shown("unknown_kind", width=34),
    shown("records", Kind.INTEGER, 14, of=lambda row: row.get("n")),
    shown("unknown_name", Kind.LONG_TEXT, 24),
    shown("unknown_where", span=4),
)
WEEKS = (
    shown("week_start", Kind.DATE, of=lambda row: row.get("start")),
    *(
        shown(f"known_{id_}", Kind.SHARE, unknown=None, of=lambda row, id_=id_: row.get(id_))
        for id_ in ("source", "owner", "verdict")
    ),
)
LOOKS: Mapping[str, Mapping[str, Any]] = {
    "known_source": {"colour": Hue.ACCENT},
    "known_owner": {"colour": "#8A8F98", "is_dashed": True},
    "known_verdict": {"colour": "#E0A100"},
}
MONEY = ("revenue", "spend")


def adjusted(kind: Kind) -> tuple[Field, ...]:
    """Name the columns of what changed in weeks that were over."""
    return (
        shown("adjusted", width=34),
        shown("week", width=14),
        shown("was", kind, 24),
        shown("became", kind, 14, of=lambda row: row.get("now")),
        derived("plan_deviation", kind, 26, id="changed_by", arguments=CHANGED),
    )


CHANGED = {"fact": "became", "plan": "was"}
LONGEST_LIST = 60


def draw(facts: Facts, words: Words) -> Grid:
    """Draw the verdict, the floors, the counts, the sources and the rows left out."""
    page = Page("quality", facts, words)
    page.head(COLUMNS)
    line, status = trust(facts, words)
    page.put(MARGIN, line, status=status, span=(1, COLUMNS))
    page.next(24)
    page.next(8)
    page.heading(words("page.floors"), COLUMNS)
    floors = [_check(row, words) for row in facts.tables.get("quality_floors", ())]
    placed = page.table(FLOORS, floors)
    page.heading(words("page.found"), COLUMNS)
    page.table(COUNTS, [_check(row, words) for row in facts.tables.get("quality_counts", ())])
    _unmapped(page)
    page.heading(words("page.sources"), COLUMNS)
    page.table(SOURCES, [_object(row, words) for row in facts.tables.get("sources", ())])
    _adjustments(page)
    page.heading(words("page.rejections"), COLUMNS)
    left_out = list(facts.tables.get("rejections", ()))[:LONGEST_LIST]
    if left_out:
        page.table(REJECTIONS, [_rejection(row, words) for row in left_out])
    else:
        page.note(words("page.no_rejections"), COLUMNS)
        page.next()
    if any(row.get("share_now") is not None for row in placed.rows):
        _pictures(page, placed)
    return page.grid()


def _unmapped(page: Page) -> None:
    """List the names that nobody explained, each with where to do it."""
    words = page.words
    rows = [
        {
            **row,
            "unknown_kind": words(f"quality.unmapped_{row['kind']}"),
            "unknown_name": row["name"],
            "unknown_where": words(f"quality.type_{row['kind']}", tab=words(f"tab.{row['tab']}")),
        }
        for row in page.facts.tables.get("unmapped", ())
    ]
    if rows:
        page.heading(words("page.unmapped"), COLUMNS)
        page.table(UNMAPPED, rows)


def _adjustments(page: Page) -> None:
    """List what is counted otherwise today than when its week was written down."""
    words = page.words
    page.heading(words("page.adjustments"), COLUMNS)
    rows = list(page.facts.tables.get("adjustments", ()))[:LONGEST_LIST]
    if not rows:
        page.note(words("page.no_adjustments"), COLUMNS)
        page.next()
    for is_money, fields in ((False, adjusted(Kind.INTEGER)), (True, adjusted(Kind.MONEY))):
        named = [
            {**row, "adjusted": words(f"column.{row['metric']}")}
            for row in rows
            if (row["metric"] in MONEY) is is_money
        ]
        if named:
            page.table(fields, named)


def _pictures(page: Page, floors: Placed) -> None:
    """Draw the shares against their floors, and the same shares week by week."""
    words = page.words
    at = page.room(320)
    left, right = page.side_by_side(at, COLUMNS, 320)
    page.chart(
        "quality",
        ChartKind.BAR,
        (
            floors.series("share_now", "check", words("column.share_now")),
            floors.series("floor", "check", words("column.floor"), colour="#B9BEC5"),
        ),
        left[0],
        size=left[1],
        value_kind=Kind.SHARE,
        most=1.0,
    )
    page.print_rows = page.row
    rows = page.facts.tables.get("quality_weeks", ())
    if not rows:
        return
    page.note(words("page.chart_data"), COLUMNS)
    weeks = page.table(WEEKS, rows)
    page.chart(
        "quality_by_week",
        ChartKind.LINE,
        [
            weeks.series(id_, "week_start", words(f"quality.{id_.removeprefix('known_')}"), **look)
            for id_, look in LOOKS.items()
        ],
        right[0],
        size=right[1],
        value_kind=Kind.SHARE,
        most=1.0,
    )


def _check(row: Row, words: Words) -> Row:
    affects = row.get("affects")
    return {
        **row,
        "check": words(f"quality.{row['id']}"),
        "affects": words(f"quality.affects_{row['id']}") if "floor" in row else affects,
    }


def _object(row: Row, words: Words) -> Row:
    return {
        **row,
        "object": _named(row["object"], words),
        "source": row.get("file") or row["source"],
        "error": _failure(row, words),
    }


def _failure(row: Row, words: Words) -> str | None:
    """Say why a source could not be read."""
    error = row.get("error")
    if not error:
        return None
    parts = {
        name.removeprefix("error_"): value
        for name, value in row.items()
        if name.startswith("error_")
    }
    return next(
        (words(id_, **parts) for id_ in (f"{error}", f"error.{error}") if words.has(id_)),
        words("quality.read_failed"),
    )


def _rejection(row: Row, words: Words) -> Row:
    reason = f"reject.{row['reason']}"
    return {
        **row,
        "object": _named(row["object"], words),
        "reason": words(reason) if words.has(reason) else row["reason"],
    }


def _named(name: object, words: Words) -> str:
    return words(f"object.{name}") if words.has(f"object.{name}") else str(name or "")


REPORT = Report("quality", Group.RECORD, draw, is_hidden=True)
