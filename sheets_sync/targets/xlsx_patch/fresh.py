"""The workbook drawn anew beside the present one: the model for styles, charts and lost tabs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from sheets_sync.targets.xlsx_patch.markup import elements
from sheets_sync.targets.xlsx_patch.names import defined
from sheets_sync.targets.xlsx_patch.package import Package, SheetEntry, open_package
from sheets_sync.targets.xlsx_patch.reference import split_address
from sheets_sync.targets.xlsx_patch.sheet import SharedStrings, SheetPart
from sheets_sync.targets.xlsx_patch.styles import Styles
from sheets_sync.workbook import Sheet, TableSheet

Draw = Callable[[Path, Sequence[Sheet]], None]
_MODEL_ROWS = 1


class Fresh:
    """A freshly drawn workbook, made when it is first asked for."""

    def __init__(self, draw: Draw, sheets: Sequence[Sheet], whole: set[str]) -> None:
        """Draw reports and the tables named in `whole` in full, of others a row."""
        self._draw = draw
        self._sheets = [_modelled(sheet, whole) for sheet in sheets]
        self._package: Package | None = None
        self._parts: dict[str, SheetPart] = {}
        self._entries: dict[str, SheetEntry] = {}

    @classmethod
    def of(cls, data: bytes) -> Fresh:
        """Take a workbook that was just drawn."""
        fresh = cls(lambda _path, _sheets: None, (), set())
        fresh._take(data)
        return fresh

    def _take(self, data: bytes) -> Package:
        self._package = open_package(data)
        self._styles = styles_of(self._package)
        self._shared = shared_of(self._package)
        titled = {entry.title: entry for entry in self._package.sheets()}
        for name, address in defined(self._package).items():
            split = split_address(address)
            if split:
                self._entries[name.split(".")[1]] = titled[split[0]]
        return self._package

    @property
    def package(self) -> Package:
        """The package of the new workbook."""
        if self._package is None:
            with TemporaryDirectory() as folder:
                path = Path(folder, "new.xlsx")
                self._draw(path, self._sheets)
                return self._take(path.read_bytes())
        return self._package

    @property
    def styles(self) -> Styles:
        """The styles of the new workbook."""
        _ = self.package
        return self._styles

    @property
    def shared(self) -> SharedStrings:
        """The shared strings of the new workbook."""
        _ = self.package
        return self._shared

    def entry(self, tab: str) -> SheetEntry:
        """Return the sheet of a tab in the new workbook."""
        _ = self.package
        return self._entries[tab]

    def sheet(self, tab: str) -> SheetPart:
        """Return the part of a tab."""
        if tab not in self._parts:
            part = self.entry(tab).part
            self._parts[tab] = SheetPart(self.package.read(part), self._shared, part)
        return self._parts[tab]

    def style(self, tab: str, row: int, column: int) -> int | None:
        """Return the style of a cell in the new workbook, or that of its column."""
        sheet = self.sheet(tab)
        if row in sheet.rows:
            for cell in sheet.cells(sheet.rows[row]):
                if cell.column == column and b"s" in cell.attributes:
                    return int(cell.attributes[b"s"])
        found = self.column(tab, column)
        return int(found.get(b"style", b"0")) if found else None

    def column(self, tab: str, column: int) -> dict[bytes, bytes] | None:
        """Return the width and the style of a column in the new workbook."""
        sheet = self.sheet(tab)
        for item in elements(sheet.xml, b"col", 0, sheet.data.start):
            if int(item.attributes[b"min"]) <= column + 1 <= int(item.attributes[b"max"]):
                return item.attributes
        return None


def _modelled(sheet: Sheet, whole: set[str]) -> Sheet:
    """Keep of a table's rows what is needed."""
    if isinstance(sheet, TableSheet) and sheet.table.name not in whole:
        rows = list(sheet.rows[:_MODEL_ROWS]) or [{sheet.table.key: ""}]
        return replace(sheet, rows=rows, remembered={})
    return sheet


def styles_of(package: Package) -> Styles:
    """Read the styles of a workbook."""
    return Styles(package.read(package.part_by_type("styles") or "xl/styles.xml"))


def shared_of(package: Package) -> SharedStrings:
    """Read the shared strings of a workbook."""
    part = package.part_by_type("sharedStrings")
    return SharedStrings(package.read(part) if part else b"")
