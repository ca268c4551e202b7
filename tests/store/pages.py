"""Synthetic pages and a source made of them."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime

import pyarrow as pa

from sheets_sync.model import OBJECTS, Page, arrow_schema

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)


def rows(name: str, given: Sequence[Mapping]) -> pa.Table:
    fields = OBJECTS[name].fields
    full = [{field: row.get(field) for field in fields} for row in given]
    return pa.Table.from_pylist(full, schema=arrow_schema(name))


def page(name: str, given: Sequence[Mapping], **more) -> Page:
    return Page(name, rows(name, given), rows_read=len(given), **more)


class Pages:
    """A source that yields the given pages."""

    def __init__(self, *pages: Page, name: str = "files", error: Exception | None = None) -> None:
        self.name, self.pages, self.error = name, pages, error
        self.since = "not asked"

    def read(self, since: str | None, /) -> Iterator[Page]:
        self.since = since
        yield from self.pages
        if self.error:
            raise self.error
