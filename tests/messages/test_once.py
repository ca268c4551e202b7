"""Weeks of syncs at any hours: all told once, nothing in quiet hours, nothing lost in silence."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.messages.walk import (
    BEGIN,
    KILLED,
    LATE,
    NAMES,
    REFUSED,
    VALUES,
    WORDS,
    Should,
    Step,
    Walk,
    is_quiet,
    meeting,
)


def steps(*answers):
    step = st.builds(
        Step,
        hours=st.sampled_from([0.2, 1, 3, 7, 11, 24, 50]),
        pace=st.sampled_from(list(VALUES)),
        is_due=st.booleans(),
        code=st.sampled_from([0, 0, 0, 2]),
        answer=st.sampled_from(answers),
    )
    return st.lists(step, min_size=1, max_size=25)


AFTER = BEGIN + timedelta(hours=2)
"""The meeting of the week is over."""

QUIET = st.sampled_from(["21:00-07:00", "12:00-14:30", "no"])
SLOW = settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture(autouse=True)
def _addresses(monkeypatch):
    for name in NAMES:
        monkeypatch.setenv(name.upper(), name)


@SLOW
@given(steps(None, None, REFUSED), QUIET)
def test_all_is_told_once_and_what_is_missed_is_said(taken, quiet):
    with TemporaryDirectory() as folder:
        walk, should = Walk(Path(folder), quiet), Should(quiet)
        for step in taken:
            walk.take(step)
            should.take(step, walk.at)
            assert [walk.told(name) for name in NAMES] == [should.told] * 2, walk.at
        assert not any(is_quiet(quiet, at) for _, _, at, _ in walk.arrived)
        what = WORDS("message.name.digest")
        said = [WORDS("message.missed.digest", what=what, to=name) for name in NAMES]
        assert [walk.warnings[text] for text in said] == [len(should.missed)] * 2


@SLOW
@given(steps(None, KILLED, LATE, REFUSED), QUIET)
def test_what_may_come_twice_says_so(taken, quiet):
    with TemporaryDirectory() as folder:
        walk = Walk(Path(folder), quiet)
        for step in taken:
            walk.take(step)
    assert not any(is_quiet(quiet, at) for _, _, at, _ in walk.arrived)
    for rule, occasion in (("digest", meeting), ("tasks", lambda at: at.date())):
        came = [(to, occasion(at), again) for to, each, at, again in walk.arrived if each == rule]
        firsts = Counter((to, when) for to, when, again in came if not again)
        seconds = Counter((to, when) for to, when, again in came if again)
        assert max(firsts.values(), default=0) <= 1
        assert all(count <= 1 for count in seconds.values())


def test_an_interrupted_message_is_sent_once_more_and_then_given_up(tmp_path):
    walk = Walk(tmp_path, "no", AFTER)
    step = Step(1, "bad", is_due=False, code=0, answer=KILLED)
    for _ in range(2 * len(NAMES)):
        walk.take(step)
    assert [again for *_, again in walk.arrived] == [False, True, False, True]
    walk.take(replace(step, answer=None))
    assert len(walk.arrived) == 4
    what = WORDS("message.name.norms")
    walk.take(replace(step, answer=None))
    assert len(walk.arrived) == 4
    noted = [run.message for run in walk.workspace.state.runs(source="messages")]
    said = [WORDS("message.interrupted", what=what, to=name) for name in reversed(NAMES)]
    assert noted == said, "the log tells of it, although one sync was killed after"


def test_a_message_whose_fate_is_unknown_is_sent_once_more_and_says_so(tmp_path):
    walk = Walk(tmp_path, "no", AFTER)
    step = Step(1, "bad", is_due=False, code=0, answer=LATE)
    walk.take(step)
    for answer in (REFUSED, None, None):
        walk.take(replace(step, answer=answer))
    assert [again for to, _, _, again in walk.arrived if to == "heads"] == [False, True]
