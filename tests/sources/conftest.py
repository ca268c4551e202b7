"""Files to read, and what comes of them."""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from sheets_sync.model import Rejection
from sheets_sync.sources.files import FileSource
from sheets_sync.sources.guessing import guess
from sheets_sync.sources.mapping import FileMapping


@dataclass(frozen=True)
class Reading:
    """All pages of one reading."""

    mapping: FileMapping
    rows: list[dict]
    rejected: list[Rejection]
    read: int
    totals: int
    cursor: str

    def reasons(self):
        return Counter(rejection.reason for rejection in self.rejected)

    def column(self, name):
        return [row[name] for row in self.rows]


def read_mapping(mapping, folder, since=None, **circumstances):
    source = FileSource(mapping, Path(folder), "salt", **circumstances)
    pages = list(source.read(since))
    rows = pa.concat_tables([page.rows for page in pages]).to_pylist() if pages else []
    return Reading(
        mapping,
        rows,
        [rejection for page in pages for rejection in page.rejected],
        sum(page.rows_read for page in pages),
        sum(page.totals_dropped for page in pages),
        pages[-1].cursor if pages else "",
    )


@pytest.fixture
def read():
    return read_mapping


@pytest.fixture
def take(tmp_path):
    """Write a file, guess how it is to be read, and read it."""

    def take(content, what="deals", name="file.csv", encoding="utf-8", changes=None, **around):
        path = tmp_path / name
        data = content if isinstance(content, bytes) else content.encode(encoding)
        path.write_bytes(data)
        mapping = guess(path, what, name=name).mapping
        return read_mapping(mapping.model_copy(update=changes or {}), tmp_path, **around)

    return take


@pytest.fixture(scope="session")
def database():
    connection = duckdb.connect()
    connection.execute("set timezone = 'UTC'")
    return connection
