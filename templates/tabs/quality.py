"""Data quality: whether the numbers can be trusted, and what to put right where."""

from __future__ import annotations

from templates.layout import MARGIN, shown
from templates.page import Page
from templates.tab import ChartKind, Facts, Grid, Group, Kind, Report, Row, Status
from templates.trust import floor_status, trust
from templates.words import Words

COLUMNS = 8
FLOORS = (
    shown("check", width=34),
    shown("share_now", Kind.SHARE, 14, of=lambda row: row.get("value"), status=floor_status),
    shown("floor", Kind.SHARE, 14),
    shown("records", Kind.INTEGER, 12, of=lambda row: row.get("n")),
    shown("affects", width=24),
)
COUNTS = (
    shown("check", width=34),
    shown("cases", Kind.INTEGER, 14, of=lambda row: row.get("count")),
    shown("example", width=14),
)
SOURCES = (
    shown("source", width=34),
    shown("object", width=14),
    shown("rows_read", Kind.INTEGER, 14),
    shown("loaded", Kind.INTEGER, 12),
    shown("quarantined", Kind.INTEGER, 14),
    shown("first_day", Kind.DATE, 13),
    shown("last_day", Kind.DATE, 13),
    shown("last_good", Kind.DATETIME, 18),
    shown("error", width=30, status=lambda row: Status.BAD if row.get("error") else None),
)
REJECTIONS = (
    shown("file", width=34),
    shown("line", Kind.INTEGER, 14),
    shown("object", width=14),
    shown("column", width=12),
    shown("value_found", width=14, of=lambda row: row.get("value")),
    shown("reason", width=20),
)
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
    page.heading(words("page.sources"), COLUMNS)
    page.table(SOURCES, [_object(row, words) for row in facts.tables.get("sources", ())])
    page.heading(words("page.rejections"), COLUMNS)
    left_out = list(facts.tables.get("rejections", ()))[:LONGEST_LIST]
    page.table(REJECTIONS, [_rejection(row, words) for row in left_out])
    if floors:
        at = page.room(320)
        page.chart(
            "quality",
            ChartKind.BAR,
            (
                placed.series("share_now", "check", words("column.share_now")),
                placed.series("floor", "check", words("column.floor"), colour="#B9BEC5"),
            ),
            (at, MARGIN),
            size=(760, 320),
            value_kind=Kind.SHARE,
        )
    return page.grid()


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
