"""Qualification: operators, the order of evaluation, whose word counts, versions, agreement."""

import json
from dataclasses import replace
from decimal import Decimal
from itertools import permutations, product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from formulas.operators import Op, asks, is_empty, is_reachable
from formulas.presets import PRESETS, REASONS
from formulas.qualification import (
    Decider,
    Gate,
    LeadVerdict,
    Rule,
    Sign,
    agreement,
    content_hash,
    effective,
    judge,
    refused,
)
from templates.words import LANGUAGES
from templates.words import load as words

GOLDEN = json.loads(Path(__file__).parents[1].joinpath("golden/metrics.json").read_text("utf-8"))
BANT = PRESETS["bant_b2b"]


@pytest.mark.parametrize(
    ("op", "found", "value", "expected"),
    [
        (Op.EQUALS, "Москва", " москва ", True),
        (Op.EQUALS, "Орёл", "орел", True),
        (Op.EQUALS, "1 000,00", 1000, True),
        (Op.EQUALS, True, "true", True),
        (Op.EQUALS, "", "x", None),
        (Op.DIFFERS, "Москва", "Казань", True),
        (Op.DIFFERS, 5, "5", False),
        (Op.IN, "Казань", "Москва; Казань", True),
        (Op.IN, "Тверь", ("Москва", "Казань"), False),
        (Op.IN, "Тверь", (), None),
        (Op.IN, "Тверь", " ; ", None),
        (Op.IN, "Тверь", None, None),
        (Op.NOT_IN, "Тверь", "Москва; Казань", True),
        (Op.NOT_IN, "Москва", ("Москва", ""), False),
        (Op.AT_LEAST, 300_000, "300 000", True),
        (Op.AT_LEAST, Decimal("299999.99"), 300_000, False),
        (Op.AT_LEAST, "по запросу", 300_000, None),
        (Op.AT_LEAST, True, 0, None),
        (Op.AT_LEAST, "NaN", 0, None),
        (Op.AT_LEAST, 5, "много", None),
        (Op.AT_MOST, 5, 5, True),
        (Op.AT_MOST, 5.1, 5, False),
        (Op.BETWEEN, 5, (1, 5), True),
        (Op.BETWEEN, 6, "1; 5", False),
        (Op.BETWEEN, 0, "1; 5", False),
        (Op.BETWEEN, 5, 1, None),
        (Op.CONTAINS, "нужна  Двушка в центре", "двушка", True),
        (Op.CONTAINS, "нужна студия", "двушка; трёшка", False),
        (Op.REGEX, "ООО Ромашка", "^(ооо|ао) ", True),
        (Op.REGEX, "ИП Иванов", "^(ооо|ао) ", False),
        (Op.REGEX, "ИП Иванов", "(a+)+", None),
        (Op.REGEX, "ИП Иванов", None, None),
        (Op.REGEX, None, "a", None),
        (Op.IS_SET, "x", None, True),
        (Op.IS_SET, "  ", None, False),
        (Op.IS_EMPTY, None, None, True),
        (Op.IS_EMPTY, 0, None, False),
        (Op.REACHABLE, "+7 (900) 000-00-00", None, True),
        (Op.REACHABLE, "нет", None, False),
        (Op.REACHABLE, None, None, None),
    ],
)
def test_operators(op, found, value, expected):
    assert asks(op, found, value) is expected


@pytest.mark.parametrize(
    ("contact", "expected"),
    [
        (True, True),
        (False, False),
        ("a.b@firm.example", True),
        ("firm.example", False),
        ("89000000000", True),
        ("112", False),
        ("9f86d081884c7d659a2feaa0c55ad015", True),
        ("звонить вечером", False),
    ],
)
def test_a_way_to_the_person(contact, expected):
    assert is_reachable(contact) is expected


@given(
    st.sampled_from(list(Op)),
    st.none() | st.text() | st.floats() | st.integers() | st.booleans() | st.decimals(),
    st.none() | st.text() | st.floats() | st.booleans() | st.tuples(st.text(), st.integers()),
)
def test_no_question_ever_fails(op, found, value):
    assert asks(op, found, value) in (True, False, None)


@given(st.sampled_from([op for op in Op if op not in (Op.IS_SET, Op.IS_EMPTY)]), st.text())
def test_an_empty_field_is_unknown(op, value):
    assert is_empty(None)
    assert asks(op, None, value) is None


GEO = Gate("geo", "region", Op.IN, ("Москва",), "out_of_area")


@pytest.mark.parametrize(
    ("lead", "said", "verdict", "reason", "missing"),
    [
        ({"region": "Тверь"}, {"need": True}, "unqualified", "out_of_area", ()),
        ({"contact": "нет"}, {}, "unqualified", "unreachable", ()),
        ({}, {"need": False}, "unqualified", "wrong_product", ()),
        ({}, {}, "pending", None, ("need", "budget", "authority", "timing")),
        ({"budget": 1}, {"authority": True, "timing": True}, "pending", None, ("need",)),
        ({}, {"need": True, "timing": True}, "pending", None, ("budget", "authority")),
        ({"budget": 400_000}, {"need": True, "timing": True}, "qualified", None, ("authority",)),
        ({"budget": 1}, {"need": True, "timing": True}, "qualified", None, ("authority",)),
        (
            {"budget": 1},
            {"need": True, "timing": False},
            "unqualified",
            "too_few_points",
            ("authority",),
        ),
        ({}, {"need": True, "budget": True, "timing": False}, "qualified", None, ("authority",)),
        (
            {"region": "москва", "contact": "a@b.example"},
            {"need": True, "budget": False, "authority": True, "timing": False},
            "unqualified",
            "too_few_points",
            (),
        ),
    ],
)
def test_bant(lead, said, verdict, reason, missing):
    found = judge(replace(BANT, gates=(GEO, *BANT.gates[1:])), lead, said)
    assert (found.verdict, found.reason, found.missing) == (verdict, reason, missing)


def test_a_field_outranks_what_was_said_of_the_same_sign():
    said = {"need": True, "budget": True, "timing": True, "authority": False}
    assert judge(BANT, {"budget": 100}, said).points == 5
    assert judge(BANT, {"budget": ""}, said).points == 7


@given(st.dictionaries(st.sampled_from([sign.id for sign in BANT.signs]), st.booleans()))
def test_judging_as_the_specification_says_it(said):
    """BANT spelt out by hand."""
    told = [said.get(id_) for id_ in ("budget", "authority", "need", "timing")]
    points = sum(
        worth[(None, False, True).index(answer)]
        for answer, worth in zip(told, ((1, 0, 2), (1, 0, 2), (0, 0, 3), (1, 0, 2)), strict=True)
    )
    if said.get("need") is False:
        expected = "unqualified"
    elif "need" not in said or len(said) < 3:
        expected = "pending"
    else:
        expected = "qualified" if points >= 6 else "unqualified"
    assert judge(BANT, {}, said).verdict == expected


@pytest.mark.parametrize("preset", PRESETS)
def test_presets_can_be_met_and_missed_and_are_worded(preset):
    rule = PRESETS[preset]
    ids = [sign.id for sign in rule.signs]
    best = {sign.field: 10**9 for sign in rule.signs if sign.field}
    assert judge(rule, best, dict.fromkeys(ids, True)).verdict is LeadVerdict.QUALIFIED
    assert judge(rule, {}, dict.fromkeys(ids, False)).verdict is LeadVerdict.UNQUALIFIED
    assert judge(rule, {}).verdict is LeadVerdict.PENDING
    assert rule.min_known <= len(ids)
    assert refused(rule) == ()
    for language in LANGUAGES:
        told = words(language)
        assert all(told(f"qualification.{preset}.{id_}") for id_ in ("name", *ids))
        assert all(told(f"qualification.gate.{gate.id}") for gate in rule.gates)
        for row in (*rule.gates, *rule.signs):
            assert row.reason in REASONS
        assert all(told(f"qualification.reason.{reason}") for reason in REASONS)
        assert all(told(f"qualification.{verdict}") for verdict in LeadVerdict)
        assert all(told(f"qualification.decider.{decider}") for decider in Decider)


@pytest.mark.parametrize(
    "verdicts", list(product([None, LeadVerdict.QUALIFIED, LeadVerdict.UNQUALIFIED], repeat=4))
)
def test_the_strongest_word_counts(verdicts):
    said = dict(zip(("dispute", "sheet", "crm", "rule"), verdicts, strict=True))
    found = effective({Decider(name): verdict for name, verdict in said.items()})
    given_ = [(name, verdict) for name, verdict in said.items() if verdict]
    name, verdict = given_[0] if given_ else (None, "pending")
    assert (found.decided_by, found.verdict) == (name, verdict)


def test_pending_past_the_deadline_is_no_verdict():
    pending = {Decider.RULE: LeadVerdict.PENDING}
    assert effective(pending).verdict is LeadVerdict.PENDING
    assert effective(pending, is_past_deadline=True).verdict is LeadVerdict.NO_VERDICT
    decided = {**pending, Decider.CRM: LeadVerdict.QUALIFIED}
    assert effective(decided, is_past_deadline=True).verdict is LeadVerdict.QUALIFIED


def test_agreement_gives_the_golden_figures():
    golden = GOLDEN["verdict_agreement"]
    found = agreement(**golden["input"])
    assert round(found.share, 4) == golden["expect"]["agreement"]
    assert round(found.kappa, 4) == golden["expect"]["kappa"]


def test_agreement_where_chance_explains_all():
    assert agreement(both_qualified=9, both_unqualified=0, rule_only=0, human_only=0).kappa is None
    nobody = agreement(both_qualified=0, both_unqualified=0, rule_only=0, human_only=0)
    assert (nobody.share, nobody.kappa, nobody.n) == (None, None, 0)


@given(*[st.integers(0, 1_000)] * 4)
def test_kappa_by_its_definition(both, neither, rule, human):
    found = agreement(
        both_qualified=both, both_unqualified=neither, rule_only=rule, human_only=human
    )
    if found.kappa is not None:
        n = both + neither + rule + human
        by_chance = (both + rule) / n * (both + human) / n
        by_chance += (neither + human) / n * (neither + rule) / n
        expected = (found.share - by_chance) / (1 - by_chance)
        assert found.kappa == pytest.approx(expected, abs=1e-6)


def test_a_rule_keeps_its_name_whatever_the_order_of_its_rows():
    names = {content_hash(replace(BANT, signs=signs)) for signs in permutations(BANT.signs)}
    assert names == {content_hash(BANT)}
    assert content_hash(replace(BANT, gates=BANT.gates[::-1])) == content_hash(BANT)


def test_any_change_gives_a_rule_another_name():
    first, *others = BANT.signs
    changed = [
        BANT,
        replace(BANT, min_points=7),
        replace(BANT, min_known=2),
        replace(BANT, deadline_days=5),
        replace(BANT, gates=BANT.gates[:1]),
        replace(BANT, signs=(replace(first, value=200_000), *others)),
        replace(BANT, signs=(replace(first, points_no=1), *others)),
        *(PRESETS[name] for name in PRESETS if name != "bant_b2b"),
    ]
    assert len({content_hash(rule) for rule in changed}) == len(changed)


def test_patterns_that_are_refused_are_named():
    rule = Rule(
        (Gate("slow", "name", Op.REGEX, "(a+)+", "spam"), Gate("fine", "x", Op.REGEX, "a", "spam")),
        (Sign("broken", 1, field="name", op=Op.REGEX, value="["), Sign("asked", 1)),
        1,
        1,
    )
    assert refused(rule) == ("slow", "broken")
    assert judge(rule, {"name": "aaaa"}, {"asked": True}).verdict is LeadVerdict.QUALIFIED
