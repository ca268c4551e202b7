"""A proposal of which tables of a database are read, and how."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sheets_sync.errors import FixConfig
from sheets_sync.sources.database import Reading, Rows
from sheets_sync.sources.desk import desk
from sheets_sync.sources.draft import Draft, Note, fill
from sheets_sync.sources.guessing import Guess
from sheets_sync.sources.headers import match_headers
from sheets_sync.sources.mapping import BORN, KEY, MODEL, TableMapping
from sheets_sync.sources.raw import load_rows
from sheets_sync.sources.vocabulary import spaced, table_words

SAMPLE = 20_000  # rows from which it is told how columns are written


@dataclass(frozen=True, slots=True)
class Address:
    """Where a database is, as the config says it."""

    url: str
    secret: str = ""  # the place of it


def find_tables(reading: Reading) -> dict[str, str]:
    """Return the table of each kind of records that is recognised, by its name and its columns.

    Raises:
        FixConfig: none is.
    """
    tables = reading.tables()
    found: dict[str, tuple[int, str]] = {}
    for table in tables:
        words = {*spaced(table.rpartition(".")[2]).split()}
        for made in (made for made in MODEL if words & {*table_words(made)}):
            fields = match_headers(reading.names(Rows(table)), MODEL[made])
            if {KEY[MODEL[made]], BORN.get(MODEL[made])} & fields.keys():
                found[made] = max(found.get(made, (0, "")), (len(fields), table))
    if not found:
        shown = ", ".join(tables[:40]) or "—"
        raise FixConfig("sql_no_guess", place=reading.database.place, tables=shown)
    return {made: table for made, (_, table) in found.items()}


def guess_table(reading: Reading, address: Address, made: str, table: str) -> Guess:
    """Propose how to read a table of leads, deals, spend or history."""
    model, rows = MODEL[made], Rows(table)
    names = tuple(reading.names(rows))
    count = reading.count(rows)
    with desk() as connection:
        cells = reading.cells(rows, names, most=SAMPLE)
        raw = load_rows(connection, names, enumerate(cells, 1))
        draft = Draft(model, raw, match_headers(names, model), connection)
        fill(draft, table)
    mapping = TableMapping.model_validate(
        {
            "object": made,
            "url": address.url,
            "secret": address.secret,
            "table": table,
            "changed": _changed(draft.columns, model),
            **draft.parts(),
        }
    )
    notes = (Note("took_table", {"rows": count}), *draft.notes)
    return Guess(mapping, notes, tuple(draft.questions), draft.currency)


def _changed(columns: Mapping[str, str], model: str) -> str:
    """Return the column with the time of the last change, if rows can be told apart by an id."""
    return columns.get("updated_at", "") if KEY[model] in columns else ""
