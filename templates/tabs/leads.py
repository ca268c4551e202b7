"""Leads: what came, what the CRM and the rule say of it, and what people here decide."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from functools import cache

from templates.reasons import Reasons, listed
from templates.tab import (
    IS_PROBLEM,
    Facts,
    Group,
    Kind,
    Origin,
    Row,
    Status,
    Table,
    Value,
    human,
    live,
    machine,
    problem,
)
from templates.words import LANGUAGES, Words, load

VERDICTS = ("qualified", "unqualified", "spam")
"""What people may decide of a lead; an empty cell leaves it to the CRM, or else to the rule."""

UNDECIDED = ("pending", "no_verdict")
SHOWN = (*VERDICTS, *UNDECIDED)
DECIDERS = ("by_sheet", "by_crm", "by_rule")
ANSWERS = ("yes", "no", "not_known")
SIGN = "sign_"
"""How the ids of the columns begin in which people answer a sign of the rule."""

# -- whose word counts: the values of the live cells, and the same as their text


@cache
def _meant() -> Mapping[str, str]:
    """Return the verdicts by their words in any language."""
    return {load(language)(f"choice.{id_}"): id_ for language in LANGUAGES for id_ in SHOWN}


def _verdict_id(value: Value) -> str:
    return _meant().get(str(value), str(value)) if value else ""


def decided_by(row: Row) -> Value:
    """Return whose verdict counts: a settled dispute, the sheet, the CRM, the rule."""
    if row.get("settled"):
        return row.get("dispute_said") or row.get("dispute")
    for id_, whose in zip(("our_verdict", "crm_verdict", "rule_verdict"), DECIDERS, strict=True):
        if row.get(id_):
            return whose
    return ""


def overdue(row: Row) -> Value:
    """Tell whether a verdict is wanting though its day has passed."""
    deadline, as_of = row.get("deadline"), row.get("as_of")
    is_past = isinstance(deadline, date) and (not isinstance(as_of, date) or deadline <= as_of)
    return "yes" if is_past and not decided_by(row) else ""


def verdict(row: Row) -> Value:
    """Return the verdict that counts; without one, whether it is still awaited."""
    for id_ in ("settled", "our_verdict", "crm_verdict", "rule_verdict"):
        if row.get(id_):
            return row[id_]
    if not row.get("deadline"):
        return ""
    return "no_verdict" if overdue(row) else "pending"


def reason(row: Row) -> Value:
    """Return why a lead is rejected, as whoever decided it said."""
    if _verdict_id(verdict(row)) not in ("unqualified", "spam"):
        return ""
    of_dispute = row.get("dispute_reason") if row.get("settled") else None
    is_rule = decided_by(row) == "by_rule"
    theirs = row.get("rule_reason" if is_rule else "crm_reason")
    return of_dispute or row.get("our_reason") or theirs or ""


def _of_dispute(column: str) -> str:
    """Write what stands in a column of the lead's dispute."""
    found = f"INDEX({{disputes.{column}}},MATCH({{dispute}},{{disputes.dispute_id}},0))"
    return f'IF({{dispute}}="","",IFERROR({found}&"",""))'


_DECIDED_BY = """IF({settled}<>"",{=choice.by_dispute}&" "&{dispute},\
IF({our_verdict}<>"",{=choice.by_sheet},IF({crm_verdict}<>"",{=choice.by_crm},\
IF({rule_verdict}<>"",{=choice.by_rule},""))))"""
_OVERDUE = """IF(AND({decided_by}="",{deadline}<>"",\
{deadline}<=MAX({rule_versions.as_of})),{=choice.yes},"")"""
_VERDICT = """IF({settled}<>"",{settled},IF({our_verdict}<>"",{our_verdict},\
IF({crm_verdict}<>"",{crm_verdict},IF({rule_verdict}<>"",{rule_verdict},\
IF({deadline}="","",IF({past_due}<>"",{=choice.no_verdict},{=choice.pending}))))))"""
_THEIRS = 'IF({decided_by}={=choice.by_rule},{rule_reason}&"",{crm_reason}&"")'
_REASON = f"""IF(OR({{verdict}}={{=choice.unqualified}},{{verdict}}={{=choice.spam}}),\
IF(AND({{settled}}<>"",{_of_dispute("outcome_reason")}<>""),{_of_dispute("outcome_reason")},\
IF({{our_reason}}<>"",{{our_reason}},{_THEIRS})),"")"""

# -- the rows


def spoken(row: Row, words: Words, *ids: str) -> dict[str, Value]:
    """Put what is kept as an id into words; what has none stays as it is."""
    found = dict(row)
    for id_ in ids:
        if (word := words.texts.get(f"choice.{row.get(id_)}")) is not None:
            found[id_] = word
    return found


def rows(facts: Facts, words: Words) -> list[Row]:
    """Return the leads with their verdicts, reasons and states in words."""
    reasons = listed(facts.tables.get("typed.reasons", ()), words)
    questions = {
        str(row["rule_row"]): str(row.get("question") or row["rule_row"])
        for row in facts.tables.get("typed.qualification", ())
    }
    as_of = facts.as_of if facts.tables.get("rule_versions") else date.min
    return [
        {**_row(row, words, reasons, questions), "as_of": as_of}
        for row in facts.tables.get("leads", ())
    ]


def _row(row: Row, words: Words, reasons: Reasons, questions: Mapping[str, str]) -> Row:
    found = spoken(row, words, "crm_verdict", "rule_verdict", "row_state")
    is_ok, missing = row.get("sla_ok"), row.get("missing_signs")
    found["sla_ok"] = None if is_ok is None else words("choice.yes" if is_ok else "choice.no")
    for id_ in ("crm_reason", "rule_reason", "dispute_reason"):
        found[id_] = reasons.label(row.get(id_))
    if missing:
        found["missing_signs"] = "; ".join(questions.get(id_, id_) for id_ in str(missing).split())
    if row.get("dispute"):
        found["dispute_said"] = f"{words('choice.by_dispute')} {row['dispute']}"
    return found


def known(facts: Facts, words: Words, lead_id: str) -> Row:
    """Return what the tab shows of one lead, its verdict and reason among it."""
    one = replace(
        facts,
        tables={
            **facts.tables,
            "leads": [row for row in facts.tables.get("leads", ()) if row["lead_id"] == lead_id],
        },
    )
    typed = {str(row["lead_id"]): row for row in facts.tables.get("typed.leads", ())}
    for row in rows(one, words):
        whole = {**row, **typed.get(lead_id, {}), "settled": row.get("dispute_verdict")}
        return {**whole, "verdict": verdict(whole), "reason": reason(whole)}
    return {}


def sign_id(rule_row: str) -> str:
    """Name the column in which people answer a sign.

    >>> sign_id("G-0004")
    'sign_g0004'
    """
    return SIGN + rule_row.replace("-", "").lower()


def asking(rule: Iterable[Row], answered: Iterable[Row]) -> tuple[tuple[str, str], ...]:
    """Return the signs that people answer, by row of the rule, with their questions.

    These are the signs in force that no field of the CRM answers, and those answered already.
    """
    kept = {id_ for row in answered for id_ in row if id_.startswith(SIGN)}
    return tuple(
        (str(row["rule_row"]), str(row["question"]))
        for row in sorted(rule, key=lambda row: str(row["rule_row"]))
        if row.get("kind") == "sign" and row.get("question")
        if sign_id(str(row["rule_row"])) in kept
        or (row.get("on") == "yes" and not row.get("field"))
    )


def with_signs(table: Table, signs: Iterable[tuple[str, str]]) -> Table:
    """Return the table with a column for each sign, before what people decide."""
    at = [column.id for column in table.columns].index("our_verdict")
    asked = tuple(
        human(sign_id(row), choices=ANSWERS, width=18, title=question) for row, question in signs
    )
    return replace(table, columns=(*table.columns[:at], *asked, *table.columns[at:]))


TAB = Table(
    name="leads",
    rows=rows,
    group=Group.WORK,
    key="lead_id",
    origin=Origin.FED,
    columns=(
        machine("lead_id", width=22),
        machine("created_at", Kind.DATETIME, width=16),
        machine("channel", width=20),
        machine("source", width=14),
        machine("campaign", width=22),
        machine("utm", width=20, is_hidden=True),
        machine("owner", width=20),
        machine("stage", width=18),
        machine("first_response", Kind.DATETIME, width=16),
        machine("sla_ok", width=14),
        machine("crm_verdict", width=15),
        machine("crm_reason", width=28),
        machine("rule_verdict", width=15),
        machine("rule_reason", width=24, is_hidden=True),
        machine("missing_signs", width=30),
        machine("rule_version", Kind.INTEGER, width=10),
        machine("deadline", Kind.DATE, width=13),
        human("our_verdict", choices=VERDICTS, width=15, is_tracked=True),
        human("our_reason", choices_from="reasons.offered", width=24),
        human("our_comment", Kind.LONG_TEXT, width=28),
        machine("dispute", width=10),
        live(
            "settled",
            _of_dispute("outcome"),
            lambda row: row.get("dispute_verdict"),
            choices=VERDICTS,
            is_hidden=True,
        ),
        live("decided_by", _DECIDED_BY, decided_by, choices=DECIDERS, width=15),
        live("past_due", _OVERDUE, overdue, choices=("yes",), width=11),
        live("verdict", _VERDICT, verdict, choices=SHOWN, width=20),
        live("reason", _REASON, reason, width=28),
        machine("deal_sum", Kind.MONEY, width=14),
        machine("link", Kind.LINK, width=12),
        machine("row_state", width=12),
        problem(),
    ),
    row_rules=(
        IS_PROBLEM,
        (
            "our_verdict",
            'AND({our_verdict}<>"",{crm_verdict}<>"",{our_verdict}<>{crm_verdict})',
            Status.WARN,
        ),
        ("past_due", '{past_due}<>""', Status.BAD),
        ("sla_ok", "{sla_ok}={=choice.no}", Status.WARN),
        IS_PROBLEM,
    ),
)
