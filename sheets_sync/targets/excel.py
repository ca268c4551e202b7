"""The workbook that is open in Excel, brought up to date while people work in it.

It fills what the file was made with: values, formulas, rows. Tabs, columns, charts and merged cells
are made in the file alone, once it is closed.
"""

from __future__ import annotations

from collections.abc import Callable, MutableMapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sheets_sync.errors import CloseWorkbook, TargetNotWritten
from sheets_sync.workbook import Draw, Exchange
from sheets_sync.workbook import Warning as Notice

if TYPE_CHECKING:
    from sheets_sync.targets.live.seen import Seen
    from sheets_sync.targets.live.work import Work
    from sheets_sync.workbook import Sheet
    from templates.tab import Tab
    from templates.words import Words

Json = dict[str, Any]
Ask = Callable[[Json], Json]
PASSES = 6
_LARGE = 20_000
"""Cells from which on Excel computes once, at the end."""


@dataclass(frozen=True, slots=True)
class OpenWorkbook:
    """A workbook that somebody has open; `ask` asks Excel, `memory` is that of the file."""

    path: Path
    words: Words
    currency: str
    memory: MutableMapping[str, str]
    ask: Ask

    def exchange(self, tabs: Sequence[Tab], draw: Draw, /) -> Exchange:
        """Read what people typed, draw with it, write what differs, return what was typed.

        Raises:
            CloseWorkbook: Excel does not have it open, another program or computer does.
            TargetNotWritten: something is to be made that only a closed file can get, or Excel
                does not answer.
        """
        return _Run(self, tabs, draw).exchange()


@dataclass(slots=True)
class _Run:
    """One exchange: read, write, and look again until nothing differs."""

    target: OpenWorkbook
    tabs: Sequence[Tab]
    draw: Draw
    sheets: list[Sheet] = field(default_factory=list)
    cells: dict[str, int] = field(default_factory=dict)
    notices: list[Notice] = field(default_factory=list)
    refused: set[str] = field(default_factory=set)

    def exchange(self) -> Exchange:
        for _ in range(PASSES):
            seen = self._look()
            work = self._work(seen)
            for notice in work.notices:
                self._say(notice)
            if not work.tabs:
                break
            self._write(work)
        else:
            self._say(Notice("unsettled"))
        self.target.memory.update(work.settled)
        return Exchange(seen.inputs, self.cells, tuple(self.notices))

    def _say(self, notice: Notice) -> None:
        if notice not in self.notices:
            self.notices.append(notice)

    def _ask(self, question: Json) -> Json:
        target = self.target
        try:
            said = target.ask({"path": str(target.path.resolve()), **question})
        except TargetNotWritten as error:
            error.parts.setdefault("path", target.path.name)
            raise
        if not said["is_open"]:
            raise CloseWorkbook("workbook_open", path=target.path.name)
        return said

    def _look(self) -> Seen:
        from sheets_sync.targets.live.seen import Seen

        target = self.target
        read = self._ask({"do": "read"})
        seen = Seen(read, self.tabs, target.words, target.memory, target.path.name)
        if not self.sheets:
            self.sheets = seen.drawn(self.draw)
        return seen

    def _work(self, seen: Seen) -> Work:
        from sheets_sync.targets.live.work import work

        return work(seen, self.sheets, self.target.words, self.target.currency, self.refused)

    def _write(self, work: Work) -> None:
        """Write, and remember the reports that were written whole."""
        count = sum(len(block["cells"]) for tab in work.tabs for block in tab["blocks"])
        said = self._ask({"do": "write", "is_large": count > _LARGE, "tabs": work.tabs})
        names = {tab["title"]: tab["name"] for tab in work.tabs}
        for title, written in said["written"].items():
            self.cells[names[title]] = self.cells.get(names[title], 0) + written
        for title in said["refused"]:
            self.refused.add(names[title])
            self._say(Notice("live_refused", {"tab": title}))
        for title, name in names.items():
            if title not in {*said["refused"], *said["moved"]}:
                self.target.memory.update(work.memory.get(name, {}))
