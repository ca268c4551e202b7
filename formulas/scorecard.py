"""Scoring a questionnaire: what people and facts answer, what it comes to, what to fix first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from math import isfinite

from formulas.questionnaire import (
    All,
    Between,
    Condition,
    Criterion,
    Questionnaire,
    Scale,
    Some,
)
from formulas.threshold import at_least, exact

UNKNOWN, NOT_APPLICABLE = "unknown", "na"
"""The two answers that are no points: «не знаю» and «не применимо»."""

FIXES = 3

Said = float | str | None
"""Points on the scale, UNKNOWN, NOT_APPLICABLE, or None for nothing said."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What is known of one criterion. An override counts only with its note."""

    sales: Said = None
    marketing: Said = None
    measured: int | None = None
    override: Said = None
    override_note: str = ""


@dataclass(frozen=True, slots=True)
class Score:
    """What a questionnaire came to; numbers are exact, 0 to 100."""

    total: Fraction | None
    band: str | None  # after caps
    capped: bool
    sections: Mapping[str, Fraction | None]
    levels: Mapping[str, str | None]
    values: Mapping[str, Fraction | None]  # effective points; None: missing or not applicable
    weakest: str | None
    fix_first: tuple[str, ...]
    disagreements: tuple[str, ...]
    illusions: tuple[str, ...]
    unknown: int
    missing: tuple[str, ...]
    not_applicable: tuple[str, ...]
    final: bool


def unweighted(questionnaire: Questionnaire) -> Questionnaire:
    """Let every criterion weigh the same (the setting `simple_weights`)."""
    criteria = tuple(replace(criterion, weight=1) for criterion in questionnaire.criteria)
    return replace(questionnaire, criteria=criteria)


def holds(condition: Condition, record: Mapping[str, object]) -> bool:
    """Tell whether a condition holds; what is unknown or of another kind makes it false.

    >>> holds(Between(0.9, 1), {"value": 0.95}), holds(Between(0.9, 1), {"value": None})
    (True, False)
    """
    match condition:
        case All(conditions):
            return all(holds(part, record) for part in conditions)
        case Some(conditions):
            return any(holds(part, record) for part in conditions)
        case Between(low, high, field):
            found = record.get(field)
            return _compare(">=", found, low) and _compare("<=", found, high)
    return _compare(condition.op, record.get(condition.field), condition.value)


def _compare(op: str, found: object, value: float | str | bool) -> bool:
    if found is None:
        return False
    if _is_number(found) and _is_number(value):
        up, down = at_least(found, value), at_least(value, found)  # type: ignore[arg-type]
        return {
            ">=": up,
            "<=": down,
            ">": not down,
            "<": not up,
            "=": up and down,
            "!=": not (up and down),
        }[op]
    is_same = found == value and isinstance(found, bool) is isinstance(value, bool)
    return is_same if op == "=" else not is_same if op == "!=" else False


def _is_number(value: object) -> bool:
    is_number = isinstance(value, int | float | Decimal | Fraction)
    return is_number and not isinstance(value, bool) and isfinite(value)  # type: ignore[arg-type]


def _fields(condition: Condition) -> Iterator[str]:
    """List the parts of the record that a condition looks at."""
    if isinstance(condition, All | Some):
        for part in condition.conditions:
            yield from _fields(part)
    else:
        yield condition.field


def measure(
    criterion: Criterion, record: Mapping[str, object] | None, scale: Scale | None = None
) -> int | None:
    """Let facts answer a criterion: 2, 1 or 0 points; None if they cannot.

    The record holds the metric's `value`, its `n` and the fields that the conditions name. A
    metric is unknown when its own value is, or, if no condition asks for that, when all fields are.
    """
    auto = criterion.auto
    if auto is None or record is None:
        return None
    fields = {*_fields(auto.g2), *_fields(auto.g1)}
    asked = {"value"} if "value" in fields else fields
    if all(record.get(field) is None for field in asked):
        return None
    if auto.min_n is not None and not _compare(">=", record.get("n"), auto.min_n):
        return None
    worst, best = (scale.min, scale.max) if scale else (0, 2)
    if holds(auto.g2, record):
        return best
    return (worst + best) // 2 if holds(auto.g1, record) else worst


def points(scale: Scale, said: Said) -> Fraction | None:
    """Return what an answer is worth, or None if it is no point of the scale.

    >>> tens = Scale(0, 10, 0, 4)
    >>> points(tens, 7.0), points(tens, 7.5), points(tens, 11), points(tens, UNKNOWN)
    (Fraction(7, 1), None, None, Fraction(0, 1))
    """
    if said == UNKNOWN:
        return exact(scale.unknown_points)
    if not _is_number(said) or said not in range(scale.min, scale.max + 1):
        return None
    return exact(said)  # type: ignore[arg-type]


def effective(scale: Scale, answer: Answer) -> Fraction | str | None:
    """Return the points that count, NOT_APPLICABLE, or None if nothing is known."""
    override = answer.override if answer.override_note.strip() else None
    if override == NOT_APPLICABLE:
        return NOT_APPLICABLE
    for said in (override, answer.measured):
        if (value := points(scale, said)) is not None:
            return value
    opinion = mean_opinion(scale, answer)
    if opinion is None and NOT_APPLICABLE in (answer.sales, answer.marketing):
        return NOT_APPLICABLE
    return opinion


def mean_opinion(scale: Scale, answer: Answer) -> Fraction | None:
    """Return the mean of what both sides say, or what one says alone."""
    both = [points(scale, said) for said in (answer.sales, answer.marketing)]
    said = [opinion for opinion in both if opinion is not None]
    return sum(said, Fraction(0)) / len(said) if said else None


def score(questionnaire: Questionnaire, answers: Mapping[str, Answer]) -> Score:
    """Score the answers, by criterion id, and say what to fix first."""
    scale, criteria = questionnaire.scale, questionnaire.criteria
    given = {criterion.id: answers.get(criterion.id, Answer()) for criterion in criteria}
    counted = {id_: effective(scale, answer) for id_, answer in given.items()}
    values = {id_: value if isinstance(value, Fraction) else None for id_, value in counted.items()}
    sections = {
        section.id: _share(
            scale, [entry for entry in criteria if entry.section == section.id], values
        )
        for section in questionnaire.sections
    }
    total = _share(scale, criteria, values)
    uncapped = None if total is None else _band(questionnaire, total)
    band = None if uncapped is None else _capped(questionnaire, uncapped, sections)
    weakest = _weakest(questionnaire, sections)
    missing = tuple(id_ for id_, value in counted.items() if value is None)
    not_applicable = tuple(id_ for id_, value in counted.items() if value == NOT_APPLICABLE)
    return Score(
        total=total,
        band=band,
        capped=band != uncapped,
        sections=sections,
        levels={id_: _level(questionnaire, value) for id_, value in sections.items()},
        values=values,
        weakest=weakest,
        fix_first=_fix_first(questionnaire, values, weakest),
        disagreements=tuple(id_ for id_, answer in given.items() if disagree(scale, answer)),
        illusions=tuple(id_ for id_, answer in given.items() if is_illusion(scale, answer)),
        unknown=sum(UNKNOWN in (answer.sales, answer.marketing) for answer in given.values()),
        missing=missing,
        not_applicable=not_applicable,
        final=not missing and len(not_applicable) <= scale.na_max,
    )


def _share(
    scale: Scale, criteria: tuple[Criterion, ...] | list[Criterion], values: Mapping[str, object]
) -> Fraction | None:
    """Return the weighted points as 0 to 100 of what could be had."""
    weighed = [
        (criterion.weight, value)
        for criterion in criteria
        if isinstance(value := values[criterion.id], Fraction)
    ]
    if not weighed:
        return None
    earned = sum((weight * (value - scale.min) for weight, value in weighed), Fraction(0))
    return 100 * earned / ((scale.max - scale.min) * sum(weight for weight, _ in weighed))


def _band(questionnaire: Questionnaire, total: Fraction) -> str:
    return [band.id for band in questionnaire.bands if total >= exact(band.min)][-1]


def _capped(
    questionnaire: Questionnaire, band: str, sections: Mapping[str, Fraction | None]
) -> str:
    for cap in questionnaire.caps:
        low = [
            value for value in sections.values() if value is not None and value < exact(cap.below)
        ]
        if band == cap.band and len(low) >= cap.at_least:
            band = cap.becomes
    return band


def _level(questionnaire: Questionnaire, value: Fraction | None) -> str | None:
    """Return the highest level whose lower edge a section reaches."""
    if value is None:
        return None
    reached = [
        (edge, level) for level, edge in questionnaire.levels.items() if value >= exact(edge)
    ]
    return max(reached)[1]


def _weakest(questionnaire: Questionnaire, sections: Mapping[str, Fraction | None]) -> str | None:
    """Return the lowest of the causes, the first in the file if several are; None at 100."""
    causes = {
        section.id: value
        for section in questionnaire.sections
        if section.is_cause and (value := sections[section.id]) is not None
    }
    lowest = min(causes, key=lambda id_: causes[id_], default=None)
    return None if lowest is None or causes[lowest] == 100 else lowest  # noqa: PLR2004


def _fix_first(
    questionnaire: Questionnaire, values: Mapping[str, Fraction | None], weakest: str | None
) -> tuple[str, ...]:
    """Return the roots of the greatest losses, those of the weakest section first."""
    scale = questionnaire.scale
    losses = [
        (criterion.section != weakest, -criterion.weight * (scale.max - value), criterion.id)
        for criterion in questionnaire.criteria
        if (value := values[criterion.id]) is not None and value < scale.max
    ]
    losses.sort(key=lambda loss: loss[:2])
    roots = dict.fromkeys(_root(questionnaire, values, id_) for _, _, id_ in losses)
    return tuple(roots)[:FIXES]


def _root(questionnaire: Questionnaire, values: Mapping[str, Fraction | None], id_: str) -> str:
    """Follow the first dependency that lies in the lower half of the scale, to its end."""
    middle = Fraction(questionnaire.scale.min + questionnaire.scale.max, 2)
    for other in questionnaire.criterion[id_].depends_on:
        value = values[other]
        if value is not None and value < middle:
            return _root(questionnaire, values, other)
    return id_


def disagree(scale: Scale, answer: Answer) -> bool:
    """Tell whether the two sides stand at opposite ends: «взгляды расходятся»."""
    if UNKNOWN in (answer.sales, answer.marketing):
        return False
    sales, marketing = points(scale, answer.sales), points(scale, answer.marketing)
    if sales is None or marketing is None:
        return False
    return abs(sales - marketing) >= scale.max - scale.min


def is_illusion(scale: Scale, answer: Answer) -> bool:
    """Tell whether both think it half the scale better than facts say."""
    measured, opinion = points(scale, answer.measured), mean_opinion(scale, answer)
    if measured is None or opinion is None:
        return False
    return opinion - measured >= Fraction(scale.max - scale.min, 2)
