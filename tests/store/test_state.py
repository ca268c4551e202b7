import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sheets_sync.errors import WaitAndRetry
from sheets_sync.lock import workspace_lock
from sheets_sync.state import Run, open_state

AT = datetime(2026, 11, 23, 9, tzinfo=UTC)
values = st.one_of(
    st.text(max_size=5), st.booleans(), st.integers(-9, 9), st.floats(allow_nan=False),
    st.dates(), st.datetimes(), st.decimals(allow_nan=False, allow_infinity=False),
)  # fmt: skip
tabs = st.dictionaries(
    st.sampled_from("ab"),
    st.dictionaries(st.sampled_from("12"), st.dictionaries(st.sampled_from("xyz"), values)),
)


@settings(max_examples=30, deadline=None)
@given(st.lists(tabs, min_size=1, max_size=4))
def test_the_last_word_on_every_cell_is_recalled(tmp_path_factory, sequence):
    state = open_state(tmp_path_factory.mktemp("state"))
    expected = {}
    for turn, inputs in enumerate(sequence):
        for tab, rows in inputs.items():
            for key, row in rows.items():
                expected[tab, key] = row
        state.remember(inputs, AT + timedelta(days=turn))
    recalled = state.recall()
    found = {(tab, key): row for tab, rows in recalled.items() for key, row in rows.items()}
    assert found == {place: row for place, row in expected.items() if row}
    assert state.remember(recalled, AT) == 0


def test_each_change_is_kept_with_its_time(tmp_path):
    state = open_state(tmp_path)
    for turn, value in enumerate((1, 1, 2)):
        state.remember({"plan": {"L-1": {"value": value}}}, AT + timedelta(days=turn))
    state.remember({"plan": {"L-1": {}}}, AT + timedelta(days=3))
    found = state.history("plan", "L-1", "value")
    assert [(change.value, change.changed_at.day) for change in found] == [
        (1, 23),
        (2, 25),
        (None, 26),
    ]
    assert state.recall() == {}


def test_a_deleted_tab_is_recalled_whole(tmp_path):
    state = open_state(tmp_path)
    typed = {"plan": {"L-1": {"value": Decimal("1.50"), "period": date(2026, 11, 1)}}}
    state.remember(typed, AT)
    state.remember({"plan": {}, "norms": {}}, AT)
    state.remember({}, AT)
    assert state.recall() == typed


def test_runs_come_newest_first_and_texts_by_name(tmp_path):
    state = open_state(tmp_path)
    state.note([Run(AT, AT, f"source {number}", read=number) for number in range(70)])
    assert [run.read for run in state.runs(2)] == [69, 68]
    assert len(state.runs()) == 60
    state.put("target", {"a": [1, None]})
    assert open_state(tmp_path).get("target") == {"a": [1, None]}
    state.put("target", None)
    assert state.get("target") is None


HOLDER = f"""
import sys, time
sys.path.insert(0, {str(Path(__file__).parents[2])!r})
from pathlib import Path
from sheets_sync.lock import workspace_lock
with workspace_lock(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


def test_one_sync_at_a_time_and_a_crash_lets_go(tmp_path):
    holder = subprocess.Popen([sys.executable, "-c", HOLDER, str(tmp_path)], stdout=subprocess.PIPE)
    assert holder.stdout is not None
    assert holder.stdout.readline() == b"held\n"
    with pytest.raises(WaitAndRetry) as refused, workspace_lock(tmp_path):
        pass
    assert (refused.value.id, refused.value.exit_code) == ("locked", 75)
    holder.kill()
    holder.wait()
    holder.stdout.close()
    with workspace_lock(tmp_path):
        pass
    with workspace_lock(tmp_path):
        pass


def test_what_was_known_of_a_week_is_kept_once(tmp_path):
    state = open_state(tmp_path)
    row = {"week": "2026-W47", "metric": "run_rate", "scope": "company", "value": 0.9}
    state.freeze([row], AT)
    state.freeze([{**row, "value": 0.5}], AT + timedelta(days=7))
    [kept] = state.frozen()
    assert kept == {**row, "frozen_at": AT}
