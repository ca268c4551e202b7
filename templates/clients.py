"""What is said of a client of an agency: what to look at first, and how each number stands."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum

from templates.tab import Kind, Row, Status
from templates.words import UNKNOWN, Words

FIVE: Mapping[str, Kind] = {
    "run_rate": Kind.SHARE,
    "coverage_raw": Kind.RATIO,
    "manager_conversion": Kind.SHARE,
    "qualified_share": Kind.SHARE,
    "customer_cost": Kind.MONEY,
}
"""The five numbers, and how each is written."""


class Trouble(StrEnum):
    """What to look at first at a client, the worst first."""

    WRONG = "wrong"  # the config
    NEVER = "never"  # synced
    FAILED = "failed"  # the last syncs
    STALE = "stale"  # no sync, or no data, for days
    DATA = "data"  # too little of them can be trusted
    BAD = "bad"  # a number
    MEETINGS = "meetings"  # were missed
    WARN = "warn"  # a number nearly
    NONE = "none"
    GONE = "gone"  # the folder of a client that was there


COLOURS: Mapping[Trouble, Status] = {
    **dict.fromkeys(Trouble, Status.BAD),
    Trouble.STALE: Status.WARN,
    Trouble.MEETINGS: Status.WARN,
    Trouble.WARN: Status.WARN,
    Trouble.NONE: Status.GOOD,
    Trouble.GONE: Status.UNKNOWN,
}


def look_first(row: Row, words: Words) -> str:
    """Say what to look at first at a client."""
    trouble = Trouble(str(row["trouble"]))
    named = [words(f"digest.{id_}") for id_ in FIVE if row.get(f"{id_}_status") == str(trouble)]
    parts = {
        "why": row.get("wrong") or row.get("why"),
        "failed": row.get("failed"),
        "missed": row.get("missed"),
        "weeks": row.get("weeks"),
        "day": words.day(row.get("as_of")),  # type: ignore[arg-type]
        "trust": row.get(f"trust_{words.language}"),
        "numbers": ", ".join(named),
        "asks": row.get(f"asks_{words.language}") or "",
    }
    return " ".join(words(f"clients.first.{trouble}", **parts).split())


def figure(row: Row, id_: str, words: Words) -> str:
    """Write one of the five numbers of a client."""
    value = row.get(id_)
    if not isinstance(value, int | float):
        return UNKNOWN
    written: Mapping[Kind, Callable[[], str]] = {
        Kind.SHARE: lambda: words.share(value),
        Kind.RATIO: lambda: words.number(value, 2),
        Kind.MONEY: lambda: words.money(value, str(row["currency"])),
    }
    return written[FIVE[id_]]()


def assessed(row: Row, words: Words) -> str:
    """Write what the assessment of a client came to."""
    band, score = row.get(f"band_{words.language}"), row.get("score")
    if band is None or not isinstance(score, int | float):
        return UNKNOWN
    return words("clients.band", band=band, score=words.number(score))


def of(row: Row, id_: str) -> Status:
    """Return the status of one of the five numbers of a client."""
    return Status(str(row.get(f"{id_}_status") or Status.UNKNOWN))
