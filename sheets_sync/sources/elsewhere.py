"""Tables that lie elsewhere, in a database or in a Google Sheet, made ready to be read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from sheets_sync.sources.casting import Circumstances
from sheets_sync.sources.mapping import TableMapping

if TYPE_CHECKING:
    from sheets_sync.google.transport import Spreadsheet
    from sheets_sync.sources.google_sheet import SheetSource
    from sheets_sync.sources.tables import TableSource


@dataclass(frozen=True, slots=True)
class Place:
    """The workspace: where files are looked for, and who we are to Google there."""

    folder: Path
    key: str = ""  # a file with credentials
    impersonate: str = ""


def open_tables(
    mappings: Sequence[TableMapping], place: Place, around: Circumstances
) -> list[TableSource | SheetSource]:
    """Return the tables that the config names."""
    told = [mapping.place for mapping in mappings]
    return [
        _open(mapping, place, around, told[:before].count(mapping.place) + 1)
        for before, mapping in enumerate(mappings)
    ]


def _open(
    mapping: TableMapping, place: Place, around: Circumstances, number: int
) -> TableSource | SheetSource:
    there = replace(around, timezone=mapping.timezone or around.timezone)
    if mapping.is_sheet:
        from sheets_sync.sources.google_sheet import SheetSource

        return SheetSource(
            mapping, partial(_spreadsheet, mapping, place, around.today), there, number
        )
    from sheets_sync.sources.tables import TableSource, open_database

    database = partial(open_database, mapping.url, mapping.secret, place.folder)
    return TableSource(mapping, database, there, number)


def _spreadsheet(mapping: TableMapping, place: Place, today: date | None) -> Spreadsheet:
    """Find credentials for a Google Sheet: those of the table, else those of the workbook."""
    from sheets_sync.google.connect import connect

    key = mapping.secret.removeprefix("file:") or place.key
    return connect(
        mapping.url,
        now=datetime.combine(today or date.max, time(), UTC),
        key=place.folder / key if key else None,
        impersonate=place.impersonate,
    )
