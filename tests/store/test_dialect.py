"""Measures are written in the constructs that all engines read alike."""

import re
from importlib.resources import files

import pytest

from sheets_sync.metrics.catalogue import MEASURES
from sheets_sync.store_cube import measures

AVOIDED = (
    r"recursive", r"generate_series", r"asof", r"isodow", r"\bleast\b", r"\bgreatest\b",
    r"quantile", r"percentile", r"\bmedian\b", r"arg_max", r"any_value", r"bool_or", r"string_agg",
    r"try_cast", r"regexp", r"split_part", r"\blower\b", r"\bround\b", r"group by all",
    r"\bexclude\b", r"\*\s*exclude", r"date_trunc\('week'", r"[?$]\w*",
    r"(?<![\w'e.])\d+\.\d+(?!e)",
    r"\bselect \*", r"(?<!nullif\()\s/\s(?!nullif)", r"::", r"avg\((?!cast)", r"\blag\(.*,.*,",
)  # fmt: skip


def wrong(text: str) -> list[str]:
    plain = re.sub(r"--.*", "", text).lower()
    return [pattern for pattern in AVOIDED if re.search(pattern, plain)]


@pytest.mark.parametrize("name", measures())
def test_measures_keep_to_the_safe_column(name):
    assert wrong(measures()[name]) == []


@pytest.mark.parametrize("name", measures())
def test_a_measure_is_one_statement_named_as_its_file(name):
    text = measures()[name]
    assert text.startswith("-- ")
    assert ";" not in text
    assert re.search(rf"\bas {name}\n", text)
    assert re.search(r"group by .*\bday\b|group by .*_on\b", text)


@pytest.mark.parametrize(
    "text",
    [
        "select median(x) from deals_now",
        "select a / b from deals_now",
        "select least(a, b) from t",
        "select x from t where y > 0.95",
        "select * from t group by all",
        "select date_trunc('week', d) from t",
        "select cast(x as date) from t where d = ?",
        "select lower(x) from t",
        "select avg(amount) from t",
    ],
)
def test_the_lint_refuses_what_engines_read_differently(text):
    assert wrong(text)


def test_every_shown_measure_has_a_file_or_is_a_mature_one():
    assert set(MEASURES) - set(measures()) == {"qualified_mature", "won_of_mature"}
    assert files("sheets_sync").joinpath("measures", "leads.sql").is_file()
