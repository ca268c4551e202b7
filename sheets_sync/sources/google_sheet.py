"""A tab of a Google Sheet as a source: read whole, and stored when it is another."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from hashlib import sha256
from itertools import zip_longest
from typing import TYPE_CHECKING

from sheets_sync.errors import LookAtSource, TargetNotWritten
from sheets_sync.google.failures import Refused
from sheets_sync.sources.casting import Circumstances
from sheets_sync.sources.desk import desk
from sheets_sync.sources.grid import Cell, texts
from sheets_sync.sources.mapping import TableMapping
from sheets_sync.sources.raw import load_rows, name_headers
from sheets_sync.sources.typed import refuse_open_questions, typed_pages

if TYPE_CHECKING:
    from sheets_sync.google.transport import Spreadsheet
    from sheets_sync.model import Page

SAID = {"sheet_not_shared": "sheet_closed"}
READER = "1"  # changes when tabs are to be read again because reading has changed


@dataclass(frozen=True, slots=True)
class SheetSource:
    """A tab of a Google Sheet that people, a form or another program fill in.

    Its cursor is the digest of its values and of how they are read: the same are stored once.
    """

    mapping: TableMapping
    spreadsheet: Callable[[], Spreadsheet]
    around: Circumstances
    number: int = 1  # among the tables that are told alike

    @property
    def name(self) -> str:
        """Return the name by which the store knows the tab."""
        return self.mapping.place + (f"#{self.number}" if self.number > 1 else "")

    def read(self, since: str | None, /) -> Iterator[Page]:
        """Yield the rows of the tab; nothing, when it is as it was."""
        refuse_open_questions(self.mapping)
        rows = self._rows()
        how = (READER, self.mapping.digest, replace(self.around, today=None))
        cursor = sha256(repr((how, rows)).encode()).hexdigest()[:32]
        if cursor == since:
            return
        if len(rows) <= self.mapping.header_row:
            raise LookAtSource("file_no_rows", file=self.name)
        headers = name_headers(rows[self.mapping.header_row - 1])
        width = len(headers)
        below = enumerate(rows[self.mapping.header_row :], self.mapping.header_row + 1)
        with desk() as connection:
            raw = load_rows(connection, headers, ((line, cells[:width]) for line, cells in below))
            yield from typed_pages(connection, self.mapping, raw, self.around, cursor)

    def count(self) -> int:
        """Return how many rows there are under the headers."""
        return max(0, len(self._rows()) - self.mapping.header_row)

    def _rows(self) -> list[list[str]]:
        """Read the tab.

        Raises:
            LookAtSource: Google does not answer, does not let us in, or has no such tab.
        """
        with said_of_source(self.mapping.url):
            found = self.spreadsheet()
            titles = titles_of(found).values()
            if self.mapping.table not in titles:
                raise _missing(self.mapping, [*titles])
            return read_tab(found, self.mapping.table)


@contextmanager
def said_of_source(url: str) -> Iterator[None]:
    """Say of a source what is otherwise said of the workbook.

    Raises:
        LookAtSource: Google does not answer, or does not let us in.
    """
    try:
        yield
    except Refused as refused:
        raise LookAtSource("sheet_refused", why=str(refused)) from None
    except TargetNotWritten as error:
        raise LookAtSource(SAID.get(error.id, error.id), **{**error.parts, "place": url}) from None


def titles_of(found: Spreadsheet) -> dict[str, str]:
    """Return the titles of the tabs, by the number that an address has them by."""
    found.begin()
    sheets = found.structure("sheets.properties(sheetId,title)").get("sheets", ())
    told = [sheet["properties"] for sheet in sheets]
    return {str(each.get("sheetId", 0)): each["title"] for each in told}


def read_tab(found: Spreadsheet, title: str, most: int | None = None) -> list[list[str]]:
    """Return the rows of a tab, or so many of the first ones."""
    spelled = title.replace("'", "''")
    rows = f"!1:{most}" if most else ""
    values = found.read([{"a1Range": f"'{spelled}'{rows}"}], "UNFORMATTED_VALUE")
    [matched] = values["valueRanges"]
    return rows_of(matched["valueRange"].get("values", ()))


def _missing(mapping: TableMapping, titles: Sequence[str]) -> LookAtSource:
    near = difflib.get_close_matches(mapping.table, titles, 5, 0.4) or titles[:20]
    parts = {"place": mapping.url, "table": mapping.table, "near": ", ".join(near)}
    return LookAtSource("sql_no_table", **parts)


def rows_of(columns: Sequence[Sequence[Cell]]) -> list[list[str]]:
    r"""Return rows of texts from columns of values; numbers are marked as such.

    >>> rows_of([["id", 17], ["sold", True, "late"]])
    [['id', 'sold'], ['\x1f17', 'true'], ['', 'late']]
    """
    return [texts(row) for row in zip_longest(*columns, fillvalue="")]
