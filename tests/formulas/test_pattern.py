"""Patterns typed by people: the sound ones work as usual, the slow ones are refused."""

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from formulas.pattern import LONGEST_PATTERN, LONGEST_TEXT, RefusedPattern, compiled, matches, ways


@pytest.mark.parametrize(
    ("pattern", "count"),
    [
        ("москва", 1),
        ("a|b|c", 3),
        ("(a|b)(c|d|e)f?", 12),
        ("a{3}b{2,4}", 3),
        ("a{,3}", 4),
        ("a*b+", LONGEST_TEXT**2),
        ("a{2,}", LONGEST_TEXT),
        ("a{,}", LONGEST_TEXT),
        (r"[*+|(]\(\|x{y", 1),
        ("[]*]", 1),
        ("a+?", LONGEST_TEXT),
    ],
)
def test_ways(pattern, count):
    assert ways(pattern) == count


@pytest.mark.parametrize(
    "pattern",
    [
        "(a+)+",
        "(a|a)*",
        "(ab){2}",
        "(?=a)",
        "(?:a)",
        "(?i)a",
        r"(a)\1",
        "a*a*a*",
        "a?" * 16,
        "(a|b)" * 16,
        "[a",
        "a**",
        "*",
        "a{99999999999}",
        "a" * (LONGEST_PATTERN + 1),
    ],
)
def test_refused(pattern):
    with pytest.raises(RefusedPattern):
        compiled(pattern)


@pytest.mark.parametrize("pattern", [".*.*я", "a?" * 15 + "b", "(a|a)" * 15 + "b", "a*[a]*b"])
def test_the_slowest_that_is_allowed_answers_at_once(pattern):
    started = time.perf_counter()
    assert not matches(pattern, "a" * 100_000)
    assert time.perf_counter() - started < 2


@given(
    st.lists(
        st.sampled_from(["a", "b", ".", "^", "$", "[ab]", "a?", "b*", "a{1,2}", "|", "(a|b)"]),
        max_size=6,
    ).map("".join),
    st.text("abAB", max_size=12),
)
def test_matches_as_the_standard_library(pattern, text):
    if ways(pattern) <= LONGEST_TEXT**2:
        assert matches(pattern, text) is (re.search(pattern, text, re.IGNORECASE) is not None)


@given(st.text("a|()[]{}?*+,12\\^$.", max_size=12))
def test_any_pattern_answers_or_is_refused(pattern):
    try:
        matches(pattern, "aa12")
    except RefusedPattern as refusal:
        assert refusal.args == (pattern,)  # noqa: PT017
