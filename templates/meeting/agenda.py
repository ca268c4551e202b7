"""The agenda: its items in order, when the meeting is, and which items it needs this week."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from templates.layout import number
from templates.meeting.plaintext import plain
from templates.settings import WEEKDAYS
from templates.tab import Facts, Row
from templates.words import Words

MEETING_MINUTES = 45
SHORT_MINUTES = {"behind_plan": 2.0}
"""What an item takes whose condition does not hold; others take no time then."""

TOPICS: Mapping[str, tuple[int, str]] = {
    "snapshot": (0, "always"),
    "freshness": (3, "always"),
    "five": (6, "always"),
    "share": (8, "always"),
    "experiments": (4, "experiment_running"),
    "pace": (6, "always"),
    "hypotheses": (8, "behind_plan"),
    "tasks": (5, "always"),
    "next_week": (4, "always"),
    "minutes": (1, "always"),
}
"""What a new agenda holds: minutes of each item, and when it is needed."""

PREFIX = "A"
KEYS: Mapping[str, str] = {f"{PREFIX}-{at:04d}": topic for at, topic in enumerate(TOPICS, start=1)}
"""Which topic a row of the agenda is about; rows that people add have none."""


@dataclass(frozen=True, slots=True)
class Item:
    """An item of the agenda; `why_closed` is empty where the meeting needs it."""

    topic: str
    order: float
    minutes: float
    title: str
    led_by: str
    leaves: str
    condition: str
    why_closed: str = ""


def starter(words: Words) -> dict[str, Row]:
    """Return the ten items of a new agenda, in the words of the workbook."""
    return {
        key: {
            "order": float(order),
            "minutes": float(TOPICS[topic][0]),
            "item": words(f"agenda.{topic}"),
            "led_by": words(f"agenda.led.{topic}"),
            "leaves": words(f"agenda.leaves.{topic}"),
            "condition": TOPICS[topic][1],
            "on": "yes",
        }
        for order, (key, topic) in enumerate(KEYS.items())
    }


def is_on(row: Row) -> bool:
    """Tell whether an item stands on the agenda: it does unless people took it off."""
    return row.get("on") != "no"


def minutes_until(row: Row, rows: list[Row]) -> float | None:
    """Return how long the meeting lasts up to the end of an item; None where it has no place.

    >>> minutes_until({"order": 1.0}, [{"order": 1.0, "minutes": 3.0}, {"order": 2.0}])
    3.0
    """
    order = number(row, "order")
    if order is None:
        return None
    return float(
        sum(
            number(each, "minutes") or 0
            for each in rows
            if is_on(each) and (at := number(each, "order")) is not None and at <= order
        )
    )


def typed(facts: Facts, words: Words) -> list[Row]:
    """Return the agenda as people keep it, or as it starts."""
    rows = list(facts.tables.get("typed.agenda", ()))
    return rows or [{"agenda_id": key, **row} for key, row in starter(words).items()]


def items(facts: Facts, words: Words) -> list[Item]:
    """Return the items of the coming meeting in order, each open or with why it is not."""
    found = [_item(row, facts, words) for row in typed(facts, words) if is_on(row)]
    return sorted((item for item in found if item.title), key=lambda item: item.order)


LAST = 1e6
"""The place of an item to which nobody gave one."""


def _item(row: Row, facts: Facts, words: Words) -> Item:
    condition = str(row.get("condition") or "always")
    why = CONDITIONS[condition](facts)
    minutes, order = number(row, "minutes") or 0.0, number(row, "order")
    return Item(
        topic=KEYS.get(str(row["agenda_id"]), ""),
        order=LAST if order is None else order,
        minutes=min(minutes, SHORT_MINUTES.get(condition, 0.0)) if why else minutes,
        title=plain(str(row.get("item") or "")),
        led_by=plain(str(row.get("led_by") or "")),
        leaves=plain(str(row.get("leaves") or "")),
        condition=condition,
        why_closed=words(f"meeting.closed.{why}") if why else "",
    )


def _five(facts: Facts) -> Mapping[str, Row]:
    return {str(row["id"]): row for row in facts.tables.get("five", ())}


def is_behind(facts: Facts) -> bool:
    """Tell whether the forecast is below the plan."""
    rate = number(_five(facts).get("run_rate", {}), "value")
    return rate is not None and rate < 1


def is_short(facts: Facts) -> bool:
    """Tell whether the open deals are too few for what is left of the plan."""
    cover = _five(facts).get("coverage_raw", {})
    short, covered = number(cover, "short_open"), number(cover, "value")
    return (short is not None and short > 0) or (covered is not None and covered < 1)


def _behind_plan(facts: Facts) -> str:
    if is_behind(facts) or is_short(facts):
        return ""
    known = number(_five(facts).get("run_rate", {}), "value")
    return "pace_unknown" if known is None else "on_pace"


def open_disputes(facts: Facts) -> list[Row]:
    """Return the disputes that nobody has settled."""
    return [row for row in facts.tables.get("typed.disputes", ()) if not row.get("outcome")]


CONDITIONS: Mapping[str, Callable[[Facts], str]] = {
    "always": lambda _: "",
    "experiment_running": lambda facts: (
        "" if facts.tables.get("running_experiments") else "no_experiment"
    ),
    "behind_plan": _behind_plan,
    "disputes_open": lambda facts: "" if open_disputes(facts) else "no_disputes",
}
"""By condition: why the item is not needed, or nothing if it is."""


def coming(facts: Facts) -> datetime:
    """Return when the next meeting begins; one that runs is the next until it is over.

    >>> from templates.settings import DEFAULTS
    >>> monday = datetime.fromisoformat("2026-11-23T10:20")
    >>> coming(Facts({}, "", "RUB", date(2026, 11, 22), monday, dict(DEFAULTS)))
    datetime.datetime(2026, 11, 23, 10, 0)
    """
    clock = time.fromisoformat(str(facts.settings["meeting_time"]))
    weekday = WEEKDAYS.index(str(facts.settings["meeting_weekday"]))
    return next_slot(facts.synced_at - timedelta(minutes=MEETING_MINUTES), weekday, clock)


def week_told(facts: Facts) -> str:
    """Return the week that the coming meeting looks back on: the row of its minutes."""
    day = coming(facts).date()
    year, week, _ = (day - timedelta(days=day.isoweekday())).isocalendar()
    return f"{year}-W{week:02}"


def next_slot(moment: datetime, weekday: int, clock: time) -> datetime:
    """Return the first time after a moment that is that weekday (Monday is 0) and clock."""
    day = moment.date() + timedelta(days=(weekday - moment.weekday()) % 7)
    at = datetime.combine(day, clock)
    return at if at > moment else at + timedelta(days=7)


def facilitated_by(day: date) -> str:
    """Return the department whose turn it is to lead: they alternate by weeks.

    >>> facilitated_by(date(2026, 12, 28)), facilitated_by(date(2027, 1, 4))
    ('sales', 'marketing')
    """
    return ("marketing", "sales")[(day.toordinal() - 1) // 7 % 2]
