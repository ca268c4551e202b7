"""The lines of the first page: what compares is one line, what does not is another."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from templates.tabs import TABS
from templates.trends import lasting, weeks
from templates.words import load
from tests.templates import made_up

WORDS = load("en")
LINES = ("week_share", "share_before", "share_running")


def facts(rows):
    return replace(made_up.EMPTY, tables={"trend_weeks": rows})


@st.composite
def pasts(draw):
    """Draw weeks under versions of the rule that only rise; the last may be running."""
    length = draw(st.integers(1, 12))
    versions = sorted(draw(st.lists(st.integers(1, 3), min_size=length, max_size=length)))
    shares = draw(st.lists(st.none() | st.floats(0.1, 1), min_size=length, max_size=length))
    is_running = draw(st.booleans())
    return [
        {
            "start": date(2026, 1, 5) + timedelta(weeks=place),
            "rule_version": version,
            "week_share": share,
            "is_frozen": not (is_running and place == length - 1),
        }
        for place, (version, share) in enumerate(zip(versions, shares, strict=True))
    ]


@given(pasts())
def test_no_line_joins_weeks_under_the_newest_rule_with_others(rows):
    made = weeks(facts(rows), WORDS)
    newest = rows[-1]["rule_version"]
    for line in LINES:
        drawn = [row for row in made if row[line] is not None]
        of_newest = {row["rule_version"] == newest for row in drawn}
        assert len(of_newest) <= 1
    for row, was in zip(made, rows, strict=True):
        solid = [row[line] for line in LINES[:2] if row[line] is not None]
        assert solid == ([was["week_share"]] if was["is_frozen"] and was["week_share"] else [])
        assert row["share_running"] in (None, was["week_share"])


@given(pasts())
def test_every_change_of_the_rule_is_marked_where_it_came(rows):
    made = weeks(facts(rows), WORDS)
    marked = [row["rule_label"] for row in made if row["rule_line"] is not None]
    versions = [row["rule_version"] for row in rows]
    new = [b for a, b in pairwise(versions) if a != b]
    assert marked == [f"rule {version}" for version in new]


@given(pasts())
def test_the_line_to_a_week_that_is_not_over_begins_at_the_last_one(rows):
    drawn = [row for row in weeks(facts(rows), WORDS) if row["share_running"] is not None]
    assert len(drawn) <= 2
    assert not drawn or not drawn[-1]["is_frozen"]


@pytest.mark.parametrize(
    ("values", "length"),
    [([], 0), ([None, 1.0], 0), ([1.0, None], 0), ([None, 1.0, None, 0.0], 3), ([1.0, 2.0], 2)],
)
def test_a_small_line_begins_with_the_first_known_week(values, length):
    assert lasting("run_rate", facts([{"run_rate": value} for value in values])) == length


def test_each_card_has_its_small_line_over_numbers_alone():
    grid = TABS[0].draw(made_up.RICH, WORDS)
    cells = {(cell.row, cell.column): cell for cell in grid.cells}
    assert len(grid.sparklines) == 5
    for line in grid.sparklines:
        top, left, bottom, right = line.values
        assert left == right
        assert bottom - top == 13  # fourteen weeks are told
        assert isinstance(cells[top, left].value, float)
        assert cells[line.at].value is None
        assert line.at[0] < grid.print_rows <= top
        assert line.is_last_pale


def test_a_company_without_a_past_has_no_small_lines():
    assert TABS[0].draw(made_up.EMPTY, WORDS).sparklines == ()
