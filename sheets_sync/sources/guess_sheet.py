"""A proposal of how to read a tab of a Google Sheet."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sheets_sync.errors import FixConfig
from sheets_sync.sources.desk import desk
from sheets_sync.sources.draft import Draft, Note, fill
from sheets_sync.sources.google_sheet import read_tab, said_of_source, titles_of
from sheets_sync.sources.guessing import ENOUGH, TOP, Guess
from sheets_sync.sources.headers import find_header, match_headers
from sheets_sync.sources.mapping import MODEL, TableMapping
from sheets_sync.sources.raw import load_rows, name_headers

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sheets_sync.google.transport import Spreadsheet

TAB = re.compile(r"[#?&]gid=(\d+)")


def guess_sheet(spreadsheet: Callable[[], Spreadsheet], url: str, made: str) -> Guess:
    """Propose how to read leads, deals, spend or history that people keep in a Google Sheet.

    Raises:
        FixConfig: the tab is empty.
        LookAtSource: Google does not answer, or does not let us in.
    """
    model = MODEL[made]
    with said_of_source(url):
        found = spreadsheet()
        title = _tab(found, url, model)
        rows = read_tab(found, title)
    row, known = find_header(_numbered(rows[:TOP]), model)
    if len(rows) <= row:
        raise FixConfig("file_no_rows", file=title)
    headers = name_headers(rows[row - 1])
    with desk() as connection:
        below = ((line, cells[: len(headers)]) for line, cells in _numbered(rows)[row:])
        raw = load_rows(connection, headers, below)
        draft = Draft(model, raw, match_headers(headers, model), connection)
        if known < ENOUGH:
            draft.note("header_unknown", row=row)
        fill(draft, title)
    address = re.split("[?#]", url)[0]
    told = {"object": made, "url": address, "table": title, "header_row": row}
    mapping = TableMapping.model_validate({**told, **draft.parts()})
    seen = Note("took_sheet", {"sheet": title, "row": row, "rows": raw.rows})
    notes = (seen, Note("sheet_as", {"bot": found.access.name}), *draft.notes)
    return Guess(mapping, notes, tuple(draft.questions), draft.currency)


def _tab(found: Spreadsheet, url: str, model: str) -> str:
    """Return the tab that the address names, else the one with most known headers."""
    titles = titles_of(found)
    named = TAB.search(url)
    if named and named[1] in titles:
        return titles[named[1]]

    def known(title: str) -> int:
        return find_header(_numbered(read_tab(found, title, TOP)), model)[1]

    return max(titles.values(), key=known)


def _numbered(rows: Sequence[Sequence[str]]) -> list[tuple[int, list[str]]]:
    return [(line, [*cells]) for line, cells in enumerate(rows, 1)]
