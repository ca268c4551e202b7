"""A connection of two: what is small lies here in DuckDB, what is large stays over there.

A statement runs where its largest table lives. What it makes of tables over there stays there too,
unless it is small enough to be brought `HOME`; tables that are here and that it reads besides are
sent along. The tables of over there exist here as well, without any rows: so DuckDB itself says
which columns a statement yields, of which types.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Protocol, Self

from sheets_sync.store_cube import CUTS
from sheets_sync.store_insert import insert
from sheets_sync.warehouse.dialect import (
    DROPPING,
    PREFIX,
    Statement,
    Translator,
    parse,
    written,
)

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from sheets_sync.warehouse.mapped import Mapped

HOME = frozenset({"stage", "stage_chance", "cycle_months", *(f"cube_{cut}" for cut in CUTS)})
"""What is made of tables over there and is small: brought here."""

Parameters = Sequence[object] | Mapping[str, object]


class Warehouse(Protocol):
    """An engine that runs SQL in its own dialect."""

    @property
    def dialect(self) -> str:
        """The name of the dialect."""
        ...

    def run(self, sql: str, /) -> list[tuple[Any, ...]]:
        """Run a statement; return its rows, if it is a query."""
        ...

    def make(self, table: str, query: str, /) -> None:
        """Make a table of a query, for this session alone; it takes the place of an older one."""
        ...

    def close(self) -> None:
        """Leave the engine, and nothing in it."""
        ...


@dataclass(slots=True)
class Session:
    """What the store's connection is where a warehouse counts; used like DuckDB's."""

    here: DuckDBPyConnection
    there: Warehouse
    mapped: Mapping[str, Mapped]  # by table of the model
    _far: set[str] = field(default_factory=set)
    _sent: set[str] = field(default_factory=set)
    _translator: Translator | None = None
    _is_cursor: bool = False

    def begin(self) -> None:
        """Forget what was made and sent: what is here may have changed."""
        for name in self.mapped:
            self.here.execute(f"delete from {name}")
        cursor = self.here.execute("select * from company")
        names = [column[0] for column in cursor.description]
        company = dict(zip(names, cursor.fetchall()[0], strict=True))
        self._translator = Translator(self.there.dialect, company, self.mapped)
        self._far = set(self.mapped)
        self._sent.clear()

    def execute(self, sql: str, parameters: Parameters | None = None) -> Any:
        """Run a statement where its tables are; return something to fetch from."""
        if not self._far.isdisjoint(re.findall(r"\w+", sql)):
            statement = parse(sql)
            if statement.reads & self._far:
                return self._execute_there(sql, statement, parameters or ())
        if changed := written(sql):
            self._forget(changed)
        return self.here.execute(sql, parameters) if parameters else self.here.execute(sql)

    def _forget(self, name: str) -> None:
        """Drop a table over there that is dropped, or made another, here."""
        if name in self._far | self._sent:
            self.there.run(DROPPING[self.there.dialect].format(name=f"{PREFIX}{name}"))
        self._far.discard(name)
        self._sent.discard(name)

    def _execute_there(self, sql: str, statement: Statement, parameters: Parameters) -> Any:
        for name in sorted(statement.reads - self._far - self._sent):
            self._send(name)
        described = self.here.execute(sql, parameters).description
        if statement.makes is None:
            text = self._writer.write(statement.query, parameters, self._names)
            kinds = [str(column[1]) for column in described]
            return Found(described, _typed(self.there.run(text), kinds))
        name, columns = statement.makes, _columns(self.here, statement.makes)
        text = self._writer.write(statement.query, parameters, self._names, columns)
        if name in HOME:
            self._forget(name)
            insert(self.here, name, _typed(self.there.run(text), columns.values()))
        else:
            self.there.make(f"{PREFIX}{name}", text)
            self._far.add(name)
            self._sent.discard(name)
        return Found(described, ())

    def _names(self, table: str) -> list[str]:
        return [*_columns(self.here, table)]

    @property
    def _writer(self) -> Translator:
        if self._translator is None:
            self.begin()
        assert self._translator  # noqa: S101  (begin made it)
        return self._translator

    def _send(self, name: str) -> None:
        """Make a table over there that is here."""
        kinds = _columns(self.here, name)
        rows = self.here.execute(f'select * from "{name}"').fetchall()
        self.there.make(f"{PREFIX}{name}", self._writer.sending(kinds, rows))
        self._sent.add(name)

    def cursor(self) -> Session:
        """Return another connection to the same two."""
        return replace(
            self, here=self.here.cursor(), _far={*self._far}, _sent={*self._sent}, _is_cursor=True
        )

    def close(self) -> None:
        """Close what is here, and what is over there unless others go on with it."""
        self.here.close()
        if not self._is_cursor:
            self.there.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class Found:
    """What a query found over there."""

    def __init__(self, description: Any, rows: Sequence[tuple[Any, ...]]) -> None:
        """Keep the rows until they are fetched."""
        self.description = description
        self._rows = iter(rows)

    def fetchone(self) -> tuple[Any, ...] | None:
        """Return the next row."""
        return next(self._rows, None)

    def fetchall(self) -> list[tuple[Any, ...]]:
        """Return the rows that are left."""
        return list(self._rows)


def _columns(connection: DuckDBPyConnection, table: str) -> dict[str, str]:
    """Return the columns of a table with their types."""
    described = connection.execute(f'describe "{table}"').fetchall()
    return {name: kind for name, kind, *_ in described}


def _typed(rows: Iterable[tuple[Any, ...]], kinds: Iterable[str]) -> list[tuple[Any, ...]]:
    """Return rows as DuckDB would: each value of the type that it has here."""
    makers = [_MAKERS[re.sub(r"\(.*", "", kind)] for kind in kinds]
    return [
        tuple(
            None if value is None else make(value) for make, value in zip(makers, row, strict=True)
        )
        for row in rows
    ]


def _moment(value: datetime) -> datetime:
    return value.astimezone(UTC).replace(tzinfo=None) if value.tzinfo else value


def _aware(value: datetime) -> datetime:
    return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)


def _day(value: date) -> date:
    return value.date() if isinstance(value, datetime) else value


def _amount(value: object) -> Decimal:
    return value if isinstance(value, Decimal) else Decimal(str(value))


_MAKERS: Mapping[str, Callable[[Any], object]] = {
    "BOOLEAN": bool,
    **dict.fromkeys(("TINYINT", "UTINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT"), int),
    "DOUBLE": float,
    "DECIMAL": _amount,
    "VARCHAR": str,
    "DATE": _day,
    "TIMESTAMP": _moment,
    "TIMESTAMP WITH TIME ZONE": _aware,
}
