"""The page of the brief: whole, alone, readable without pictures, and deaf to hostile texts."""

import re
from html.parser import HTMLParser
from xml.etree import ElementTree as ET

import pytest

from templates.meeting.html import html
from templates.words import LANGUAGES, load
from tests.templates import made_up
from tests.templates.meeting.made_up import WHOLE, hostile, on_plan

FACTS = {
    "empty": made_up.EMPTY,
    "sparse": made_up.SPARSE,
    "rich": made_up.RICH,
    "whole": WHOLE,
    "on_plan": on_plan(WHOLE),
    "hostile": hostile(WHOLE),
}
VOID = {"meta"}


class Reader(HTMLParser):
    """What a page is made of; an element that is not closed in its place is refused."""

    def __init__(self, text):
        super().__init__()
        self.open, self.tags, self.attributes, self.texts = [], [], [], []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += [(tag, *attr) for attr in attrs]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        self.handle_endtag(tag)

    def handle_endtag(self, tag):
        assert self.open
        assert self.open.pop() == tag, "nothing else is closed"

    def handle_data(self, data):
        self.texts.append(data)


@pytest.fixture(params=FACTS)
def facts(request):
    return FACTS[request.param]


@pytest.fixture(params=LANGUAGES)
def words(request):
    return load(request.param)


def test_the_page_is_well_formed_and_asks_for_nothing_outside_it(facts, words):
    text = html(facts, words)
    page = Reader(text)
    assert not {"script", "link", "img", "iframe", "object", "a", "base", "form"} & set(page.tags)
    names = {name for _, name, _ in page.attributes}
    assert not {"src", "href", "srcset", "style"} & names
    assert not [name for name in names if name.startswith("on")]
    css = text.partition("<style>")[2].partition("</style>")[0]
    assert "@media print" in css
    assert not re.search(r"url\(|@import|expression", css)
    assert "{{" not in text
    assert "None" not in text


def test_every_picture_is_drawing_with_a_title_and_a_text_that_stands_for_it(facts, words):
    text = html(facts, words)
    drawings = re.findall(r"<svg.*?</svg>", text, re.DOTALL)
    for drawing in drawings:
        root = ET.fromstring(drawing)  # noqa: S314  (our own)
        assert root.get("role") == "img"
        assert root.get("aria-label")
        assert "nan" not in drawing
    figures = re.findall(r"<figure>\s*<figcaption>(.*?)</figcaption>\s*<svg", text, re.DOTALL)
    assert all(figures)
    assert len(figures) == text.count("<figure>")


def test_a_whole_firm_sees_its_five_numbers_its_funnel_and_its_charts(words):
    text = html(WHOLE, words)
    assert text.count('<article class="card') == 5
    for title in ("funnel", "weekly_share", "channel_shares"):
        assert words(f"brief.{title}") in text
    assert text.count("<figure>") == 4
    assert text.count('fill="#8a8f98" fill-opacity="0.3"') == 1, "the stage that nobody knows"
    for stage in ("lead", "contacted"):
        assert words(f"stage.{stage}") in text
    above, below = (text.index(words(f"brief.{side}_line")) for side in ("above", "below"))
    assert text.index(f">{words('stage.lead')}<") < above < below
    assert below < text.index(f">{words('stage.contacted')}<")


def test_what_others_write_stays_text(words):
    page = Reader(html(hostile(WHOLE), words))
    assert "script" not in page.tags
    assert any("<script>alert(1)</script>" in text for text in page.texts)
    assert not {"\x07", "\u202e"} & set(html(hostile(WHOLE), words))


def test_the_head_asks_the_questions_of_the_week():
    text = html(WHOLE, load("en"))
    asked = text.partition('class="questions"')[2].partition("</section>")[0]
    assert asked.count("<li>") == 3
    assert "Which five deals close by 2026-11-30?" in asked
