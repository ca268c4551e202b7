"""What the reader should know, each thing said once."""

from __future__ import annotations

from dataclasses import dataclass, field

from sheets_sync.targets.gsheets import people
from sheets_sync.targets.gsheets.view import TableView
from sheets_sync.workbook import Warning as Notice
from templates.tab import Origin

_MOST = 10


@dataclass(slots=True)
class Notices:
    """Warnings in the order in which they came up."""

    said: dict[str, Notice] = field(default_factory=dict)
    overwritten: int = 0

    def say(self, id_: str, **parts: object) -> None:
        """Note something, once."""
        self.said.setdefault(f"{id_}{parts}", Notice(id_, parts))

    def add(self, notice: Notice) -> None:
        """Note something that is worded already."""
        self.say(notice.id, **notice.parts)

    def all(self) -> tuple[Notice, ...]:
        """Return everything that was noted."""
        return tuple(self.said.values())

    def typed_over(self, tab: str, cell: str, text: str) -> None:
        """Note a text of people's that stood in a cell of ours, the first ten of them."""
        self.overwritten += 1
        if self.overwritten <= _MOST:
            self.say("cell_overwritten", tab=tab, cell=cell, text=text)

    def of_table(self, view: TableView) -> None:
        """Note keys that stand twice, rows without a key, a key column that is gone."""
        if not view.has_keys:
            self.say("key_column_lost", tab=view.title)
            return
        for key in sorted(view.twice)[:_MOST]:
            rows = [row for row, each in enumerate(view.keys) if each == key]
            self.say("key_copied", tab=view.title, key=key, rows=_listed(rows))
        if blank := people.keyless(view):
            id_ = "row_unnumbered" if view.table.origin is Origin.MINTED else "key_blank"
            self.say(id_, tab=view.title, rows=_listed(blank))


def _listed(rows: list[int]) -> str:
    text = ", ".join(str(row + 1) for row in rows[:_MOST])
    return text if len(rows) <= _MOST else f"{text} … ({len(rows)})"
