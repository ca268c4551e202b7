"""Where the company's tables are counted: how to get there, and what is said of each table."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sheets_sync.errors import LookAtSource
from sheets_sync.model import OBJECTS, Page, arrow_schema

if TYPE_CHECKING:
    from sheets_sync.warehouse.mapped import Mapped
    from sheets_sync.warehouse.session import Warehouse

SOMEWHERE = {"timezone": "UTC"}
"""The company as far as counting rows asks."""


@dataclass(frozen=True, slots=True)
class Engine:
    """A warehouse that counts, and its tables by object of the model."""

    connect: Callable[[], Warehouse]
    tables: Mapping[str, Mapped]

    def sources(self) -> list[TableThere]:
        """Return the tables as sources whose rows stay where they are."""
        return [TableThere(mapped, self.connect) for mapped in self.tables.values()]


@dataclass(frozen=True, slots=True)
class TableThere:
    """A table of the warehouse: of its rows, only how many there are is brought."""

    mapped: Mapped
    connect: Callable[[], Warehouse]

    @property
    def name(self) -> str:
        """The name by which the store knows it."""
        return self.mapped.source

    def read(self, _since: str | None, /) -> Iterator[Page]:
        """Yield a page without rows that says how many there are."""
        rows, _ = self._counted(())
        model = self.mapped.model
        yield Page(model, arrow_schema(model).empty_table(), rows_read=rows, stays=True)

    def coverage(self) -> tuple[int, Mapping[str, int]]:
        """Return how many rows there are, and of how many of them each mapped field is known."""
        fields = [name for name in OBJECTS[self.mapped.model].fields if name in self.mapped.columns]
        rows, known = self._counted(fields)
        return rows, dict(zip(fields, known, strict=True))

    def _counted(self, fields: Sequence[str]) -> tuple[int, Sequence[int]]:
        """Count the rows, and those that have each field; refuse rows that would count twice."""
        key = OBJECTS[self.mapped.model].id
        repeated = f'count("{key}") - count(distinct "{key}")'
        asked = ["count(*)", repeated if key in self.mapped.columns else "0"]
        [(rows, again, *known)] = self._ask(", ".join([*asked, *(f'count("{x}")' for x in fields)]))
        if again:
            column = self.mapped.columns[key]
            raise LookAtSource("engine_ids_repeat", table=self.name, column=column, count=again)
        return rows, known

    def _ask(self, what: str) -> list[tuple[Any, ...]]:
        from sheets_sync.warehouse.dialect import Translator, parse

        name = self.mapped.model
        query = parse(f"select {what} from {name}").query
        with closing(self.connect()) as there:
            writer = Translator(there.dialect, SOMEWHERE, {name: self.mapped})
            return there.run(writer.write(query, (), lambda _: ()))
