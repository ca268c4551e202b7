"""Rule versions: what the rule said, and which of the two heads signed it when."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from templates.reasons import listed
from templates.rule import in_words, unspelled
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
    Wrong,
    human,
    live,
    machine,
    problem,
)
from templates.words import Words

SIDES = ("sales", "marketing")
SIGNATURES = tuple(f"signed_{side}_{part}" for side in SIDES for part in ("by", "on"))


def check(row: Row) -> Iterator[Wrong]:
    """Yield what is wrong with the signatures: a name wants a day, and a day a name."""
    for side in SIDES:
        by, on = f"signed_{side}_by", f"signed_{side}_on"
        if row.get(by) and not row.get(on):
            yield on, "blank"
        if row.get(on) and not row.get(by):
            yield by, "blank"


def rows(facts: Facts, words: Words) -> list[Row]:
    """Return every version with its text, the newest last."""
    reasons = listed(facts.tables.get("typed.reasons", ()), words)
    return [
        {
            "version": row["version"],
            "hash": row["hash"],
            "first_seen": row["first_seen"],
            "rule_text": in_words(*unspelled(str(row["spelled"])), reasons, words),
            "leads_decided": row["leads_decided"],
            "as_of": facts.as_of,
        }
        for row in facts.tables.get("rule_versions", ())
    ]


def is_signed(row: Row) -> bool:
    """Tell whether both heads signed a version, each with a name and a day."""
    return all(row.get(id_) for id_ in SIGNATURES)


def _age(row: Row) -> Value:
    days = [day for id_ in SIGNATURES if id_.endswith("_on") and isinstance(day := row[id_], date)]
    as_of = row.get("as_of")
    if not is_signed(row) or len(days) < len(("sales", "marketing")) or not isinstance(as_of, date):
        return ""
    return max((as_of - max(days)).days, 0)


_SIGNED = "AND(" + ",".join(f'{{{id_}}}<>""' for id_ in SIGNATURES) + ")"
_LATER = "MAX({signed_sales_on},{signed_marketing_on})"

TAB = Table(
    name="rule_versions",
    rows=rows,
    check=check,
    group=Group.SETUP,
    key="version",
    origin=Origin.FED,
    is_hidden=True,
    columns=(
        machine("version", width=10),
        machine("first_seen", Kind.DATE, width=14),
        machine("rule_text", Kind.LONG_TEXT, width=80),
        human("signed_sales_by", width=22),
        human("signed_sales_on", Kind.DATE, width=15),
        human("signed_marketing_by", width=22),
        human("signed_marketing_on", Kind.DATE, width=14),
        live(
            "signed",
            f"IF({_SIGNED},{{=choice.yes}},{{=choice.no}})",
            lambda row: "yes" if is_signed(row) else "no",
            choices=("yes", "no"),
            width=14,
        ),
        live(
            "age_days",
            f"IF(AND({_SIGNED},COUNT({{signed_sales_on}},{{signed_marketing_on}})=2),"
            f'MAX(0,INT({{as_of}})-INT({_LATER})),"")',
            _age,
            Kind.DAYS,
            width=12,
        ),
        machine("leads_decided", Kind.INTEGER, width=15),
        human("note", Kind.LONG_TEXT, width=28),
        machine("as_of", Kind.DATE, width=14),
        machine("hash", width=18, is_hidden=True),
        problem(),
    ),
    row_rules=(
        ("signed", "{signed}={=choice.no}", Status.WARN),
        ("age_days", "AND(ISNUMBER({age_days}),{age_days}>183)", Status.WARN),
        IS_PROBLEM,
    ),
)
