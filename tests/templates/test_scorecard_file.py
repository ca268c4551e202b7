"""The scorecard that comes with the product is loaded once and worded in both languages."""

import tomllib

import pytest

from formulas.questionnaire import BrokenQuestionnaire
from templates.scorecard import load, read


def test_it_is_loaded_once():
    assert load() is load()


def test_every_answer_can_be_told_from_the_others():
    for criterion in load().criteria:
        for wording in criterion.words.values():
            assert len(set(wording.answers)) == 3
            assert wording.question.endswith("?")
            assert wording.fix


def test_reading_ones_own():
    with pytest.raises(BrokenQuestionnaire):
        read("version = 1")
    with pytest.raises(tomllib.TOMLDecodeError):
        read("version = ")
