"""How the metric set grows from 100,000 to 100,000,000 deals, beside pandas and polars.

`python benchmarks/growth.py [DEALS ...]`. Each figure is of a process of its own: what a sync
computes anew when deals have changed, taking one deal in a hundred again, the four metric sets of
metrics.py once all is computed, the same measures by pandas and by polars over columns that they
hold in memory, and the floor: one pass of DuckDB over the columns of every deal. Deals go straight
into the table of the store, since taking so many from a source is what sync.py measures.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from _goal import at_least, at_most, noted
from metrics import MADE, NOW, ours, peak, seconds, theirs

from sheets_sync.model import OBJECTS, SQL_TYPES, Page, arrow_schema

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

SIZES = (100_000, 1_000_000, 10_000_000, 100_000_000)
GOALS = {1_000_000: (0.2, 600), 10_000_000: (1.5, 600), 100_000_000: (15, 2_000)}
FRAMES_MOST = 10_000_000
"""More deals than that do not fit beside each other into the memory of a frame here."""
UPSERTED_MOST = 10_000_000
"""A million deals taken at once do not fit beside a hundred million into a sync's memory."""
PART = 10_000_000
COLUMNS = (
    "select status, manager, channel, created_on, closed_on, cycle_days,"
    " cast(amount_base as double) as amount from deals_now"
)

SCAN = (
    "select count(*) from"
    " (select channel, created_on, count(*), sum(amount_base) from deals_now group by all)"
)


def make(folder: Path, n: int) -> dict[str, float]:
    """Put deals into a store and compute what a sync computes."""
    from sheets_sync.store import open_store
    from sheets_sync.store_compute import compute

    store = open_store(folder, timezone="Europe/Moscow", currency="RUB")
    store.raw.execute("select setseed(0.5)").fetchall()
    made = ", ".join(f'{text} as "{name}"' for name, text in MADE.items())
    zone = "timezone('Europe/Moscow', {})"
    for first in range(0, n, PART):
        store.raw.execute(
            f"insert into deal by name select *, cast({zone.format('created_at')} as date)"
            f" as created_on, cast({zone.format('closed_at')} as date) as closed_on,"
            " 'deals' as source, ?::timestamptz as loaded_at, false as is_deleted"
            f" from (select {made} from (select i, random() * 1440 * 1000 as a,"
            " random() * 1440 * 90 as b, case when random() < 0.4 then 'won'"
            " when random() < 0.4 then 'lost' else 'open' end as s"
            f" from range({first}, {min(first + PART, n)}) as r (i)))",
            [NOW],
        )
    start = time.perf_counter()
    compute(store.raw)
    took = time.perf_counter() - start
    store.publish()
    return {"seconds": took, "megabytes": peak()}


def ask(folder: Path, _: int) -> dict[str, float]:
    """Answer the metric sets, and scan the deals once."""
    connection = _open(folder)
    scan = seconds(lambda: connection.execute(SCAN).fetchall(), 3)
    return {"seconds": seconds(lambda: ours(connection)), "megabytes": peak(), "floor": scan}


class Changed:
    """A source that brings one deal in a hundred again, with another amount."""

    name = "deals"

    def __init__(self, connection: DuckDBPyConnection) -> None:
        columns = ", ".join(
            f"cast(amount + 1 as {SQL_TYPES[kind]}) as amount" if name == "amount" else f'"{name}"'
            for name, kind in OBJECTS["deal"].fields.items()
        )
        sql = f"select {columns} from deal where hash(deal_id) % 100 = 0"
        self.rows = connection.sql(sql).to_arrow_table().cast(arrow_schema("deal"))

    def read(self, _since: str | None, /) -> Iterator[Page]:
        yield Page("deal", self.rows, cursor="end", rows_read=self.rows.num_rows)


def upsert(folder: Path, _: int) -> dict[str, float]:
    """Take one deal in a hundred again."""
    from sheets_sync.store import open_store

    store = open_store(folder, timezone="Europe/Moscow", currency="RUB")
    changed = Changed(store.raw)
    start = time.perf_counter()
    arrival = store.take(changed, now=NOW)
    took = time.perf_counter() - start
    if arrival.counts["deal"].changed != changed.rows.num_rows:
        sys.exit(f"not taken: {arrival.counts}")
    return {"seconds": took, "megabytes": peak()}


def pandas(folder: Path, _: int) -> dict[str, float]:
    """Compute the same measures of a frame."""
    frame = _open(folder).sql(COLUMNS).df()
    return {"seconds": seconds(lambda: theirs(frame), 3), "megabytes": peak()}


def polars(folder: Path, _: int) -> dict[str, float]:
    """Compute the same measures of a frame of polars."""
    import polars as pl

    frame = pl.from_arrow(_open(folder).sql(COLUMNS).to_arrow_table())
    return {"seconds": seconds(lambda: _by_polars(frame), 3), "megabytes": peak()}


def _by_polars(frame: Any) -> int:
    import polars as pl

    won, lost, opened = (pl.col("status") == each for each in ("won", "lost", "open"))
    amount, cycle = pl.col("amount"), pl.col("cycle_days")
    made = (
        pl.len().alias("deals"),
        opened.sum().alias("open_deals"),
        amount.filter(opened).sum().alias("open_amount"),
        pl.col("manager").count().alias("deals_owned"),
    )
    closed = (
        won.sum().alias("won"),
        lost.sum().alias("lost"),
        amount.filter(won).sum().alias("revenue"),
        amount.filter(lost).sum().alias("lost_amount"),
        cycle.filter(won).median().alias("cycle_median"),
        cycle.filter(won).quantile(0.75).alias("cycle_p75"),
    )
    cells = 0
    for by in (None, "channel", "manager", "month"):
        tables = [
            frame.lazy().group_by(_key(by, day)).agg(*sums)
            for day, sums in (("created_on", made), ("closed_on", closed))
        ]
        table = (
            tables[0]
            .join(tables[1], on="by", how="full", coalesce=True)
            .with_columns(
                (pl.col("won") / (pl.col("won") + pl.col("lost"))).alias("close_rate"),
                (pl.col("revenue") / pl.col("won")).alias("average_deal"),
            )
        )
        cells += table.collect().height * 12
    return cells


def _key(by: str | None, day: str) -> Any:
    import polars as pl

    if by is None:
        return pl.lit(0).alias("by")
    return (pl.col(day).dt.truncate("1mo") if by == "month" else pl.col(by)).alias("by")


def _open(folder: Path) -> Any:
    from sheets_sync.store import open_published

    return open_published(folder)


WORKS: dict[str, Callable[[Path, int], dict[str, float]]] = {
    work.__name__: work for work in (make, upsert, ask, pandas, polars)
}


def apart(work: Callable[[Path, int], dict[str, float]], folder: str, n: int) -> dict[str, float]:
    """Do a work in a process of its own."""
    call = [sys.executable, __file__, work.__name__, folder, str(n)]
    done = subprocess.run(call, check=True, stdout=subprocess.PIPE, text=True)
    return json.loads(done.stdout.splitlines()[-1])


def main(sizes: tuple[int, ...]) -> None:
    for n in sizes:
        with TemporaryDirectory() as folder:
            computed, asked = apart(make, folder, n), apart(ask, folder, n)
            noted("computed anew by a sync", computed["seconds"], "s", n=n)
            noted("peak memory of computing", computed["megabytes"], "MB", n=n)
            if n == 1_000_000:
                at_most("1 % upserted", apart(upsert, folder, n)["seconds"], 0.3, "s", n=n)
            elif n <= UPSERTED_MOST:
                noted("1 % upserted", apart(upsert, folder, n)["seconds"], "s", n=n)
            most, megabytes = GOALS.get(n, GOALS[1_000_000])
            at_most("metric set", asked["seconds"], most, "s", n=n, floor=asked["floor"])
            at_most("peak memory of it", asked["megabytes"], megabytes, "MB", n=n)
            for peer in (pandas, polars) if n <= FRAMES_MOST else ():
                told = apart(peer, folder, n)
                noted(peer.__name__, told["seconds"], "s", n=n)
                noted(f"peak memory of {peer.__name__}", told["megabytes"], "MB", n=n)
                if peer is pandas and n == 1_000_000:
                    at_least("metric set against pandas", told["seconds"] / asked["seconds"], 4)


if __name__ == "__main__":
    match sys.argv[1:]:
        case [work, folder, n] if work in WORKS:
            print(json.dumps(WORKS[work](Path(folder), int(n))))
        case sizes:
            main(tuple(map(int, sizes)) or SIZES)
