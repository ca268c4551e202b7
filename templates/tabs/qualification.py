"""Qualification: the written rule, a row for each thing it asks of a lead."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from formulas.presets import PRESETS
from formulas.qualification import TOO_FEW_POINTS, Gate, Sign
from templates.rule import FIELDS, KINDS, OPERATORS, wrong
from templates.tab import (
    IS_PROBLEM,
    Facts,
    Group,
    Kind,
    Origin,
    Row,
    Table,
    Value,
    human,
    machine,
    problem,
)
from templates.words import Words

FIRST = "bant_b2b"
"""The preset that a new workbook goes by; the rows of the others wait, switched off."""

YES_NO = ("yes", "no")


def _ready() -> Iterator[tuple[str, str, Gate | Sign]]:
    """Yield key, preset and row: first the gates that all presets share, then signs of each."""
    rows: list[tuple[str, Gate | Sign]] = [(FIRST, gate) for gate in PRESETS[FIRST].gates]
    rows += [(name, sign) for name, preset in PRESETS.items() for sign in preset.signs]
    for number, (preset, row) in enumerate(rows, 1):
        yield f"G-{number:04d}", preset, row


def starter(words: Words) -> Mapping[str, Row]:
    """Return the rows of every preset; those of the first one are on."""
    return {
        key: {
            **_typed(preset, row, words),
            "on": "yes" if preset == FIRST else "no",
            "reason": words(f"qualification.reason.{row.reason}")
            if row.reason != TOO_FEW_POINTS
            else None,
            "field": row.field or None,
            "op": str(row.op) if row.field else None,
            "value": _value(row),
        }
        for key, preset, row in _ready()
    }


def _typed(preset: str, row: Gate | Sign, words: Words) -> dict[str, Value]:
    if isinstance(row, Gate):
        return {"kind": "gate", "question": words(f"qualification.gate.{row.id}")}
    return {
        "kind": "sign",
        "question": words(f"qualification.{preset}.{row.id}"),
        "points_yes": row.points_yes,
        "points_unknown": row.points_unknown,
        "points_no": row.points_no,
        "required": "yes" if row.is_required else "no",
    }


def _value(row: Gate | Sign) -> Value:
    if isinstance(row.value, tuple):
        return "; ".join(str(choice) for choice in row.value) or None
    return row.value


def rows(facts: Facts, words: Words) -> list[Row]:
    """Return of every row the preset it comes from, and how leads of four weeks answered it."""
    presets = {key: preset for key, preset, row in _ready() if isinstance(row, Sign)}
    answers = {str(row["rule_row"]): row for row in facts.tables.get("rule_answers", ())}
    found: list[Row] = []
    for row in facts.tables.get("typed.qualification", ()):
        key = str(row["rule_row"])
        counted = answers.get(key, {})
        found.append({
            "rule_row": key,
            "preset": words(f"qualification.{presets[key]}.name") if key in presets else None,
            **{name: counted.get(name) for name in ("yes_28d", "no_28d", "unknown_28d")},
        })  # fmt: skip
    return found


TAB = Table(
    name="qualification",
    rows=rows,
    starter=starter,
    check=wrong,
    group=Group.SETUP,
    key="rule_row",
    origin=Origin.MINTED,
    prefix="G",
    blank_rows=8,
    is_all_or_nothing=True,
    is_hidden=True,
    columns=(
        machine("rule_row", width=10),
        machine("preset", width=36),
        human("on", choices=YES_NO, width=13),
        human("kind", choices=KINDS, width=12),
        human("question", Kind.LONG_TEXT, width=44),
        human("field", choices=FIELDS, width=18),
        human("op", choices=OPERATORS, width=16),
        human("value", Kind.ANY, width=20),
        human("points_yes", Kind.FIGURE, width=9),
        human("points_unknown", Kind.FIGURE, width=13),
        human("points_no", Kind.FIGURE, width=9),
        human("required", choices=YES_NO, width=14),
        human("reason", choices_from="reasons.offered", width=26),
        machine("yes_28d", Kind.INTEGER, width=10),
        machine("no_28d", Kind.INTEGER, width=10),
        machine("unknown_28d", Kind.INTEGER, width=14),
        problem(),
    ),
    row_rules=(IS_PROBLEM,),
)
