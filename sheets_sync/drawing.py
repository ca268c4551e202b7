"""The sheets of a workspace, drawn when what people typed has been read."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, astuple, dataclass, field, replace
from datetime import date, datetime
from itertools import chain, repeat
from typing import TYPE_CHECKING

from sheets_sync import approvals, rules, standing
from sheets_sync import inputs as typed
from sheets_sync.checking import Past, Problem, checked, tracked, typed_rows
from sheets_sync.letterbook import with_digests
from sheets_sync.reports import facts as compute_facts
from sheets_sync.store import Decisions, Store
from sheets_sync.workbook import Inputs, ReportSheet, Sheet, TableSheet
from sheets_sync.workspace import Workspace, last_day
from templates.tab import Facts, Report, Table, Writer, heading
from templates.tabs import TABS, asking, leads, qualification
from templates.words import Words

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from sheets_sync.state import Run, State
    from templates.tab import Row, Tab


Signs = tuple[tuple[str, str], ...]
"""Rows of the rule with their questions."""


@dataclass(slots=True)
class Drawing:
    """What the sheets are drawn from; `facts` and `problems` are there once they are drawn."""

    workspace: Workspace
    store: Store
    state: State
    now: datetime
    as_of: date | None
    tabs: Sequence[Tab] = field(init=False)
    signs: Signs = field(init=False)  # that leads ask people for
    facts: Facts = field(init=False)
    problems: list[Problem] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Let leads ask for the signs of the rule as it was last read."""
        self._ask(self._signs())

    def _ask(self, signs: Signs) -> None:
        self.signs = signs
        self.tabs = asking(signs, self.workspace.questionnaire.scale)

    def _signs(self) -> Signs:
        known = self.state.recall()
        return signs_of(known, self.workspace.words(known))

    def asks_anew(self) -> bool:
        """Tell whether people changed which signs leads ask for, and ask for these from now on."""
        signs = self._signs()
        is_new = signs != self.signs
        if is_new:
            self._ask(signs)
        return is_new

    def draw(self, inputs: Inputs, hidden: Collection[str], runs: Sequence[Run]) -> list[Sheet]:
        """Keep what people typed, count with it, and draw every tab.

        `runs` are those of this sync, then the earlier ones.
        """
        remembered = self.state.recall()
        self.state.remember(inputs, self.now)
        started = self._start({**remembered, **inputs})
        known = typed.merged({**remembered, **started}, inputs)
        usable, self.problems = checked(known, self.tabs)
        versions = self._versions(usable)
        self.store.apply(
            decisions(usable, self.workspace.config.stages, versions, self.workspace.words(known))
        )
        approvals.approve(self.state)
        facts = facts_of(
            self.workspace,
            self.state,
            self.store.connection,
            usable,
            now=self.now,
            as_of=self.as_of,
            runs=runs,
        )
        self.facts = replace(facts, tables={**facts.tables, **about(TABS, hidden)})
        self._freeze()
        standing.keep(self.state, self.facts, self.workspace.config.place, self.now)
        return list(_sheets(self, known, {**remembered, **started}))

    def _freeze(self) -> None:
        """Keep what is known of the weeks that are over since the last sync."""
        at = self.facts.synced_at
        rows = [row for row in self.facts.tables["history"] if row["frozen_at"] == at]
        self.state.freeze(rows, at)

    def _start(self, known: Inputs) -> Inputs:
        """Put the first rows into the tables that have some and were never begun."""
        words = self.workspace.words(known)
        begun = set(self.state.get("started") or ())
        started = {
            tab.name: rows
            for tab in self.tabs
            if isinstance(tab, Table) and tab.name not in begun | set(known)
            for rows in [tab.starter(words)]
            if rows
        }
        if started:
            self.state.remember(started, self.now)
            self.state.put("started", sorted({*begun, *started}))
        return started

    def _versions(self, usable: Inputs) -> Sequence[rules.Version]:
        """Return the versions of the rule; what an older one decided stays with it."""
        settings, words = self.workspace.settings(usable), self.workspace.words(usable)
        known = [rules.Version(**kept) for kept in self.state.get("rules") or ()]
        today = self.workspace.local(self.now, settings).date()
        found = rules.versions(known, rules.read(usable, settings, words), today)
        if known and len(found) > len(known):
            self.state.keep_decided(self.store.decided(known[-1].number), known[-1].number)
        if len(found) > len(known):
            self.state.put("rules", [asdict(version) for version in found])
        if len(found) > 1:
            self.store.keep(self.state.decided())
        return found


def signs_of(known: Inputs, words: Words) -> Signs:
    """Return the signs that a rule asks people for; of one never begun, those of the preset."""
    rule = known.get("qualification") or qualification.starter(words)
    rows = [{"rule_row": key, **row} for key, row in rule.items()]
    return leads.asking(rows, known.get("leads", {}).values())


def about(tabs: Sequence[Tab], hidden: Collection[str]) -> dict[str, list[Row]]:
    """Return what pages say of the tabs: `tabs` for the index, `to_fill` the columns of people."""
    return {
        "tabs": [
            {"tab": tab.name, "group": tab.group, "is_hidden": tab.name in hidden} for tab in tabs
        ],
        "to_fill": [
            {"tab": tab.name, "column": column.id}
            for tab in tabs
            if isinstance(tab, Table)
            for column in tab.columns
            if column.writer is Writer.HUMAN
        ],
    }


def decisions(
    usable: Inputs, stages: Mapping[str, str], versions: Sequence[rules.Version], words: Words
) -> Decisions:
    """Return what people typed as rows of the store."""
    reasons = rules.reasons(usable, words)
    return Decisions(
        plan=[
            (x.month, x.metric, x.scope, x.owner or None, x.value) for x in typed.plan_lines(usable)
        ],
        fx=typed.rates(usable),
        stage_rule={**stages, **typed.meanings(usable)}.items(),
        day_rule=typed.days(usable),
        verdict=rules.overrides(usable, reasons),
        dispute=rules.settled(usable, reasons),
        rule=[astuple(version) for version in versions],
        sign_said=rules.answers(usable),
        reason_meaning=reasons.meant.items(),
        typed=dict(typed_rows(usable, TABS)),
    )


def facts_of(
    workspace: Workspace,
    state: State,
    connection: DuckDBPyConnection,
    usable: Inputs,
    *,
    now: datetime,
    as_of: date | None,
    runs: Sequence[Run],
) -> Facts:
    """Compute every result table, with what people typed among them."""
    settings = workspace.settings(usable)
    local = workspace.local(now, settings)
    filled = filled_in(state, usable)
    filled["bonus"] = approvals.with_figures(state, filled["bonus"])
    facts = compute_facts(
        connection,
        as_of=as_of or last_day(connection, local.date(), settings),
        synced_at=local,
        company=workspace.company,
        currency=str(settings["currency"]),
        settings=settings,
        runs=runs,
        typed=filled,
        history=state.frozen(),
        questionnaire=workspace.questionnaire,
    )
    said = {f"typed.{name}": rows for name, rows in filled.items()}
    due = workspace.next_sync(now)
    coming = chain([due and workspace.local(due, settings)], repeat(None))
    others: dict[str, list[Row]] = {
        "minutes": with_digests(facts.tables["minutes"], state, settings),
        "recipients": [{"recipient": name} for name in workspace.recipients],
        "log": [
            {**row, "next_run": at} for row, at in zip(facts.tables["log"], coming, strict=False)
        ],
    }
    brand = workspace.config.brand.brand
    return replace(facts, tables={**facts.tables, **said, **others}, brand=brand)


def filled_in(state: State, usable: Inputs) -> dict[str, list[Row]]:
    """Return the rows that people filled in, by tab, with when they did."""
    return dict(typed_rows(usable, TABS, _past(state)))


def _past(state: State) -> Past:
    cells = {
        cell: [(change.value, change.changed_at.date()) for change in changes]
        for cell, changes in state.pasts(tracked(TABS)).items()
    }
    return Past({cell: at.date() for cell, at in state.first_seen().items()}, cells)


def _sheets(drawing: Drawing, inputs: Inputs, remembered: Inputs) -> Iterator[Sheet]:
    facts, words = drawing.facts, drawing.workspace.words(inputs)
    for tab in drawing.tabs:
        if isinstance(tab, Report):
            yield ReportSheet(tab, tab.draw(facts, words))
        else:
            kept = {**remembered.get(tab.name, {}), **inputs.get(tab.name, {})}
            rows = _with_problems(tab, drawing, words)
            yield TableSheet(tab, rows, kept, tab.above(facts, words))


def _with_problems(table: Table, drawing: Drawing, words: Words) -> Sequence[Row]:
    """Return the rows of a table, each with what is wrong with its human cells in words."""
    rows = table.rows(drawing.facts, words)
    said: dict[str, str] = {}
    for problem in drawing.problems:
        if problem.tab == table.name:
            text = words(
                "problem.blank_cell" if problem.value is None else "problem.cell",
                column=heading(table, problem.column, words),
                value=problem.value,
                problem=words(f"problem.{problem.id}"),
            )
            said[problem.key] = " ".join(filter(None, (said.get(problem.key), text)))
    if "problem" not in table.column or not said:
        return rows
    return [{**row, "problem": said.get(str(row[table.key]), row.get("problem"))} for row in rows]
