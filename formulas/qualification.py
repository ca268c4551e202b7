"""Is a lead qualified: gates, signs and a verdict line, and whose word counts in the end."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from hashlib import sha256

from formulas.operators import Op, Operand, asks
from formulas.pattern import RefusedPattern, compiled
from formulas.threshold import at_least


class LeadVerdict(StrEnum):
    """What a lead is; `no_verdict` is pending past the deadline, and unpaid."""

    QUALIFIED = "qualified"
    UNQUALIFIED = "unqualified"
    PENDING = "pending"
    NO_VERDICT = "no_verdict"


class Decider(StrEnum):
    """Whose verdict counts, the strongest first."""

    DISPUTE = "dispute"
    SHEET = "sheet"
    CRM = "crm"
    RULE = "rule"


TOO_FEW_POINTS = "too_few_points"


@dataclass(frozen=True, slots=True)
class Gate:
    """A condition without which a lead is unqualified, with its reason."""

    id: str
    field: str
    op: Op
    value: Operand
    reason: str


@dataclass(frozen=True, slots=True)
class Sign:
    """A question with points, answered by a person, or by a field of the CRM that is filled in."""

    id: str
    points_yes: float
    points_unknown: float = 0
    points_no: float = 0
    is_required: bool = False
    reason: str = TOO_FEW_POINTS  # of a required sign that is missing
    field: str = ""
    op: Op = Op.IS_SET
    value: Operand = None


@dataclass(frozen=True, slots=True)
class Rule:
    """What both departments call a qualified lead."""

    gates: tuple[Gate, ...]
    signs: tuple[Sign, ...]
    min_points: float
    min_known: int
    deadline_days: int = 3  # working days

    @property
    def rows(self) -> tuple[Gate | Sign, ...]:
        """Everything that the rule asks, gates first."""
        return (*self.gates, *self.signs)


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule says of a lead, and why."""

    verdict: LeadVerdict
    reason: str | None = None
    missing: tuple[str, ...] = ()  # ids of unknown signs, required ones first
    points: float | None = None


def refused(rule: Rule) -> tuple[str, ...]:
    """List the gates and signs whose pattern is broken or might take too long.

    >>> refused(Rule((Gate("geo", "region", Op.REGEX, "(a+)+", "out_of_area"),), (), 0, 0))
    ('geo',)
    """
    found = []
    for row in rule.rows:
        try:
            if row.op is Op.REGEX:
                compiled(str(row.value))
        except RefusedPattern:
            found.append(row.id)
    return tuple(found)


def known(sign: Sign, lead: Mapping[str, object], said: Mapping[str, bool | None]) -> bool | None:
    """Answer a sign from its field, else from what a person said; None if neither knows."""
    found = asks(sign.op, lead.get(sign.field), sign.value) if sign.field else None
    return said.get(sign.id) if found is None else found


def judge(
    rule: Rule, lead: Mapping[str, object], said: Mapping[str, bool | None] | None = None
) -> Finding:
    """Judge a lead by a rule: by its fields, and by what people said of its signs.

    >>> rule = Rule((), (Sign("need", 3, is_required=True), Sign("budget", 2, 1)), 4, 1)
    >>> judge(rule, {}, {"need": True}).verdict.value
    'qualified'
    >>> judge(rule, {}, {"budget": True})
    Finding(verdict=<LeadVerdict.PENDING: 'pending'>, reason=None, missing=('need',), points=None)
    """
    gates = {gate.id: asks(gate.op, lead.get(gate.field), gate.value) for gate in rule.gates}
    return decide(rule, gates, {sign.id: known(sign, lead, said or {}) for sign in rule.signs})


def decide(
    rule: Rule, gates: Mapping[str, bool | None], signs: Mapping[str, bool | None]
) -> Finding:
    """Judge by the answers to gates and signs; one that is None or absent is unknown.

    >>> decide(Rule((), (Sign("need", 3, is_required=True),), 3, 1), {}, {"need": False}).reason
    'too_few_points'
    """
    for gate in rule.gates:
        if gates.get(gate.id) is False:
            return Finding(LeadVerdict.UNQUALIFIED, gate.reason)
    for sign in rule.signs:
        if sign.is_required and signs.get(sign.id) is False:
            return Finding(LeadVerdict.UNQUALIFIED, sign.reason)
    unknown = sorted(
        (sign for sign in rule.signs if signs.get(sign.id) is None),
        key=lambda sign: not sign.is_required,
    )
    missing = tuple(sign.id for sign in unknown)
    is_open = any(sign.is_required for sign in unknown)
    if is_open or len(rule.signs) - len(unknown) < rule.min_known:
        return Finding(LeadVerdict.PENDING, missing=missing)
    points = sum(_points(sign, signs.get(sign.id)) for sign in rule.signs)
    if at_least(points, rule.min_points):
        return Finding(LeadVerdict.QUALIFIED, None, missing, points)
    return Finding(LeadVerdict.UNQUALIFIED, TOO_FEW_POINTS, missing, points)


def _points(sign: Sign, answer: bool | None) -> float:
    if answer is None:
        return sign.points_unknown
    return sign.points_yes if answer else sign.points_no


@dataclass(frozen=True, slots=True)
class Effective:
    """The verdict that counts, and whose it is."""

    verdict: LeadVerdict
    decided_by: Decider | None


def effective(
    said: Mapping[Decider, LeadVerdict | None], *, is_past_deadline: bool = False
) -> Effective:
    """Choose among the verdicts: a decided dispute, the sheet, the CRM, the rule.

    >>> effective({Decider.RULE: LeadVerdict.QUALIFIED, Decider.CRM: LeadVerdict.UNQUALIFIED})
    Effective(verdict=<LeadVerdict.UNQUALIFIED: 'unqualified'>, decided_by=<Decider.CRM: 'crm'>)
    >>> effective({}, is_past_deadline=True).verdict.value
    'no_verdict'
    """
    for decider in Decider:
        verdict = said.get(decider)
        if verdict in (LeadVerdict.QUALIFIED, LeadVerdict.UNQUALIFIED):
            return Effective(verdict, decider)
    return Effective(LeadVerdict.NO_VERDICT if is_past_deadline else LeadVerdict.PENDING, None)


@dataclass(frozen=True, slots=True)
class Agreement:
    """How often rule and person agree, and how much of it is more than chance."""

    share: float | None
    kappa: float | None  # Cohen's; None where chance alone makes them agree
    n: int


def agreement(
    *, both_qualified: int, both_unqualified: int, rule_only: int, human_only: int
) -> Agreement:
    """Compare the verdicts of rule and person where both gave one.

    >>> found = agreement(both_qualified=40, both_unqualified=40, rule_only=10, human_only=10)
    >>> found.share, round(found.kappa, 4)
    (0.8, 0.6)
    """
    n = both_qualified + both_unqualified + rule_only + human_only
    if n == 0:
        return Agreement(None, None, 0)
    rule, human = both_qualified + rule_only, both_qualified + human_only
    by_chance = rule * human + (n - rule) * (n - human)
    same = both_qualified + both_unqualified
    kappa = (same * n - by_chance) / (n * n - by_chance) if by_chance < n * n else None
    return Agreement(same / n, kappa, n)


def content_hash(rule: Rule, questions: Mapping[str, str] | None = None) -> str:
    """Name a rule by what it says and asks; the order of its rows does not matter.

    >>> len(content_hash(Rule((), (Sign("need", 3),), 3, 1)))
    16
    """
    said = {**asdict(rule), "questions": dict(questions or {})}
    for rows in ("gates", "signs"):
        said[rows] = sorted(said[rows], key=lambda row: str(row["id"]))
    text = json.dumps(said, sort_keys=True, ensure_ascii=False)
    return sha256(text.encode()).hexdigest()[:16]
