"""Any order of edits here and there, previews, writes and undos: CRM and audit are as foretold.

What is foretold is written down anew here, from the rules alone.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from sheets_sync.errors import FixConfig
from tests.writeback import desk as desks
from tests.writeback.desk import VALUES

places = st.integers(0, 3)
steps = st.one_of(
    st.tuples(st.just("decide"), places, st.sampled_from([None, *VALUES])),
    st.tuples(st.just("decide"), places, st.sampled_from([*VALUES])),
    st.tuples(st.just("edit"), places, st.sampled_from([None, *VALUES.values()])),
    st.tuples(st.just("preview")),
    st.tuples(st.just("write"), st.lists(st.sampled_from([None, None, "lost", 503]), max_size=20)),
    st.tuples(st.just("write"), st.just([])),
    st.tuples(st.just("undo"), st.integers(1, 4)),
)
stories = st.lists(steps, min_size=3, max_size=14)


@dataclass
class Foretold:
    """What should be: of each lead the CRM's value, the verdict here, the last write."""

    held: dict = field(default_factory=dict)
    typed: dict = field(default_factory=dict)
    age: dict = field(default_factory=dict)  # when it was typed
    last: dict = field(default_factory=dict)  # what was last written, and when
    shown: dict = field(default_factory=dict)  # of the last preview: before, after
    runs: list = field(default_factory=list)  # each: lead, before, after, and how to know it
    undone: set = field(default_factory=set)
    clock: int = 0

    def due(self):
        """Return what a preview shows now."""
        found = {}
        for lead, verdict in self.typed.items():
            after = VALUES.get(verdict)
            value, at = self.last.get(lead, (None, -1))
            is_settled = value == after and self.age[lead] <= at
            if after and not is_settled and self.held.get(lead) != after:
                found[lead] = (self.held.get(lead), after)
        return found

    def write(self):
        run = []
        for lead, (before, after) in self.shown.items():
            is_wanted = VALUES.get(self.typed.get(lead)) == after
            value, at = self.last.get(lead, (None, -1))
            is_settled = value == after and self.age[lead] <= at
            if is_wanted and not is_settled and self.held.get(lead) == before != after:
                self.held[lead] = after
                self.last[lead] = (after, self.clock)
                run.append((lead, before, after))
        self.runs += [run] if run else []

    def undo(self, number):
        run = []
        for place, (lead, before, after) in enumerate(self.runs[number - 1]):
            if (number, place) not in self.undone and self.held.get(lead) == after:
                self.held[lead] = before
                self.undone.add((number, place))
                run.append((lead, after, before))
        self.runs += [run] if run else []


def act(desk, foretold, step):
    name, *rest = step
    foretold.clock += 1
    if name == "decide":
        lead = desk.leads[rest[0]]
        if foretold.typed.get(lead) != rest[1]:
            foretold.typed[lead], foretold.age[lead] = rest[1], foretold.clock
        desk.decide(lead, rest[1])
    elif name == "edit":
        lead = desk.leads[rest[0]]
        foretold.held[lead] = rest[1]
        desk.edit(lead, desk.verdict, rest[1])
    elif name == "preview":
        foretold.shown = foretold.due()
        shown = {each.cell.record: (each.before, each.after) for each in desk.preview().changes}
        assert shown == foretold.shown
    elif name == "write":
        write(desk, foretold, rest[0])
    elif rest[0] <= len(foretold.runs):
        foretold.undo(rest[0])
        desk.undo(rest[0])


def write(desk, foretold, mishaps):
    """Write the last preview, twice; without one it is refused."""
    kept = desk.workspace.state.get("writeback") or {"number": "none"}
    if not foretold.shown:
        try:
            desk.write(kept["number"])
        except FixConfig:
            return
        raise AssertionError
    foretold.write()
    desk.crm.mishaps.extend(mishaps)
    desk.write(kept["number"])
    desk.crm.mishaps.clear()
    wrote = len(desk.crm.wrote)
    assert desk.write(kept["number"]).entries == ()
    assert len(desk.crm.wrote) == wrote


def test_crm_and_audit_are_as_foretold(kind, companies, tmp_path, monkeypatch):
    crm, leads, secret, folder, begun = companies(kind)
    monkeypatch.setenv("CRM_SECRET", secret)

    @settings(
        max_examples=5,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow],
        phases=[Phase.explicit, Phase.generate],  # a story is short, and tells itself
    )
    @given(stories)
    def any_order(story):
        desks.restore(crm, begun)
        shutil.rmtree(tmp_path / "company", ignore_errors=True)
        shutil.copytree(folder, tmp_path / "company")
        desk, foretold = desks.Desk(kind, crm, leads, tmp_path / "company"), Foretold()
        for step in story:
            act(desk, foretold, step)
            held = {lead: desk.held(lead, desk.verdict) for lead in leads}
            assert held == {lead: foretold.held.get(lead) for lead in leads}
        desk.check_audit()

    any_order()
