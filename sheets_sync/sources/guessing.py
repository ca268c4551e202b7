"""A proposal of how to read a file or a table: what it took for what, and what it asks."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TypeVar

from sheets_sync.errors import FixConfig, LookAtSource
from sheets_sync.sources.container import Kind, examine
from sheets_sync.sources.desk import desk
from sheets_sync.sources.draft import Draft, Note, Question, fill
from sheets_sync.sources.grid import sheet_names, sheet_rows, texts
from sheets_sync.sources.headers import find_header, match_headers
from sheets_sync.sources.mapping import MODEL, Columns, FileMapping, NumberFormat
from sheets_sync.sources.plaintext import (
    as_utf8,
    detect_delimiter,
    detect_encoding,
    head_records,
    read_head,
)
from sheets_sync.sources.raw import Layout, Raw, load_raw

TOP = 30  # rows in which the header is looked for
ENOUGH = 2  # known headers make a header row

M = TypeVar("M", bound=Columns)


@dataclass(frozen=True, slots=True)
class Guess:
    """A proposed mapping, what it rests on, and what is still open."""

    mapping: Columns
    notes: tuple[Note, ...]
    questions: tuple[Question, ...]
    currency: str | None = None  # of all its money, where that is one


def guess(path: Path, object: str, *, name: str | None = None) -> Guess:  # noqa: A002
    """Propose how to read a file of leads, deals, spend or history.

    `name` is the path that the config gives it.
    """
    model = MODEL[object]
    try:
        layout, known = find_layout(path, model)
        with desk() as connection:
            raw = load_raw(connection, path, layout)
            draft = Draft(model, raw, match_headers(raw.headers, model), connection)
            if known < ENOUGH:
                draft.note("header_unknown", row=layout.header_row)
            fill(draft, path.stem)
    except LookAtSource as error:  # at `init` the command names the wrong file
        raise FixConfig(error.id, **error.parts) from None
    if not raw.rows:
        raise FixConfig("file_no_rows", file=path.name)
    mapping = FileMapping.model_validate(
        {
            "object": object,
            "path": name or str(path),
            "encoding": layout.encoding,
            "delimiter": layout.delimiter,
            "sheet": layout.sheet,
            "header_row": layout.header_row,
            **draft.parts(),
        }
    )
    notes = (_layout_note(layout, raw), *draft.notes)
    return Guess(mapping, notes, tuple(draft.questions), draft.currency)


def answer(mapping: M, question: Question, choice: str) -> M:
    """Return the mapping with a question answered."""
    name = question.field
    if question.id.startswith("ask_date"):
        return mapping.model_copy(update={"dates": {**mapping.dates, name: choice}})
    if question.id.startswith("ask_decimal"):
        thousands = "." if choice == "," else ","
        form = NumberFormat.model_validate({"decimal": choice, "thousands": thousands})
        return mapping.model_copy(update={"numbers": {**mapping.numbers, name: form}})
    return mapping.model_copy(update={"columns": {**mapping.columns, name: choice}})


def find_layout(path: Path, model: str) -> tuple[Layout, int]:
    """Tell where in a file the table lies, and how many of its headers are known."""
    container = examine(path)
    if container.kind is Kind.SHEET:
        best, most = Layout(), -1
        for sheet in sheet_names(path):
            rows = islice(sheet_rows(path, sheet, container), TOP)
            row, known = find_header([(line, texts(cells)) for line, cells in rows], model)
            if known > most:
                best, most = Layout(sheet=sheet, header_row=row), known
        return best, most
    encoding = detect_encoding(path)
    head = read_head(path, encoding)
    delimiter = detect_delimiter(head)
    with as_utf8(path, encoding) as text:
        top = head_records(text, delimiter, TOP)
    if not top:
        raise LookAtSource("file_empty", file=path.name)
    row, known = find_header(top, model)
    return Layout(encoding, delimiter, None, row), known


def _layout_note(layout: Layout, raw: Raw) -> Note:
    if layout.sheet is not None:
        return Note(
            "took_sheet", {"sheet": layout.sheet, "row": layout.header_row, "rows": raw.rows}
        )
    delimiter = "TAB" if layout.delimiter == "\t" else layout.delimiter
    parts = {"encoding": layout.encoding, "delimiter": delimiter, "row": layout.header_row}
    return Note("took_text", {**parts, "rows": raw.rows})
