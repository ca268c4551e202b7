"""What was written down of a week and what its rows say now, side by side."""

from datetime import timedelta

from sheets_sync.cli.sync import adjusted
from sheets_sync.state import open_state
from templates.words import load
from tests.reports.conftest import AS_OF, NOW


def kept(full, tmp_path, **changed):
    at = NOW.replace(tzinfo=None)
    rows = [row for row in full.tables()["history"] if row["frozen_at"] == at]
    state = open_state(tmp_path)
    state.freeze([{**row, **changed.get(row["metric"], {})} for row in rows], at)
    return full.tables(synced_at=NOW + timedelta(days=1), as_of=AS_OF, history=state.frozen())[
        "adjustments"
    ]


def test_a_week_whose_rows_stay_has_nothing_to_adjust(full, tmp_path):
    assert kept(full, tmp_path) == []


def test_what_differs_is_named_with_both_numbers(full, tmp_path):
    found = kept(full, tmp_path, leads={"value": 1, "scope": "company"})
    row = found[0]
    assert (row["week"], row["metric"], row["was"]) == ("2026-W47", "leads", 1)
    assert row["now"] > 1
    [said] = adjusted(found, AS_OF, load("en"))
    assert "2026-W47" in said
    assert "Leads" in said
    assert list(adjusted(found, AS_OF - timedelta(weeks=60), load("en"))) == []
