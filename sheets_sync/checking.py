"""What people typed, as far as it can be used; the rest is named in words and otherwise ignored.

What a column takes follows from its kind and its choices; what a row has to hold together is said
by `Table.check`. Nothing that people typed is ever overwritten.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING

from sheets_sync.inputs import parse_day, parse_month, parse_number
from templates.tab import Column, Kind, Table, Writer

if TYPE_CHECKING:
    from sheets_sync.workbook import Inputs
    from templates.tab import Row, Tab, Value


@dataclass(frozen=True, slots=True)
class Problem:
    """A typed value that cannot be used: the text `problem.<id>`."""

    tab: str
    key: str
    column: str
    id: str
    value: Value


def checked(inputs: Inputs, tabs: Sequence[Tab]) -> tuple[Inputs, list[Problem]]:
    """Return what can be used of what people typed, and what cannot."""
    usable: dict[str, Mapping[str, Row]] = {}
    problems: list[Problem] = []
    tables = {tab.name: tab for tab in tabs if isinstance(tab, Table)}
    for name, rows in inputs.items():
        if name not in tables:
            continue
        usable[name] = {
            key: _checked(tables[name], key, row, problems) for key, row in rows.items()
        }
    return usable, problems


def _checked(table: Table, key: str, row: Row, problems: list[Problem]) -> Row:
    columns = table.column
    found: dict[str, Value] = {}
    wrong: list[tuple[str, str]] = []
    for id_, value in row.items():
        if id_ not in columns or columns[id_].writer is not Writer.HUMAN or value is None:
            continue
        read = _read(columns[id_], value)
        if isinstance(read, _Wrong):
            wrong.append((id_, read.id))
        else:
            found[id_] = read
    wrong += [each for each in table.check(found) if each[0] not in dict(wrong)]
    problems += [Problem(table.name, key, id_, why, row.get(id_)) for id_, why in wrong]
    if wrong and table.is_all_or_nothing:
        return {}
    return {id_: value for id_, value in found.items() if id_ not in dict(wrong)}


@dataclass(frozen=True, slots=True)
class _Wrong:
    id: str


def _read(column: Column, value: Value) -> Value | _Wrong:
    """Return a typed value as its column means it.

    >>> from templates.tab import human
    >>> _read(human("rate", Kind.MONEY), "1 500,50 ₽"), _read(human("due", Kind.DATE), "1.12.2026")
    (1500.5, datetime.date(2026, 12, 1))
    >>> _read(human("due", Kind.DATE), "soon")
    _Wrong(id='not_a_date')
    """
    if column.choices:
        text = _text(value)
        return text if text in column.choices else _Wrong("not_a_choice")
    read, why = _READERS.get(column.kind, (_text, ""))
    found = read(value)
    return _Wrong(why) if found is None else found


def _text(value: Value) -> str:
    """Return a text as it was typed; a whole number without a decimal point.

    >>> _text(2.0), _text(" Anna ")
    ('2', 'Anna')
    """
    is_whole = isinstance(value, float) and value.is_integer()
    return str(int(value) if is_whole else value).strip()  # type: ignore[arg-type]


def _share(value: Value) -> float | None:
    """Return a fraction of 1; people may write a percentage.

    >>> _share("30 %"), _share(0.3)
    (0.3, 0.3)
    """
    text = str(value).strip()
    number = parse_number(text.removesuffix("%") if text.endswith("%") else value)
    return number / 100 if number is not None and text.endswith("%") else number


def _moment(value: Value) -> datetime | date | None:
    return value if isinstance(value, datetime) else parse_day(value)


_READERS: Mapping[Kind, tuple[Callable[[Value], Value], str]] = {
    Kind.ANY: (lambda value: value, ""),
    Kind.DATE: (parse_day, "not_a_date"),
    Kind.DATETIME: (_moment, "not_a_date"),
    Kind.MONTH: (parse_month, "not_a_month"),
    Kind.SHARE: (_share, "not_a_number"),
    Kind.LIMIT: (_share, "not_a_number"),
    **dict.fromkeys(
        (Kind.INTEGER, Kind.NUMBER, Kind.MONEY, Kind.RATIO, Kind.DAYS, Kind.FIGURE),
        (parse_number, "not_a_number"),
    ),
}


@dataclass(frozen=True, slots=True)
class Past:
    """When each row, by tab and key, was first filled in, and what tracked cells have held."""

    first_seen: Mapping[tuple[str, str], date] = field(default_factory=dict)
    cells: Mapping[tuple[str, str, str], Sequence[tuple[Value, date]]] = field(default_factory=dict)


def tracked(tabs: Sequence[Tab]) -> list[tuple[str, str]]:
    """Return the columns, by tab and id, whose past is wanted."""
    return [
        (tab.name, column.id)
        for tab in tabs
        if isinstance(tab, Table)
        for column in tab.columns
        if column.is_tracked
    ]


def typed_rows(
    inputs: Inputs, tabs: Sequence[Tab], known: Past = Past()
) -> Iterator[tuple[str, list[Row]]]:
    """Yield, of each table, the rows that people filled in, as `Facts.tables` has them."""
    for tab in tabs:
        if isinstance(tab, Table):
            yield (
                tab.name,
                [
                    {
                        tab.key: key,
                        "first_seen": known.first_seen.get((tab.name, key)),
                        **row,
                        **_tracked(tab, key, known),
                    }
                    for key, row in inputs.get(tab.name, {}).items()
                ],
            )


def _tracked(table: Table, key: str, known: Past) -> Row:
    """Return the first usable value of each tracked cell of a row, and its last change."""
    found: dict[str, Value] = {}
    for column in table.columns:
        held = known.cells.get((table.name, key, column.id))
        if held:
            values = (_read(column, value) for value, _ in held if value is not None)
            usable = (value for value in values if not isinstance(value, _Wrong))
            found[f"first.{column.id}"] = next(usable, None)
            found[f"since.{column.id}"] = held[-1][1]
    return found
