"""Counts every measure, metric and report twice, here and in a warehouse, and compares the cells.

`python -m tests.warehouse.agree --rows 1000000 --engine spark|postgres|chdb`
"""

import argparse
import math
import sys
import tempfile
import time
from dataclasses import astuple, dataclass, field
from pathlib import Path

from sheets_sync.metrics import compute, parse_period
from sheets_sync.reports import facts
from sheets_sync.store import open_store
from sheets_sync.store_cube import CUTS
from sheets_sync.warehouse.engine import Engine
from templates.settings import DEFAULTS
from tests.warehouse import typed
from tests.warehouse.company import AS_OF, NOW, Company
from tests.warehouse.engines import ENGINES

EXACT = 1e-12
"""Means and products of floats may differ so much, relatively: they are summed in other orders."""

PERIODS = (None, "2026-02", "2026-W11", "2025-11-03..2026-01-15")
BY = (
    (), ("channel",), ("manager",), ("campaign",), ("day",), ("week",), ("month",),
    ("channel", "manager"), ("week", "campaign"),
)  # fmt: skip
FEW = ((None, ()), ("2026-W11", ("channel",)), ("2026-02", ("week", "manager")))


@dataclass
class Count:
    """Cells compared, those that differ, and those of floats that are not the same to the bit."""

    cells: int = 0
    differing: int = 0
    rounded: int = 0
    shown: list = field(default_factory=list)

    def compare(self, what, here, there):
        if len(here) != len(there):
            self.differing += 1
            self.shown.append((what, f"{len(here)} rows", f"{len(there)} rows"))
        for one, other in zip(here, there, strict=False):
            assert one.keys() == other.keys()
            for name, value in one.items():
                self.cells += 1
                if (said := self._differ(value, other[name])) is not None:
                    self.differing += 1
                    self.shown.append((what, name, *said, one))

    def _differ(self, value, other):
        if type(value) is type(other) and value == other:
            return None
        if isinstance(value, float) and isinstance(other, float):
            self.rounded += 1
            if math.isclose(value, other, rel_tol=EXACT):
                return None
        return value, other


@dataclass(frozen=True)
class Lent:
    """A warehouse that others go on with."""

    there: object

    def __getattr__(self, name):
        return getattr(self.there, name)

    def close(self):
        pass


def tables(connection, asked):
    """Yield everything that is counted: measures, metrics, reports."""
    for cut in CUTS:
        columns = connection.execute(f"select * from cube_{cut} order by day, part")
        names = [column[0] for column in columns.description]
        yield f"cube_{cut}", [dict(zip(names, row, strict=True)) for row in columns.fetchall()]
    for period, by in asked:
        found = compute(
            connection,
            period=parse_period(period) if period else None,
            as_of=AS_OF,
            by=by,
            currency="RUB",
            settings=DEFAULTS,
        )
        names = ("metric", "value", "unit", "n", "low", "high", "reason", "period", "by",
                 "currency", "basis", "parts")  # fmt: skip
        yield (
            f"metrics {period} by {by}",
            [_flat(dict(zip(names, astuple(each), strict=True))) for each in found],
        )
    found = facts(
        connection,
        as_of=AS_OF,
        synced_at=NOW.replace(tzinfo=None),
        company="Firm",
        currency="RUB",
        settings=DEFAULTS,
        typed=typed.filled(typed.usable()),
    )
    yield from found.tables.items()


def _flat(row):
    parts = row.pop("parts")
    return row | {f"parts.{name}": value for name, value in parts.items()}


def agree(name, rows, asked=FEW, say=lambda _: None):
    """Count twice; return what was compared."""
    company, count = Company(rows), Count()
    with tempfile.TemporaryDirectory() as folder, ENGINES[name](company, folder) as (there, maps):
        say(f"{name} has the rows")
        about = {"timezone": "Europe/Moscow", "currency": "RUB"}
        near = open_store(Path(folder) / "here", **about)
        engine = Engine(lambda: Lent(there), maps)
        far = open_store(Path(folder) / "there", **about, engine=engine)
        for store, sources in ((near, [company]), (far, engine.sources())):
            for source in sources:
                assert store.take(source, now=NOW).error is None
        for store in (near, far):
            store.apply(typed.decided(typed.usable()))
        found = {}
        for which, store in (("DuckDB", near), (name, far)):
            start = time.perf_counter()
            connection = store.connection
            made = time.perf_counter()
            found[which] = list(tables(connection, asked))
            end = time.perf_counter()
            say(f"{which}: tables {made - start:.1f} s, all numbers {end - made:.1f} s")
        for (what, here), (_, other) in zip(*found.values(), strict=True):
            count.compare(what, here, other)
        near.close()
        far.close()
    return count


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=10_000)
    parser.add_argument("--engine", choices=ENGINES, required=True)
    given = parser.parse_args()
    asked = [(period, by) for period in PERIODS for by in BY]
    count = agree(given.engine, given.rows, asked, print)
    for each in count.shown[:20]:
        print(each)
    print(
        f"{given.engine}, {given.rows:,} rows: {count.cells:,} cells compared,"
        f" {count.differing:,} differ; {count.rounded:,} floats agree to {EXACT} alone"
    )
    sys.exit(count.differing > 0)


if __name__ == "__main__":
    main()
