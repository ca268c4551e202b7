"""The metric set over 1M deals against pandas, a cold `metrics` on 100k, memory of taking 1M.

Run: python benchmarks/metrics.py [DEALS]
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).parents[1]))

from _goal import at_least, at_most

from sheets_sync.model import OBJECTS, SQL_TYPES, Page, arrow_schema

AS_OF, NOW = date(2026, 3, 31), datetime(2026, 4, 1, 6, tzinfo=UTC)
PAGE = 100_000
MADE = {
    "deal_id": "'D' || (4876876000000000000 + i)",
    "title": "'Deal ' || i",
    "created_at": "timestamptz '2023-04-01 09:00+00' + to_minutes(cast(a as integer))",
    "closed_at": "case when s <> 'open'"
    " then timestamptz '2023-04-01 09:00+00' + to_minutes(cast(a + b as integer)) end",
    "stage": "case s when 'open' then 'Stage ' || (i % 5) else s end",
    "status": "s",
    "amount": "random() * 300000",
    "currency": "'RUB'",
    "manager": "'Manager ' || cast(floor(random() * 30) as integer)",
    "channel": "'Channel ' || cast(floor(random() * 8) as integer)",
    "campaign": "'Campaign ' || cast(floor(random() * 40) as integer)",
}


class Deals:
    """A source of so many made-up deals."""

    name = "deals"

    def __init__(self, n: int) -> None:
        self.n = n

    def read(self, _since: str | None, /) -> Iterator[Page]:
        import duckdb

        columns = ", ".join(
            f'cast({MADE.get(name, "null")} as {SQL_TYPES[kind]}) as "{name}"'
            for name, kind in OBJECTS["deal"].fields.items()
        )
        connection = duckdb.connect(config={"memory_limit": "200MB"})
        connection.execute("set timezone = 'UTC'")
        connection.execute("select setseed(0.5)").fetchall()
        for first in range(0, self.n, PAGE):
            last = min(first + PAGE, self.n)
            rows = connection.sql(
                f"select {columns} from (select i, random() * 1440 * 1000 as a,"
                " random() * 1440 * 90 as b, case when random() < 0.4 then 'won'"
                f" when random() < 0.4 then 'lost' else 'open' end as s from range({first}, {last})"
                " as r (i))"
            ).to_arrow_table()
            yield Page(
                "deal",
                rows.cast(arrow_schema("deal")),
                cursor="end" if last == self.n else "",
                is_complete=last == self.n,
                rows_read=last - first,
            )


def load(folder: Path, n: int) -> None:
    from sheets_sync.store import open_store

    store = open_store(folder, timezone="Europe/Moscow", currency="RUB")
    store.take(Deals(n), now=NOW)
    store.publish()


def ours(connection: object) -> int:
    from sheets_sync.metrics import answer
    from sheets_sync.metrics.question import ask

    asked = ask(connection, period=None, as_of=AS_OF)
    return sum(
        len(answer(asked.split(by), "RUB")) for by in ((), ("channel",), ("manager",), ("month",))
    )


def theirs(frame: object) -> int:
    """Compute the same measures and shares as somebody with pandas would."""
    import pandas as pd

    won, lost, opened = (frame[frame["status"] == each] for each in ("won", "lost", "open"))
    cells = 0
    for by in (None, "channel", "manager", "month"):

        def split(rows: object, day: str, by: str | None = by) -> object:
            if by is None:
                return rows.groupby(lambda _: 0)
            return rows.groupby(rows[day].dt.to_period("M") if by == "month" else by)

        table = pd.DataFrame(
            {
                "deals": split(frame, "created_on").size(),
                "won": split(won, "closed_on").size(),
                "lost": split(lost, "closed_on").size(),
                "open_deals": split(opened, "created_on").size(),
                "revenue": split(won, "closed_on")["amount"].sum(),
                "lost_amount": split(lost, "closed_on")["amount"].sum(),
                "open_amount": split(opened, "created_on")["amount"].sum(),
                "deals_owned": split(frame, "created_on")["manager"].count(),
                "cycle_median": split(won, "closed_on")["cycle_days"].median(),
                "cycle_p75": split(won, "closed_on")["cycle_days"].quantile(0.75),
            }
        )
        table["close_rate"] = table["won"] / (table["won"] + table["lost"])
        table["average_deal"] = table["revenue"] / table["won"]
        cells += table.size
    return cells


def seconds(work: object, times: int = 5) -> float:
    spent = []
    for _ in range(times):
        start = time.perf_counter()
        work()
        spent.append(time.perf_counter() - start)
    return median(spent)


def run(*arguments: str) -> tuple[float, float]:
    """Return the seconds and the peak megabytes of this file in a process of its own."""
    start = time.perf_counter()
    done = subprocess.run(
        [sys.executable, __file__, *arguments], check=True, stdout=subprocess.PIPE, text=True
    )
    return time.perf_counter() - start, float(done.stdout.split()[-1])


def peak() -> float:
    import psutil

    used = psutil.Process().memory_info()
    try:
        import resource
    except ImportError:
        return used.peak_wset / 2**20
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main(n: int) -> None:
    from sheets_sync.store import open_published

    with tempfile.TemporaryDirectory() as folder:
        large, small = Path(folder, "large"), Path(folder, "small")
        took, memory = run("load", str(large), str(n))
        print(f"taking {n:,} deals: {took:.1f} s")
        at_most("peak memory of it", memory, 1000, "MB")
        run("load", str(small), "100000")
        cold = min(run("cold", str(small))[0] for _ in range(3))
        at_most("cold metrics on 100,000 deals", cold, 1, "s")
        connection = open_published(large)
        frame = connection.execute(
            "select status, manager, channel, created_on, closed_on, cycle_days,"
            " cast(amount_base as double) as amount from deals_now"
        ).df()
        ours(connection), theirs(frame)
        warm, pandas = seconds(lambda: ours(connection)), seconds(lambda: theirs(frame), 3)
        at_most(f"warm metric set over {n:,} deals", warm, 0.2, "s")
        at_least(f"against pandas ({pandas:.2f} s)", pandas / warm, 4)


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["load", folder, n]:
            load(Path(folder), int(n))
            print(peak())
        case ["cold", folder]:
            from sheets_sync.metrics import compute
            from sheets_sync.store import open_published

            compute(open_published(Path(folder)), period=None, as_of=AS_OF, currency="RUB")
            print(peak())
        case [n]:
            main(int(n))
        case _:
            main(1_000_000)
