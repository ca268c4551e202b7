"""Anchors on rows and columns of a report: a batch fails when people have moved them meanwhile.

Else what people write below and beside a report could slide under what is written, when they move
or take away rows or columns between our reading and our writing. Anchored are all columns, the
last row that is taken, and one beyond it, up to which the report may grow.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import count
from typing import TYPE_CHECKING, Any

from sheets_sync.targets.gsheets.ids import END
from sheets_sync.targets.gsheets.ids import number as id_of
from sheets_sync.targets.gsheets.make import anchor, line, unmoved
from sheets_sync.targets.gsheets.view import Line, lookup

if TYPE_CHECKING:
    from sheets_sync.targets.gsheets.view import ReportView

Json = dict[str, Any]


def are_anchored(view: ReportView, spots: Iterable[tuple[int, int]]) -> bool:
    """Tell whether cells lie in anchored columns, and none below the last anchored row."""
    lines = set(view.anchors.values())
    last = max((at for dimension, at in lines if dimension == "ROWS"), default=-1)
    return all(row <= last and ("COLUMNS", column) in lines for row, column in spots)


def guards(view: ReportView, sheet: int, written: set[Line]) -> list[Json]:
    """Return the requests that fail when rows or written columns are not where they were seen."""
    return [
        unmoved(id_, END, line(sheet, *at))
        for id_, at in view.anchors.items()
        if at[0] == "ROWS" or at in written
    ]


def anchored(view: ReportView, sheet: int, needed: Iterable[Line]) -> list[Json]:
    """Return the requests that anchor rows and columns, and take away what other rows have."""
    needed = set(needed)
    gone = [id_ for id_, at in view.anchors.items() if at[0] == "ROWS" and at not in needed]
    new = sorted(needed.difference(view.anchors.values()))
    made: list[Json] = [{"deleteDeveloperMetadata": {"dataFilter": lookup(id_)}} for id_ in gone]
    for at, id_ in zip(new, _free(view), strict=False):
        where = {"dimensionRange": line(sheet, *at)}
        made.append(anchor(id_, END, view.report.name, where))
    return made


def _free(view: ReportView) -> Iterator[int]:
    """Yield numbers that no anchor of a report has."""
    numbers = (id_of(END, view.report.name, at) for at in count())
    return (id_ for id_ in numbers if id_ not in view.anchors)
