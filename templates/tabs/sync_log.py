"""Sync log: the last runs, newest first."""

from __future__ import annotations

from templates.layout import shown
from templates.page import Page
from templates.tab import Facts, Grid, Group, Kind, Report, Row
from templates.words import Words

FIELDS = (
    shown("started", Kind.DATETIME, 18),
    shown("finished", Kind.DATETIME, 18),
    shown("source", width=28),
    shown("rows_read", Kind.INTEGER, 12, of=lambda row: row.get("read")),
    shown("rows_new", Kind.INTEGER, 12, of=lambda row: row.get("new")),
    shown("rows_changed", Kind.INTEGER, 12, of=lambda row: row.get("changed")),
    shown("rows_rejected", Kind.INTEGER, 12, of=lambda row: row.get("rejected")),
    shown("rows_gone", Kind.INTEGER, 12, of=lambda row: row.get("gone")),
    shown("message", width=60),
    shown("next_run", Kind.DATETIME, 18),  # of the newest row alone
)


def draw(facts: Facts, words: Words) -> Grid:
    """Draw the log."""
    page = Page("sync_log", facts, words)
    page.head(len(FIELDS))
    page.table(FIELDS, [_named(row, words) for row in facts.tables.get("log", ())])
    return page.grid()


def _named(row: Row, words: Words) -> Row:
    """Name in words what stands in the place of a source."""
    name = f"log.{row['source']}"
    return {**row, "source": words(name)} if words.has(name) else row


REPORT = Report("sync_log", Group.RECORD, draw, is_hidden=True)
