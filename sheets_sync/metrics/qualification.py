"""The written rule: whether it is there and signed, and how often people agree with it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from formulas.presets import PRESETS
from formulas.qualification import Agreement, agreement
from templates.rule import unspelled

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

SIGNED = ("signed_sales_by", "signed_sales_on", "signed_marketing_by", "signed_marketing_on")


@dataclass(frozen=True, slots=True)
class RuleAge:
    """Whether there is a rule, whether both heads signed it, and how many days ago."""

    rule_present: bool
    signed_by_both: bool
    age_days: int | None


def rule_age(connection: DuckDBPyConnection, as_of: date) -> RuleAge:
    """Return the age of the newest version of the rule, from its later signature on.

    A preset that nobody changed or signed is no rule yet: it was put there at set-up.
    """
    newest = connection.execute(_NEWEST).fetchone()
    if newest is None:
        return RuleAge(rule_present=False, signed_by_both=False, age_days=None)
    version, spelled, *signed = newest
    days = [day for day in signed if isinstance(day, date)]
    is_signed = all(signed)
    is_ours = version > 1 or any(signed) or not _is_preset(spelled)
    age = max((as_of - max(days)).days, 0) if is_signed else None
    return RuleAge(rule_present=is_ours, signed_by_both=is_signed, age_days=age)


_NEWEST = f"""
select r.version, r.spelled, {", ".join(f"t.{name}" for name in SIGNED)}
from rule as r
left join typed_rule_versions as t on t.version = cast(r.version as varchar)
order by r.version desc
limit 1
"""


def _is_preset(spelled: str) -> bool:
    """Tell whether a rule asks what a preset asks, and counts it likewise."""
    rule, _ = unspelled(spelled)
    said = [(sign.points_yes, sign.points_no, sign.is_required, sign.field) for sign in rule.signs]
    gates = [(gate.field, gate.op, gate.value or ()) for gate in rule.gates]
    return any(
        said == [(s.points_yes, s.points_no, s.is_required, s.field) for s in preset.signs]
        and gates == [(gate.field, gate.op, gate.value or ()) for gate in preset.gates]
        for preset in PRESETS.values()
    )


def rule_agreement(connection: DuckDBPyConnection, first: date, last: date) -> Agreement:
    """Compare what the rule and people say of the leads that came from `first` to `last`.

    People are the sheet, else the CRM; spam is unqualified.
    """
    found = connection.execute(_BOTH, [first, last]).fetchall()
    counts = {(by_rule, by_people): n for by_rule, by_people, n in found}
    return agreement(
        both_qualified=counts.get((True, True), 0),
        both_unqualified=counts.get((False, False), 0),
        rule_only=counts.get((True, False), 0),
        human_only=counts.get((False, True), 0),
    )


_BOTH = """
select rule_verdict = 'qualified', coalesce(our_verdict, crm_verdict) = 'qualified', count(*)
from leads_now
where rule_verdict is not null and coalesce(our_verdict, crm_verdict) is not null
    and created_on between ? and ?
group by 1, 2
"""
