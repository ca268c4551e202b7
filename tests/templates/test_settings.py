"""Settings as people type them."""

from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from templates.settings import DEFAULTS, SETTINGS, read_settings


def test_nothing_typed_gives_the_defaults():
    assert read_settings({}) == (dict(DEFAULTS), {})


def test_config_outranks_defaults_and_people_outrank_config():
    configured = {"currency": "EUR", "timezone": "Europe/Berlin"}
    values, problems = read_settings({"currency": "usd"}, configured=configured)
    assert (values["currency"], values["timezone"], problems) == ("USD", "Europe/Berlin", {})


@pytest.mark.parametrize(
    ("id_", "typed", "value"),
    [
        ("names", "Full", "full"),
        ("spam_counts", "нет", False),
        ("spam_counts", 1.0, True),
        ("include_today", True, True),
        ("margin_share", "35 %", 0.35),
        ("margin_share", 0.35, 0.35),
        ("allowed_share", "0,25", 0.25),
        ("average_deal", "150 000", 150_000.0),
        ("n_min", 30.0, 30),
        ("work_hours", "10:00 – 19:00", "10:00-19:00"),
        ("meeting_time", 0.5, "12:00"),
        ("meeting_time", datetime(1899, 12, 30, 9, 30, tzinfo=UTC), "09:30"),
        ("scorecard_round", "2026-Q4", "2026-Q4"),
        ("timezone", "Asia/Omsk", "Asia/Omsk"),
    ],
)
def test_taken(id_, typed, value):
    values, problems = read_settings({id_: typed})
    assert (values[id_], problems) == (value, {})


@pytest.mark.parametrize(
    ("id_", "typed", "problem"),
    [
        ("names", "nobody", "not_a_choice"),
        ("spam_counts", "maybe", "not_a_choice"),
        ("n_min", "many", "not_a_number"),
        ("n_min", 20.5, "not_whole"),
        ("n_min", 0, "out_of_range"),
        ("allowed_share", 30, "out_of_range"),
        ("average_deal", float("nan"), "not_a_number"),
        ("average_deal", True, "not_a_number"),
        ("work_hours", "18:00-09:00", "not_hours"),
        ("meeting_time", "25:61", "not_a_time"),
        ("currency", "rubles", "not_a_currency"),
        ("timezone", "Moscow", "not_a_timezone"),
        ("timezone", "../etc", "not_a_timezone"),
        ("timezone", "", None),
        ("colour", "red", "unknown_setting"),
    ],
)
def test_refused_values_keep_the_default(id_, typed, problem):
    values, problems = read_settings({id_: typed})
    assert values == dict(DEFAULTS)
    assert {key: found.id for key, found in problems.items()} == ({id_: problem} if problem else {})


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(
    st.dictionaries(
        st.sampled_from([*SETTINGS, "other"]),
        st.one_of(
            st.none(), st.booleans(), st.text("019:-.,% да нет"), st.integers(), st.floats(),
            st.decimals(), st.dates(), st.datetimes(),
        ),
    )
)  # fmt: skip
def test_anything_typed_gives_usable_values(typed):
    values, problems = read_settings(typed)
    assert values.keys() == SETTINGS.keys()
    for id_, setting in SETTINGS.items():
        value = values[id_]
        assert id_ not in problems or value == setting.default
        if value is not None and setting.low is not None:
            assert value >= setting.low
        if setting.allowed and not isinstance(value, bool):
            assert value in setting.allowed
