"""A table of 10,000 × 20 in a Google Sheet: requests, bytes and what people keep, beside peers.

It runs against the server of tests/sheets_emulator, never against Google's.
"""

from __future__ import annotations

import argparse
import sys
import time
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

sys.path.insert(0, str(Path(__file__).parent.parent))

import pandas as pd
from _goal import at_most
from _peers import PEERS

from sheets_sync.workbook import TableSheet
from templates.tab import Group, Kind, Origin, Table, machine
from tests.gsheets.desk import Desk
from tests.sheets_emulator.book import Cell
from tests.sheets_emulator.server import World, running

if TYPE_CHECKING:
    from collections.abc import Callable

COLUMNS = 20
TEXTS, NUMBERS, DATES = range(1, 13), range(13, 17), range(17, 20)
WORDS = ("тёплый пол", "котёл", "замер", "монтаж", "оплата", "звонок", "договор", "отказ")


def rows(count: int, *, is_later: bool = False) -> list[dict[str, Any]]:
    """Return rows of Russian text, numbers and dates; later two cells of each hundredth differ."""
    made = []
    for n in range(count):
        row: dict[str, Any] = {"lead_id": f"Л{n:06d}"}
        row |= {f"c{at:02d}": WORDS[(n * 7 + at) % 8] for at in TEXTS}
        row |= {f"c{at:02d}": n * at * 13 % 900_000 for at in NUMBERS}
        row |= {f"c{at:02d}": date(2026, 1, 1) + timedelta(days=n * at % 330) for at in DATES}
        if is_later and n % 100 == 0:
            row |= {"c05": f"сделка {n}", "c14": n}
        made.append(row)
    return made


def frame(made: list[dict[str, Any]]) -> pd.DataFrame:
    """Return rows as other tools take them: days as text."""
    found = pd.DataFrame(made)
    return found.assign(**{f"c{at}": found[f"c{at}"].astype(str) for at in DATES})


TABLE = Table(
    "deals",
    Group.WORK,
    "lead_id",
    Origin.FED,
    (
        machine("lead_id"),
        *(machine(f"c{at:02d}") for at in TEXTS),
        *(machine(f"c{at:02d}", Kind.MONEY) for at in NUMBERS),
        *(machine(f"c{at:02d}", Kind.DATE) for at in DATES),
    ),
)


@dataclass(frozen=True)
class Cost:
    """What a write took."""

    requests: int
    writes: int
    megabytes: float
    seconds: float

    def __str__(self) -> str:
        return f"{self.requests} / {self.megabytes:.2f} MB"


def measured(world: World, write: Callable[[], object]) -> Cost:
    """Count what a write sends."""
    world.log.clear()
    start = time.process_time()
    write()
    seconds = time.process_time() - start
    sent = sum(request.sent for request in world.log)
    writes = sum(request.is_write for request in world.log)
    return Cost(len(world.log), writes, sent / 1e6, seconds)


def interfere(world: World, id_: str, first: int, count: int) -> tuple[Any, tuple[int, int]]:
    """Let a person add a note on the right and a row below; return where."""
    tab = max(world.books[id_].tabs, key=lambda tab: len(tab.rows))
    if tab.column_count <= COLUMNS:
        world.books[id_].insert(tab, "COLUMNS", COLUMNS, 1, before=True)
    tab.row_count = max(tab.row_count, first + count + 5)
    tab.put(first + 5, COLUMNS, Cell("заметка"))
    tab.put(first + count + 1, 0, Cell("строка ниже"))
    return tab, (first, count)


def kept(tab: Any) -> str:
    """Say what is left of that."""
    found = {cell.value for row in tab.rows for cell in row}
    return ", ".join(
        f"{text} {'kept' if text in found else 'LOST'}" for text in ("заметка", "строка ниже")
    )


def ours(world: World, count: int) -> tuple[Cost, Cost, Cost, str]:
    """Write the table with smarketing: first, 1 % changed, unchanged."""
    world.add("ours")
    desk = Desk(world, "ours", tabs=(TABLE,), timeout=(10.0, 190.0))
    texts = {f"column.{column.id}": column.id for column in TABLE.columns}
    desk.words = replace(desk.words, texts={**desk.words.texts, **texts})
    sync = lambda made: desk.exchange(lambda _i, _h: [TableSheet(TABLE, made)])  # noqa: E731
    first = measured(world, lambda: sync(rows(count)))
    tab, _ = interfere(world, "ours", 4, count)
    changed = measured(world, lambda: sync(rows(count, is_later=True)))
    idle = measured(world, lambda: sync(rows(count, is_later=True)))
    return first, changed, idle, kept(tab)


def peer(world: World, name: str, count: int) -> tuple[Cost, Cost, str]:
    """Write the frame with another tool: first, and 1 % changed."""
    id_ = name.replace(" ", "-")
    world.add(id_)
    holder: list[Any] = []

    def first() -> None:
        holder.append(PEERS[name](world.url, id_))
        holder[0](frame(rows(count)))

    one = measured(world, first)
    tab, _ = interfere(world, id_, 1, count)
    two = measured(world, lambda: holder[0](frame(rows(count, is_later=True))))
    return one, two, kept(tab)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=10_000)
    count = parser.parse_args().rows
    with running() as world:
        first, changed, idle, left = ours(world, count)
        print(f"{'tool':28}{'first':>16}{'1 % changed':>16}   what a person added meanwhile")
        print(f"{'smarketing':28}{first!s:>16}{changed!s:>16}   {left}")
        print(f"{'  unchanged':28}{'':16}{idle!s:>16}")
        for name in PEERS:
            one, two, what = peer(world, name, count)
            print(f"{name:28}{one!s:>16}{two!s:>16}   {what}", flush=True)
        refused = len(world.violations)
    at_most("first write, requests", first.requests, 6, "requests")
    at_most("first write, up", first.megabytes, 3, "MB")
    at_most("1 % changed, requests", changed.requests, 3, "requests")
    at_most("1 % changed, up", changed.megabytes, 0.3, "MB")
    at_most("unchanged, requests", idle.requests, 1, "requests")
    at_most("unchanged, writes", idle.writes, 0, "writes")
    at_most("unchanged, processor", idle.seconds, 1, "s, the server's share included")
    print(f"requests that the discovery document refuses: {refused}")


if __name__ == "__main__":
    main()
