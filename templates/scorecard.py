"""The scorecard that comes with the product, and reading one's own."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files

from formulas.questionnaire import Questionnaire
from formulas.questionnaire_tables import parse


@cache
def load() -> Questionnaire:
    """Load the twenty criteria.

    >>> load().criterion["Q2"].words["en"].answers[0]
    'No'
    >>> load().sections[0].texts["red"]["en"][:35]
    'People are paid for different thing'
    """
    return read(files("templates").joinpath("scorecard.toml").read_text(encoding="utf-8"))


def read(text: str) -> Questionnaire:
    """Read the text of a TOML file as a questionnaire, or say what is wrong with it.

    Raises:
        BrokenQuestionnaire: the tables are not those of a questionnaire.
        tomllib.TOMLDecodeError: the text is not TOML.
    """
    return parse(tomllib.loads(text))
