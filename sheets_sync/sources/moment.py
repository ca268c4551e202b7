"""Dates as people write them: one parser, as Python for one value and as SQL for a column.

An order (`dmy`, `mdy`, `ymd`, or a count: `serial`, `unix`, `unix_ms`) is stated for a column. A
date that begins with a year or names its month is read whatever the order. The Python function is
the specification; a property test holds the SQL to it.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from typing import Literal, get_args
from zoneinfo import ZoneInfo

from sheets_sync.sources.vocabulary import MARK, SPACES

Order = Literal["dmy", "mdy", "ymd", "serial", "unix", "unix_ms", "ambiguous"]
ORDERS: tuple[str, ...] = get_args(Order)

MONTHS = (
    ("jan", "янв"),
    ("feb", "фев"),
    ("mar", "мар"),
    ("apr", "апр"),
    ("may", "май", "мая"),
    ("jun", "июн"),
    ("jul", "июл"),
    ("aug", "авг"),
    ("sep", "сен"),
    ("oct", "окт"),
    ("nov", "ноя"),
    ("dec", "дек"),
)
MONTH_OF = {name: month for month, names in enumerate(MONTHS, 1) for name in names}
_NAME = "(?:" + "|".join(MONTH_OF) + ")"
_YEAR = "(?:19|20|21)[0-9]{2}"
_DATE = (
    f"(?P<y>{_YEAR})[-./](?P<m>[0-9]{{1,2}})[-./](?P<d>[0-9]{{1,2}})"
    f"|(?P<a>[0-9]{{1,2}})[-./ ](?P<b>[0-9]{{1,2}})[-./ ](?P<c>{_YEAR}|[0-9]{{2}})"
    f"|(?P<e>[0-9]{{1,2}})[-. ]{{0,2}}(?P<f>{_NAME})[a-zа-я]*[-., ]{{1,2}}(?P<g>{_YEAR})"
    "(?: ?г\\.?)?"
    f"|(?P<h>{_NAME})[a-z]*[. ]{{1,2}}(?P<i>[0-9]{{1,2}})(?:st|nd|rd|th)?,? (?P<j>{_YEAR})"
    f"|(?P<k>{_YEAR}[0-9]{{4}})"
)
_CLOCK = (
    "(?:(?:T|,? {1,2}|,? ?(?:at|в) )(?P<hour>[0-9]{1,2}):(?P<minute>[0-5][0-9])"
    "(?::(?P<second>[0-5][0-9])(?:[.,](?P<fraction>[0-9]{1,6})[0-9]{0,3})?)?"
    " ?(?P<half>[ap]\\.?m\\.?)? ?(?:UTC|GMT)?(?P<offset>Z|[-+][0-9]{2}(?::?[0-9]{2})?)?)?"
)
PATTERN = f"(?i)^(?:{_DATE}){_CLOCK}$"
GROUPS = tuple(re.compile(PATTERN).groupindex)
COUNTS = {
    "serial": r"^[0-9]{5}(?:\.[0-9]{1,12})?$",
    "unix": r"^[0-9]{9,10}$",
    "unix_ms": r"^[0-9]{12,13}$",
}
PLAIN = (  # the shapes that nearly all exports use; a part of PATTERN
    f"^(?:{_YEAR}-[0-9]{{2}}-[0-9]{{2}}|[0-9]{{2}}[-./][0-9]{{2}}[-./]{_YEAR})"
    "(?:[ T](?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9])?)?$"
)
EXCEL_EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001
NOON, WRONG_HOUR = 12, 99
PIVOT = 70  # 70 is 1970, 69 is 2069


def parse_local(text: str, order: str) -> tuple[datetime, timedelta | None] | None:
    """Read the date and time that a text states, and its offset from UTC where it states one.

    >>> parse_local("03.04.2026 9:05", "dmy")
    (datetime.datetime(2026, 4, 3, 9, 5), None)
    >>> parse_local("04/13/2026", "dmy") is None
    True
    """
    text = text.strip(SPACES)
    is_marked = text.startswith(MARK)
    text = text.removeprefix(MARK)
    if is_marked and re.fullmatch(COUNTS["serial"], text):
        order = "serial"
    if order in COUNTS:
        counted = _counted(text, order)
        if counted:
            return counted
    match = re.fullmatch(PATTERN, text)
    if not match:
        return None
    year, month, day = _date(match, order)
    hour, minute, second = (int(match[part] or 0) for part in ("hour", "minute", "second"))
    if match["half"]:
        hour = _of_24(hour, match["half"])
    micros = int((match["fraction"] or "").ljust(6, "0"))
    try:
        moment = datetime(year, month, day, hour, minute, second, micros)  # noqa: DTZ001
    except ValueError:
        return None
    return moment, _offset(match["offset"])


def _of_24(hour: int, half: str) -> int:
    if not 1 <= hour <= NOON:
        return WRONG_HOUR
    return hour % NOON + (NOON if half[0].lower() == "p" else 0)


def _counted(text: str, order: str) -> tuple[datetime, timedelta | None] | None:
    if not re.fullmatch(COUNTS[order], text):
        return None
    if order == "serial":
        seconds = round(float(text) * 86_400)
        return EXCEL_EPOCH + timedelta(seconds=seconds), None
    moment = datetime.fromtimestamp(int(text) // (1 if order == "unix" else 1000), UTC)
    return moment.replace(tzinfo=None), timedelta(0)


def _date(match: re.Match[str], order: str) -> tuple[int, int, int]:
    if match["y"]:
        return int(match["y"]), int(match["m"]), int(match["d"])
    if match["k"]:
        return int(match["k"][:4]), int(match["k"][4:6]), int(match["k"][6:])
    if match["f"]:
        return int(match["g"]), MONTH_OF[match["f"].lower()], int(match["e"])
    if match["h"]:
        return int(match["j"]), MONTH_OF[match["h"].lower()], int(match["i"])
    year = int(match["c"])
    if len(match["c"]) == 2:  # noqa: PLR2004
        year += 1900 if year >= PIVOT else 2000
    first, second = int(match["a"]), int(match["b"])
    if order == "dmy":
        return year, second, first
    return (year, first, second) if order == "mdy" else (year, 0, 0)


def _offset(text: str | None) -> timedelta | None:
    if not text:
        return None
    if text in "Zz":
        return timedelta(0)
    digits = text[1:].replace(":", "").ljust(4, "0")
    minutes = int(digits[:2]) * 60 + int(digits[2:])
    return timedelta(minutes=-minutes if text[0] == "-" else minutes)


def parse_moment(text: str, order: str, zone: str) -> datetime | None:
    """Read a time as UTC; a time without an offset is of the zone.

    >>> parse_moment("01.02.2026", "dmy", "Europe/Moscow")
    datetime.datetime(2026, 1, 31, 21, 0, tzinfo=datetime.timezone.utc)
    """
    local = parse_local(text, order)
    if local is None:
        return None
    moment, offset = local
    there = ZoneInfo(zone) if offset is None else timezone(offset)
    return moment.replace(tzinfo=there).astimezone(UTC)


def split_sql(text: str) -> str:
    """Return SQL of the struct of the pattern's groups in a text; NULL for a plain one."""
    names = ", ".join(f"'{name}'" for name in GROUPS)
    return (
        f"case when regexp_matches({text}, '{PLAIN}') then null "
        f"else regexp_extract(ltrim({text}, chr(31)), '{PATTERN}', [{names}]) end"
    )


def local_sql(text: str, split: str, order: str) -> str:
    """Return SQL of the local date and time of a text that `split_sql` has split."""
    plain, other = _plain_sql(text, order), _other_sql(text, split, order)
    return f"case when {split} is null then {plain} else {other} end"


def _other_sql(text: str, split: str, order: str) -> str:
    """Return SQL of a text that is split, or is a count."""
    first, second = ("b", "a") if order == "dmy" else ("a", "b")
    numeric = (
        f"case when length({split}.c) > 2 then '' when {split}.c >= '{PIVOT}' then '19' "
        f"else '20' end || {split}.c || '-' || {split}.{first} || '-' || {split}.{second}"
        if order in {"dmy", "mdy"}
        else "null"
    )
    date = (
        f"case when {split}.y <> '' then {split}.y || '-' || {split}.m || '-' || {split}.d "
        f"when {split}.a <> '' then {numeric} "
        f"when {split}.f <> '' then {split}.g || '-' || {_month(split + '.f')} || '-' || {split}.e "
        f"when {split}.h <> '' then {split}.j || '-' || {_month(split + '.h')} || '-' || {split}.i "
        f"when {split}.k <> '' then "
        f"{split}.k[1:4] || '-' || {split}.k[5:6] || '-' || {split}.k[7:8] end"
    )
    written = f"try_cast(({date}) || ({_clock_sql(split)}) as timestamp)"
    return f"case {_counted_sql(text, order)} else {written} end"


def _plain_sql(text: str, order: str) -> str:
    """Return SQL of a text in the plain shape, which needs no regular expression to split."""
    day, month = ("1:2", "4:5") if order == "dmy" else ("4:5", "1:2")
    year_last = f"{text}[7:10] || '-' || {text}[{month}] || '-' || {text}[{day}]"
    other = f"{year_last} || ' ' || coalesce(nullif({text}[12:], ''), '00:00')"
    written = f"try_cast({other} as timestamp)" if order in {"dmy", "mdy"} else "null"
    return (
        f"case when {text}[3] between '0' and '9' then try_cast({text} as timestamp)"
        f" else {written} end"
    )


def _clock_sql(split: str) -> str:
    hour = f"try_cast({split}.hour as integer)"
    return (
        f"case when {split}.hour = '' then '' else ' ' || case when {split}.half = '' then "
        f"case when {hour} < 24 then {split}.hour end "
        f"when {hour} between 1 and 12 then cast({hour} % 12 + case when {split}.half[1] in "
        f"('p', 'P') then 12 else 0 end as varchar) end || ':' || {split}.minute || ':' || "
        f"coalesce(nullif({split}.second, ''), '00') || '.' || "
        f"coalesce(nullif({split}.fraction, ''), '0') end"
    )


def _month(name: str) -> str:
    names = ", ".join(f"'{short}'" for short in MONTH_OF)
    months = ", ".join(f"'{month}'" for month in MONTH_OF.values())
    return f"[{months}][list_position([{names}], lower({name}))]"


def _counted_sql(text: str, order: str) -> str:
    days = f"cast(ltrim({text}, chr(31)) as double)"
    serial = f"timestamp '1899-12-30' + to_seconds(cast(round({days} * 86400) as bigint))"
    cases = f"when regexp_matches({text}, '^\\x1f{COUNTS['serial'][1:]}') then {serial}"
    if order == "serial":
        cases += f" when regexp_matches({text}, '{COUNTS[order]}') then {serial}"
    elif order in COUNTS:
        divisor = 1 if order == "unix" else 1000
        cases += (
            f" when regexp_matches({text}, '{COUNTS[order]}') then "
            f"make_timestamp(cast({text} as bigint) // {divisor} * 1000000)"
        )
    return cases


def moment_sql(text: str, split: str, order: str, zone: str) -> str:
    """Return SQL of the time, as `timestamptz`, of a text that `split_sql` has split."""
    offset = f"{split}.offset"
    hours = f"try_cast(nullif({offset}[2:3], '') as integer)"
    minutes = f"try_cast(nullif(replace({offset}, ':', '')[4:5], '') as integer)"
    shift = (
        f"case when {offset}[1] = '-' then -1 else 1 end * "
        f"(coalesce({hours}, 0) * 60 + coalesce({minutes}, 0))"
    )
    is_utc = f"{offset} <> ''"
    if order in {"unix", "unix_ms"}:
        is_utc += f" or regexp_matches({text}, '{COUNTS[order]}')"
    other = _other_sql(text, split, order)
    return (
        f"case when {split} is null then timezone('{zone}', {_plain_sql(text, order)}) "
        f"else timezone(case when {is_utc} then 'UTC' else '{zone}' end, "
        f"{other} - to_minutes(coalesce({shift}, 0))) end"
    )
