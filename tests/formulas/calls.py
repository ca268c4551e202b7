"""Made-up calls of the custom functions: numbers, blanks, odd, truth values, errors, ranges."""

from random import Random

from formulas.functions import Code, Fault
from formulas.functions.arguments import Kind

SHOWN = {Code.NA: "#N/A", Code.VALUE: "#VALUE!", Code.NUM: "#NUM!"}
WIDTH = 3
RANGES = {"elapsed": (0, 22), "total": (10, 31), "won": (0, 40), "win_rate": (0, 1)}


def calls(function, count, odd=("abc",)):
    """Make up calls: an argument is a row of one or three cells, an optional one may be omitted."""
    chance = Random(function.id)  # noqa: S311 - no secret
    return [[_given(chance, each, odd) for each in function.arguments] for _ in range(count)]


def _given(chance, argument, odd):
    if argument.is_optional and chance.random() < 0.3:
        return None
    if chance.random() < 0.04:
        return [[chance.choice((None, *odd)) for _ in range(WIDTH)]]
    width = WIDTH if chance.random() < (0.2 if argument.kind is Kind.TOTAL else 0.03) else 1
    return [[_cell(chance, argument, odd) for _ in range(width)]]


def _cell(chance, argument, odd):
    low, high = RANGES.get(argument.name, (0, 10**6))
    usual = (chance.randint(low, high), round(chance.uniform(low, high), 2))
    unusual = (None, chance.choice(odd), Fault(chance.choice(list(Code))), 0, -1)
    return chance.choice(usual if chance.random() < 0.8 else unusual)


def shown(answer):
    """Return what a cell shows."""
    return SHOWN[answer.code] if isinstance(answer, Fault) else answer
