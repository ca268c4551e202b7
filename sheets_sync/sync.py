"""One sync, the whole of it: sources, what people typed, numbers, workbook."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from sheets_sync import approvals
from sheets_sync.beside import Beside
from sheets_sync.checking import Problem
from sheets_sync.drawing import Drawing
from sheets_sync.errors import FixConfig, SmarketingError
from sheets_sync.lock import workspace_lock
from sheets_sync.messages.telling import Told, failure_told, tell_people
from sheets_sync.record import Record, recorded
from sheets_sync.sources.ahead import Tell, reading_ahead
from sheets_sync.state import Kept, State
from sheets_sync.store import Arrival
from sheets_sync.targets.xlsx import XlsxFile
from sheets_sync.watch import Watch
from sheets_sync.workbook import Exchange, Inputs, Sheet, Target
from sheets_sync.workspace import Workspace
from templates.tab import Facts
from templates.words import Words

if TYPE_CHECKING:
    from sheets_sync.google.transport import Spreadsheet


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a sync did."""

    workspace: Workspace
    facts: Facts
    words: Words
    arrivals: Sequence[Arrival]
    exchange: Exchange
    problems: Sequence[Problem]
    inputs_read: int
    seconds: Mapping[str, float]
    told: Told


def sync(
    workspace: Workspace,
    *,
    now: datetime,
    as_of: date | None = None,
    is_rebuild: bool = False,
    tell: Tell = lambda _, **__: None,
) -> Outcome:
    """Bring the workbook up to date.

    Raises:
        WaitAndRetry: another sync holds the workspace.
        TargetNotWritten: the workbook is as it was; what the sources brought is kept.
    """
    watch = Watch(now, tell)
    with workspace_lock(workspace.hidden):
        with failure_told(workspace, now), recorded(workspace, watch) as record:
            state = workspace.state
            remembered = state.recall()
            settings = workspace.settings(remembered)
            store = workspace.store(settings)
            try:
                store.sweep()
                if is_rebuild:
                    store.forget_cursors()
                today = workspace.local(now, settings).date()
                sources = workspace.sources(today)
                store.forget_failures(source.name for source in sources)
                target = _target(workspace, state, remembered, now, is_rebuild=is_rebuild)
                drawing = Drawing(workspace, store, state, now, as_of)
                with Beside() as hands, reading_ahead(sources, store.cursors(), tell) as ahead:
                    hands.begin(lambda: record.take(store, ahead))
                    exchange = _exchange(drawing, target, hands, record)
            finally:
                store.close()
        told = Told() if as_of else tell_people(workspace, drawing.facts, now)
    return Outcome(
        workspace,
        drawing.facts,
        workspace.words(state.recall("settings")),
        record.arrivals,
        exchange,
        drawing.problems,
        sum(len(row) for rows in exchange.inputs.values() for row in rows.values()),
        watch.seconds,
        told,
    )


def _exchange(drawing: Drawing, target: Target, hands: Beside, record: Record) -> Exchange:
    """Exchange with the workbook; publish what the sources brought even if that fails.

    Sources are taken beside the reading of the workbook, facts are published beside its writing.
    """
    state, watch = drawing.state, record.watch
    began = watch.moment()

    def draw(inputs: Inputs, hidden: Collection[str]) -> Sequence[Sheet]:
        with watch.stage("sources"):
            hands.wait()
        with watch.stage("numbers"):
            runs = record.runs(drawing.workspace.words(state.recall("settings")))
            sheets = drawing.draw(inputs, hidden, [*runs, *state.runs()])
        hands.begin(drawing.store.publish)
        return sheets

    try:
        with watch.stage("workbook"):
            exchange = target.exchange(drawing.tabs, draw)
            if drawing.asks_anew():
                exchange = _both(exchange, target.exchange(drawing.tabs, draw))
    except SmarketingError:
        hands.wait()
        drawing.store.publish()
        raise
    state.remember(exchange.inputs, drawing.now)
    approvals.show(state, drawing.facts.tables["bonus"])
    record.write(began, sum(exchange.cells_changed.values()))
    with watch.stage("publish"):
        hands.wait()
    return exchange


def _both(first: Exchange, second: Exchange) -> Exchange:
    """Return two exchanges as one."""
    changed = Counter(first.cells_changed) + Counter(second.cells_changed)
    return Exchange(
        second.inputs,
        changed,
        (*first.warnings, *second.warnings),
        first.requests + second.requests,
        first.bytes_sent + second.bytes_sent,
        (*first.differences, *second.differences),
    )


def spreadsheet_of(workspace: Workspace, now: datetime) -> Spreadsheet:
    """Find credentials for the Google Sheet of a workspace."""
    from sheets_sync.google.connect import connect

    sheets = workspace.config.sheets
    if sheets is None:
        raise FixConfig("no_sheet")
    key = workspace.folder / sheets.key if sheets.key else None
    return connect(sheets.spreadsheet, now=now, key=key, impersonate=sheets.impersonate)


def _target(
    workspace: Workspace, state: State, remembered: Inputs, now: datetime, *, is_rebuild: bool
) -> Target:
    """Return where the workbook is, as the config says."""
    words = workspace.words(remembered)
    currency = str(workspace.settings(remembered)["currency"])
    if workspace.config.sheets:
        from sheets_sync.targets.gsheets import GoogleSheet

        found = spreadsheet_of(workspace, now)
        memory = Kept(state, f"sheet.{found.id}.")
        is_dry = workspace.copy is not None
        return GoogleSheet(found, words, currency, memory, is_rebuild, is_dry)
    memory = Kept(state, "workbook.")
    return XlsxFile(
        workspace.workbook,
        words,
        currency=currency,
        memory=memory,
        versions=workspace.hidden / "versions",
        opened=_opened(workspace, words, currency, memory),
    )


def _opened(workspace: Workspace, words: Words, currency: str, memory: Kept) -> Target | None:
    """Return the same workbook in Excel, where Excel may be."""
    from sheets_sync.targets.live.child import ask, is_possible

    if workspace.copy or not is_possible():
        return None
    from sheets_sync.targets.excel import OpenWorkbook

    return OpenWorkbook(workspace.workbook, words, currency, memory, ask)
