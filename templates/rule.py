"""The rows of the tab `qualification` as a rule, and a rule in words."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from formulas.operators import NUMERIC, Op, asks, is_empty
from formulas.pattern import RefusedPattern, compiled
from formulas.qualification import TOO_FEW_POINTS, Gate, Rule, Sign

if TYPE_CHECKING:
    from formulas.operators import Operand
    from templates.reasons import Reasons
    from templates.tab import Row, Value, Wrong
    from templates.words import Words

KINDS = ("gate", "sign")
FIELDS = (
    "contact", "region", "budget", "channel", "campaign", "utm_source", "utm_medium",
    "utm_content", "utm_term", "stage", "quality",
)  # fmt: skip
"""Fields of a lead that the CRM fills in and a rule may ask."""

OPERATORS = tuple(str(op) for op in Op)
WITHOUT_VALUE = (Op.IS_SET, Op.IS_EMPTY, Op.REACHABLE)


def operator(row: Row) -> Op | None:
    """Return the operator of a row.

    >>> operator({"op": ">="}), operator({})
    (<Op.AT_LEAST: '>='>, None)
    """
    return Op(str(row["op"])) if row.get("op") else None


def wrong(row: Row) -> Iterator[Wrong]:
    """Yield what is wrong with a row of the rule, as far as it is filled in."""
    if not any(row.get(id_) is not None for id_ in ("kind", "question", "field", "op", "value")):
        return
    if row.get("kind") is None:
        yield "kind", "blank"
    if not row.get("question"):
        yield "question", "blank"
    yield from _wrong_condition(row)
    if row.get("kind") == "gate" and not row.get("reason"):
        yield "reason", "blank"
    if row.get("kind") == "sign" and row.get("points_yes") is None:
        yield "points_yes", "blank"


def _wrong_condition(row: Row) -> Iterator[Wrong]:
    """Yield what is wrong with what a row asks the CRM."""
    op, value = operator(row), row.get("value")
    needs = row.get("kind") == "gate" or op is not None or not is_empty(value)
    if needs and row.get("field") is None:
        yield "field", "blank"
    if (needs or row.get("field")) and op is None:
        yield "op", "blank"
    if op is None or is_empty(value):
        return
    if op is Op.REGEX:
        try:
            compiled(str(value))
        except RefusedPattern:
            yield "value", "not_a_pattern"
    elif op in NUMERIC and asks(op, 0, operand(value)) is None:
        yield "value", "not_limits" if op is Op.BETWEEN else "not_a_number"


def operand(value: Value) -> Operand:
    """Return what a row compares with: a number, or text with `;` between choices."""
    return value if isinstance(value, int | float | bool) or value is None else str(value)


def read(
    rows: Iterable[Row],
    reasons: Reasons,
    *,
    min_points: float,
    min_known: int,
    deadline_days: int,
) -> tuple[Rule, dict[str, str]] | None:
    """Return the rule that the rows say and its questions by id; None if no row is in force.

    Rows that are off are left out, and so are rows without a kind: nobody has begun them.
    """
    gates, signs, questions = [], [], {}
    for row in sorted(rows, key=lambda row: str(row["rule_row"])):
        if row.get("on") != "yes" or row.get("kind") is None:
            continue
        id_ = str(row["rule_row"])
        questions[id_] = str(row["question"])
        if row["kind"] == "gate":
            gates.append(_gate(id_, row, reasons))
        else:
            signs.append(_sign(id_, row, reasons))
    if not questions:
        return None
    return Rule(tuple(gates), tuple(signs), min_points, min_known, deadline_days), questions


def _gate(id_: str, row: Row, reasons: Reasons) -> Gate:
    reason = reasons.id_of(str(row["reason"]))
    op = operator(row) or Op.IS_SET
    return Gate(id_, _field(row), op, operand(row.get("value")), reason)


def _sign(id_: str, row: Row, reasons: Reasons) -> Sign:
    return Sign(
        id_,
        _points(row, "points_yes"),
        _points(row, "points_unknown"),
        _points(row, "points_no"),
        row.get("required") == "yes",
        reasons.id_of(str(row["reason"])) if row.get("reason") else TOO_FEW_POINTS,
        _field(row),
        operator(row) or Op.IS_SET,
        operand(row.get("value")),
    )


def _points(row: Row, name: str) -> float:
    return float(str(row.get(name) or 0))


def _field(row: Row) -> str:
    return str(row.get("field") or "")


def spelled(rule: Rule, questions: Mapping[str, str]) -> str:
    """Write a rule and its questions as text.

    >>> rule = Rule((Gate("G-1", "region", Op.IN, "Tver", "out_of_area"),), (), 6, 3)
    >>> unspelled(spelled(rule, {"G-1": "Near?"})) == (rule, {"G-1": "Near?"})
    True
    """
    said = {"rule": asdict(rule), "questions": dict(questions)}
    return json.dumps(said, sort_keys=True, ensure_ascii=False)


def unspelled(text: str) -> tuple[Rule, dict[str, str]]:
    """Read what `spelled` wrote."""
    found: dict[str, Any] = json.loads(text)
    said = found["rule"]
    said["gates"] = tuple(Gate(**{**row, "op": Op(row["op"])}) for row in said["gates"])
    said["signs"] = tuple(Sign(**{**row, "op": Op(row["op"])}) for row in said["signs"])
    return Rule(**said), found["questions"]


def in_words(rule: Rule, questions: Mapping[str, str], reasons: Reasons, words: Words) -> str:
    """Say a rule in words, a line for each thing it asks."""
    lines = [
        words(
            "rule.head",
            points=words.number(rule.min_points),
            known=rule.min_known,
            days=rule.deadline_days,
        )
    ]
    for gate in rule.gates:
        reason = reasons.label(gate.reason)
        asked = _condition(gate, words)
        lines.append(words("rule.gate", question=questions[gate.id], asked=asked, reason=reason))
    for sign in rule.signs:
        points = [
            words.number(number, 0 if number.is_integer() else 1)
            for number in (sign.points_yes, sign.points_unknown, sign.points_no)
        ]
        parts = dict(zip(("yes", "unknown", "no"), points, strict=True))
        line = words("rule.sign", question=questions[sign.id], **parts)
        line += words("rule.required") if sign.is_required else ""
        line += words("rule.asked", asked=_condition(sign, words)) if sign.field else ""
        lines.append(line)
    return "\n".join(lines)


def _condition(row: Gate | Sign, words: Words) -> str:
    """Say what is asked of which field.

    >>> from templates.words import load
    >>> _condition(Sign("budget", 2, field="budget", op=Op.AT_LEAST, value=300), load("en"))
    'budget at least 300'
    """
    parts = [words(f"choice.{row.field}"), words(f"choice.{row.op}")]
    if row.op not in WITHOUT_VALUE:
        parts.append(words("rule.not_given") if is_empty(row.value) else _value(row.value, words))
    return " ".join(parts)


def _value(value: Operand, words: Words) -> str:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    digits = 0 if is_number and float(value).is_integer() else 2  # type: ignore[arg-type]
    return words.number(value, digits) if is_number else str(value)  # type: ignore[arg-type]
