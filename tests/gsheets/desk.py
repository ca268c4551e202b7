"""A company's spreadsheet in tests: synced by real gspread, edited by people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from sheets_sync.credentials import nobody
from sheets_sync.google.budget import Budget
from sheets_sync.google.transport import Clock, Spreadsheet
from sheets_sync.limits import Window
from sheets_sync.targets.gsheets import GoogleSheet
from sheets_sync.workbook import Draw, Exchange, Inputs
from templates.tab import Tab, Value
from templates.words import Words
from tests.sheets_emulator.book import Book, Cell
from tests.sheets_emulator.book import Tab as Grid
from tests.sheets_emulator.direct import Direct
from tests.sheets_emulator.server import World
from tests.targets import small_book

ENOUGH = 10**9


def unbounded() -> Budget:
    """Return a budget that nothing exhausts."""
    return Budget((Window(ENOUGH), Window(ENOUGH)), (Window(ENOUGH), Window(ENOUGH)))


@dataclass
class Hours:
    """A clock that nobody has to wait for."""

    time: float = 0.0
    slept: list[float] = field(default_factory=list)

    def now(self) -> float:
        return self.time

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.time += seconds

    def clock(self, chance: float = 0.5) -> Clock:
        return Clock(self.now, self.sleep, lambda: chance, self.now)


@dataclass
class Desk:
    """A spreadsheet, what is remembered of it, and its small workbook."""

    world: World
    id: str = "demo"
    memory: dict[str, str] = field(default_factory=dict)
    remembered: dict[str, dict[str, dict[str, Value]]] = field(default_factory=dict)
    hours: Hours = field(default_factory=Hours)
    words: Words = field(default_factory=small_book.words)
    tabs: Sequence[Tab] = small_book.TABS
    is_rebuild: bool = False
    is_dry_run: bool = False
    is_direct: bool = False  # without a network
    timeout: tuple[float, float] = (5.0, 5.0)
    budget: Budget = field(default_factory=unbounded)

    @property
    def book(self) -> Book:
        return self.world.books[self.id]

    def spreadsheet(self, kind: type[Spreadsheet] = Spreadsheet) -> Spreadsheet:
        found = kind(
            self.id, nobody(), self.budget, self.world.url, self.hours.clock(), self.timeout
        )
        if self.is_direct:
            found._http().session.mount("http://", Direct(self.world))
        return found

    def sync(self, step: int = 0) -> Exchange:
        """Bring the small workbook to a step."""
        return self.exchange(lambda inputs, _hidden: small_book.sheets(step, self.remember(inputs)))

    def exchange(self, draw: Draw) -> Exchange:
        target = GoogleSheet(
            self.spreadsheet(),
            self.words,
            "RUB",
            self.memory,
            self.is_rebuild,
            self.is_dry_run,
        )
        return target.exchange(self.tabs, draw)

    def remember(self, inputs: Inputs) -> Inputs:
        for tab, keyed in inputs.items():
            self.remembered[tab] = {key: dict(row) for key, row in keyed.items()}
        return self.remembered

    # -- looking and typing, as people do

    def grid(self, name: str = "deals") -> Grid:
        found = self.book.titled(small_book.TITLES[name])
        assert found is not None, name
        return found

    def at(self, column: str, name: str = "deals") -> int:
        """Return where a column of ours is."""
        value = f"{name}.{column}"
        return next(m.index for m in self.book.metadata.values() if m.value == value)

    def row(self, key: str, name: str = "deals") -> int:
        grid, at = self.grid(name), self.at(KEYS[name], name)
        return next(r for r in range(grid.row_count) if grid.cell(r, at).value == key)

    def cell(self, key: str, column: str, name: str = "deals") -> Cell:
        return self.grid(name).cell(self.row(key, name), self.at(column, name))

    def type(self, key: str, column: str, value: object, name: str = "deals") -> None:
        spot = self.row(key, name), self.at(column, name)
        self.grid(name).put(*spot, self.grid(name).cell(*spot)._replace(value=value, formula=None))

    def methods(self, since: int = 0) -> list[str]:
        return [request.method for request in self.world.log[since:]]


KEYS = {"deals": "deal_id", "plan": "plan_id", "scorecard": "criterion"}
