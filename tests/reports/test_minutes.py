"""Minutes: numbers once frozen stay, whatever comes; meetings are counted by the days they had."""

# ruff: noqa: DTZ001  (cells know no time zones)

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sheets_sync.reports import minutes
from sheets_sync.reports.ground import Ground
from sheets_sync.state import open_state
from templates.settings import DEFAULTS

AS_OF = date(2026, 11, 22)
HELD = {"sales_present": "Anna", "marketing_present": "Vera"}


def ground(*, as_of=AS_OF, history=(), typed=None, **settings):
    """Return ground on which only history and typed rows lie."""
    fields = dict.fromkeys(Ground.__dataclass_fields__)
    known = {
        "as_of": as_of,
        "today": as_of + timedelta(days=1),
        "history": history,
        "typed": typed or {},
        "settings": {**DEFAULTS, **settings},
    }
    return Ground(**{**fields, **known})


def frozen(week, *, reason=None, at=datetime(2026, 11, 16, 8), **values):
    return [
        {"week": week, "metric": metric, "scope": "company", "value": value, "reason": reason,
         "frozen_at": at}
        for metric, value in values.items()
    ]  # fmt: skip


def baseline(day):
    return [{"week": "baseline", "metric": "run_rate", "scope": "company", "value": 1.0,
             "frozen_at": datetime.combine(day, datetime.min.time())}]  # fmt: skip


def test_a_week_has_its_row_with_its_numbers_and_the_meeting_after_it():
    history = frozen("2026-W46", run_rate=0.9, coverage_raw=2.5, customer_cost=9000.0)
    [row] = minutes.report(ground(history=history))
    assert row["week"] == "2026-W46"
    assert row["scheduled_at"] == datetime(2026, 11, 16, 10)
    assert (row["run_rate"], row["coverage"], row["customer_cost"]) == (0.9, 2.5, 9000.0)
    assert row["qualified_share"] is None, "unknown is not zero"
    assert row["numbers_hash"] == minutes.fingerprint({id_: row[id_] for id_ in minutes.FROZEN})


def test_weeks_before_set_up_are_there_only_if_people_wrote_about_them():
    history = [
        *frozen("2026-W44", reason="looked_back", run_rate=0.7),
        *frozen("2026-W45", reason="looked_back", run_rate=0.8),
        *frozen("2026-W46", run_rate=0.9),
    ]
    typed = {"minutes": [{"week": "2026-W45", **HELD}, {"week": "noise", **HELD}]}
    rows = minutes.report(ground(history=history, typed=typed))
    assert [(row["week"], row["run_rate"]) for row in rows] == [
        ("2026-W45", 0.8),
        ("2026-W46", 0.9),
    ]


def test_what_the_week_brought_is_counted_by_its_days():
    typed = {
        "tasks": [
            {"first_seen": date(2026, 11, 16), "done_on": date(2026, 11, 22)},
            {"first_seen": date(2026, 11, 15), "done_on": None},
        ],
        "disputes": [{"decided_on": date(2026, 11, 18)}, {"decided_on": date(2026, 11, 23)}],
    }
    found = {row["metric"]: row for row in minutes.counted(ground(typed=typed), AS_OF)}
    assert {metric: row["value"] for metric, row in found.items()} == {
        "tasks_created": 1,
        "tasks_closed": 1,
        "disputes_settled": 1,
    }
    assert {row["scheduled_at"] for row in found.values()} == {datetime(2026, 11, 23, 10)}


def test_a_meeting_that_was_moved_later_keeps_its_place_in_the_minutes():
    at = datetime(2026, 11, 16, 10)
    history = [{**row, "scheduled_at": at} for row in frozen("2026-W46", tasks_created=2)]
    moved = ground(history=history, meeting_weekday="friday", meeting_time="15:00")
    assert minutes.report(moved)[0]["scheduled_at"] == at


NUMBERS = st.dictionaries(
    st.sampled_from(sorted(minutes.FROZEN.values())),
    st.one_of(st.none(), st.floats(-1e9, 1e9), st.integers(0, 10**6)),
    min_size=1,
)
WORK = st.lists(
    st.fixed_dictionaries({
        "first_seen": st.dates(date(2026, 10, 1), date(2026, 12, 31)),
        "done_on": st.one_of(st.none(), st.dates(date(2026, 10, 1), date(2026, 12, 31))),
    })
)  # fmt: skip


@given(NUMBERS, NUMBERS, NUMBERS, WORK, st.integers(0, 400))
@settings(max_examples=60, deadline=None)
def test_numbers_once_frozen_stay_whatever_comes_later(
    tmp_path_factory, one, again, later, work, days
):
    state = open_state(tmp_path_factory.mktemp("state"))
    state.freeze(frozen("2026-W46", **one), datetime(2026, 11, 16, 8))
    before = minutes.report(ground(history=state.frozen()))[0]
    missing = {metric: value for metric, value in again.items() if metric in one}
    state.freeze(frozen("2026-W46", **missing), datetime(2026, 11, 17, 8))
    state.freeze(frozen("2026-W47", **later), datetime(2026, 11, 23, 8))
    after = minutes.report(
        ground(
            as_of=AS_OF + timedelta(days=days),
            history=state.frozen(),
            typed={"tasks": work, "minutes": [{"week": "2026-W46", **HELD}]},
            meeting_weekday="friday",
        )
    )
    kept = (*minutes.FROZEN, "numbers_hash", "frozen_at", "week")
    assert {id_: after[0][id_] for id_ in kept} == {id_: before[id_] for id_ in kept}
    assert [row["week"] for row in after] == ["2026-W46", "2026-W47"]


@pytest.mark.parametrize(
    ("typed", "held_on"),
    [
        ({**HELD, "held_on": date(2026, 11, 18)}, date(2026, 11, 18)),
        (HELD, date(2026, 11, 16)),
        ({"sales_present": "Anna", "held_on": date(2026, 11, 18)}, None),
        ({**HELD, "marketing_present": "нет"}, None),
        ({"sales_present": 2.0, "marketing_present": 1.0}, date(2026, 11, 16)),
        ({}, None),
    ],
)
def test_a_meeting_was_held_if_somebody_of_each_department_was_there(typed, held_on):
    rows = minutes.report(
        ground(
            history=frozen("2026-W46", run_rate=1.0),
            typed={"minutes": [{"week": "2026-W46", **typed}]},
        )
    )
    assert rows[0]["held_on"] == held_on


def test_the_last_eight_whole_weeks_are_counted():
    weeks = [f"2026-W{n}" for n in range(38, 47)]  # their meetings: W39 to W47
    typed = {"minutes": [{"week": week, **HELD} for week in weeks if week != "2026-W41"]}
    assert minutes.meetings_held(ground(typed=typed)) == (7, 8)
    twice = [*typed["minutes"], {"week": "2026-W41", **HELD, "held_on": date(2026, 11, 17)}]
    assert minutes.meetings_held(ground(typed={"minutes": twice})) == (7, 8), "weeks, not meetings"
    assert minutes.meetings_held(ground(as_of=date(2026, 11, 21), typed=typed)) == (7, 8)


def test_of_a_new_workspace_only_the_weeks_since_set_up_are_counted():
    assert minutes.meetings_held(ground()) == (None, 0)
    begun = ground(history=baseline(date(2026, 11, 4)))
    assert minutes.meetings_held(begun) == (0, 3)
    assert minutes.meetings_held(ground(history=baseline(AS_OF + timedelta(days=1)))) == (None, 0)
    typed = {"minutes": [{"week": "2026-W45", **HELD}]}
    earlier = replace(ground(history=baseline(AS_OF)), typed=typed)
    assert minutes.meetings_held(earlier) == (1, 2)
