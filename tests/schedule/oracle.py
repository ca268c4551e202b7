"""What was due, found by looking at every minute; and what is wrong with what was done."""

from datetime import timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

MINUTE = timedelta(minutes=1)
POSITIVE = timedelta().__lt__


def dues(cron, zone, since, until):
    """Return the moments of [since, until) at which a clock first shows a time that is meant."""
    found, seen, moment = [], set(), since
    while moment < until:
        wall = moment.astimezone(zone).replace(tzinfo=None)
        if wall not in seen and means(cron, wall):
            found.append(moment)
        seen.add(wall)
        moment += MINUTE
    return found


def means(cron, wall):
    return (
        wall.minute in cron.minutes
        and wall.hour in cron.hours
        and wall.day in cron.days
        and wall.month in cron.months
        and wall.isoweekday() % 7 in cron.weekdays
    )


def wrong(due, runs, until, delay, patience, away, full=()):
    """Yield what is wrong with the runs of one workspace: `(begin, end)`, in order.

    Each time that was due was answered by the first run that began at or after it, within
    `patience` of when the computer was there and no run under way; the time in which all hands
    were `full` does not count. Each run answers one at least; no two overlap.
    """
    times = [moment + delay for moment in due]
    for (_, end), (begin, _) in pairwise(runs):
        if begin < end:
            yield f"overlap at {begin}"
    after = None
    for begin, _ in runs:
        if not any((after is None or time > after) and time <= begin for time in times):
            yield f"a run for nothing at {begin}"
        after = begin
    for time in times:
        begun = min((begin for begin, _ in runs if begin >= time), default=None)
        held = [end for begin, end in runs if begin < time <= end]
        asleep = [end for start, end in away if start <= time < end]
        free = max([time, *held, *asleep])
        waited = [min(end, begun or until) - max(start, free) for start, end in full]
        if (begun or until) - free - sum(filter(POSITIVE, waited), timedelta()) > patience:
            yield f"late: {time}, begun at {begun}" if begun else f"never run: {time}"


def crowded(runs, hands):
    """Return the spans in which as many runs were under way as there are hands; None if more."""
    steps = sorted(
        (moment, step)
        for begin, end in runs
        if begin < end
        for moment, step in ((begin, 1), (end, -1))
    )
    busy, since, spans = 0, None, []
    for moment, step in steps:
        busy += step
        if busy > hands:
            return None
        if busy == hands:
            since = moment
        elif since is not None:
            spans.append((since, moment))
            since = None
    return spans


def meetings(runs, zone):
    """Return the days of the Monday meetings, at 10:00, before which somebody may be told.

    That needs a run between 7:00, when quiet hours end, and the meeting.
    """
    walls = [begin.astimezone(ZoneInfo(zone)) for begin, _ in runs]
    return {wall.date() for wall in walls if wall.isoweekday() == 1 and 7 <= wall.hour < 10}
