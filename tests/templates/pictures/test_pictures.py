"""Pictures: well-formed whatever the numbers, honest about what is unknown, deaf to markup."""

import re
from xml.etree import ElementTree as ET

from hypothesis import given, settings
from hypothesis import strategies as st

from templates.pictures.bars import Bar, Stage, funnel, shares
from templates.pictures.canvas import WIDTH, ticks
from templates.pictures.lines import Path, Point, against_plan, share_in_band, sparkline

SVG = "{http://www.w3.org/2000/svg}"
NAME = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=60)
SHARE = st.floats(0, 1)
AMOUNT = st.one_of(st.none(), st.floats(0, 1e12))
POINT = st.builds(Point, NAME, st.one_of(st.none(), SHARE), st.none() | SHARE, st.none() | SHARE)
BAR = st.builds(Bar, NAME, SHARE, SHARE, SHARE, NAME)
STAGE = st.builds(Stage, NAME, AMOUNT, NAME, st.booleans())


def parsed(markup):
    root = ET.fromstring(markup)  # noqa: S314  (our own)
    assert root.get("role") == "img"
    assert root.find(f"{SVG}title").text == root.get("aria-label")
    for element in root.iter():
        for value in element.attrib.values():
            assert "nan" not in value.split()
            assert "inf" not in value.split()
    return root


def elements(root, name):
    return list(root.iter(f"{SVG}{name}"))


@given(st.lists(POINT, max_size=30), NAME)
@settings(max_examples=40, deadline=None)
def test_a_share_in_its_band_is_drawn_whatever_is_known(points, name):
    root = parsed(share_in_band(points, "{:.0%}".format, f"<{name}>"))
    known = sum(point.value is not None for point in points)
    drawn = elements(root, "path")[0].get("d")
    assert len(re.findall("[ML]", drawn)) == known


@given(st.lists(BAR, max_size=9), st.none() | SHARE)
@settings(max_examples=40, deadline=None)
def test_bars_lie_within_the_picture(bars, norm):
    root = parsed(shares(bars, "{:.0%}".format, "shares", norm))
    for rect in elements(root, "rect"):
        assert 0 <= float(rect.get("width")) <= WIDTH
    assert len(elements(root, "rect")) == 2 * len(bars)


@given(st.lists(STAGE, max_size=9))
@settings(max_examples=40, deadline=None)
def test_a_funnel_is_drawn_whatever_is_known(stages):
    root = parsed(funnel(stages, "funnel", ("above", "below")))
    assert len(elements(root, "rect")) == len(stages)
    for rect in elements(root, "rect"):
        assert 4 <= float(rect.get("width")) <= WIDTH


@given(st.lists(st.lists(AMOUNT, min_size=5, max_size=5), min_size=1, max_size=3))
@settings(max_examples=40, deadline=None)
def test_a_month_is_drawn_whatever_is_known(columns):
    paths = [Path(f"line {at}", values) for at, values in enumerate(columns)]
    root = parsed(against_plan(list("abcde"), paths, "{:.0f}".format, "month"))
    assert len(elements(root, "path")) == len(paths)


def test_an_unknown_value_leaves_a_gap():
    root = parsed(sparkline([1.0, 2.0, None, 3.0], "trend"))
    assert elements(root, "path")[0].get("d").count("M") == 2
    assert sparkline([None, 1.0], "trend") == ""


def test_an_unknown_stage_is_grey_and_the_red_line_stands_where_sales_begins():
    stages = [
        Stage("Click", 900, "900", is_sales=False),
        Stage("Visit", None, "unknown", is_sales=False),
        Stage("Lead", 90, "90", is_sales=False),
        Stage("Contacted", 80, "80", is_sales=True),
    ]
    root = parsed(funnel(stages, "funnel", ("marketing", "sales")))
    dashed = [rect for rect in elements(root, "rect") if rect.get("stroke-dasharray")]
    assert len(dashed) == 1
    [line] = elements(root, "line")
    tops = {text.text: float(text.get("y")) for text in elements(root, "text")}
    assert tops["Lead"] < tops["marketing"] < float(line.get("y1")) < tops["sales"]
    assert tops["sales"] < tops["Contacted"]
    widths = [float(rect.get("width")) for rect in elements(root, "rect")]
    assert widths[1] == widths[2], "as long as what comes after it, and no longer"


@given(st.floats(0, 1e15))
def test_ticks_reach_as_far_as_the_values_in_a_few_round_steps(high):
    found = ticks(high)
    assert found[0] == 0
    assert found[-1] >= high - 1e-6 * max(high, 1)
    assert 2 <= len(found) <= 5


def test_a_note_breaks_the_line_between_what_does_not_compare():
    values = [0.5, 0.6, 0.7, 0.8]
    plain = [Point(f"{at}", value) for at, value in enumerate(values)]
    noted = [Point(p.name, p.value, note="rule 2" if at == 2 else "") for at, p in enumerate(plain)]
    one, two = (parsed(share_in_band(points, str, "share")) for points in (plain, noted))
    assert [len(elements(root, "path")) for root in (one, two)] == [1, 2]
    assert "rule 2" in {text.text for text in two.iter(f"{SVG}text")}
