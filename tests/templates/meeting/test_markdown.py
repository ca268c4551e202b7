"""The brief as a text for a messenger."""

from syrupy.assertion import SnapshotAssertion

from templates.meeting.markdown import markdown
from templates.words import load
from tests.templates import made_up
from tests.templates.meeting.made_up import WHOLE, hostile


def test_the_brief_of_a_whole_firm(snapshot: SnapshotAssertion):
    assert markdown(WHOLE, load("en")) == snapshot


def test_the_brief_in_russian(snapshot: SnapshotAssertion):
    assert markdown(WHOLE, load("ru")) == snapshot


def test_a_firm_without_numbers_is_told_why_each_item_is_empty():
    text = markdown(made_up.EMPTY, load("en"))
    assert text.count("\n_") == 7
    assert "—" in text


def test_what_others_write_neither_marks_up_nor_breaks_a_line_nor_turns_it_around():
    text = markdown(hostile(WHOLE), load("en"))
    assert "<script" not in text.replace("\\<script", "")
    assert "[x](y)" not in text.replace("\\[x\\](y)", "")
    assert not {"\u202e", "\x07"} & set(text)
    for line in text.splitlines():
        assert not line.startswith("new line")
