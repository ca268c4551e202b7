"""All readings of a formula say the same, and a broken reading would be found out."""

import re

import hypothesis
import ironcalc
import pytest
import xlsxwriter
from hypothesis import strategies as st

from formulas.expression import Formula, Unit
from formulas.readings import cell as cell_reading
from formulas.readings import javascript as javascript_reading
from formulas.readings import sql as sql_reading
from formulas.readings.cell import cell
from formulas.readings.sql import sql
from formulas.registry import FORMULAS
from formulas.term import Condition, Term
from tests import oracles
from tests.formulas import agreement
from tests.formulas.agreement import (
    SYNTHETIC,
    THRESHOLDS,
    by_cells,
    by_function,
    by_javascript,
    by_lambdas,
    by_number,
    by_sql,
    cells,
    differing,
    on_threshold,
    rows,
)

EVERY = [*FORMULAS.values(), *SYNTHETIC]
REAL = pytest.mark.parametrize("traced", FORMULAS.values(), ids=FORMULAS)
HARD = [(traced, rows(traced, "double", 60, place)) for place, traced in enumerate(SYNTHETIC)]
HARD += [(traced, on_threshold(200)) for traced in THRESHOLDS]
HARD += [(agreement.NEEDED, agreement.on_whole(200))]
HUGE = agreement.synthetic(lambda a, b: a * b)
EXPECTED = [by_number(*question) for question in HARD]

ARGUMENTS = st.one_of(
    st.none(),
    st.just(0),
    st.integers(-30, 30),
    st.integers(-(10**9), 10**9),
    st.integers(-(10**8), 10**8).map(lambda cents: cents / 100),
    st.integers(-20_000, 20_000).map(lambda parts: parts / 10_000),
)


@REAL
@hypothesis.settings(
    max_examples=3,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(hypothesis.HealthCheck),
)
@hypothesis.given(data=st.data())
def test_number_sql_and_cell_agree(traced, data):
    row = st.fixed_dictionaries(dict.fromkeys(traced.parameters, ARGUMENTS))
    given = data.draw(st.lists(row, min_size=100, max_size=100))
    known = by_number(traced, given)
    assert differing(given, known, by_sql(traced, given)) == []
    [shown] = by_cells([(traced, given)])
    assert differing(given, known, shown) == []


@pytest.mark.parametrize("ask", [pytest.param(by_javascript, marks=pytest.mark.node), by_lambdas])
def test_javascript_and_lambda_agree(ask):
    questions = [(traced, rows(traced, "double", 300, i)) for i, traced in enumerate(EVERY)]
    questions += [(traced, on_threshold(300)) for traced in THRESHOLDS]
    questions += [(agreement.NEEDED, agreement.on_whole(300))]
    for (traced, given), shown in zip(questions, ask(questions), strict=True):
        assert differing(given, by_number(traced, given), shown) == []


def test_the_trace_says_what_the_function_says():
    for place, traced in enumerate(EVERY):
        given = rows(traced, "double", 300, place)
        plain = by_function(traced, given)
        assert differing(given, by_number(traced, given), plain) == []
        assert 300 - plain.count(...) >= 50


@pytest.mark.parametrize(
    ("kind", "formulas"), [("double", SYNTHETIC), ("decimal", EVERY), ("bigint", EVERY)]
)
def test_sql_agrees_whatever_the_columns_are(kind, formulas):
    for place, traced in enumerate(formulas):
        given = rows(traced, kind, 300 if kind == "double" else 120, place)
        known = by_number(traced, given)
        assert differing(given, known, by_sql(traced, given, kind)) == []


@pytest.mark.parametrize(
    ("locale", "separator", "formulas", "count"),
    [("en", ",", SYNTHETIC, 300), ("de", ";", EVERY, 60)],
)
def test_cells_agree_in_any_locale(locale, separator, formulas, count):
    questions = [(traced, rows(traced, "double", count, i)) for i, traced in enumerate(formulas)]
    answers = by_cells(questions, locale, separator)
    for (traced, given), shown in zip(questions, answers, strict=True):
        assert differing(given, by_number(traced, given), shown) == []


def test_a_plan_is_reached_at_exactly_its_share():
    given = on_threshold(3000)
    for traced, told in zip(THRESHOLDS, (1, 0, 0, 1), strict=True):
        expected = [told] * len(given)
        assert by_number(traced, given) == expected
        assert by_sql(traced, given) == expected
        assert by_cells([(traced, given)]) == [expected]


def test_a_ceiling_is_that_of_exact_numbers():
    given = agreement.on_whole(3000)
    expected = [row["whole"] for row in given]
    assert by_number(agreement.NEEDED, given) == expected
    assert by_sql(agreement.NEEDED, given) == expected
    assert by_cells([(agreement.NEEDED, given)]) == [expected]


def test_floats_alone_would_miss_it():
    given = on_threshold(3000)
    assert by_function(THRESHOLDS[0], given).count(0) > 100


def test_a_result_is_finite():
    given = [{"a": 1e200, "b": 1e200}, {"a": -1e200, "b": 1e200}]
    assert by_number(HUGE, given) == by_sql(HUGE, given) == [None, None]
    assert by_number(HUGE, [{"a": 10**400, "b": 1}, {"a": float("nan"), "b": 1}]) == [None, None]


@pytest.mark.libreoffice
def test_other_programs_agree_on_a_sample(tmp_path):
    path = tmp_path / "sample.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        row = 0
        for place, traced in enumerate([*EVERY, *THRESHOLDS]):
            is_threshold = traced in THRESHOLDS
            given = on_threshold(60) if is_threshold else rows(traced, "double", 12, place)
            for arguments, value in zip(given, by_number(traced, given), strict=True):
                for at, name in enumerate(traced.parameters):
                    if arguments[name] is not None:
                        sheet.write_number(row, at, float(arguments[name]))
                text = f"={cell(traced, cells(traced, row + 1))}"
                sheet.write_formula(row, 7, text, None, "" if value is None else value)
                row += 1
    for ask in (oracles.ironcalc, oracles.libreoffice):
        opinion = ask(path)
        assert opinion.compared == row
        assert opinion.errors == 0
        assert opinion.differences == ()


@pytest.mark.parametrize("typed", ["", "abc", '=""', "TRUE", "'5"])
def test_what_is_no_number_is_unknown(typed):
    book = ironcalc.create("typed", "en", "UTC", "en")
    book.set_user_input(0, 1, 1, typed)
    book.set_user_input(0, 1, 2, "2")
    text = cell(FORMULAS["customer_cost"], {"spend": "A1", "customers": "B1"})
    book.set_user_input(0, 1, 3, f"={text}")
    book.evaluate()
    assert book.get_cell_value(0, 1, 3) == ""


@REAL
def test_a_sheet_of_any_locale_can_read_it(traced):
    text = cell(traced, cells(traced, 2), ";")
    assert "," not in text
    assert "." not in text


@pytest.mark.parametrize("traced", EVERY)
def test_sql_keeps_to_the_dialect(traced):
    text = sql(traced, {name: name for name in traced.parameters})
    assert not re.search(r"\belse\b|least|greatest|try_cast", text.lower())
    assert all("e" in literal for literal in re.findall(r"(?<![\w.])\d[\d.]*(?:e-?\d+)?", text))


def no_else(claim, then, otherwise, known):
    written = WHERE(claim, then, otherwise, known)
    return written.replace(f" WHEN NOT ({sql_reading.condition(claim, known)}) THEN", " ELSE")


WHERE, EXTREME, COUNTED = sql_reading._where, sql_reading._extreme, cell_reading._counted

SQL_MISTAKES = {
    "else takes the unknown": ("_where", no_else),
    "is not strict": ("_known", lambda _tree, _known: ["true"]),
    "min is max": ("_extreme", lambda _kind, left, right: EXTREME("max", left, right)),
    "no brackets": ("_inner", lambda tree, _own, known: sql_reading.term(tree, known)),
    "the first is not guarded": ("_strict", sql_reading.term),
    "zero is exact": ("_is_zero", lambda _tree: True),
}
SQL_MISPRINTS = {
    "divides by zero": ("nullif", "coalesce"),
    "compares exactly": ("1e-14", "0e0"),
    "and is or": (r"\) AND \(", ") OR ("),
}


@pytest.mark.parametrize("mistake", SQL_MISTAKES)
def test_a_mistake_in_sql_is_found(mistake, monkeypatch):
    monkeypatch.setattr(sql_reading, *SQL_MISTAKES[mistake])
    assert found(refused_or_told(*question) for question in HARD)


@pytest.mark.parametrize("misprint", SQL_MISPRINTS)
def test_a_misprint_in_sql_is_found(misprint, monkeypatch):
    pattern, other = SQL_MISPRINTS[misprint]
    monkeypatch.setattr(agreement, "sql", lambda *given: re.sub(pattern, other, sql(*given)))
    assert found(by_sql(*question) for question in HARD)


def refused_or_told(traced, given):
    """Ask DuckDB, which takes two minus signs for a comment."""
    from duckdb import ParserException

    try:
        return by_sql(traced, given)
    except ParserException:
        return ["refused"] * len(given)


def test_an_infinite_result_in_sql_is_found(monkeypatch):
    monkeypatch.setattr(sql_reading, "LARGEST", "cast('nan' as double)")
    assert by_sql(HUGE, [{"a": 1e200, "b": 1e200}]) != [None]


def one_fewer(tree, known, unknown, sheet):
    return re.sub(r"<(\d)", lambda n: f"<{int(n[1]) - 1}", COUNTED(tree, known, unknown, sheet))


CELL_MISTAKES = {
    "blank is zero": ("_counted", lambda _tree, known, _unknown, _sheet: known),
    "one may be blank": ("_counted", one_fewer),
    "no brackets": ("_inner", lambda tree, _own, sheet: cell_reading.term(tree, sheet)),
}
CELL_MISPRINTS = {
    "shows errors": (r"IFERROR\(", "IF(TRUE,"),
    "and is or": (r"AND\(", "OR("),
    "min is max": (r"MIN\(", "MAX("),
    "does not round": (r"INT\(", "("),
    "rounds what floats add": ("1E-14", "0"),
}


@pytest.mark.parametrize("mistake", CELL_MISTAKES)
def test_a_mistake_in_a_cell_is_found(mistake, monkeypatch):
    monkeypatch.setattr(cell_reading, *CELL_MISTAKES[mistake])
    assert found(by_cells(HARD))


@pytest.mark.parametrize("misprint", CELL_MISPRINTS)
def test_a_misprint_in_a_cell_is_found(misprint, monkeypatch):
    pattern, other = CELL_MISPRINTS[misprint]
    monkeypatch.setattr(agreement, "cell", lambda *given: re.sub(pattern, other, cell(*given)))
    assert found(by_cells(HARD))


JAVASCRIPT_MISPRINTS = {
    "divides by zero": (r"right === 0 \? NaN : ", ""),
    "compares exactly": ("1e-14", "0"),
    "is not strict": (r"needed\.every\(.*?\)\) \? work\(\) : NaN", "work()"),
    "an unknown claim is false": ("claim === null \\? NaN : ", ""),
    "the second is never taken": (r"Number\.isNaN\(first\) \? second : ", ""),
    "does not round": (r"Math\.ceil\(", "("),
    "and is or": ("&&", "||"),
    "min is max": (r"Math\.min", "Math.max"),
}


@pytest.mark.node
@pytest.mark.parametrize("misprint", JAVASCRIPT_MISPRINTS)
def test_a_misprint_in_javascript_is_found(misprint, monkeypatch):
    pattern, other = JAVASCRIPT_MISPRINTS[misprint]
    written = agreement.javascript
    monkeypatch.setattr(agreement, "PRELUDE", re.sub(pattern, other, agreement.PRELUDE))
    monkeypatch.setattr(agreement, "javascript", lambda *of: re.sub(pattern, other, written(*of)))
    assert found(by_javascript(HARD))


@pytest.mark.node
def test_javascript_without_brackets_is_found(monkeypatch):
    bare = lambda tree, _own, known: javascript_reading.term(tree, known)  # noqa: E731
    monkeypatch.setattr(javascript_reading, "_inner", bare)
    assert found(by_javascript([question for question in HARD if "--" not in script(*question)]))


def script(traced, _given):
    """Write a formula; two minus signs in a row are none."""
    return javascript_reading.javascript(traced, {name: name for name in traced.parameters})


LAMBDA_MISPRINTS = {
    "blank is zero": (r"COUNT\(", "COLUMNS("),
    "shows errors": (r"IFERROR\(", "IF(TRUE,"),
    "and is or": (r"AND\(", "OR("),
}


@pytest.mark.parametrize("misprint", LAMBDA_MISPRINTS)
def test_a_misprint_in_a_lambda_is_found(misprint, monkeypatch):
    pattern, other = LAMBDA_MISPRINTS[misprint]
    written = agreement.lambda_
    monkeypatch.setattr(agreement, "lambda_", lambda of: re.sub(pattern, other, written(of)))
    assert found(by_lambdas(HARD))


TRACE_MISTAKES = {
    "__sub__": Term.__rsub__,
    "__rsub__": lambda left, right: left + -right,
    "__rtruediv__": lambda left, right: left * (1 / right),
    "__truediv__": lambda left, right: left * right,
    "__neg__": lambda of: of + 0,
    "__lt__": lambda left, right: left > right,
    "__ge__": lambda left, right: left <= right,
}


@pytest.mark.parametrize("operator", TRACE_MISTAKES)
def test_a_mistake_in_the_trace_is_found(operator, monkeypatch):
    mistaken = TRACE_MISTAKES[operator]
    monkeypatch.setattr(Term, operator, mistaken)
    assert wrongly_traced()


@pytest.mark.parametrize("operator", ["__and__", "__or__"])
def test_a_mistake_in_joining_claims_is_found(operator, monkeypatch):
    other = {"__and__": Condition.__or__, "__or__": Condition.__and__}[operator]
    monkeypatch.setattr(Condition, operator, other)
    assert wrongly_traced()


def wrongly_traced():
    return [
        difference
        for traced, given in HARD
        for difference in differing(
            given,
            by_number(Formula(traced.function, Unit.RATIO), given),
            by_function(traced, given),
        )
    ]


def found(answers):
    """Return where broken readings differ from the number."""
    return [
        difference
        for (_, given), expected, answer in zip(HARD, EXPECTED, answers, strict=True)
        for difference in differing(given, expected, answer)
    ]


def test_unbroken_readings_differ_nowhere():
    assert found(by_cells(HARD)) == []
    assert found(by_lambdas(HARD)) == []


@pytest.mark.node
def test_unbroken_javascript_differs_nowhere():
    assert found(by_javascript(HARD)) == []
    assert by_javascript([(HUGE, [{"a": 1e200, "b": 1e200}])]) == [[None]]
    assert found(by_sql(*question) for question in HARD) == []
