"""Every formula is registered, named and said in words, in every language."""

import re
from importlib import import_module
from inspect import isfunction
from pathlib import Path

import pytest

import formulas
from formulas.expression import Formula, Unit
from formulas.readings.words import parameter, words
from formulas.registry import FORMULAS, PLAIN
from formulas.term import UNKNOWN, ceiling, first_known, maximum, minimum, where
from templates.words import LANGUAGES, Words, load
from tests.formulas.agreement import synthetic

TEXTS = pytest.mark.parametrize("language", LANGUAGES)
MODULES = [
    import_module(f"formulas.{path.stem}")
    for path in Path(formulas.__file__).parent.glob("[a-z]*.py")
]


def test_no_traced_formula_is_left_out():
    defined = {
        name
        for module in MODULES
        for name, held in vars(module).items()
        if isinstance(held, Formula) and held.__module__ == module.__name__
    }
    assert defined == FORMULAS.keys()


@pytest.mark.parametrize("plain", PLAIN.values(), ids=PLAIN)
def test_a_plain_function_is_there_and_says_why(plain):
    assert isfunction(plain.function)
    assert plain.function.__doc__
    assert plain.reason
    assert plain.unit in Unit
    assert plain.name not in FORMULAS


@TEXTS
def test_every_formula_has_one_name_and_a_definition(language):
    texts = load(language).texts
    defined = {id_.rpartition(".")[2] for id_ in texts if id_.startswith("formula.text.")}
    assert defined == FORMULAS.keys()
    for name in FORMULAS:
        assert texts[f"formula.text.{name}"].endswith(".")
        assert (f"metric.{name}" in texts) + (f"formula.name.{name}" in texts) == 1, name


@TEXTS
def test_every_parameter_has_one_name_and_none_is_idle(language):
    texts = load(language)
    own = {id_.rpartition(".")[2] for id_ in texts.texts if id_.startswith("formula.parameter.")}
    needed = {name for traced in FORMULAS.values() for name in traced.parameters}
    assert own <= needed
    assert all(texts.has(f"measure.{name}") + texts.has(f"metric.{name}") == (name not in own)
               for name in needed)  # fmt: skip


@TEXTS
@pytest.mark.parametrize("traced", FORMULAS.values(), ids=FORMULAS)
def test_words_name_every_parameter_in_brackets_that_close(traced, language):
    texts = load(language)
    said = words(traced, texts)
    assert all(parameter(name, texts) in said for name in traced.parameters)
    assert said.count("(") == said.count(")")
    assert not re.search(r"[{}*/]|None", said)


def test_words_are_a_sentence():
    russian, english = load("ru"), load("en")
    assert words(FORMULAS["customer_cost"], russian) == "расход ÷ новые клиенты"
    assert words(FORMULAS["customer_cost"], english) == "spend ÷ new customers"
    assert words(FORMULAS["qualified_share"], russian) == "целевые ÷ (целевые + нецелевые + спам)"
    assert words(FORMULAS["needed_customers"], english) == (
        "(amount, but at least 0) ÷ average deal, rounded up"
    )


@pytest.mark.parametrize(
    ("traced", "said"),
    [
        (synthetic(lambda fact, plan: fact - (plan - 1)), "факт − (план − 1)"),
        (synthetic(lambda fact, plan: fact / (plan / 2)), "факт ÷ (план ÷ 2)"),
        (synthetic(lambda fact, plan: -(fact + plan) * 0.95), "(−(факт + план)) × 0,95"),
        (synthetic(lambda fact: fact * -1500), "факт × (−1 500)"),
        (
            synthetic(lambda fact, plan: where(fact >= 0.9 * plan, fact, 0)),
            "факт, если факт ≥ 0,9 × план, иначе 0",
        ),
        (
            synthetic(lambda fact, plan: where((fact < 1) | ((plan > 2) & (fact <= 3)), plan, 1)),
            "план, если факт < 1 или (план > 2 и факт ≤ 3), иначе 1",
        ),
        (synthetic(lambda fact, plan: minimum(fact, 5) + plan), "(факт, но не больше 5) + план"),
        (synthetic(lambda fact, plan: maximum(fact, plan * 2)), "большее из двух: факт; план × 2"),
        (synthetic(lambda fact, plan: first_known(fact, -plan)), "факт, а если неизвестно — −план"),
        (synthetic(lambda fact: ceiling(fact / 2)), "факт ÷ 2, с округлением вверх"),
        (
            synthetic(lambda fact: where(fact > 1, UNKNOWN, fact)),
            "неизвестно, если факт > 1, иначе факт",
        ),
    ],
)
def test_words_of_every_kind_of_term(traced, said):
    assert words(traced, load("ru")).replace("\N{NO-BREAK SPACE}", " ") == said


def test_a_measure_is_named_in_the_middle_of_a_sentence():
    texts = Words("en", {"measure.leads": "Leads", "metric.won": "CRM deals"})
    assert parameter("leads", texts) == "leads"
    assert parameter("won", texts) == "CRM deals"
