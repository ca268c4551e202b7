"""How values of a record are read: small functions that connectors put together."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation

from sheets_sync.sources.rest.connector import Json, Known, Reading

LARGEST = Decimal(10) ** 16
LATEST = 32_503_680_000  # the year 3000


class Unreadable(ValueError):
    """A value that is none of its kind; `reason` is the id of a text, `reject.<reason>`."""

    def __init__(self, reason: str, value: object) -> None:
        """Name the reason and the value."""
        super().__init__(reason)
        self.reason = reason
        self.value = value


class Skipped(Exception):
    """What a record tells is none of the objects that are being read."""


def word(value: Json) -> str | None:
    """Return a text without the space around it, None for an empty one; a number is its digits.

    >>> word(" a "), word(17), word(""), word(None)
    ('a', '17', None, None)
    """
    if isinstance(value, str):
        return value.strip() or None
    if value is None or value is False:
        return None
    if isinstance(value, int | float):
        return str(value)
    raise Unreadable("not_a_text", value)


def text(key: str) -> Reading:
    """Read a text."""
    return lambda record, _known: word(record.get(key))


def id_of(key: str) -> Reading:
    """Read the id of another record, which is unknown where it is 0."""

    def read(record: Json, _known: Known) -> str | None:
        found = word(record.get(key))
        return None if found == "0" else found

    return read


def own_id(key: str) -> Reading:
    """Read the id without which a record is none."""

    def read(record: Json, _known: Known) -> str:
        found = word(record.get(key))
        if found is None:
            raise Unreadable("id_missing", "")
        return found

    return read


def constant(value: str) -> Reading:
    """Read the same of every record."""
    return lambda _record, _known: value


def named(dictionary: str, key: str, nobody: str = "0") -> Reading:
    """Read an id, and give its name; the id `nobody` is none."""

    def read(record: Json, known: Known) -> str | None:
        found = word(record.get(key))
        return None if found is None or found == nobody else known.name(dictionary, found)

    return read


def number(key: str, part: float = 1) -> Reading:
    """Read a number, as so large a part of what is written."""

    def read(record: Json, _known: Known) -> float | None:
        found = word(record.get(key))
        try:
            return None if found is None else float(found) * part
        except ValueError:
            raise Unreadable("not_a_number", found) from None

    return read


def percent(key: str) -> Reading:
    """Read a share that is written in percent."""
    return number(key, 0.01)


def money(key: str) -> Reading:
    """Read an amount."""

    def read(record: Json, _known: Known) -> Decimal | None:
        found = word(record.get(key))
        if found is None:
            return None
        try:
            amount = Decimal(found)
        except InvalidOperation:
            raise Unreadable("not_a_number", found) from None
        if not amount.is_finite():
            raise Unreadable("not_finite", found)
        if abs(amount) >= LARGEST:
            raise Unreadable("too_large", found)
        return amount.quantize(Decimal("0.01"))

    return read


def moment(value: Json) -> datetime | None:
    """Return the time that a text says with its offset, None for an empty one.

    >>> moment("2026-11-23T12:00:00+03:00").astimezone(UTC).hour
    9
    """
    if not value:
        return None
    try:
        made = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        raise Unreadable("not_a_date", value) from None
    if made.tzinfo is None:
        raise Unreadable("not_a_date", value)
    return made


def iso(key: str) -> Reading:
    """Read a time that is written as ISO 8601 with its offset."""
    return lambda record, _known: moment(record.get(key))


def day(key: str) -> Reading:
    """Read a day that is written as ISO 8601."""

    def read(record: Json, _known: Known) -> date | None:
        found = word(record.get(key))
        try:
            return date.fromisoformat(found) if found else None
        except ValueError:
            raise Unreadable("not_a_date", found) from None

    return read


def since_1970(value: Json) -> datetime | None:
    """Return the time of a count of seconds since 1970; 0 is none.

    >>> since_1970(86400).day, since_1970(0) is None
    (2, True)
    """
    if value is None or value == 0:
        return None
    if not isinstance(value, int) or isinstance(value, bool) or not 0 < value < LATEST:
        raise Unreadable("not_a_date", value)
    return datetime.fromtimestamp(value, UTC)


def seconds(key: str) -> Reading:
    """Read a time that is counted in seconds since 1970."""
    return lambda record, _known: since_1970(record.get(key))


def chosen(key: str, meanings: Mapping[str, object]) -> Reading:
    """Read what a code means; None for any other."""

    def read(record: Json, _known: Known) -> object:
        return meanings.get(str(record.get(key)))

    return read


def unless(is_so: Callable[[Json], bool], reading: Reading) -> Reading:
    """Read of a record, unless something is so: then it is none of these."""

    def read(record: Json, known: Known) -> object:
        if is_so(record):
            raise Skipped
        return reading(record, known)

    return read


def first_of(*readings: Reading) -> Reading:
    """Read the first of several that is known."""

    def read(record: Json, known: Known) -> object:
        found = (reading(record, known) for reading in readings)
        return next((value for value in found if value is not None), None)

    return read


def when(is_so: Callable[[Json], bool], reading: Reading) -> Reading:
    """Read only of records of which something is so."""
    return lambda record, known: reading(record, known) if is_so(record) else None
