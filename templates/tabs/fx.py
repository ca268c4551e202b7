"""Rates: what a unit of another currency is worth in that of the workbook, from a day on."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from templates.tab import (
    IS_PROBLEM,
    Facts,
    Group,
    Kind,
    Origin,
    Row,
    Table,
    Wrong,
    human,
    machine,
    problem,
)
from templates.words import Words

CODE = re.compile("[A-Za-z]{3}")


def check(row: Row) -> Iterator[Wrong]:
    """Yield what a rate lacks to be used."""
    code, rate = row.get("from_currency"), row.get("rate")
    if not any(row.get(id_) is not None for id_ in ("from_date", "from_currency", "rate")):
        return
    if not isinstance(row.get("from_date"), date):
        yield "from_date", "blank"
    if not CODE.fullmatch(str(code or "")):
        yield "from_currency", "not_a_currency"
    if not isinstance(rate, float) or rate <= 0:
        yield "rate", "not_positive"


def rows(facts: Facts, words: Words) -> list[Row]:  # noqa: ARG001
    """Return the rates that people began, and how long each holds."""
    return list(facts.tables.get("rates", ()))


TAB = Table(
    name="fx",
    rows=rows,
    check=check,
    group=Group.SETUP,
    key="rate_id",
    origin=Origin.MINTED,
    prefix="X",
    blank_rows=12,
    is_all_or_nothing=True,
    is_hidden=True,
    columns=(
        machine("rate_id", width=10),
        human("from_date", Kind.DATE, width=16),
        human("from_currency", width=16),
        human("rate", Kind.RATIO, width=16),
        machine("until", Kind.DATE, width=16),
        machine("amounts", Kind.INTEGER, width=21),
        problem(),
    ),
    row_rules=(IS_PROBLEM,),
)
