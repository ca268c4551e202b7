"""An approved month stays as the head saw it, whatever is shown later."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sheets_sync import approvals
from sheets_sync.state import open_state
from templates.tabs.bonus import FIGURES

NOW = datetime(2026, 11, 10, 8, tzinfo=UTC)
KEYS = ("2026-09|Vera", "2026-10|Vera")
SIGNED = {"approved_by": "Anna", "approved_on": date(2026, 11, 10)}


def row(key, computed):
    figures = dict.fromkeys(FIGURES, 1.0)
    return {**figures, "approved_total": None, "bonus_id": key, "month": NOW, "computed": computed}


@pytest.fixture
def state(tmp_path):
    return open_state(tmp_path)


def sync(state, computed, typed=None):
    """Read what people typed, approve, show; return what is approved, by key."""
    state.remember({"bonus": typed or {}}, NOW)
    approvals.approve(state)
    approvals.show(state, [row(key, money) for key, money in zip(KEYS, computed, strict=True)])
    return {key: found["computed"] for key, found in approvals.approved(state).items()}


def test_approved_is_what_was_shown_and_not_what_has_come_since(state):
    assert sync(state, (100.0, 200.0)) == {}
    assert sync(state, (111.0, 222.0), {KEYS[0]: SIGNED}) == {KEYS[0]: 100.0}


def test_what_nobody_had_seen_is_approved_as_it_is_shown(state):
    assert sync(state, (100.0, 200.0), {KEYS[0]: SIGNED}) == {KEYS[0]: 100.0}


def test_a_month_of_unknown_worth_cannot_be_approved(state):
    assert sync(state, (None, 200.0), {KEYS[0]: SIGNED}) == {}
    assert sync(state, (50.0, 200.0), {KEYS[0]: SIGNED}) == {KEYS[0]: 50.0}


def test_a_row_that_was_deleted_stays_approved(state):
    sync(state, (100.0, 200.0), {KEYS[0]: SIGNED})
    assert sync(state, (1.0, 2.0), {}) == {KEYS[0]: 100.0}
    kept, *_ = approvals.with_figures(state, [])
    assert (kept["bonus_id"], kept["approved.computed"]) == (KEYS[0], 100.0)


def test_an_approval_that_is_withdrawn_frees_its_month(state):
    sync(state, (100.0, 200.0), {KEYS[0]: SIGNED})
    assert sync(state, (110.0, 200.0), {KEYS[0]: {"approved_by": "Anna"}}) == {}
    assert sync(state, (120.0, 200.0), {KEYS[0]: SIGNED}) == {KEYS[0]: 110.0}


@pytest.mark.parametrize("half", [{"approved_by": "Anna"}, {"approved_on": date(2026, 11, 10)},
                                  {**SIGNED, "approved_on": "soon"}])  # fmt: skip
def test_a_name_or_a_day_alone_approves_nothing(state, half):
    assert sync(state, (100.0, 200.0), {KEYS[0]: half}) == {}


def test_the_head_s_correction_is_approved_with_the_month(state):
    sync(state, (100.0, 200.0))
    corrected = {**SIGNED, "adjust_manual": -10.0, "adjust_reason": "a refund"}
    sync(state, (100.0, 200.0), {KEYS[0]: corrected})
    assert approvals.approved(state)[KEYS[0]]["approved_total"] == 90.0
    sync(state, (100.0, 200.0), {KEYS[0]: {**corrected, "adjust_manual": 5_000.0}})
    assert approvals.approved(state)[KEYS[0]]["approved_total"] == 90.0


MONEY = st.none() | st.integers(0, 1000).map(float)


@given(st.lists(st.tuples(MONEY, MONEY, st.booleans(), st.booleans()), min_size=1, max_size=8))
@settings(max_examples=25, deadline=None)
def test_approved_months_never_change(tmp_path_factory, syncs):
    state = open_state(tmp_path_factory.mktemp("life"))
    signed, before = {}, {}
    for first, second, *signs in syncs:
        signed |= {key: SIGNED for key, is_signed in zip(KEYS, signs, strict=True) if is_signed}
        after = sync(state, (first, second), signed)
        assert before.items() <= after.items()
        assert after.keys() <= signed.keys()
        before = after
