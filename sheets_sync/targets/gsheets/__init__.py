"""The workbook as a Google Sheet, brought up to date while people work in it."""

from __future__ import annotations

from collections.abc import MutableMapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sheets_sync.workbook import Draw, Exchange

if TYPE_CHECKING:
    from sheets_sync.google.transport import Spreadsheet
    from templates.tab import Tab
    from templates.words import Words


@dataclass(frozen=True, slots=True)
class GoogleSheet:
    """A spreadsheet that people made and shared with us.

    `memory` keeps texts between syncs, best in the workspace's state: what was written, what was
    about to be written when a sync broke off, which keys were given.
    """

    spreadsheet: Spreadsheet
    words: Words
    currency: str
    memory: MutableMapping[str, str]
    is_rebuild: bool = False
    is_dry_run: bool = False

    def exchange(self, tabs: Sequence[Tab], draw: Draw, /) -> Exchange:
        """Read what people typed, draw with it, write what differs, return what was typed."""
        from sheets_sync.targets.gsheets.exchange import Run
        from sheets_sync.targets.gsheets.memory import Memory

        memory = Memory(self.memory)
        run = Run(self.spreadsheet, tabs, self.words, self.currency, memory, self.is_rebuild)
        if self.spreadsheet.access.is_old:
            run.notices.say("key_old", bot=self.spreadsheet.access.name)
        return run.preview(draw) if self.is_dry_run else run.exchange(draw)
