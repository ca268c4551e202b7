"""What is remembered of a spreadsheet from sync to sync, as texts under names."""

from __future__ import annotations

import base64
import json
from array import array
from collections.abc import Iterable, Mapping, MutableMapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from zlib import crc32

from sheets_sync.targets.cells import Stored
from sheets_sync.targets.gsheets import report, table
from sheets_sync.targets.gsheets.report import Written
from sheets_sync.targets.gsheets.table import Pending, Wanted, token
from sheets_sync.targets.xlsx_patch.typed import dumped_inputs, loaded_inputs

if TYPE_CHECKING:
    from sheets_sync.targets.gsheets.people import Keyed


@dataclass(slots=True)
class Memory:
    """Texts that outlive a sync, also one that is killed."""

    kept: MutableMapping[str, str]

    def _json(self, name: str, default: Any) -> Any:
        text = self.kept.get(name)
        return default if text is None else json.loads(text)

    def _keep(self, name: str, value: Any) -> None:
        text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
        if self.kept.get(name) != text:
            self.kept[name] = text

    def forget(self, *names: str) -> None:
        """Forget texts."""
        for name in names:
            self.kept.pop(name, None)

    # -- the spreadsheet

    @property
    def sheets(self) -> dict[str, int]:
        """Google's numbers of our tabs."""
        return dict(self._json("sheets", {}))

    @sheets.setter
    def sheets(self, numbers: Mapping[str, int]) -> None:
        self._keep("sheets", dict(numbers))

    @property
    def appends(self) -> int:
        """The number of the next batch of fresh rows; it moves on when the outcome is known."""
        return int(self._json("appends", 1))

    @appends.setter
    def appends(self, number: int) -> None:
        self._keep("appends", number)

    # -- tables

    def inputs(self, name: str) -> Keyed | None:
        """Return what people had typed into a table."""
        return loaded_inputs(self.kept.get(f"inputs.{name}"))

    def keep_inputs(self, name: str, typed: Keyed) -> None:
        """Keep what people have typed into a table."""
        text = dumped_inputs(typed)
        if self.kept.get(f"inputs.{name}") != text:
            self.kept[f"inputs.{name}"] = text

    def pending(self, name: str) -> dict[str, Pending]:
        """Return what was written into a table since it was clean."""
        return table.loaded(self.kept.get(f"pending.{name}"))

    def keep_pending(self, name: str, pending: Mapping[str, Pending]) -> None:
        """Keep what is about to be written into a table."""
        self.kept[f"pending.{name}"] = table.dumped(pending)

    def seen(self, name: str) -> set[str]:
        """Return the keys that a table has ever had."""
        return set(self._json(f"seen.{name}", []))

    def keep_seen(self, name: str, keys: Iterable[str]) -> None:
        """Keep the keys that a table has."""
        self._keep(f"seen.{name}", sorted(self.seen(name) | {key for key in keys if key}))

    def minted(self, name: str) -> int:
        """Return the highest number that was ever given to a row."""
        return int(self._json(f"minted.{name}", 0))

    def keep_minted(self, name: str, number: int) -> None:
        """Keep the highest number."""
        self._keep(f"minted.{name}", max(number, self.minted(name)))

    def looks(self, name: str) -> dict[str, str]:
        """Return the marks of how a table's columns look."""
        return dict(self._json(f"looks.{name}", {}))

    def keep_looks(self, name: str, marks: Mapping[str, str]) -> None:
        """Keep the marks."""
        self._keep(f"looks.{name}", dict(marks))

    def rules(self, name: str) -> list[str]:
        """Return the colour rules of a table as they were written."""
        return list(self._json(f"rules.{name}", []))

    def keep_rules(self, name: str, rules: Sequence[str]) -> None:
        """Keep the colour rules."""
        self._keep(f"rules.{name}", list(rules))

    def keep_clean(self, want: Wanted) -> None:
        """Keep a mark of every machine cell of a table that is as it should be."""
        name, keys = want.table.name, list(want.rows)
        columns = {
            id_: base64.b64encode(
                array("I", (_mark(cells[key]) for key in keys)).tobytes()
            ).decode()
            for id_, cells in want.cells.items()
        }
        self._keep(f"clean.{name}", {"keys": keys, "columns": columns})
        self.forget(f"pending.{name}")

    def clean(self, name: str) -> Clean:
        """Return how a table was when it was last as it should be."""
        found = self._json(f"clean.{name}", {"keys": [], "columns": {}})
        marks = {id_: array("I", base64.b64decode(text)) for id_, text in found["columns"].items()}
        return Clean({key: at for at, key in enumerate(found["keys"])}, marks)

    # -- reports

    def report(self, name: str) -> tuple[Written, Written]:
        """Return a report as it was written, and as it was about to be when a sync broke off."""
        texts = (self.kept.get(f"report.{name}"), self.kept.get(f"report_next.{name}"))
        return report.loaded(texts[0]), report.loaded(texts[1])

    def begin_report(self, name: str, written: Written) -> None:
        """Keep what is about to be written, beside what was about to be written before it."""
        before = report.loaded(self.kept.get(f"report_next.{name}"))
        written = Written({**before.cells, **written.cells}, written.merges, written.sizes)
        self.kept[f"report_next.{name}"] = written.dumped()

    def end_report(self, name: str, written: Written) -> None:
        """Keep what was written."""
        self.kept[f"report.{name}"] = written.dumped()
        self.forget(f"report_next.{name}")


@dataclass(frozen=True, slots=True)
class Clean:
    """A table as it was when it was last as it should be."""

    keys: Mapping[str, int]
    marks: Mapping[str, array[int]]

    def is_ours(self, key: str, column: str, value: Any) -> bool:
        """Tell whether a cell holds what we had left there."""
        at, marks = self.keys.get(key), self.marks.get(column)
        if at is None or marks is None:
            return True  # nothing is known
        return marks[at] == _mark(value)


def _mark(value: Stored) -> int:
    return crc32(token("" if value is None else value, is_formula=False).encode("utf-8", "replace"))
