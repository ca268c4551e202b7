"""The rule that people wrote: read from what they typed, versioned, and ready for the store.

A rule that says something else than the last one is a new version, unsigned. What was decided
under a version stays with it; the versions and such leads are kept in the state.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from formulas.qualification import content_hash
from templates import rule as template
from templates.reasons import Reasons, listed
from templates.tabs.leads import SIGN, sign_id

if TYPE_CHECKING:
    from sheets_sync.workbook import Inputs
    from templates.tab import Value
    from templates.words import Words


@dataclass(frozen=True, slots=True)
class Version:
    """A version of the rule: what it says, and since when."""

    number: int
    hash: str
    first_seen: str  # the day, as 2026-11-23
    spelled: str


def read(usable: Inputs, settings: Mapping[str, Value], words: Words) -> tuple[str, str] | None:
    """Return the hash and the text of the rule that people wrote; None if there is none."""
    rows = [{"rule_row": key, **row} for key, row in usable.get("qualification", {}).items()]
    found = template.read(
        rows,
        reasons(usable, words),
        min_points=float(str(settings["qualify_min_points"])),
        min_known=int(str(settings["qualify_min_known"])),
        deadline_days=int(str(settings["verdict_deadline_wd"])),
    )
    return (content_hash(*found), template.spelled(*found)) if found else None


def versions(
    known: Sequence[Version], found: tuple[str, str] | None, today: date
) -> tuple[Version, ...]:
    """Return the versions, with a new one where the rule says something new.

    >>> one = versions((), ("a", "{}"), date(2026, 11, 23))
    >>> [version.number for version in versions(one, ("b", "{}"), date(2026, 11, 24))]
    [1, 2]
    >>> versions(one, ("a", "{}"), date(2026, 11, 24)) == one
    True
    """
    if found is None or (known and known[-1].hash == found[0]):
        return tuple(known)
    return (*known, Version(len(known) + 1, found[0], str(today), found[1]))


def reasons(usable: Inputs, words: Words) -> Reasons:
    """Return the reject reasons that people listed."""
    rows = [{"reason_id": key, **row} for key, row in usable.get("reasons", {}).items()]
    return listed(rows, words)


def answers(usable: Inputs) -> Iterator[tuple[str, str, bool]]:
    """Yield what people answered to the signs of leads: lead, row of the rule, answer."""
    rows = {sign_id(key): key for key in usable.get("qualification", {})}
    for lead_id, row in usable.get("leads", {}).items():
        for id_, said in row.items():
            if id_.startswith(SIGN) and id_ in rows and said in ("yes", "no"):
                yield lead_id, rows[id_], said == "yes"


def settled(usable: Inputs, known: Reasons) -> Iterator[tuple[str, str, str, str | None]]:
    """Yield the settled disputes: lead, dispute, outcome, reason; of one lead the first one."""
    seen = set()
    for key, row in sorted(usable.get("disputes", {}).items()):
        lead_id, outcome = row.get("lead_id"), row.get("outcome")
        if lead_id is None or outcome is None or lead_id in seen:
            continue
        seen.add(lead_id)
        yield str(lead_id), key, str(outcome), _reason(row.get("outcome_reason"), known)


def overrides(usable: Inputs, known: Reasons) -> Iterator[tuple[str, str | None, str | None]]:
    """Yield what people decided of leads in the sheet: lead, verdict, reason."""
    for key, row in usable.get("leads", {}).items():
        verdict, why = row.get("our_verdict"), row.get("our_reason")
        if verdict or why:
            yield key, str(verdict) if verdict else None, _reason(why, known)


def _reason(text: Value, known: Reasons) -> str | None:
    return None if text is None else known.id_of(str(text))
