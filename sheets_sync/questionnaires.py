"""A questionnaire of an agency's own, read from a file beside the config and checked."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from formulas.questionnaire import BrokenQuestionnaire, Questionnaire
from sheets_sync.errors import FixConfig
from sheets_sync.metrics.catalogue import METRICS
from templates.scorecard import load, read

if TYPE_CHECKING:
    from templates.words import Words

HIGHEST = 10
"""The most points an answer may have: each is a choice of a dropdown."""


def questionnaire(path: Path | None) -> Questionnaire:
    """Return the questionnaire of a file, or the one that comes with the product."""
    return load() if path is None else _read(path, path.stat().st_mtime_ns)


@cache
def _read(path: Path, _changed_at: int) -> Questionnaire:
    found = read(path.read_text(encoding="utf-8-sig"))
    if found.scale.min < 0 or found.scale.max > HIGHEST:
        raise BrokenQuestionnaire("wide_scale", low=found.scale.min, high=found.scale.max)
    for criterion in found.criteria:
        if criterion.auto and criterion.auto.metric not in METRICS:
            raise BrokenQuestionnaire(
                "unknown_metric", where=criterion.id, value=criterion.auto.metric
            )
    return found


def check(path: Path, words: Words) -> None:
    """Make sure that a file can be asked.

    Raises:
        FixConfig: it is not there, no TOML, or not a questionnaire; the message names the file,
            the key and what is wrong with it.
    """
    try:
        questionnaire(path)
    except OSError:
        raise FixConfig("questionnaire_missing", path=path) from None
    except UnicodeDecodeError:
        raise FixConfig("config_not_utf8", path=path) from None
    except tomllib.TOMLDecodeError as wrong:
        raise FixConfig("questionnaire_not_toml", path=path, problem=wrong) from None
    except BrokenQuestionnaire as wrong:
        problem = words(f"questionnaire.{wrong.problem}", **wrong.parts)
        raise FixConfig("questionnaire_wrong", path=path, problem=problem) from None
