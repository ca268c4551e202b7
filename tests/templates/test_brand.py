"""The colours of a brand can be read, whatever they are; statuses keep theirs."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sheets_sync.targets.gsheets.looks import Looks, colour
from sheets_sync.targets.xlsx_styles import LOOKS, STATUS_COLOURS, SWATCH_COLOURS, look_of
from templates.brand import GRAPHIC, OURS, TEXT, UNBRANDED, Brand, Hue, contrast
from templates.tab import Cell, Kind, Look, Status
from templates.words import load

colours = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06X}")
KNOWN = {"#FF0000": 3.998, "#0000FF": 8.592, "#00FF00": 1.372, "#767676": 4.542, "#FFFFFF": 1.0}
"""Contrasts with white, as WebAIM's checker has them."""


@pytest.mark.parametrize("shade", KNOWN)
def test_contrast_is_that_of_the_standard(shade):
    assert contrast(shade, "#FFFFFF") == pytest.approx(KNOWN[shade], abs=0.001)


@given(colours)
def test_every_accent_can_be_read_and_seen(accent):
    brand = Brand(accent=accent)
    assert contrast(brand.on_accent, accent) >= TEXT
    assert contrast(brand.ink, "#FFFFFF") >= TEXT
    assert contrast(brand.colour(Hue.ACCENT), "#FFFFFF") >= GRAPHIC
    assert contrast(brand.colour(Hue.DEEP), "#FFFFFF") >= GRAPHIC


@given(colours, st.sampled_from(Status), st.sampled_from(Look))
def test_a_status_keeps_its_colours(accent, status, look):
    fill, ink = STATUS_COLOURS[status]
    shown = look_of(Cell(0, 0, 1, look=look, status=status), Brand(accent=accent), is_link=False)
    assert (shown["bg_color"], shown["font_color"]) == (fill, ink)
    swatch = look_of(Cell(0, 0, status=status), Brand(accent=accent), is_link=False)
    assert swatch["bg_color"] == SWATCH_COLOURS[status]


@pytest.mark.parametrize("look", Look)
def test_without_a_brand_all_is_as_it_was(look):
    for brand in (UNBRANDED, Brand("Agency", accent=OURS[Hue.ACCENT].lower())):
        assert look_of(Cell(0, 0, "x", look=look), brand, is_link=False) == LOOKS[look]
        assert [brand.colour(hue) for hue in Hue] == list(OURS.values())


def test_google_sheets_has_the_same_colours():
    looks, brand = Looks.of(load("en"), "USD"), Brand(accent="#FFD000")
    header = Cell(0, 0, "Channel", Kind.TEXT, Look.HEADER)
    shown = looks.cell(header, brand, is_apart=False, link=None)
    assert shown["backgroundColorStyle"] == colour("#FFD000")
    assert shown["textFormat"]["foregroundColorStyle"] == colour("#000000")
