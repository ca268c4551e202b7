"""The custom functions that cannot be traced: intervals, tests, tables, the assessment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from formulas.bonus import Month, Rule, bonus
from formulas.experiment import count_change, share_change, verdict
from formulas.functions.arguments import (
    Cell,
    Code,
    Fault,
    Said,
    cells_of,
    is_blank,
    number_in,
    refusal,
)
from formulas.interval import wilson
from formulas.scorecard import NOT_APPLICABLE, UNKNOWN, Answer, points, score

if TYPE_CHECKING:
    from formulas.functions.function import Rows, Setting
    from formulas.questionnaire import Scale

Known = Mapping[str, Any]
MOST = 10_000_000
"""The largest count whose exact test takes no time that anybody notices."""
BOTH = 2
"""Columns of the assessment where both departments answer."""


def conversion_limits(known: Known, _: Setting) -> Rows:
    """Return the limits of a conversion: one row, low and high."""
    from statistics import NormalDist

    won, leads, level = known["won"], known["leads"], known["level"]
    if not 0 <= won <= leads or not 0 < level < 1 or (1 + level) / 2 == 1:
        raise refusal("outside")
    found = wilson(won, leads, NormalDist().inv_cdf((1 + level) / 2))
    if found.share is None:
        raise refusal("zero_denominator")
    return [[found.low, found.high]]


def by_manager(known: Known, _: Setting) -> Rows:
    """Return a row a manager, the best first; those with too few leads come last, unranked."""
    managers, won, n_min = known["manager"], known["won"], known["n_min"]
    if len(managers) != len(won):
        raise refusal("heights_differ", first=len(managers), second=len(won))
    if n_min < 0:
        raise refusal("outside")
    counts: dict[str, list[int]] = {}
    for manager, cell in zip(managers, won, strict=True):
        if not is_blank(manager):
            counts.setdefault(str(manager).strip(), []).append(_claim(cell))
    if not counts:
        raise refusal("no_data", argument="manager")
    rows: Rows = []
    for manager, claims in sorted(counts.items(), key=lambda entry: _rank(entry, n_min)):
        found, is_few = wilson(sum(claims), len(claims)), len(claims) < n_min
        note = Said("function.note.too_few") if is_few else None
        rows.append([manager, found.share, len(claims), found.low, found.high, note])
    return rows


def _claim(cell: Cell) -> int:
    """Read whether a lead was won: 1 or 0, a truth value; a blank cell is no."""
    number = int(cell) if isinstance(cell, bool) else 0.0 if is_blank(cell) else number_in(cell)
    if number not in (0, 1):
        raise refusal("not_a_claim", argument="won", value=cell)
    return int(number)


def _rank(entry: tuple[str, Sequence[int]], n_min: float) -> tuple[bool, float, int, str]:
    manager, claims = entry
    is_few = len(claims) < n_min
    return is_few, 0.0 if is_few else -sum(claims) / len(claims), -len(claims), manager


def bonus_money(known: Known, _: Setting) -> float:
    """Return the bonus for qualified leads."""
    if any(value is not None and value < 0 for value in known.values()):
        raise refusal("outside")
    factor = known["accelerator"]
    rule = Rule(
        rate=known["rate"],
        threshold=known["threshold"],
        cap=known["cap"],
        accelerator_from=None if factor is None else 1,
        accelerator_factor=1 if factor is None else factor,
    )
    money = bonus(Month(known["qualified"], known["plan"]), rule).money
    if money is None:
        raise refusal("no_data", argument="qualified")
    return float(money)


def lift(known: Known, _: Setting) -> Rows:
    """Return what a change came to: one row of effect, low, high, p and verdict."""
    before, after = known["before"], known["after"]
    exposures = known["before_total"], known["after_total"]
    is_share = known["kind"] == "share"
    counted = [before, after, *(exposures if is_share else ())]
    if known["min_effect"] < 0 or any(not 0 <= value <= MOST or value % 1 for value in counted):
        raise refusal("outside")
    if is_share:
        if before > exposures[0] or after > exposures[1]:
            raise refusal("outside")
        first, second = (int(before), int(exposures[0])), (int(after), int(exposures[1]))
        change = share_change(first, second)
        effect = change.difference
    else:
        if min(exposures) < 0:
            raise refusal("outside")
        change = count_change(int(before), int(after), *exposures)
        effect = change.lift
    if change.low is None:
        raise refusal("zero_denominator")
    found = verdict(change, is_due=True, min_effect=known["min_effect"])
    return [
        [
            Fault(Code.NA, "zero_denominator") if effect is None else effect,
            change.low - change.no_effect,
            None if change.high is None else change.high - change.no_effect,
            change.p_value,
            Said(f"diagnosis.change.{found}"),
        ]
    ]


def alignment(known: Known, setting: Setting) -> Rows:
    """Return total, band and advice, then up to three rows of criterion, question and fix."""
    card = setting.questionnaire
    language = known["lang"] or setting.language
    given = _both(known["answers"], len(card.criteria))
    answers = {
        criterion.id: Answer(_answer(card.scale, sales), _answer(card.scale, marketing))
        for criterion, (sales, marketing) in zip(card.criteria, given, strict=True)
    }
    found = score(card, answers)
    if found.total is None or found.band is None:
        raise refusal("no_data", argument="answers")
    if len(found.not_applicable) > card.scale.na_max:
        raise refusal("outside")
    band = next(band for band in card.bands if band.id == found.band)
    rows: Rows = [[float(found.total), band.names[language], band.texts[language]]]
    for id_ in found.fix_first:
        wording = card.criterion[id_].words[language]
        rows.append([id_, wording.question, wording.fix])
    return rows + [[None] * 3 for _ in range(4 - len(rows))]


def _both(rows: Sequence[Sequence[Cell]], count: int) -> list[tuple[Cell, Cell]]:
    """Return the answers of sales and marketing: a row or column of one opinion, or two columns."""
    cells = cells_of(rows)
    if len(cells) == count and (len(rows) == 1 or len(rows[0]) == 1):
        return [(cell, None) for cell in cells]
    if len(rows) == count and all(len(row) == BOTH for row in rows):
        return [(row[0], row[1]) for row in rows]
    raise refusal("wrong_count", argument="answers", count=count)


def _answer(scale: Scale, cell: Cell) -> float | str | None:
    """Read one answer: points, «?» or n/a."""
    if is_blank(cell):
        return None
    said = str(cell).strip().lower()
    if said in ("?", "хз"):
        return UNKNOWN
    if said in ("n/a", "н/п"):
        return NOT_APPLICABLE
    number = number_in(cell)
    if points(scale, number) is None:
        raise refusal("not_an_answer", argument="answers", value=cell)
    return number
