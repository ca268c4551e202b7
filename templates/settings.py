"""The settings as data, and what of the typed ones can be used.

The meaning of a setting is the word `setting.<id>`, a problem is `setting.problem.<id>`, and the
words of the choices are `choice.<id>`. None as a default means: not set, and never guessed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from math import isfinite
from zoneinfo import ZoneInfo

from templates.tab import Value
from templates.words import Words


class SettingKind(StrEnum):
    """What may be typed into a setting."""

    CHOICE = "choice"
    FLAG = "flag"
    INTEGER = "integer"
    NUMBER = "number"
    SHARE = "share"
    MONEY = "money"
    TEXT = "text"
    TIME = "time"
    HOURS = "hours"
    CURRENCY = "currency"
    TIMEZONE = "timezone"
    RECIPIENTS = "recipients"
    QUIET = "quiet"


@dataclass(frozen=True, slots=True)
class Setting:
    """A setting: its kind, its default, and what it may be."""

    id: str
    kind: SettingKind
    default: Value = None
    allowed: tuple[str, ...] = ()
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a typed value was not taken: the text `setting.problem.<id>` and its parts."""

    id: str
    parts: Mapping[str, object] = field(default_factory=dict)


K = SettingKind
YES_NO = ("yes", "no")
EVERYBODY, NOBODY = "to_all", "to_none"
NO_HOURS = "no"
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

SETTINGS: Mapping[str, Setting] = {
    setting.id: setting
    for setting in (
        Setting("language", K.CHOICE, "ru", ("ru", "en")),
        Setting("currency", K.CURRENCY, "RUB"),
        Setting("vat", K.CHOICE, "gross", ("gross", "net")),
        Setting("timezone", K.TIMEZONE, "Europe/Moscow"),
        Setting("include_today", K.FLAG, False, YES_NO),
        Setting("fact_basis", K.CHOICE, "auto", ("auto", "won", "paid")),
        Setting("pace_mode", K.CHOICE, "working", ("working", "calendar", "profile")),
        Setting("spam_counts", K.FLAG, True, YES_NO),
        Setting("dup_days", K.INTEGER, 30, low=0, high=365),
        Setting("refund_days", K.INTEGER, 14, low=0, high=365),
        Setting("owner_at", K.CHOICE, "qualified", ("qualified", "closed")),
        Setting("names", K.CHOICE, "initials", ("initials", "full", "hidden")),
        Setting("unknown_text", K.TEXT),
        Setting("verdict_deadline_wd", K.INTEGER, 3, low=0, high=30),
        Setting("qualify_min_points", K.INTEGER, 6, low=0, high=100),
        Setting("qualify_min_known", K.INTEGER, 3, low=0, high=50),
        Setting("sla_hours", K.NUMBER, 1.0, low=0.05, high=240),
        Setting("work_hours", K.HOURS, "09:00-18:00"),
        Setting("attempts", K.INTEGER, 5, low=1, high=50),
        Setting("n_min", K.INTEGER, 20, low=1, high=1000),
        Setting("allowed_share", K.SHARE, 0.30, low=0.01, high=1),
        Setting("margin_share", K.SHARE, low=0.01, high=1),
        Setting("average_deal", K.MONEY, low=0.01),
        Setting("cycle_target", K.INTEGER, low=1, high=3650),
        Setting("min_effect", K.SHARE, 0.05, low=0, high=1),
        Setting("impute_amount", K.FLAG, False, YES_NO),
        Setting("meeting_weekday", K.CHOICE, "monday", WEEKDAYS),
        Setting("meeting_time", K.TIME, "10:00"),
        Setting("scorecard_round", K.TEXT),
        Setting("simple_weights", K.FLAG, False, YES_NO),
        Setting("digest_to", K.RECIPIENTS, EVERYBODY),
        Setting("digest_hours", K.NUMBER, 8, low=1, high=96),
        Setting("norms_to", K.RECIPIENTS, EVERYBODY),
        Setting("failures_to", K.RECIPIENTS, EVERYBODY),
        Setting("tasks_to", K.RECIPIENTS, EVERYBODY),
        Setting("tasks_time", K.TIME, "07:00"),
        Setting("quiet_hours", K.QUIET, "21:00-07:00"),
        Setting("links", K.TEXT),
    )
}

DEFAULTS: Mapping[str, Value] = {setting.id: setting.default for setting in SETTINGS.values()}

SPOKEN_FLAGS = {
    "yes": True, "no": False, "true": True, "false": False, "1": True, "0": False,
    "да": True, "нет": False, "истина": True, "ложь": False,
}  # fmt: skip
CLOCK = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)(?::[0-5]\d)?")


def read_settings(
    typed: Mapping[str, Value],
    *,
    configured: Mapping[str, Value] | None = None,
    words: Words | None = None,
    recipients: Sequence[str] | None = None,
) -> tuple[dict[str, Value], dict[str, Problem]]:
    """Return the values in use, and by setting what is wrong with the typed ones.

    `configured` outranks the defaults, and what people typed outranks both. With `words`,
    choices may be typed in the language of the workbook. `recipients` are the names that messages
    may go to; None takes any.

    >>> values, problems = read_settings({"n_min": "30", "allowed_share": 4})
    >>> values["n_min"], values["allowed_share"], problems["allowed_share"].id
    (30, 0.3, 'out_of_range')
    """
    values = {**DEFAULTS, **(configured or {})}
    problems: dict[str, Problem] = {}
    for id_, value in typed.items():
        if value is None or (isinstance(value, str) and not value.strip()):
            continue
        found = _refused(id_) or _read(SETTINGS[id_], value, words, recipients)
        if isinstance(found, Problem):
            problems[id_] = found
        else:
            values[id_] = found
    return values, problems


def _refused(id_: str) -> Problem | None:
    return None if id_ in SETTINGS else Problem("unknown_setting")


def _read(
    setting: Setting, value: Value, words: Words | None, recipients: Sequence[str] | None
) -> Value | Problem:
    if setting.kind is K.RECIPIENTS:
        return _recipients(value, words, recipients)
    if setting.kind is K.QUIET:
        return _quiet(value, words)
    if setting.kind is K.CHOICE:
        return _choice(setting, value, words)
    if setting.kind is K.FLAG:
        return _flag(value, words)
    if setting.kind in {K.INTEGER, K.NUMBER, K.SHARE, K.MONEY}:
        return _number(setting, value)
    return READERS[setting.kind](value)


def _choice(setting: Setting, value: Value, words: Words | None) -> str | Problem:
    said = str(value).strip().casefold()
    spoken = {_word(id_, words).casefold(): id_ for id_ in setting.allowed}
    found = said if said in setting.allowed else spoken.get(said)
    choices = ", ".join(_word(id_, words) for id_ in setting.allowed)
    return found or Problem("not_a_choice", {"value": value, "choices": choices})


def _recipients(value: Value, words: Words | None, known: Sequence[str] | None) -> str | Problem:
    """Return who gets messages: everybody, nobody, or names with commas between.

    >>> _recipients("Boss; sales", None, ["sales", "boss"])
    'boss, sales'
    """
    said = [name for part in re.split("[,;]", str(value)) if (name := part.strip())]
    spoken = {_word(id_, words).casefold(): id_ for id_ in (EVERYBODY, NOBODY)}
    spoken |= {EVERYBODY: EVERYBODY, NOBODY: NOBODY}
    if found := spoken.get(str(value).strip().casefold()):
        return found
    if known is None:
        return ", ".join(said) or EVERYBODY
    names = {name.casefold(): name for name in known}
    if missing := [name for name in said if name.casefold() not in names]:
        parts = {"value": ", ".join(missing), "choices": ", ".join(known)}
        return Problem("no_such_recipient" if known else "no_recipients", parts)
    return ", ".join(names[name.casefold()] for name in said) or EVERYBODY


def _quiet(value: Value, words: Words | None) -> str | Problem:
    """Return quiet hours as HH:MM-HH:MM, which may lie around midnight, or that there are none.

    >>> _quiet("21:00 – 7:00", None), _quiet("no", None)
    ('21:00-07:00', 'no')
    """
    if _flag(value, words) is False:
        return NO_HOURS
    ends = [_clock(end) for end in re.split("[-–—]", str(value).replace(" ", ""))]
    if len(ends) == len(("from", "to")) and ends[0] and ends[1] and ends[0] != ends[1]:
        return f"{ends[0]}-{ends[1]}"
    return Problem("not_quiet", {"value": value})


def _word(id_: str, words: Words | None) -> str:
    return words(f"choice.{id_}") if words and words.has(f"choice.{id_}") else id_


def _flag(value: Value, words: Words | None) -> bool | Problem:
    if isinstance(value, bool):
        return value
    said = str(value).strip().casefold().removesuffix(".0")
    spoken = {_word("yes", words).casefold(): True, _word("no", words).casefold(): False}
    found = spoken.get(said, SPOKEN_FLAGS.get(said))
    choices = f"{_word('yes', words)}, {_word('no', words)}"
    return Problem("not_a_choice", {"value": value, "choices": choices}) if found is None else found


def _number(setting: Setting, value: Value) -> float | int | Problem:
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal | str):
        return Problem("not_a_number", {"value": value})
    text = re.sub(r"[\s\u00a0\u202f]", "", str(value)).replace(",", ".")
    is_percent = text.endswith("%")
    try:
        number = float(text.removesuffix("%"))
    except ValueError:
        return Problem("not_a_number", {"value": value})
    if is_percent:
        number /= 100
    if not isfinite(number):
        return Problem("not_a_number", {"value": value})
    is_low = setting.low is not None and number < setting.low
    is_high = setting.high is not None and number > setting.high
    if is_low or is_high:
        parts = {"value": value, "low": _bound(setting.low), "high": _bound(setting.high)}
        return Problem("out_of_range", parts)
    if setting.kind is K.INTEGER:
        return int(number) if number == int(number) else Problem("not_whole", {"value": value})
    return number


def _bound(bound: float | None) -> str:
    return "∞" if bound is None else f"{bound:g}"


def _clock(value: Value) -> str | None:
    """Return a time of day as HH:MM: a text, a fraction of a day, or a moment.

    >>> _clock("9:05"), _clock(0.4375), _clock("25:00")
    ('09:05', '10:30', None)
    """
    if isinstance(value, datetime):
        return f"{value:%H:%M}"
    if isinstance(value, Decimal):
        value = float(value) if value.is_finite() else None
    if isinstance(value, float) and 0 <= value < 1:
        minutes = round(float(value) * 24 * 60)
        return f"{minutes // 60 % 24:02d}:{minutes % 60:02d}"
    found = CLOCK.fullmatch(str(value).strip())
    return f"{int(found[1]):02d}:{found[2]}" if found else None


def _hours(value: Value) -> str | Problem:
    """Return working hours as HH:MM-HH:MM.

    >>> _hours("9:00 – 18:00")
    '09:00-18:00'
    """
    ends = [_clock(end) for end in re.split("[-–—]", str(value).replace(" ", ""))]
    if len(ends) == len(("from", "to")) and ends[0] and ends[1] and ends[0] < ends[1]:
        return f"{ends[0]}-{ends[1]}"
    return Problem("not_hours", {"value": value})


def is_hours(text: str) -> bool:
    """Tell whether a text says from when to when somebody works.

    >>> is_hours("10:00 – 19:00"), is_hours("all day")
    (True, False)
    """
    return isinstance(_hours(text), str)


def _timezone(value: Value) -> str | Problem:
    name = str(value).strip()
    try:
        return ZoneInfo(name).key
    except (KeyError, OSError, ValueError):
        return Problem("not_a_timezone", {"value": name})


def _time(value: Value) -> str | Problem:
    return _clock(value) or Problem("not_a_time", {"value": value})


def _currency(value: Value) -> str | Problem:
    code = str(value).strip().upper()
    is_code = re.fullmatch("[A-Z]{3}", code) is not None
    return code if is_code else Problem("not_a_currency", {"value": value})


def _text(value: Value) -> str:
    return str(value).strip()


READERS: Mapping[SettingKind, Callable[[Value], Value | Problem]] = {
    K.TEXT: _text,
    K.TIME: _time,
    K.HOURS: _hours,
    K.CURRENCY: _currency,
    K.TIMEZONE: _timezone,
}
