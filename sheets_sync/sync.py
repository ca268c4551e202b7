"""One sync, the whole of it: sources, what people typed, numbers, workbook."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

from sheets_sync import inputs as typed
from sheets_sync.config import HIDDEN, Config
from sheets_sync.errors import SmarketingError
from sheets_sync.lock import workspace_lock
from sheets_sync.reports import facts as compute_facts
from sheets_sync.sources.files import FileSource
from sheets_sync.state import Kept, Run, State, open_state
from sheets_sync.store import Arrival, Decisions, Store, open_store
from sheets_sync.targets.xlsx import XlsxFile
from sheets_sync.workbook import Exchange, Inputs, ReportSheet, Sheet, TableSheet
from templates.settings import read_settings
from templates.tab import Facts, Report
from templates.tabs import TABS
from templates.words import Words, load

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sheets_sync.model import Source
    from templates.tab import Row, Value

Tell = Callable[[str], None]
OLD_EXPORT = timedelta(days=31)
"""Data that end earlier than this are shown as of their own end, and that is said."""


@dataclass(frozen=True, slots=True)
class Workspace:
    """A folder with a config, the facts, and the workbook."""

    folder: Path
    config: Config

    @property
    def hidden(self) -> Path:
        """Where the facts and the state lie."""
        return self.folder / HIDDEN

    @property
    def workbook(self) -> Path:
        """The workbook's file."""
        return self.folder / self.config.workbook.path

    @property
    def state(self) -> State:
        """What is remembered from sync to sync."""
        return open_state(self.hidden)

    def sources(self) -> list[Source]:
        """Return where records come from."""
        state = self.state
        salt = state.get("salt") or secrets.token_hex(16)
        state.put("salt", salt)
        company = self.config.company
        return [
            FileSource(
                mapping, self.folder, salt, timezone=company.timezone, currency=company.currency
            )
            for mapping in self.config.files
        ]

    def settings(self, inputs: Inputs) -> dict[str, Value]:
        """Return the settings in use: what people typed, else the config, else the default."""
        company = self.config.company
        configured: dict[str, Value] = {
            "language": company.language,
            "currency": company.currency,
            "timezone": company.timezone,
        }
        values, _ = read_settings(
            typed.typed_settings(inputs), configured=configured, words=load(company.language)
        )
        return values

    def store(self, settings: Mapping[str, Value]) -> Store:
        """Open the facts."""
        return open_store(
            self.hidden,
            timezone=str(settings["timezone"]),
            currency=str(settings["currency"]),
            country=self.config.company.country,
            dup_days=int(str(settings["dup_days"])),
        )


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a sync did."""

    workspace: Workspace
    facts: Facts
    words: Words
    arrivals: Sequence[Arrival]
    exchange: Exchange
    problems: Sequence[typed.Problem]
    inputs_read: int
    seconds: Mapping[str, float]


@dataclass(slots=True)
class _Clock:
    """How long each stage took, told as it begins."""

    tell: Tell
    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        self.tell(name)
        start = perf_counter()
        yield
        self.seconds[name] = round(self.seconds.get(name, 0) + perf_counter() - start, 3)


def sync(
    workspace: Workspace,
    *,
    now: datetime,
    as_of: date | None = None,
    is_rebuild: bool = False,
    tell: Tell = lambda _: None,
) -> Outcome:
    """Bring the workbook up to date.

    Raises:
        WaitAndRetry: another sync holds the workspace.
        TargetNotWritten: the workbook is as it was; what the sources brought is kept.
    """
    clock = _Clock(tell)
    with workspace_lock(workspace.hidden):
        state = workspace.state
        store = workspace.store(workspace.settings(state.recall()))
        try:
            if is_rebuild:
                store.forget_cursors()
            with clock.stage("sources"):
                arrivals = [store.take(source, now=now) for source in workspace.sources()]
            return _exchange(workspace, store, state, arrivals, clock, now, as_of)
        finally:
            store.close()


def _exchange(
    workspace: Workspace,
    store: Store,
    state: State,
    arrivals: Sequence[Arrival],
    clock: _Clock,
    now: datetime,
    as_of: date | None,
) -> Outcome:
    drawing = _Drawing(workspace, store, state, arrivals, clock, now, as_of)
    target = XlsxFile(
        workspace.workbook,
        drawing.words(state.recall()),
        currency=str(workspace.settings(state.recall())["currency"]),
        memory=Kept(state, "workbook."),
        versions=workspace.hidden / "versions",
    )
    try:
        with clock.stage("workbook"):
            exchange = target.exchange(TABS, drawing.draw)
    except SmarketingError as failed:
        state.note([*_runs(arrivals, now), Run(now, now, "workbook", message=failed.id)])
        raise
    finally:
        with clock.stage("publish"):
            store.publish()
    state.remember(exchange.inputs, now)
    changed = sum(exchange.cells_changed.values())
    state.note([*_runs(arrivals, now), Run(now, now, "workbook", changed=changed)])
    return Outcome(
        workspace,
        drawing.facts,
        drawing.words(state.recall()),
        arrivals,
        exchange,
        drawing.problems,
        sum(len(row) for rows in exchange.inputs.values() for row in rows.values()),
        clock.seconds,
    )


@dataclass(slots=True)
class _Drawing:
    """The sheets, drawn when what people typed has been read."""

    workspace: Workspace
    store: Store
    state: State
    arrivals: Sequence[Arrival]
    clock: _Clock
    now: datetime
    as_of: date | None
    facts: Facts = field(init=False)
    problems: list[typed.Problem] = field(default_factory=list)

    def words(self, inputs: Inputs) -> Words:
        return load(str(self.workspace.settings(inputs)["language"]))

    def draw(self, inputs: Inputs) -> list[Sheet]:
        remembered = self.state.recall()
        self.state.remember(inputs, self.now)
        known = typed.merged(remembered, inputs)
        settings = self.workspace.settings(known)
        lines, self.problems = typed.plan_lines(known)
        self.store.apply(
            Decisions(
                plan=[(x.month, x.metric, x.scope, x.owner or None, x.value) for x in lines],
                verdict=[(x.lead_id, x.verdict, x.reason) for x in typed.verdicts(known)],
                stage_rule=self.workspace.config.stages.items(),
            )
        )
        with self.clock.stage("numbers"):
            self.facts = _facts(self, settings, known)
        with self.clock.stage("drawing"):
            return list(_sheets(self.facts, self.words(known), known, remembered))


def _facts(drawing: _Drawing, settings: Mapping[str, Value], inputs: Inputs) -> Facts:
    connection, workspace = drawing.store.connection, drawing.workspace
    runs = [*reversed(_runs(drawing.arrivals, drawing.now)), *drawing.state.runs()]
    as_of = drawing.as_of or last_day(connection, drawing.now, workspace, settings)
    facts = compute_facts(
        connection,
        as_of=as_of,
        synced_at=drawing.now.astimezone(workspace.config.zone).replace(tzinfo=None),
        company=workspace.config.company.name or workspace.folder.resolve().name,
        currency=str(settings["currency"]),
        settings=settings,
        runs=runs,
    )
    said: dict[str, Sequence[Row]] = {
        "answers": typed.answers(inputs),
        "plan_rows": _plan_rows(drawing.state, inputs),
        "typed_settings": typed.rows(inputs, "settings", "setting"),
        "problems": [
            {"tab": p.tab, "key": p.key, "column": p.column, "id": p.id, "value": p.value}
            for p in drawing.problems
        ],
    }
    return replace(facts, tables={**facts.tables, **said})


def _plan_rows(state: State, inputs: Inputs) -> list[Row]:
    """Return the plan with when each line was first seen, and whether it was changed late."""
    rows: list[Row] = []
    for key, row in inputs.get("plan", {}).items():
        past = state.history("plan", key, "value")
        month = typed.parse_month(row.get("period"))
        late = [change for change in past[1:] if month and change.changed_at.date() >= month]
        first = past[0] if past else None
        rows.append(
            {
                "plan_id": key,
                **row,
                "first_seen": first.changed_at.date() if first else None,
                "first_value": first.value if first else None,
                "changed_after_start": bool(late),
            }
        )
    return rows


def last_day(
    connection: object, now: datetime, workspace: Workspace, settings: Mapping[str, Value]
) -> date:
    """Return the last day that counts: yesterday, or the end of an old export."""
    today = now.astimezone(workspace.config.zone).date()
    yesterday = today if settings["include_today"] else today - timedelta(days=1)
    (newest,) = connection.execute(  # type: ignore[attr-defined]
        "select max(day) from (select created_on as day from lead union all"
        " select created_on from deal union all select closed_on from deal) where day <= ?",
        [today],
    ).fetchone()
    return newest if newest and newest < yesterday - OLD_EXPORT else yesterday


def _sheets(facts: Facts, words: Words, inputs: Inputs, remembered: Inputs) -> Iterator[Sheet]:
    for tab in TABS:
        if isinstance(tab, Report):
            yield ReportSheet(tab, tab.draw(facts, words))
        else:
            kept = {**remembered.get(tab.name, {}), **inputs.get(tab.name, {})}
            yield TableSheet(tab, tab.rows(facts, words), kept)


def _runs(arrivals: Sequence[Arrival], now: datetime) -> list[Run]:
    """Return the record of what each source brought."""
    return [
        Run(
            now,
            now,
            arrival.source,
            read=sum(count.read for count in arrival.counts.values()),
            new=sum(count.new for count in arrival.counts.values()),
            changed=sum(count.changed for count in arrival.counts.values()),
            rejected=sum(count.quarantined for count in arrival.counts.values()),
            gone=sum(count.gone for count in arrival.counts.values()),
            message=arrival.error.id if arrival.error else "",
        )
        for arrival in arrivals
    ]
