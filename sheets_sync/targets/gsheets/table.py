"""What a table tab should hold, what differs, and what goes back to where it was.

A machine cell is a pure function of the key beside it. Columns are written whole, by their anchors;
null skips a cell. Whatever people do between our reading and our writing, a value lands in a
column of ours; the next pass reads again, rights what stands beside a key, and gives back what
stood where there is none.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sheets_sync.targets.cells import Stored
from sheets_sync.targets.gsheets.cells import Formula, content, is_same, key_text, shown
from sheets_sync.targets.gsheets.formula import loose, translated
from sheets_sync.targets.places import located
from sheets_sync.targets.rows import completed
from templates.tab import Column, Origin, Row, Table, Writer

if TYPE_CHECKING:
    from sheets_sync.targets.gsheets.make import Kit
    from sheets_sync.targets.gsheets.view import TableView
    from sheets_sync.workbook import TableSheet
    from templates.words import Words

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Wanted:
    """A table as it should be: the machine cells of every key, in order."""

    sheet: TableSheet
    rows: Mapping[str, Row]
    cells: Mapping[str, Mapping[str, Stored]]  # column: key: content

    @property
    def table(self) -> Table:
        """The table."""
        return self.sheet.table


def wanted(sheet: TableSheet, words: Words, blank: Sequence[str] = ()) -> Wanted:
    """Compute what a table should hold; `blank` are keys that wait for people to type."""
    table = sheet.table
    rows: dict[str, Row] = {}
    for row in sheet.rows:
        if key := key_text(content(row.get(table.key))):
            rows.setdefault(key, row)
    for key in blank:
        rows.setdefault(key, {table.key: key})
    cells = {
        column.id: {key: shown(column, row.get(column.id), words) for key, row in rows.items()}
        for column in table.columns
        if column.writer is Writer.MACHINE and column.id != table.key
    }
    return Wanted(sheet, rows, cells)


@dataclass(slots=True)
class Pending:
    """What we are about to write into a column, and what stood beside no key before that."""

    written: set[str] = field(default_factory=set)
    header: Any = ""
    others: list[Any] = field(default_factory=list)  # cells without a known key, from the top


@dataclass(slots=True)
class Difference:
    """What a pass writes into a table: a column of cells by column id, None where nothing."""

    columns: dict[str, list[Any]] = field(default_factory=dict)
    pending: dict[str, Pending] = field(default_factory=dict)
    changed: list[tuple[str, str, Any, Stored]] = field(default_factory=list)  # key, column, …

    @property
    def count(self) -> int:
        """How many cells are written."""
        return sum(sum(cell is not None for cell in cells) for cells in self.columns.values())


def token(value: Any, *, is_formula: bool) -> str:
    """Return a cell as it is compared with what was written."""
    if is_formula and isinstance(value, str):
        return loose(value)
    return (
        repr(float(value))
        if isinstance(value, int) and not isinstance(value, bool)
        else repr(value)
    )


def difference(
    view: TableView, want: Wanted, kit: Kit, before: Mapping[str, Pending]
) -> Difference:
    """Compare a table with what it should hold; `before` is what was written since it was clean."""
    made = Difference()
    for column in want.table.columns:
        if column.id == want.table.key or column.id not in view.at:
            continue
        if column.writer is Writer.HUMAN or (column.live and view.is_torn):
            continue
        _compare(column, view, want, kit, before.get(column.id), made)
    return made


def _compare(
    column: Column,
    view: TableView,
    want: Wanted,
    kit: Kit,
    before: Pending | None,
    made: Difference,
) -> None:
    have = list((view.formulas if column.live else view.values).get(column.id, ()))
    length = max(len(have), len(view.keys))
    have += [""] * (length - len(have))
    cells: list[Any] = [None] * length
    for row, new in _wrong(column, have, view, want, kit):
        made.changed.append((view.keys[row], column.id, have[row], new))
        cells[row] = "" if new is None else new
    known = want.rows
    keyless = [
        row
        for row in range(length)
        if row != view.header and (row >= len(view.keys) or view.keys[row] not in known)
    ]
    after = _given_back(column, view, have, keyless, before, cells)
    if any(cell is not None for cell in cells):
        made.columns[column.id] = trimmed(cells)
        is_formula = bool(column.live)
        after.written |= {token(c, is_formula=is_formula) for c in cells if c is not None}
        made.pending[column.id] = after


def trimmed(cells: list[Any]) -> list[Any]:
    """Return the cells of a column up to the last one that is written."""
    end = len(cells)
    while end and cells[end - 1] is None:
        end -= 1
    return cells[:end]


def _wrong(
    column: Column, have: list[Any], view: TableView, want: Wanted, kit: Kit
) -> Iterator[tuple[int, Stored]]:
    """Yield the rows beside a known key whose cell is another than it should be."""
    if column.live:
        text = formula_of(column, view, kit)
        for row, key in enumerate(view.keys):
            if key and key in want.rows:
                new = text(row)
                old = have[row]
                if not isinstance(old, Formula) or (old != new and loose(old) != loose(new)):
                    yield row, new
        return
    cells = want.cells[column.id]
    for row, key in enumerate(view.keys):
        if key and key in cells:
            want_cell, old = cells[key], have[row]
            if old.__class__ is want_cell.__class__ and old == want_cell:
                continue
            if not is_same(old, want_cell):
                yield row, want_cell


def formula_of(column: Column, view: TableView, kit: Kit) -> Any:
    """Return the formula of a column as a function of the row."""
    cell = column.live.cell if column.live else ""
    place = located(cell, kit.places, view.at)
    return lambda row: Formula("=" + translated(place(row)))


def _given_back(
    column: Column,
    view: TableView,
    have: list[Any],
    keyless: list[int],
    before: Pending | None,
    cells: list[Any],
) -> Pending:
    """Give back what our values stand on, and note what stands beside no key now."""
    is_formula = bool(column.live)
    header = have[view.header] if 0 <= view.header < len(have) else ""
    others = [have[row] for row in keyless]
    if before is None:
        return Pending(set(), header, others)
    if token(header, is_formula=is_formula) in before.written and header != before.header:
        cells[view.header] = header = before.header
    left = Counter(token(v, is_formula=is_formula) for v in before.others if v not in ("", None))
    ours: list[int] = []
    for place, row in enumerate(keyless):
        mine = token(have[row], is_formula=is_formula)
        if have[row] in ("", None):
            continue
        if left[mine] > 0:
            left[mine] -= 1
        elif mine in before.written:
            ours.append(place)
    lost = []
    for value in before.others:
        mine = token(value, is_formula=is_formula)
        if left[mine] > 0:
            left[mine] -= 1
            lost.append(value)
    for at, place in enumerate(ours):
        back = lost[at] if at < len(lost) else ""
        cells[keyless[place]] = others[place] = back
    return Pending(set(before.written), header, others)


def dumped(pending: Mapping[str, Pending]) -> str:
    """Write what is pending, to be read after a crash: a formula as a list of one text."""
    return json.dumps(
        {
            id_: [sorted(p.written), _marked(p.header), [_marked(cell) for cell in p.others]]
            for id_, p in pending.items()
        },
        ensure_ascii=False,
        separators=(",", ":"),
    )


def loaded(text: str | None) -> dict[str, Pending]:
    """Read what `dumped` wrote."""
    return {
        id_: Pending(set(written), _unmarked(header), [_unmarked(cell) for cell in others])
        for id_, (written, header, others) in (json.loads(text) if text else {}).items()
    }


def _marked(cell: Any) -> Any:
    return [cell] if isinstance(cell, Formula) else cell


def _unmarked(cell: Any) -> Any:
    return Formula(cell[0]) if isinstance(cell, list) else cell


def missing(view: TableView, want: Wanted, seen: set[str]) -> list[str]:
    """Return the keys that have no row; rows that people minted and deleted stay deleted."""
    there = set(view.keys)
    is_minted = want.table.origin is Origin.MINTED
    return [
        key
        for key in want.rows
        if key not in there and not (is_minted and key in seen) and "~" not in key
    ]


def filled(want: Wanted, key: str) -> Row:
    """Return a row that is made anew, with what is remembered of people."""
    return completed(want.table, want.rows[key], want.sheet.remembered.get(key))
