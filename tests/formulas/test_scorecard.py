"""The scorecard: nine golden cases, the rules of scoring, and laws that hold for any answers."""

import json
import random
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from formulas.questionnaire import All, Auto, Between, Compare, Some
from formulas.scorecard import (
    NOT_APPLICABLE,
    UNKNOWN,
    Answer,
    effective,
    holds,
    measure,
    score,
    unweighted,
)
from templates.scorecard import load

CARD = load()
IDS = [criterion.id for criterion in CARD.criteria]
GOLDEN = json.loads(Path(__file__).parents[1].joinpath("golden/scorecard.json").read_text("utf-8"))


def both(said, **changed):
    return dict.fromkeys(IDS, Answer(said, said)) | changed


def chosen(ids, low, high):
    return {id_: Answer(low, low) if id_ in ids else Answer(high, high) for id_ in IDS}


CASES = {
    "all_0": (CARD, both(0)),
    "all_1": (CARD, both(1)),
    "all_2": (CARD, both(2)),
    "unknown_all": (CARD, both(UNKNOWN)),
    "motivation_zero_rest_max": (CARD, chosen(("M1", "M2", "M3", "M4"), 0, 2)),
    "quality_chain_zero": (CARD, chosen(("Q1", "Q2", "Q3"), 0, 2)),
    "disagree_and_illusion": (CARD, both(1, Q3=Answer(0, 2), C1=Answer(2, 2, measured=0))),
    "one_na_one_missing": (
        CARD,
        both(1, R4=Answer(NOT_APPLICABLE, NOT_APPLICABLE), M2=Answer()),
    ),
    "all_1_unweighted": (unweighted(CARD), both(1)),
}


@pytest.mark.parametrize("name", GOLDEN)
def test_golden_case(name):
    expected = GOLDEN[name]
    found = score(*CASES[name])
    assert abs(float(found.total) - expected["total"]) <= 0.06
    for id_, share in expected["sections"].items():
        assert abs(float(found.sections[id_]) - share) <= 0.06, id_
    for field in ("band", "capped", "weakest", "unknown", "final"):
        assert getattr(found, field) == expected[field], field
    for field in ("fix_first", "missing", "disagreements", "illusions"):
        assert list(getattr(found, field)) == expected[field], field


def test_communication_is_31_and_a_quarter_exactly():
    assert score(*CASES["disagree_and_illusion"]).sections["communication"] == Fraction(125, 4)


@pytest.mark.parametrize(
    ("answer", "value"),
    [
        (Answer(0, 1), Fraction(1, 2)),
        (Answer(2, None), 2),
        (Answer(None, 1.0), 1),
        (Answer(2, UNKNOWN), 1),
        (Answer(2, NOT_APPLICABLE), 2),
        (Answer(NOT_APPLICABLE, NOT_APPLICABLE), NOT_APPLICABLE),
        (Answer(NOT_APPLICABLE, None), NOT_APPLICABLE),
        (Answer(), None),
        (Answer(2, 2, measured=0), 0),
        (Answer(NOT_APPLICABLE, NOT_APPLICABLE, measured=1), 1),
        (Answer(2, 2, 0, override=1, override_note="договорились"), 1),
        (Answer(2, 2, 0, override=1, override_note=" "), 0),
        (Answer(2, 2, 0, override=NOT_APPLICABLE, override_note="нет акций"), NOT_APPLICABLE),
        (Answer(2, 2, override=UNKNOWN, override_note="спорим"), 0),
        (Answer(2, 2, override=5, override_note="опечатка"), 2),
        (Answer(3, 1), 1),
        (Answer(-1, True), None),
        (Answer("два", float("nan")), None),
    ],
)
def test_effective_value(answer, value):
    assert effective(CARD.scale, answer) == value


def test_nothing_answered():
    found = score(CARD, {})
    assert (found.total, found.band, found.weakest, found.capped) == (None, None, None, False)
    assert set(found.sections.values()) == {None}
    assert set(found.levels.values()) == {None}
    assert found.missing == tuple(IDS)
    assert found.fix_first == ()


def test_five_not_applicable_are_too_many():
    nothing = Answer(NOT_APPLICABLE, NOT_APPLICABLE)
    four, five = (both(1, **dict.fromkeys(IDS[:count], nothing)) for count in (4, 5))
    assert score(CARD, four).final
    assert score(CARD, four).not_applicable == tuple(IDS[:4])
    assert score(CARD, four).sections["motivation"] is None
    assert not score(CARD, five).final


def test_two_dark_sections_bring_allies_down_to_a_truce():
    found = score(CARD, chosen(("M1", "M2", "M3", "M4", "C1", "C2", "C3", "C4"), 0, 2))
    assert found.total > 50
    assert (found.band, found.capped) == ("truce", True)


def test_a_section_on_the_edge_is_not_below_it():
    found = score(CARD, chosen(("M1", "M2", "M3", "M4"), 1, 2))
    assert (found.sections["motivation"], found.band, found.capped) == (50, "one_team", False)


def test_caps_follow_each_other():
    """Four teams' answers would be one team, but two sections are dark: down twice."""
    heavy = replace(
        CARD,
        criteria=tuple(
            replace(entry, weight=100 if entry.section in ("statistics", "quality") else 1)
            for entry in CARD.criteria
        ),
    )
    dark = ("M1", "M2", "M3", "M4", "C1", "C2", "C3", "C4")
    found = score(heavy, chosen(dark, 0, 2))
    assert found.total > 95
    assert found.band == "truce"


def test_levels_begin_at_their_edges():
    assert set(score(CARD, both(1)).levels.values()) == {"yellow"}
    assert set(score(CARD, both(1, M1=Answer(0, 1))).levels.values()) == {"yellow", "red"}
    assert set(score(CARD, both(2)).levels.values()) == {"green"}


def test_a_result_is_never_the_weakest_but_may_be_advised():
    found = score(CARD, both(2, R1=Answer(0, 0)))
    assert found.weakest is None
    assert found.fix_first == ("R1",)


def test_opinions_that_are_unknown_do_not_disagree():
    found = score(CARD, both(2, M1=Answer(2, UNKNOWN), M2=Answer(2, None), M3=Answer(0, 2)))
    assert found.disagreements == ("M3",)
    assert found.unknown == 1


def test_an_illusion_needs_an_opinion_and_a_measure():
    found = score(
        CARD,
        both(1, M1=Answer(1, 2, 1), M2=Answer(None, None, 0), M3=Answer(1, 1, 0)),
    )
    assert found.illusions == ("M3",)


def test_another_scale():
    """Five points: an own questionnaire keeps its shape under the same rules."""
    scale = replace(CARD.scale, min=1, max=5, unknown_points=1)
    card = replace(CARD, scale=scale)
    assert score(card, both(1)).total == 0
    assert score(card, both(3)).total == 50
    assert score(card, both(5)).total == 100
    assert score(card, both(3, M1=Answer(1, 5), M2=Answer(1, 4))).disagreements == ("M1",)
    assert score(card, both(3, M1=Answer(3, 3, measured=1))).illusions == ("M1",)
    assert measure(CARD.criterion["M4"], {"value": 0.8, "n": 20}, scale) == 3


said = st.sampled_from([None, 0, 1, 2, UNKNOWN, NOT_APPLICABLE])
answers = st.fixed_dictionaries(
    {id_: st.builds(Answer, said, said, st.sampled_from([None, None, 0, 1, 2])) for id_ in IDS}
)


def naive(given_):
    """Score as the specification says it, in other words than the product's."""
    values = {}
    for id_, answer in given_.items():
        told = [x for x in (answer.sales, answer.marketing) if x not in (None, NOT_APPLICABLE)]
        told = [0 if x == UNKNOWN else x for x in told]
        if answer.measured is not None:
            values[id_] = Fraction(answer.measured)
        elif told:
            values[id_] = Fraction(sum(told), len(told))
    weights = {entry.id: entry.weight for entry in CARD.criteria}
    full = sum(2 * weights[id_] for id_ in values)
    total = (
        100 * sum(weights[id_] * value for id_, value in values.items()) / full if full else None
    )
    return values, total


@given(answers)
@settings(max_examples=60)
def test_the_total_is_the_weighted_share_of_what_can_be_had(given_):
    found = score(CARD, given_)
    values, total = naive(given_)
    assert found.total == total
    assert {id_: value for id_, value in found.values.items() if value is not None} == values
    assert total is None or 0 <= total <= 100
    assert len(found.fix_first) == len(set(found.fix_first)) <= 3


@given(answers, st.randoms())
@settings(max_examples=40)
def test_the_order_of_the_answers_does_not_matter(given_, dice: random.Random):
    shuffled = list(given_.items())
    dice.shuffle(shuffled)
    assert score(CARD, dict(shuffled)) == score(CARD, given_)


@given(answers, st.sampled_from(IDS))
@settings(max_examples=60)
def test_a_better_answer_never_lowers_the_total_or_the_band(given_, id_):
    order = [band.id for band in CARD.bands]
    worse, better = (score(CARD, given_ | {id_: Answer(points, points)}) for points in (0, 2))
    assert worse.total < better.total
    assert order.index(worse.band) <= order.index(better.band)


@given(answers)
@settings(max_examples=40)
def test_what_to_fix_first_has_a_sound_ground(given_):
    found = score(CARD, given_)
    for id_ in found.fix_first:
        assert found.values[id_] < 2
        assert not any(
            (value := found.values[other]) is not None and value < 1
            for other in CARD.criterion[id_].depends_on
        )


@pytest.mark.parametrize(
    ("id_", "record", "points"),
    [
        ("M1", {"value": "qualified"}, 2),
        ("M1", {"value": "mixed"}, 1),
        ("M1", {"value": "leads"}, 0),
        ("M1", {"value": None}, None),
        ("M1", None, None),
        ("M2", {"plan_rows_both": 1, "pay_share_sales": 0.1, "pay_share_marketing": 0.2}, 2),
        ("M2", {"plan_rows_both": 1, "pay_share_sales": None, "pay_share_marketing": 0.2}, 1),
        ("M2", {"plan_rows_both": 0}, 0),
        ("M2", {"n": 5}, None),
        ("M3", {"value": 1.2}, 2),
        ("M3", {"value": 1.21}, 1),
        ("M3", {"value": 1.51}, 0),
        ("M4", {"value": 0.9, "n": 20}, 2),
        ("M4", {"value": 0.9, "n": 19}, None),
        ("M4", {"value": 0.9}, None),
        ("Q1", {"rule_present": True, "signed_by_both": True, "age_days": 183}, 2),
        ("Q1", {"rule_present": True, "signed_by_both": False, "age_days": 3}, 1),
        ("Q1", {"rule_present": 1, "signed_by_both": True, "age_days": 3}, 0),
        ("Q2", {"value": 0.96, "reason_share": 0.5, "n": 100}, 1),
        ("Q2", {"value": None, "reason_share": 0.95, "n": 100}, None),
        ("R2", {"rate_to_target": None, "delta": 0.1, "p_value": 0.02, "n": 30}, 2),
        ("R2", {"rate_to_target": 0.8, "delta": -0.1, "p_value": 0.3, "n": 30}, 1),
        ("R2", {"rate_to_target": 0.8, "delta": -0.1, "p_value": 0.02, "n": 30}, 0),
        ("R3", {"value": 1, "n": 5}, 2),
        ("R4", {"value": 1.1, "median_to_target": 1, "n": 10}, 2),
        ("R4", {"value": 1.1, "median_to_target": None, "n": 10}, 1),
    ],
)
def test_facts_answer(id_, record, points):
    assert measure(CARD.criterion[id_], record) == points


def test_a_question_without_facts_is_never_measured():
    assert measure(replace(CARD.criterion["M1"], auto=None), {"value": "qualified"}) is None


def test_a_number_typed_as_a_float_is_held_to_its_limit_as_it_prints():
    criterion = replace(
        CARD.criterion["M3"],
        auto=Auto("x", Compare(">=", 0.3), Compare("=", 0.1 + 0.2)),
    )
    assert measure(criterion, {"value": 0.1 + 0.2}) == 2
    assert measure(criterion, {"value": 3 * 0.1 - 1e-9}) == 0


@pytest.mark.parametrize("op", ["=", "!=", ">=", ">", "<=", "<"])
@given(found=st.integers(-3, 3), value=st.integers(-3, 3))
def test_operators_compare_numbers(op, found, value):
    expected = {
        "=": found == value,
        "!=": found != value,
        ">=": found >= value,
        ">": found > value,
        "<=": found <= value,
        "<": found < value,
    }[op]
    assert holds(Compare(op, value), {"value": found}) is expected


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (Compare("!=", "mixed", "basis"), True),
        (Compare("=", "qualified", "basis"), True),
        (Compare(">=", "mixed", "basis"), False),
        (Compare("!=", 1, "nothing"), False),
        (Compare("=", 1, "claim"), False),
        (Compare("=", True, "claim"), True),
        (Between(0, 2, "basis"), False),
        (Between(2, 3, "number"), True),
        (Between(2.1, 3, "number"), False),
        (All((Compare(">", 1, "number"), Compare("<", 2, "number"))), False),
        (Some((Compare(">", 1, "number"), Compare("<", 2, "number"))), True),
    ],
)
def test_conditions(condition, expected):
    record = {"basis": "qualified", "claim": True, "number": 2}
    assert holds(condition, record) is expected
