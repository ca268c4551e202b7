"""When something is done, written as in cron: five fields, and the moments that they mean.

An expression means times of the clock on the wall. Where clocks are put forward, a time that does
not come is taken at the next one that does; where they are put back, a time that comes twice is
taken the first time. So whatever clocks do, each time is taken once.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import astuple, dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

MINUTE = timedelta(minutes=1)
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
WEEKDAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
LONGEST_MONTHS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_YEARS = 9
"""Within so many years every day of the calendar comes, and the 29th of February too."""

Field = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Span:
    """What a field may hold."""

    name: str
    first: int
    last: int
    names: tuple[str, ...] = ()


SPANS = (
    Span("minute", 0, 59),
    Span("hour", 0, 23),
    Span("day", 1, 31),
    Span("month", 1, 12, MONTHS),
    Span("weekday", 0, 7, WEEKDAYS),
)
EVERY_DAY, EVERY_MONTH, WHOLE_WEEK = (tuple(range(*ends)) for ends in ((1, 32), (1, 13), (7,)))


class WrongCron(ValueError):
    """An expression that means nothing: which field is wrong, and what stands there.

    The field is `minute`, `hour`, `day`, `month` or `weekday`; `fields` where there are not five,
    `days` where both day and weekday are narrowed, `never` where no such day comes.
    """

    def __init__(self, field: str, text: str) -> None:
        """Name the field."""
        super().__init__(field, text)
        self.field, self.text = field, text


@dataclass(frozen=True, slots=True)
class Cron:
    """The minutes, hours, days, months and weekdays (0 is Sunday) that an expression means."""

    minutes: Field
    hours: Field
    days: Field
    months: Field
    weekdays: Field

    @property
    def is_weekly(self) -> bool:
        """Whether every week is like every other."""
        return (self.days, self.months) == (EVERY_DAY, EVERY_MONTH)

    def walls(self, after: datetime) -> Iterator[datetime]:
        """Yield the times of the clock on the wall after one, without zone; nine years of them."""
        midnight = after.replace(hour=0, minute=0, second=0, microsecond=0)
        for number in range(366 * _YEARS):
            day = midnight + timedelta(days=number)
            if (
                day.day in self.days
                and day.month in self.months
                and day.isoweekday() % 7 in self.weekdays
            ):
                times = (day.replace(hour=h, minute=m) for h in self.hours for m in self.minutes)
                yield from (time for time in times if time > after)


def parse(text: str) -> Cron:
    """Read an expression: minute, hour, day of the month, month, day of the week.

    >>> parse("0 7-20 * * mon-fri").weekdays
    (1, 2, 3, 4, 5)
    >>> parse("*/20 9 1,15 * *").minutes
    (0, 20, 40)

    Raises:
        WrongCron: it means nothing, or may be understood in two ways.
    """
    parts = text.lower().split()
    if len(parts) != len(SPANS):
        raise WrongCron("fields", text)
    fields = [_field(part, span) for part, span in zip(parts, SPANS, strict=True)]
    fields[4] = tuple(sorted({day % 7 for day in fields[4]}))
    cron = Cron(*fields)
    if cron.days != EVERY_DAY and cron.weekdays != WHOLE_WEEK:
        raise WrongCron("days", text)
    if min(cron.days) > max(LONGEST_MONTHS[month - 1] for month in cron.months):
        raise WrongCron("never", text)
    return cron


def _field(text: str, span: Span) -> Field:
    values = {value for item in text.split(",") for value in _item(item, span, text)}
    return tuple(sorted(values))


def _item(item: str, span: Span, whole: str) -> range:
    """Read one item of a field: `*`, `7`, `7-20`, each also with a step, as in `*/15`."""
    stretch, slash, step = item.partition("/")
    first, dash, last = stretch.partition("-")
    if stretch == "*":
        start, end = span.first, min(span.last, 6) if span.names == WEEKDAYS else span.last
    else:
        start = _value(first, span, whole)
        end = _value(last, span, whole) if dash else span.last if slash else start
    if span.names == WEEKDAYS and dash and end < start:
        end += 7  # fri-mon
    if start > end or (slash and not (step.isdecimal() and int(step))):
        raise WrongCron(span.name, whole)
    return range(start, end + 1, int(step) if slash else 1)


def _value(text: str, span: Span, whole: str) -> int:
    if text in span.names:
        return span.names.index(text) + span.first
    if text.isdecimal() and text.isascii() and span.first <= int(text) <= span.last:
        return int(text)
    raise WrongCron(span.name, whole)


def next_time(cron: Cron, zone: ZoneInfo, after: datetime) -> datetime:
    """Return the first moment after one, in a zone.

    >>> berlin = ZoneInfo("Europe/Berlin")
    >>> night = datetime(2026, 3, 28, 22, tzinfo=UTC)  # clocks go from 2:00 to 3:00
    >>> next_time(parse("30 2 * * *"), berlin, night).isoformat()
    '2026-03-29T03:00:00+02:00'
    """
    here = after.astimezone(zone).replace(tzinfo=None)
    for wall in cron.walls(here):
        moment = _moment(wall, zone)
        if moment > after:
            return moment
    raise WrongCron("never", " ".join(map(str, astuple(cron))))


def _moment(wall: datetime, zone: ZoneInfo) -> datetime:
    """Return when a clock first shows a time, or the first time after it that it does show."""
    while True:
        moment = wall.replace(tzinfo=zone)
        if moment.astimezone(UTC).astimezone(zone).replace(tzinfo=None) == wall:
            return moment
        wall += MINUTE
