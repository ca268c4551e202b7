"""Storms: people act between any two requests, and requests are lost, late or cut off.

`python -m tests.gsheets.storm 2000` runs as many seeded storms and prints what was lost.
"""

from __future__ import annotations

import argparse
import random
import time
from collections import Counter
from dataclasses import dataclass, field

from sheets_sync.errors import TargetNotWritten
from sheets_sync.google.transport import Spreadsheet
from sheets_sync.workbook import ReportSheet, TableSheet
from templates.tab import Group, Kind, Origin, Table, Writer, human, live, machine
from tests.gsheets import acts
from tests.gsheets.desk import Desk
from tests.gsheets.readers import REPORT, Readers, grid
from tests.sheets_emulator.book import Book
from tests.sheets_emulator.faults import FAULTS
from tests.sheets_emulator.server import World, running

LOST = ("reset before", "reset after", "late", "very late", "500", "503 after", "html")


def _double(row):
    return row["amount"] * 2 if isinstance(row["amount"], int | float) else None


DEALS = Table(
    "deals",
    Group.WORK,
    "deal_id",
    Origin.FED,
    (
        machine("deal_id"),
        machine("title"),
        human("comment"),
        machine("amount", Kind.MONEY),
        human("agreed"),
        machine("closed_on", Kind.DATE),
        live("weighted", "{amount}*2", _double, Kind.MONEY),
    ),
)
MACHINE = [column for column in DEALS.columns if column.writer is not Writer.HUMAN]


class KilledError(BaseException):
    """The client's process ends here."""


class Mortal(Spreadsheet):
    """A spreadsheet whose client may be killed once a request has had its effect."""

    def _once(self, *call):
        done = super()._once(*call)
        if self.clock.wall() == -1:
            raise KilledError
        return done


@dataclass
class Storm:
    """One storm and what it did."""

    world: World
    seed: int
    syncs: int = 20
    often: float = 0.5  # that people act before a request
    harm: float = 0.05  # that a write goes wrong, in each of three ways
    is_harder: bool = False
    is_direct: bool = True  # without a network
    counts: Counter[str] = field(default_factory=Counter)

    def __post_init__(self):
        self.chance = random.Random(self.seed)
        self.name = f"storm-{self.seed}"
        self.world.add(self.name)
        self.desk = Desk(self.world, self.name, tabs=(DEALS, REPORT), is_direct=self.is_direct)
        self.people = acts.People(self.desk.book, self.chance, DEALS, is_harder=self.is_harder)
        self.readers = Readers(self.desk.book, self.chance)
        self.told: list[str] = []
        self.is_calm = True
        self.dies = False
        self.step = 0
        self.keys = [f"D{n}" for n in range(30)]

    def rows(self):
        return [
            {
                "deal_id": key,
                "title": f"=сделка {key}" if self.step % 2 else f"дом {key}",
                "amount": float(len(key) * 100 + (self.step if int(key[1:]) % 3 else 0)),
                "closed_on": None,
            }
            for key in self.keys
        ]

    # -- what the world does

    def before(self, _number, method):
        self.dies = not self.is_calm and "get" not in method.lower() and self.hits()
        acts_now = 2 if self.is_harder else 1
        for _ in range(acts_now):
            if not self.is_calm and self.chance.random() < self.often:
                self.chance.choice((self.people, self.people, self.readers)).act()

    def hits(self):
        return self.chance.random() < self.harm

    def script(self, _number, method):
        if self.is_calm or "get" in method.lower() or not self.hits():
            return None
        return FAULTS[self.chance.choice(LOST)]

    def watch(self, past: Book, now: Book):
        self.counts["writes"] += 1
        self.counts.update(self.people.harmed(past, now))
        self.counts.update(self.readers.harmed(past, now))

    # -- the run

    def sync(self):
        mortal = self.desk.spreadsheet(Mortal)
        clock = mortal.clock
        wall = lambda: -1 if self.dies else 0  # noqa: E731
        mortal.clock = type(clock)(clock.now, clock.sleep, clock.chance, wall)
        self.desk.spreadsheet = lambda: mortal
        try:
            sheets = [TableSheet(DEALS, self.rows(), {}), ReportSheet(REPORT, grid(self.step))]
            done = self.desk.exchange(lambda _i, _h: sheets)
        except KilledError:
            self.counts["killed"] += 1
        except TargetNotWritten as error:
            self.counts[f"stopped: {error.id}"] += 1
        else:
            self.told = [warning.id for warning in done.warnings]
            self.counts["overrides told"] += self.told.count("cell_overwritten")
        finally:
            del self.desk.spreadsheet

    def run(self):
        """Let the storm pass, then sync once in peace; return what went wrong."""
        self.world.before, self.world.script = self.before, self.script
        self.world.watch = self.watch
        self.sync()
        self.people.begin()
        self.is_calm = False
        for _ in range(self.syncs):
            self.step += 1
            if self.chance.random() < 0.5:
                self.keys.append(f"D{len(self.keys)}")
            self.sync()
        self.is_calm = True
        self.world.settle()
        self.sync()
        self.counts.update(self.people.wrong(self.rows()))
        self.counts.update(self.readers.wrong(self.step, self.told))
        self.counts["reports kept from writing"] += "foreign_in_report" in self.told
        before = len(self.world.log)
        self.sync()
        self.counts["requests when idle"] += len(self.world.log) - before
        self.counts["syncs"] += self.syncs
        self.counts["human cells"] += self.people.typed + self.readers.typed
        del self.world.books[self.name]
        self.world.watch = None
        return self.counts


HARM = ("lost", "moved", "header", "wrong", "missing", "twice", "live", "note lost", "report")
"""What must never be counted."""


def main() -> None:
    """Run storms and print what came of them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("storms", type=int, nargs="?", default=100)
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    parser.add_argument("--syncs", type=int, default=20, help="of each storm")
    parser.add_argument("--harder", action="store_true", help="two acts, copied rows, broken keys")
    parser.add_argument("--no-guard", action="store_true", help="a server without column guards")
    parser.add_argument("--sockets", action="store_true", help="over real connections")
    asked = parser.parse_args()
    total: Counter[str] = Counter()
    start = time.perf_counter()
    with running() as world:
        world.quirks["guard_is_error"] = not asked.no_guard
        for seed in range(asked.first, asked.first + asked.storms):
            storm = Storm(world, seed, asked.syncs, is_harder=asked.harder,
                          is_direct=not asked.sockets)  # fmt: skip
            found = storm.run()
            if bad := {name: found[name] for name in HARM if found[name]}:
                print(seed, bad, flush=True)
            total += found
            total["requests"] += len(world.log)
            world.log.clear()
    seconds = time.perf_counter() - start
    print(f"{asked.storms} storms, {seconds:.0f} s, refused by the document: {world.violations}")
    for name, number in sorted(total.items()):
        print(f"  {name}: {number:,}")
    print({name: total[name] for name in HARM})


if __name__ == "__main__":
    main()
