"""What a formula may not do, how it is called, and why its value may be unknown."""
# ruff: noqa: ARG005, PLW0108  (functions that a trace refuses, as people would write them)

import ast
import inspect
import math
from decimal import Decimal
from fractions import Fraction
from types import SimpleNamespace

import pytest

from formulas.expression import Formula, NotTraceable, Unit, formula
from formulas.readings import cell, number, sql, words
from formulas.readings.number import Result
from formulas.registry import FORMULAS, TRACED
from formulas.term import (
    UNKNOWN,
    Condition,
    Parameter,
    Term,
    Where,
    ceiling,
    first_known,
    maximum,
    minimum,
    walk,
    where,
)
from templates.words import load


def trace(function):
    return Formula(function, Unit.RATIO)


def branching(a, b):
    if a > b:
        return a
    return b


UNTRACEABLE = {
    "if": branching,
    "and": lambda a, b: where(a > 0 and b > 0, a, b),
    "or": lambda a, b: where(a > 0 or b > 0, a, b),
    "not": lambda a, b: where(not a > 0, a, b),
    "max": lambda a, b: max(a, b),
    "chained comparison": lambda a, b: where(0 < a < b, a, b),
    "==": lambda a, b: where(a == b, a, b),
    "!=": lambda a, b: where(a != b, a, b),
    "a constant": lambda a: 5,
    "nothing": lambda a: None,
    "a claim": lambda a, b: a > b,
    "is None": lambda a, b: b if a is None else a,
    "isinstance": lambda a, b: a if isinstance(a, Term) else b,
    "an argument left out": lambda a, b, d: a / b,
    "a literal claim": lambda a, b: where(True, a, b),
    "a term for a claim": lambda a, b: where(a, a, b),
    "a claim for a term": lambda a, b: where(a > b, a > b, b),
    "arithmetic with a flag": lambda a: a + True,
    "a sum of claims": lambda a, b: a + (a > b),
    "a term and a claim": lambda a, b: where((a > b) & a, a, b),
    "text": lambda a: a + "1",
    "text around it": lambda a: f"{a}",
    "infinity": lambda a: a * math.inf,
    "power": lambda a: a**2,
    "modulo": lambda a: a % 2,
    "whole division": lambda a: a // 2,
    "round": lambda a: round(a),
    "abs": lambda a: abs(a),
    "int": lambda a: a + int(a),
    "math": lambda a: math.sqrt(a),
    "a loop": lambda a: sum(a),
    "joined claims that divide": lambda a, b: where((a / b > 1) & (a > 0), a, b),
    "joined claims that may be unknown": lambda a, b: where(
        (first_known(a, b) > 1) | (a > 0), a, b
    ),
    "a default": lambda a, b=1: a / b,
    "stars": lambda *a: a[0],
    "a cell": lambda q1: q1 / 2,
    "a column": lambda r: r / 2,
    "a word of VBA": lambda end: end / 2,
}


@pytest.mark.parametrize("function", UNTRACEABLE.values(), ids=UNTRACEABLE)
def test_what_not_every_reading_can_say_is_refused(function):
    with pytest.raises(TypeError):
        trace(function)


def test_the_reason_is_said():
    with pytest.raises(NotTraceable, match="does not use b"):
        trace(lambda a, b: a / 2)


ALLOWED = (
    *(ast.arguments, ast.arg, ast.Name, ast.Load, ast.Store, ast.Constant, ast.Expr, ast.keyword),
    *(ast.Return, ast.Assign, ast.Call, ast.BinOp, ast.Add, ast.Sub, ast.Mult, ast.Div),
    *(ast.UnaryOp, ast.USub, ast.Compare, ast.Lt, ast.LtE, ast.Gt, ast.GtE),
    *(ast.BitAnd, ast.BitOr),
)


def unsaid(text):
    """Return the kinds of things that a function does and a trace does not see."""
    [written] = ast.parse(text).body
    found = (node for line in written.body for node in ast.walk(line))
    return {type(node).__name__ for node in found if not isinstance(node, ALLOWED)}


@pytest.mark.parametrize("traced", FORMULAS.values(), ids=FORMULAS)
def test_a_formula_has_nothing_that_a_trace_does_not_see(traced):
    assert unsaid(inspect.getsource(traced.function)) == set()


@pytest.mark.parametrize(
    ("line", "kinds"),
    [
        ("a / b if a is not None else b / a", {"IfExp", "IsNot"}),
        ("a / b if isinstance(a, Term) else b", {"IfExp"}),
        ("a.real / b", {"Attribute"}),
        ("[a, b][0]", {"List", "Subscript"}),
        ("a**b", {"Pow"}),
    ],
)
def test_the_lint_sees_it(line, kinds):
    assert unsaid(f"def sly(a, b):\n    return {line}") == kinds


def test_it_is_called_by_position_or_by_name():
    cost = FORMULAS["customer_cost"]
    assert (
        cost(90_000, 30) == cost(spend=90_000, customers=30) == cost(90_000, customers=30) == 3000
    )
    assert cost(Decimal("0.3"), Fraction(1, 2)) == 0.6
    assert (cost.name, cost.unit, cost.parameters) == (
        "customer_cost",
        "money",
        ("spend", "customers"),
    )
    assert repr(cost) == "<formula customer_cost(spend, customers)>"


@pytest.mark.parametrize(
    ("values", "named"),
    [((1,), {}), ((1, 2, 3), {}), ((1, 2), {"spend": 1}), ((1,), {"clients": 2}), ((), {})],
)
def test_a_wrong_call_is_refused(values, named):
    with pytest.raises(TypeError, match="customer_cost"):
        FORMULAS["customer_cost"](*values, **named)


@pytest.mark.parametrize("argument", ["5", True, [1], 1j])
def test_what_is_no_number_is_refused(argument):
    with pytest.raises(TypeError, match="spend"):
        FORMULAS["customer_cost"](argument, 2)


@pytest.mark.parametrize(
    ("id", "arguments", "told"),
    [
        ("customer_cost", {"spend": None, "customers": 3}, Result(None, "no_data", "spend")),
        ("customer_cost", {"spend": 5, "customers": 0}, Result(None, "zero_denominator")),
        (
            "customer_cost",
            {"spend": 5, "customers": math.nan},
            Result(None, "no_data", "customers"),
        ),
        ("customer_cost", {"spend": 1e300, "customers": 1e-300}, Result(None, "no_data")),
        ("customer_cost", {"spend": 10**400, "customers": 1}, Result(None, "no_data", "spend")),
        ("plan_attainment", {"fact": 5, "plan": None}, Result(None, "no_plan", "plan")),
        ("plan_attainment", {"fact": 5, "plan": 0}, Result(None, "no_plan", "plan")),
        ("plan_attainment", {"fact": None, "plan": None}, Result(None, "no_data", "fact")),
        ("plan_attainment", {"fact": 0, "plan": 5}, Result(0.0)),
        (
            "coverage_raw",
            {"open_amount": 5, "plan": 9, "fact": 9},
            Result(None, "zero_denominator"),
        ),
        ("coverage_raw", {"open_amount": 5, "plan": 0, "fact": 9}, Result(None, "no_plan", "plan")),
        ("required_coverage", {"win_rate": 0}, Result(None, "zero_denominator")),
        ("needed_customers", {"amount": -5, "average_deal": 10}, Result(0.0)),
    ],
)
def test_the_reason_for_an_unknown_value(id, arguments, told):  # noqa: A002
    assert FORMULAS[id].why(**arguments) == told


def pace(id, elapsed, total=20):  # noqa: A002
    traced = FORMULAS[id]
    known = {"fact": 10, "plan": 100, "elapsed": elapsed, "total": total}
    return traced.why(**{name: known[name] for name in traced.parameters})


@pytest.mark.parametrize(
    "id", ["forecast", "run_rate", "pace_to_date", "need_per_day", "pace_per_day"]
)
def test_before_the_first_day_nothing_is_said_of_the_pace(id):  # noqa: A002
    assert pace(id, 0) == Result(None, "period_not_started", "elapsed")


def test_after_the_last_day_nothing_is_needed():
    assert pace("forecast", 20) == Result(10.0)
    assert pace("need_per_day", 20) == Result(None, "zero_denominator")


def test_nothing_known_at_all_is_no_data():
    either = trace(lambda a, b: first_known(a, b))
    assert either.why(None, None) == Result(None, "no_data")
    assert either(None, 2) == 2
    assert trace(lambda a, b: first_known(1 / a, b))(0, 2) == 2


def test_plain_numbers_pass_through():
    assert (where(True, 3, 4), where(False, 3, 4)) == (3, 4)
    assert (minimum(1, 2), maximum(1, 2)) == (1, 2)
    assert (first_known(None, 2), first_known(1, 2)) == (2, 1)
    assert (ceiling(20.000000000000004), ceiling(20.1)) == (20, 21)


def test_a_formula_of_formulas_is_one_tree():
    tree = FORMULAS["run_rate"].tree
    names = [node.name for node in walk(tree) if isinstance(node, Parameter)]
    assert names == ["fact", "elapsed", "total", "plan"]


def test_terms_are_kept_apart():
    a = Parameter("a")
    assert len({a, a, Parameter("a")}) == 2


class Stray(Term):
    __slots__ = ()


class StrayClaim(Condition):
    __slots__ = ()


def test_a_node_that_a_reading_does_not_know_is_refused():
    sheet = cell.Sheet({}, ",")
    stray = SimpleNamespace(tree=Stray())
    doubtful = SimpleNamespace(tree=Where(StrayClaim(), UNKNOWN, UNKNOWN))
    for ask in (
        lambda: number.work(Stray()),
        lambda: number.claim(StrayClaim()),
        lambda: sql.term(Stray(), {}),
        lambda: sql.condition(StrayClaim(), {}),
        lambda: cell.term(Stray(), sheet),
        lambda: cell.condition(StrayClaim(), sheet),
        lambda: words.words(stray, load("en")),
        lambda: words.words(doubtful, load("en")),
    ):
        with pytest.raises(TypeError):
            ask()


def test_the_decorator_keeps_name_and_docstring():
    @formula(Unit.SHARE)
    def half(whole):
        """Halve it."""
        return whole / 2

    assert (half.name, half.__doc__, half(3)) == ("half", "Halve it.", 1.5)


def test_every_formula_is_told_in_one_sentence_with_an_example():
    assert all(traced.name == name for name, traced in FORMULAS.items())
    for traced in FORMULAS.values():
        sentence, *rest = traced.__doc__.strip().splitlines()
        assert sentence.endswith(".")
        assert any(">>>" in line for line in rest), traced
    assert {traced.__module__ for traced in FORMULAS.values()} == {each.__name__ for each in TRACED}
    assert isinstance(UNKNOWN, Term)
