"""What an expression of cron means: read, refused, and when clocks are put back and forward."""

from datetime import UTC, datetime, timedelta
from itertools import islice, pairwise
from zoneinfo import ZoneInfo

import pytest
from apscheduler.triggers.cron import CronTrigger
from hypothesis import example, given, settings
from hypothesis import strategies as st

from sheets_sync.cron import WEEKDAYS, WrongCron, next_time, parse

HOUR = timedelta(hours=1)
ZONES = ("Europe/Moscow", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe",
         "America/Sao_Paulo", "Asia/Kolkata", "Africa/Casablanca", "Pacific/Apia")  # fmt: skip


def field(first, last):
    """Expressions of a field, as people write them."""
    number = st.integers(first, last)
    pair = st.tuples(number, number).map(sorted)
    item = st.one_of(
        number.map(str),
        pair.map(lambda p: f"{p[0]}-{p[1]}"),
        st.tuples(pair, st.integers(1, 5))
        .filter(lambda p: p[0][1] - p[0][0] >= p[1])  # the other reader wants it so
        .map(lambda p: f"{p[0][0]}-{p[0][1]}/{p[1]}"),
        st.integers(1, last - first).map(lambda n: f"*/{n}"),
    )
    return st.one_of(st.just("*"), st.lists(item, min_size=1, max_size=3).map(",".join))


TIMES = st.tuples(field(0, 59), field(0, 23)).map(" ".join)
DAYS = st.one_of(
    st.just("* * *"),
    field(1, 28).map("{} * *".format),
    field(1, 12).map("* {} *".format),
    field(0, 6).map("* * {}".format),
)
EXPRESSIONS = st.tuples(TIMES, DAYS).map(" ".join)
MOMENTS = st.datetimes(
    datetime.fromisoformat("2017-01-01"),
    datetime.fromisoformat("2029-12-31"),
    timezones=st.just(UTC),
)


def theirs(text):
    """Return another reader's reading, on a clock that is never put back or forward.

    There 0 is Monday, and here, as in cron, Sunday.
    """
    *rest, weekday = text.split()
    if weekday != "*":
        names = [WEEKDAYS[day] for day in parse(text).weekdays]
        weekday = ",".join(names)
    return CronTrigger.from_crontab(" ".join([*rest, weekday]), timezone=UTC)


@given(EXPRESSIONS, MOMENTS)
def test_it_agrees_with_another_reader(text, after):
    assert next_time(parse(text), ZoneInfo("UTC"), after) == theirs(text).get_next_fire_time(
        after, after
    )


def shown(zone, since, until):
    """Yield each minute with what a clock on the wall shows, the first time that it shows it."""
    seen, moment = set(), since
    while moment <= until:
        wall = moment.astimezone(zone).replace(tzinfo=None)
        if wall not in seen:
            yield moment, wall
        seen.add(wall)
        moment += timedelta(minutes=1)


CHANGES = (
    ("Europe/Berlin", datetime(2026, 3, 29, 1, tzinfo=UTC)),
    ("Europe/Berlin", datetime(2026, 10, 25, 1, tzinfo=UTC)),
    ("Australia/Lord_Howe", datetime(2026, 4, 4, 15, tzinfo=UTC)),
    ("Australia/Lord_Howe", datetime(2026, 10, 3, 15, 30, tzinfo=UTC)),
    ("America/Sao_Paulo", datetime(2018, 11, 4, 3, tzinfo=UTC)),
    ("Europe/Moscow", datetime(2026, 11, 23, 0, tzinfo=UTC)),
)


@pytest.mark.parametrize(("name", "change"), CHANGES)
@settings(deadline=None, max_examples=30)
@given(text=TIMES.map("{} * * *".format))
@example(text="30 2 * * *")
@example(text="*/10 * * * *")
@example(text="0 0 * * *")
def test_each_time_is_taken_once_however_clocks_are_put(name, change, text):
    """An oracle that looks at every minute around the change."""
    zone, cron = ZoneInfo(name), parse(text)
    since, until = change - 7 * HOUR, change + 7 * HOUR
    expected, passed = [], None
    for moment, wall in shown(zone, since, until):
        jumped = [] if passed is None else [
            passed + n * timedelta(minutes=1) for n in range(1, (wall - passed).seconds // 60)
        ] if wall > passed else []  # fmt: skip
        if any(each.hour in cron.hours and each.minute in cron.minutes for each in [*jumped, wall]):
            expected.append(moment)
        passed = wall
    found, after = [], since - timedelta(minutes=1)
    while (after := next_time(cron, zone, after)) <= until:
        found.append(after)
    assert [each.astimezone(UTC) for each in found] == expected


@given(EXPRESSIONS, MOMENTS, st.sampled_from(ZONES))
def test_moments_only_go_forward(text, after, name):
    zone, cron, moments = ZoneInfo(name), parse(text), [after]
    for _ in range(5):
        moments.append(next_time(cron, zone, moments[-1]))
    assert all(one < other for one, other in pairwise(moments))


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("", "fields"),
        ("0 7 * *", "fields"),
        ("@daily", "fields"),
        ("60 7 * * *", "minute"),
        ("*/0 7 * * *", "minute"),
        ("1-x 7 * * *", "minute"),
        ("0 24 * * *", "hour"),
        ("0 20-7 * * *", "hour"),
        ("0 ٧ * * *", "hour"),
        ("0 7 0 * *", "day"),
        ("0 7 * 13 *", "month"),
        ("0 7 * foo *", "month"),
        ("0 7 * * 8", "weekday"),
        ("0 7 * * пн", "weekday"),
        ("0 7 * * mon,", "weekday"),
        ("0 7 1 * mon", "days"),
        ("0 7 30 2 *", "never"),
        ("0 7 31 4,6,9,11 *", "never"),
    ],
)
def test_what_means_nothing_is_refused(text, field):
    with pytest.raises(WrongCron) as refused:
        parse(text)
    assert refused.value.field == field


@pytest.mark.parametrize("text", ["fri-mon", "5-7,0,1", "FRI,sat,SUN,mon", "fri-sun,1"])
def test_a_week_goes_round(text):
    assert parse(f"0 7 * * {text}").weekdays == (0, 1, 5, 6)


def test_a_leap_day_comes_every_four_years():
    cron = parse("0 7 29 2 *")
    days = [moment.year for moment in islice(cron.walls(datetime.fromisoformat("2026-01-01")), 2)]
    assert days == [2028, 2032]
    assert next_time(cron, ZoneInfo("UTC"), datetime(2096, 3, 1, tzinfo=UTC)).year == 2104
