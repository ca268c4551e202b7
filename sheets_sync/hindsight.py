"""What was known on an earlier day: a workspace as it was, made beside the present one.

The store and the state are copied and taken back to the end of that day; then it is a workspace
like any other, without sources. The present one is only read.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from sheets_sync import rules, store_past
from sheets_sync.checking import checked
from sheets_sync.config import Config, Workbook
from sheets_sync.drawing import decisions, signs_of
from sheets_sync.errors import FixConfig
from sheets_sync.letterbook import Letterbook
from sheets_sync.sources.ahead import Tell
from sheets_sync.state import State
from sheets_sync.store import open_published
from sheets_sync.store_published import FACTS, published
from sheets_sync.sync import Outcome, sync
from sheets_sync.workspace import Workspace, last_day
from templates.tabs import asking


def is_past(workspace: Workspace, day: date | None, now: datetime) -> bool:
    """Tell whether people could have looked at the workbook on a day, and it is over.

    Days before set-up are counted with what is typed now, since nobody had typed anything yet.

    Raises:
        FixConfig: the rows are in a warehouse, which knows only what is now.
    """
    state = workspace.state
    began = state.began()
    if day is None or began is None:
        return False
    settings = workspace.settings(state.recall("settings"))
    try:
        connection = open_published(workspace.hidden)
    except OSError:
        return False
    try:
        newest = last_day(connection, workspace.local(now, settings).date(), settings)
    finally:
        connection.close()
    was_known = workspace.local(began, settings).date() <= day < newest
    if was_known and workspace.config.engine:
        raise FixConfig("engine_past")
    return was_known


@contextmanager
def known_on(workspace: Workspace, day: date) -> Iterator[Workspace]:
    """Make a workspace that knows what this one knew at the end of a day; it goes afterwards.

    Raises:
        FixConfig: the workspace has never been synced.
    """
    with tempfile.TemporaryDirectory() as name:
        kept = ("company", "workbook", "scorecard", "stages", "brand")
        config = Config(**{part: getattr(workspace.config, part) for part in kept})
        then = replace(workspace, config=config, copy=Path(name))
        moment = end_of(workspace, day) + timedelta.resolution
        then.hidden.mkdir(parents=True)
        _take_back_state(workspace.state, then, moment)
        _take_back_facts(workspace, then, moment)
        yield then


def look_back(
    workspace: Workspace, day: date, *, is_kept: bool = True, tell: Tell = lambda _, **__: None
) -> Outcome:
    """Write the workbook as it would have been at the end of a day into a file beside it.

    Raises:
        FixConfig: the workspace has never been synced.
    """
    with known_on(workspace, day) as then:
        outcome = sync(then, now=end_of(workspace, day), as_of=day, tell=tell)
        path = _free(workspace.folder / workspace.config.workbook.path, day)
        if is_kept:
            path.parent.mkdir(parents=True, exist_ok=True)
            shutil.move(then.workbook, path)
        written = then.config.model_copy(update={"workbook": Workbook(path=str(path))})
        return replace(outcome, workspace=replace(then, config=written, copy=None))


def end_of(workspace: Workspace, day: date) -> datetime:
    """Return the last moment of a day where the company is."""
    zone = str(workspace.settings(workspace.state.recall("settings"))["timezone"])
    return datetime.combine(day, time.max, tzinfo=ZoneInfo(zone))


def _free(path: Path, day: date) -> Path:
    """Name a file after a day that is not there yet.

    >>> str(_free(Path("/nowhere/sales.xlsx"), date(2026, 11, 22)).name)
    'sales 2026-11-22.xlsx'
    """
    number, free = 1, path.with_stem(f"{path.stem} {day}")
    while free.exists():
        number += 1
        free = path.with_stem(f"{path.stem} {day} ({number})")
    return free


def _take_back_state(state: State, then: Workspace, moment: datetime) -> None:
    past = state.copied(then.hidden)
    past.take_back(moment)
    after = str(moment.date())
    known = [kept for kept in past.get("rules") or () if kept["first_seen"] < after]
    past.put("rules", known)
    past.drop_decided(max((kept["number"] for kept in known), default=0))
    past.put("bonus", {**(past.get("bonus") or {}), "shown": {}})
    Letterbook(past).take_back(moment)
    typed = past.recall()
    past.put("started", [tab for tab in past.get("started") or () if tab in typed])


def _take_back_facts(workspace: Workspace, then: Workspace, moment: datetime) -> None:
    try:
        shutil.copyfile(published(workspace.hidden), then.hidden / FACTS)
    except OSError:
        raise FixConfig("never_synced", folder=workspace.folder) from None
    state = then.state
    known = state.recall()
    words = then.words(known)
    usable, _ = checked(known, asking(signs_of(known, words), then.questionnaire.scale))
    store = then.store(then.settings(usable))
    try:
        store_past.take_back(store.raw, moment)
        versions = [rules.Version(**kept) for kept in state.get("rules") or ()]
        store.apply(decisions(usable, then.config.stages, versions, words))
        store.keep(state.decided())
        store.publish()
    finally:
        store.close()
