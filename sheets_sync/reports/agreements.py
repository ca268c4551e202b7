"""What has been agreed with the marketers: the rules of their bonus, each from a day on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from formulas.bonus import Rule
from sheets_sync.calendars import next_month
from sheets_sync.reports.ground import Ground, number
from templates.tab import Row
from templates.tabs.bonus_rules import BASES

CUTOFF = 5
"""By which working day of the next month verdicts are awaited, where no rule says otherwise."""

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Agreement:
    """A rule of the bonus of one person, in force from a day until the next one of theirs."""

    person: str
    since: date
    basis: str  # qualified, mixed, leads, none
    rule: Rule
    old_rate: float | None = None
    cutoff: int = CUTOFF
    has_clawback: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """Days of a month, both counted, that one agreement covers."""

    agreement: Agreement
    first: date
    last: date


Agreements = Mapping[str, Sequence[Agreement]]
"""By person, oldest first."""


def agreements(ground: Ground) -> Agreements:
    """Return what is typed on the tab of rules, as far as it is complete."""
    found: dict[str, list[Agreement]] = {}
    names: dict[str, str] = {}
    for row in ground.typed.get("bonus_rules", ()):
        agreement = _read(row)
        if agreement:
            name = names.setdefault(agreement.person.casefold(), agreement.person)
            found.setdefault(name, []).append(agreement)
    return {name: sorted(rules, key=lambda rule: rule.since) for name, rules in found.items()}


def _read(row: Row) -> Agreement | None:
    since, basis = row.get("valid_from"), BASES.get(str(row.get("basis")))
    given = {name: number(row.get(name)) for name in NUMBERS}
    if not row.get("person") or not isinstance(since, date) or basis is None:
        return None
    if given["rate"] is None and basis != "none":
        return None
    cutoff = number(row.get("cutoff_wd"))
    return Agreement(
        person=str(row["person"]).strip(),
        since=since,
        basis=basis,
        rule=Rule(
            rate=given["rate"],
            **{
                name: value for name, value in given.items() if value is not None and name != "rate"
            },
        ),
        old_rate=number(row.get("old_rate")),
        cutoff=CUTOFF if cutoff is None else int(cutoff),
        has_clawback=row.get("clawback") == "yes",
    )


NUMBERS = (
    "rate", "threshold", "below_factor", "cap", "accelerator_from", "accelerator_factor",
    "cpql_limit", "cpql_tolerance", "brake_factor", "team_share",
)  # fmt: skip
"""Columns of the tab that are fields of `formulas.bonus.Rule`."""


def bonus_basis(ground: Ground) -> str | None:
    """Return what marketing is paid for today: qualified, mixed, leads or none; None unknown.

    Where marketers differ, the basis that is furthest from qualified leads counts.
    """
    bases = [
        part.agreement.basis
        for rules in agreements(ground).values()
        for part in parts(rules, ground.as_of, ground.as_of)
    ]
    return max(bases, key=list(BASES.values()).index, default=None)


def parts(rules: Sequence[Agreement], first: date, last: date) -> list[Part]:
    """Divide days among the agreements of a person, which are in the order of their days."""
    ends = [rule.since - DAY for rule in rules[1:]] + [last]
    return [
        Part(rule, max(rule.since, first), min(end, last))
        for rule, end in zip(rules, ends, strict=True)
        if max(rule.since, first) <= min(end, last)
    ]


def employed(ground: Ground, person: str, month: date) -> tuple[date, date]:
    """Return the first and the last day of a month on which a person works, if it is known."""
    first, last = month, next_month(month) - DAY
    for row in ground.typed.get("people", ()):
        called = {str(row.get(id_) or "").strip().casefold() for id_ in ("person", "name")}
        if person.casefold() in called:
            begun, ended = row.get("works_from"), row.get("works_to")
            first = max(first, begun) if isinstance(begun, date) else first
            last = min(last, ended) if isinstance(ended, date) else last
    return first, last


def owners(ground: Ground) -> dict[str, str]:
    """Return whose each channel is, both as people wrote them, in lower case."""
    found: dict[str, str] = {}
    for row in ground.typed.get("channel_list", ()):
        owner = str(row.get("owner") or "").strip().casefold()
        for name in (row.get("channel_id"), row.get("name")):
            if owner and name:
                found[str(name).strip().casefold()] = owner
    return found
