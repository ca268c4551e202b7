"""What documentation alone supports, tried on a scratch tab of a real Google Sheet.

A probe touches nothing but its own tab and removes it at the end. Each point is one of those on
which the target rests; what differs is said, with what follows from it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sheets_sync.google.failures import Refused
from sheets_sync.google.transport import Json, Spreadsheet
from sheets_sync.targets.gsheets.ids import number as id_of
from sheets_sync.targets.gsheets.make import anchor, area, cells, line
from sheets_sync.targets.gsheets.view import as_typed, found, lookup

REVISION = "20261019"
"""The discovery document that the points were taken from."""

_ROWS, _COLUMNS = 20, 6
_ALL = "spreadsheetId,properties(locale,timeZone,importFunctionsExternalUrlAccessAllowed)"
_USED = "sheets(properties(sheetId,gridProperties(rowCount,columnCount)))"
_TYPED = (
    "sheets(properties(title,gridProperties(rowCount)),developerMetadata(metadataId),"
    "data(startRow,startColumn,rowData(values(userEnteredValue)),"
    "columnMetadata(developerMetadata(metadataId))))"
)
HAZARDS = ("=1+1", "007", "+7 999 123-45-67", "'x", "1e5", "1/2", "01.02.2026", "TRUE", " a ")
"""Texts that RAW has to leave as they are."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A point, the text `probe.<id>`; whether it is as documented, None where nobody can tell."""

    id: str
    holds: bool | None
    parts: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class _Bench:
    """A scratch tab with an anchor on its second column."""

    spread: Spreadsheet
    sheet: int
    title: str

    @property
    def anchor(self) -> int:
        return id_of("probe", self.title)

    def batch(self, *changes: Json) -> Json:
        return self.spread.batch(changes)

    def refuses(self, *changes: Json) -> bool:
        """Tell whether Google finds a batch wrong."""
        try:
            self.spread.batch(changes)
        except Refused:
            return True
        return False

    def column(self) -> tuple[int, list[Any]]:
        """Return where the anchored column is, and its cells."""
        places = found(self.spread.read([lookup(self.anchor)], "UNFORMATTED_VALUE"))
        place = places[self.anchor]
        return place.column, place.columns[0] if place.columns else []

    def write(self, values: list[Any], option: str = "RAW", id_: int | None = None) -> None:
        item = {"dataFilter": lookup(id_ or self.anchor), "majorDimension": "COLUMNS"}
        self.spread.write([{**item, "values": [values]}], option)

    def move(self, start: int, to: int) -> None:
        self.batch(
            {
                "moveDimension": {
                    "source": line(self.sheet, "COLUMNS", start),
                    "destinationIndex": to,
                }
            }
        )


def probe(spread: Spreadsheet, stamp: str) -> Iterator[Finding]:
    """Try every point on a tab that is made for it and removed."""
    spread.begin()
    yield _access(spread)
    title = f"smk check {stamp}"
    bench = _Bench(spread, id_of("probe sheet", title), title)
    grid = {"rowCount": _ROWS, "columnCount": _COLUMNS}
    about = {"sheetId": bench.sheet, "title": title, "gridProperties": grid, "hidden": True}
    second = {"dimensionRange": line(bench.sheet, "COLUMNS", 1)}
    bench.batch(
        {"addSheet": {"properties": about}},
        anchor(bench.anchor, "smk.probe", title, second),
    )
    try:
        for id_, try_it in _POINTS.items():
            try:
                yield Finding(id_, try_it(bench), {})
            except Refused as refused:
                yield Finding(id_, None, {"why": str(refused)})
    finally:
        bench.batch({"deleteSheet": {"sheetId": bench.sheet}})


def _access(spread: Spreadsheet) -> Finding:
    about = spread.structure(f"{_ALL},{_USED}")
    grids = [sheet["properties"].get("gridProperties", {}) for sheet in about.get("sheets", ())]
    used = sum(grid.get("rowCount", 0) * grid.get("columnCount", 0) for grid in grids)
    properties = about["properties"]
    parts = {"locale": properties["locale"], "zone": properties["timeZone"], "cells": used}
    return Finding("access", True, parts)


def _own_id(bench: _Bench) -> bool:
    again = {"dimensionRange": line(bench.sheet, "COLUMNS", 3)}
    return bench.refuses(anchor(bench.anchor, "smk.probe", "again", again))


def _follows(bench: _Bench) -> bool:
    bench.move(1, 4)
    moved = bench.column()[0]
    first = {"sheetId": bench.sheet, "dimension": "COLUMNS", "startIndex": 0, "endIndex": 1}
    bench.batch({"insertDimension": {"range": first, "inheritFromBefore": False}})
    inserted = bench.column()[0]
    bench.batch({"deleteDimension": {"range": first}})
    bench.move(moved, 1)
    return (moved, inserted, bench.column()[0]) == (3, 4, 1)


def _null_skips(bench: _Bench) -> bool:
    bench.write(["a", "b", "c"])
    bench.write([None, "", "d"])
    return bench.column()[1] == ["a", "", "d"]


def _too_long(bench: _Bench) -> bool:
    try:
        bench.write(["x"] * (_ROWS * 10))
    except Refused:
        return True
    return False


def _no_match(bench: _Bench) -> bool:
    nothing = id_of("probe", "nothing")
    try:
        bench.write(["x"], id_=nothing)
        return not found(bench.spread.read([lookup(nothing)], "UNFORMATTED_VALUE"))
    except Refused:
        return False


def _column_guard(bench: _Bench) -> bool:
    where = {"dimensionRange": line(bench.sheet, "COLUMNS", 4)}
    asked = {"metadataId": bench.anchor, "locationMatchingStrategy": "EXACT_LOCATION"}
    guard = {
        "dataFilters": [{"developerMetadataLookup": {**asked, "metadataLocation": where}}],
        "developerMetadata": {"metadataKey": "smk.probe"},
        "fields": "metadataKey",
    }
    litter = cells(bench.sheet, 0, 5, [{"values": [_text("x")]}], "userEnteredValue")
    return bench.refuses({"updateDeveloperMetadata": guard}, litter)


def _fresh_rows(bench: _Bench) -> bool:
    bench.write(["top", "", "", ""])
    span = {"sheetId": bench.sheet, "dimension": "ROWS", "startIndex": 1, "endIndex": 3}
    keys = [{"values": [_text(key)]} for key in ("k1", "k2")]
    bench.batch(
        {"insertDimension": {"range": span, "inheritFromBefore": True}},
        cells(bench.sheet, 1, 1, keys, "userEnteredValue"),
    )
    return bench.column()[1][:3] == ["top", "k1", "k2"]


def _find_replace(bench: _Bench) -> bool:
    bench.write(["key-1", "key-10"])
    where = area(bench.sheet, 0, 1, None, 2)
    bench.batch(
        {"findReplace": {"find": "key-1", "replacement": "", "range": where,
                         "matchEntireCell": True, "matchCase": True}}
    )  # fmt: skip
    return bench.column()[1][:2] == ["", "key-10"]


def _sort_leaves_anchors(bench: _Bench) -> bool:
    head = id_of("probe head", bench.title)
    spot = {"dimensionRange": line(bench.sheet, "ROWS", 2)}
    bench.batch(anchor(head, "smk.probe", "head", spot))
    bench.write(["c", "b", "a"])
    where = area(bench.sheet, 0, 0, 3, _COLUMNS)
    order = [{"dimensionIndex": 1, "sortOrder": "ASCENDING"}]
    bench.batch({"sortRange": {"range": where, "sortSpecs": order}})
    place = found(bench.spread.read([lookup(head)], "UNFORMATTED_VALUE"))[head]
    return place.row == 2 and bench.column()[1][:3] == ["a", "b", "c"]  # noqa: PLR2004


def _raw(bench: _Bench) -> bool:
    bench.write(list(HAZARDS))
    return bench.column()[1][: len(HAZARDS)] == list(HAZARDS)


def _semicolon(bench: _Bench) -> bool:
    bench.write(["=SUM(1;1)"], "USER_ENTERED")
    return bool(bench.column()[1][0] == 2)  # noqa: PLR2004


def _warning_only(bench: _Bench) -> bool:
    where = area(bench.sheet, 0, 1, None, 2)
    bench.batch({"addProtectedRange": {"protectedRange": {"range": where, "warningOnly": True}}})
    bench.write(["written"])
    return bool(bench.column()[1][0] == "written")


def _typed(bench: _Bench) -> bool:
    bench.write(["=1+1"], "USER_ENTERED")
    cells_typed = as_typed(bench.spread.typed([lookup(bench.anchor)], _TYPED))
    place = cells_typed.get(bench.anchor)
    return place is not None and place.column == 1 and place.columns[0][0] == "=1+1"


def _text(said: str) -> Json:
    return {"userEnteredValue": {"stringValue": said}}


_POINTS: Mapping[str, Callable[[_Bench], bool]] = {
    "own_id": _own_id,
    "follows": _follows,
    "null_skips": _null_skips,
    "too_long": _too_long,
    "no_match": _no_match,
    "column_guard": _column_guard,
    "fresh_rows": _fresh_rows,
    "find_replace": _find_replace,
    "sort_leaves_anchors": _sort_leaves_anchors,
    "raw": _raw,
    "semicolon": _semicolon,
    "warning_only": _warning_only,
    "typed": _typed,
}
"""Every point by the id of its text, in order; each leaves the anchor on the second column."""
POINTS = ("access", *_POINTS)
