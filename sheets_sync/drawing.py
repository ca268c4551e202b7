"""The sheets of a workspace, drawn when what people typed has been read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import TYPE_CHECKING

from sheets_sync import inputs as typed
from sheets_sync.reports import facts as compute_facts
from sheets_sync.store import Decisions, Store
from sheets_sync.workbook import Inputs, ReportSheet, Sheet, TableSheet
from sheets_sync.workspace import Workspace, last_day
from templates.tab import Facts, Report
from templates.tabs import TABS
from templates.words import Words, load

if TYPE_CHECKING:
    from sheets_sync.state import Run, State
    from templates.tab import Row, Value


@dataclass(slots=True)
class Drawing:
    """What the sheets are drawn from; `facts` and `problems` are there once they are drawn."""

    workspace: Workspace
    store: Store
    state: State
    runs: Sequence[Run]  # of this sync, then the earlier ones
    now: datetime
    as_of: date | None
    facts: Facts = field(init=False)
    problems: list[typed.Problem] = field(default_factory=list)

    def words(self, inputs: Inputs) -> Words:
        """Return the words of the workbook's language."""
        return load(str(self.workspace.settings(inputs)["language"]))

    def draw(self, inputs: Inputs) -> list[Sheet]:
        """Keep what people typed, count with it, and draw every tab."""
        remembered = self.state.recall()
        self.state.remember(inputs, self.now)
        known = typed.merged(remembered, inputs)
        lines, self.problems = typed.plan_lines(known)
        self.store.apply(
            Decisions(
                plan=[(x.month, x.metric, x.scope, x.owner or None, x.value) for x in lines],
                verdict=[(x.lead_id, x.verdict, x.reason) for x in typed.verdicts(known)],
                stage_rule=self.workspace.config.stages.items(),
            )
        )
        facts = self._count(self.workspace.settings(known))
        self.facts = replace(facts, tables={**facts.tables, **self._said(known)})
        return list(_sheets(self.facts, self.words(known), known, remembered))

    def _count(self, settings: Mapping[str, Value]) -> Facts:
        connection, workspace = self.store.connection, self.workspace
        local = workspace.local(self.now)
        return compute_facts(
            connection,
            as_of=self.as_of or last_day(connection, local.date(), settings),
            synced_at=local,
            company=workspace.company,
            currency=str(settings["currency"]),
            settings=settings,
            runs=self.runs,
        )

    def _said(self, inputs: Inputs) -> dict[str, Sequence[Row]]:
        """Return what people typed as result tables."""
        return {
            "answers": typed.answers(inputs),
            "plan_rows": _plan_rows(self.state, inputs),
            "typed_settings": typed.rows(inputs, "settings", "setting"),
            "problems": [
                {"tab": p.tab, "key": p.key, "column": p.column, "id": p.id, "value": p.value}
                for p in self.problems
            ],
        }


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


def _sheets(facts: Facts, words: Words, inputs: Inputs, remembered: Inputs) -> Iterator[Sheet]:
    for tab in TABS:
        if isinstance(tab, Report):
            yield ReportSheet(tab, tab.draw(facts, words))
        else:
            kept = {**remembered.get(tab.name, {}), **inputs.get(tab.name, {})}
            yield TableSheet(tab, tab.rows(facts, words), kept)
