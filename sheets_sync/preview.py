"""What a sync would change: the same sync on a copy, compared cell by cell."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sheets_sync.sources.ahead import Tell
from sheets_sync.sync import Outcome, sync
from sheets_sync.targets.places import letters
from sheets_sync.workspace import Workspace


def preview(
    workspace: Workspace,
    *,
    now: datetime,
    as_of: date | None = None,
    is_rebuild: bool = False,
    tell: Tell = lambda _, **__: None,
) -> tuple[Outcome, list[dict[str, Any]]]:
    """Return what a sync would do, and each cell of the workbook that it would change."""
    with tempfile.TemporaryDirectory() as name:
        copy = replace(workspace, copy=Path(name))
        for before, after in ((workspace.hidden, copy.hidden), (workspace.workbook, copy.workbook)):
            _copy(before, after)
        outcome = sync(copy, now=now, as_of=as_of, is_rebuild=is_rebuild, tell=tell)
        if workspace.config.sheets:
            changed = [dict(each) for each in outcome.exchange.differences]
        else:
            changed = list(differences(workspace.workbook, copy.workbook))
        return replace(outcome, workspace=workspace), changed


def _copy(source: Path, target: Path) -> None:
    if source.is_dir():
        shutil.copytree(source, target, ignore=shutil.ignore_patterns("versions", "lock"))
    elif source.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(source, target)


def differences(before: Path, after: Path) -> Iterator[dict[str, Any]]:
    """Yield the cells of two workbooks that differ: tab, cell, before, after."""
    old, new = _cells(before), _cells(after)
    for tab, row, column in sorted(old.keys() | new.keys()):
        was, becomes = old.get((tab, row, column)), new.get((tab, row, column))
        if was != becomes:
            cell = f"{letters(column)}{row + 1}"
            yield {"tab": tab, "cell": cell, "before": was, "after": becomes}


def _cells(path: Path) -> dict[tuple[str, int, int], Any]:
    from python_calamine import CalamineWorkbook

    if not path.exists():
        return {}
    book = CalamineWorkbook.from_path(path)
    return {
        (tab, row, column): value
        for tab in book.sheet_names
        for row, values in enumerate(book.get_sheet_by_name(tab).to_python(skip_empty_area=False))
        for column, value in enumerate(values)
        if value != ""
    }
