"""The written rule of the made-up company, what people answer to its signs, and two disputes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import date, timedelta
from typing import TYPE_CHECKING

from sheets_sync import rules
from sheets_sync.demo.exports import lead_id
from sheets_sync.demo.story import Lead, found
from templates.settings import DEFAULTS
from templates.tabs import qualification
from templates.tabs.leads import sign_id

if TYPE_CHECKING:
    from sheets_sync.workbook import Inputs
    from templates.tab import Row
    from templates.words import Words

CHANGED = timedelta(days=45)
"""How long ago the rule was made stricter; both heads signed it the next day."""

ANSWERED = 60
"""How many days back people answer the signs of leads."""

BUDGET, AUTHORITY, NEED, TIMING = "G-0003", "G-0004", "G-0005", "G-0006"
OLD_BUDGET = 200_000.0


def diary(last_day: date, words: Words) -> Iterator[tuple[date, Inputs]]:
    """Yield the rule and its signatures, then answers, overrides and disputes of late."""
    company = found(last_day)
    old, new = _rule(words)
    first = company.first_day
    yield first, {"qualification": old, "rule_versions": {"1": _signed(first, words)}}
    changed = last_day - CHANGED
    yield changed, {"qualification": {BUDGET: new[BUDGET]}}
    yield changed + timedelta(days=1), {"rule_versions": {"2": _signed(changed, words)}}
    judged = [lead for lead in company.leads if _is_recent(lead, last_day)]
    disputed = _disputed(judged, last_day)
    yield last_day, {"leads": _answers(judged, disputed, words)}
    yield from _disputes(disputed, last_day, words)


def versions(last_day: date, words: Words) -> list[dict[str, object]]:
    """Return the two versions of the rule, as the state keeps them."""
    known: tuple[rules.Version, ...] = ()
    days = (found(last_day).first_day, last_day - CHANGED)
    for day, rows in zip(days, _rule(words), strict=True):
        said = rules.read({"qualification": rows}, DEFAULTS, words)
        known = rules.versions(known, said, day)
    return [asdict(version) for version in known]


def _rule(words: Words) -> tuple[Mapping[str, Row], Mapping[str, Row]]:
    """Return the rows of the rule as they were and as they are."""
    now = {
        key: {id_: value for id_, value in row.items() if value is not None}
        for key, row in qualification.starter(words).items()
    }
    return {**now, BUDGET: {**now[BUDGET], "value": OLD_BUDGET}}, now


def _signed(day: date, words: Words) -> Row:
    return {
        "signed_sales_by": words("demo.seller.1"),
        "signed_sales_on": day + timedelta(days=1),
        "signed_marketing_by": words("demo.marketer.1"),
        "signed_marketing_on": day + timedelta(days=1),
        "note": words("demo.rule_note"),
    }


def _is_recent(lead: Lead, last_day: date) -> bool:
    age = (last_day - lead.created_at.date()).days
    return 0 <= age < ANSWERED and not lead.is_test and lead.verdict != "spam"


def _answers(leads: Sequence[Lead], disputed: Sequence[Lead], words: Words) -> dict[str, Row]:
    """Return what people answered to the signs, and where they overrule the CRM."""
    found: dict[str, dict[str, object]] = {}
    for lead in leads:
        if lead.number % 2 and (lead.verdict or lead.number % 3 == 0):
            found[lead_id(lead)] = dict(_signs(lead))
    rejected = [lead for lead in leads if lead.verdict == "unqualified" and lead not in disputed]
    for lead in rejected[-30::12]:
        found.setdefault(lead_id(lead), {}).update(
            our_verdict="qualified", our_comment=words("demo.override")
        )
    accepted = [lead for lead in leads if lead.verdict == "qualified" and lead.status == "lost"]
    for lead in accepted[-1:]:
        found.setdefault(lead_id(lead), {}).update(
            our_verdict="unqualified", our_reason=words("qualification.reason.competitor")
        )
    return found  # type: ignore[return-value]


def _signs(lead: Lead) -> Iterator[tuple[str, str]]:
    """Yield the answers to three signs: mostly such that the rule says what people say."""
    good = lead.verdict == "qualified" or (lead.verdict is None and lead.number % 4 == 1)
    is_odd = lead.number % 11 == 0
    yield sign_id(NEED), "yes" if good or is_odd else "no"
    yield sign_id(AUTHORITY), "yes" if good is not is_odd or lead.number % 3 else "no"
    yield sign_id(TIMING), "yes" if good is not is_odd else "no"


def _disputed(leads: Sequence[Lead], last_day: date) -> list[Lead]:
    """Return two rejected leads: one of last week, one of the last days."""
    ages = [
        (lead, (last_day - lead.verdict_at.date()).days)
        for lead in leads
        if lead.verdict == "unqualified" and lead.verdict_at
    ]
    older = [lead for lead, age in ages if 7 <= age <= 9]
    newer = [lead for lead, age in ages if 1 <= age <= 2]
    return [*older[-1:], *newer[-1:]]


def _disputes(leads: Sequence[Lead], last_day: date, words: Words) -> Iterator[tuple[date, Inputs]]:
    """Yield two disputes as they were opened, and how the first one was settled."""
    for number, lead in enumerate(leads, 1):
        key = f"D-{number:04d}"
        row: dict[str, object] = {
            "lead_id": lead_id(lead),
            "opened_by": "marketing",
            "argument": words(f"demo.dispute.{number}"),
        }
        opened = (lead.verdict_at or lead.created_at).date() + timedelta(days=1)
        yield opened, {"disputes": {key: row}}  # type: ignore[dict-item]
        if number == 1:
            settled = last_day - timedelta(days=2)
            outcome = {
                "outcome": "qualified",
                "decided_by": words("demo.seller.1"),
                "decided_on": settled,
            }
            yield settled, {"disputes": {key: {**row, **outcome}}}  # type: ignore[dict-item]
