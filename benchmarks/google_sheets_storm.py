"""What people lose when a table of 30 rows is written 20 times while they work in it.

People act between any two requests: they type notes beside rows, sort, insert and delete rows, move
columns, rename headers. Every tool meets the same storms, without a single failed request; ours
meets harder ones, with crashes and lost answers, in `python -m tests.gsheets.storm`.
"""

from __future__ import annotations

import argparse
import random
import re
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

import pandas as pd
from _goal import at_most
from _peers import PEERS

from sheets_sync.workbook import TableSheet
from templates.tab import Group, Origin, Table, machine
from tests.gsheets.desk import Desk
from tests.sheets_emulator.book import COLUMNS, ROWS, Book, Tab
from tests.sheets_emulator.server import World, running

SYNCS, OFTEN = 20, 0.5
TABLE = Table(
    "deals",
    Group.WORK,
    "deal_id",
    Origin.FED,
    (machine("deal_id"), machine("title"), machine("amount"), machine("closed_on")),
)
KEY = re.compile(r"D\d+")
NOTE = re.compile(r"note \d+")


class People:
    """People who know nothing of the tools: they see keys, headers and empty columns."""

    def __init__(self, book: Book, seed: int) -> None:
        self.book, self.count = book, 0
        self.chance = random.Random(seed)  # noqa: S311
        self.acts = (self.note, self.note, self.note, self.sort, self.insert_row, self.delete_row,
                     self.move_column, self.rename)  # fmt: skip

    @property
    def tab(self) -> Tab:
        return max(self.book.tabs, key=lambda tab: len(tab.rows))

    def keyed(self) -> list[int]:
        return [r for r, row in enumerate(self.tab.rows)
                if any(KEY.fullmatch(str(cell.value)) for cell in row)]  # fmt: skip

    def text(self) -> str:
        self.count += 1
        return f"note {self.count}"

    def act(self) -> None:
        if self.keyed() and self.chance.random() < OFTEN:
            self.chance.choice(self.acts)()

    def write(self, row: int, column: int) -> None:
        if column >= self.tab.column_count:
            lack = column + 1 - self.tab.column_count
            self.book.insert(self.tab, COLUMNS, self.tab.column_count, lack, before=True)
        self.tab.put(row, column, self.tab.cell(row, column)._replace(value=self.text()))

    def note(self) -> None:
        ours = {c for row in self.tab.rows[:8] for c, cell in enumerate(row)
                if cell.value is not None and not NOTE.fullmatch(str(cell.value))}  # fmt: skip
        free = [c for c in range(8) if c not in ours]
        self.write(self.chance.choice(self.keyed()), self.chance.choice(free or [8]))

    def sort(self) -> None:
        rows = self.keyed()
        where = {"startRowIndex": rows[0], "endRowIndex": rows[-1] + 1}
        order = self.chance.choice(["ASCENDING", "DESCENDING"])
        spec = {"dimensionIndex": self.chance.randrange(4), "sortOrder": order}
        self.book.sort(self.tab, where, [spec])

    def insert_row(self) -> None:
        self.book.insert(self.tab, ROWS, self.chance.choice(self.keyed()), 1, before=True)

    def delete_row(self) -> None:
        self.book.delete(self.tab, ROWS, self.chance.choice(self.keyed()), 1)

    def move_column(self) -> None:
        start, to = self.chance.randrange(6), self.chance.randrange(7)
        if to not in (start, start + 1) and self.tab.column_count > 7:
            self.book.move(self.tab, COLUMNS, start, start + 1, to)

    def rename(self) -> None:
        self.write(max(self.keyed()[0] - 1, 0), self.chance.randrange(4))


def beside(book: Book) -> dict[str, str]:
    """Return every text of people's, with the key in its row."""
    found = {}
    for tab in book.tabs:
        for row in tab.rows:
            texts = [str(cell.value) for cell in row if cell.value is not None]
            key = next((text for text in texts if KEY.fullmatch(text)), "")
            found |= {text: key for text in texts if NOTE.fullmatch(text)}
    return found


def storm(world: World, tool: str, seed: int) -> Counter[str]:
    """Let a tool write through a storm; count what its writes did to the texts of people."""
    id_ = f"{tool}-{seed}".replace(" ", "-")
    people = People(world.add(id_), seed)
    lost: set[str] = set()
    moved: set[str] = set()
    failed = 0

    def watch(past: Book, now: Book) -> None:
        before, after = beside(past), beside(now)
        lost.update(text for text in before if text not in after)
        moved.update(text for text, key in before.items() if after.get(text, key) != key)

    write = ours(world, id_) if tool == "smarketing" else PEERS[tool](world.url, id_)
    for step in range(SYNCS + 1):
        try:
            write(frame(step))
        except Exception:  # noqa: BLE001  (a sync that breaks off; the next one comes)
            failed += 1
        world.before, world.watch = (lambda _n, _m: people.act()), watch
    world.before, world.watch = (lambda _n, _m: None), None
    del world.books[id_]
    world.log.clear()
    return Counter(
        {"typed": people.count, "lost": len(lost), "moved": len(moved), "failed": failed}
    )


def frame(step: int) -> pd.DataFrame:
    """Return the table at a step: a row comes, amounts change."""
    rows = [(f"D{n}", f"deal {n}", 100 * n + step, f"2026-11-{n % 28 + 1:02d}")
            for n in range(30 + step // 2)]  # fmt: skip
    return pd.DataFrame(rows, columns=["deal_id", "title", "amount", "closed_on"])


def ours(world: World, id_: str) -> Callable[[pd.DataFrame], None]:
    desk = Desk(world, id_, tabs=(TABLE,))

    def write(made: pd.DataFrame) -> None:
        desk.exchange(lambda _i, _h: [TableSheet(TABLE, made.to_dict("records"))])  # type: ignore[arg-type]

    return write


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--storms", type=int, default=10)
    count = parser.parse_args().storms
    harm = 0
    with running() as world:
        print(f"{'tool':28}{'typed':>8}{'lost':>14}{'beside another row':>22}{'failed':>10}")
        for tool in ("smarketing", *PEERS):
            total: Counter[str] = Counter()
            for seed in range(count):
                total += storm(world, tool, seed)
            typed, lost, moved = total["typed"], total["lost"], total["moved"]
            shares = f"{lost:>6} ({lost / typed:4.0%}) {moved:>13} ({moved / typed:4.0%})"
            print(f"{tool:28}{typed:>8} {shares}{total['failed']:>10}", flush=True)
            if tool == "smarketing":
                harm = lost + moved
    at_most("texts of people lost or moved", harm, 0, "texts")


if __name__ == "__main__":
    main()
