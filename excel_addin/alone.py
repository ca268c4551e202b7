"""A batch answered without a server, by the Python that runs in the page of the add-in.

Nothing but the standard library and `static.PACKED` is there; nothing that is computed leaves.
"""

from __future__ import annotations

import json
import sys
import traceback
from collections.abc import Sequence

from excel_addin.batch import Result, Unusable, decode, encode, respond, spoken
from formulas.functions import FUNCTIONS, Code, Function, Setting
from formulas.functions.arguments import Given
from templates.scorecard import load as scorecard
from templates.words import Words, load


def answer(body: str, language: str) -> str:
    """Answer a batch as the server does; one that cannot be answered gives its reason alone.

    >>> answer('{"v": 1, "calls": [{"id": "CPL", "args": [100, 8]}]}', "en")
    '{"v":1,"store":"","results":[{"value":12.5}]}'
    >>> answer('{"v": 2}', "en")
    '{"message": "Update the add-in: close Excel and open it again."}'
    """
    words = load(language)
    setting = Setting(language, scorecard())
    try:
        done = respond(
            decode(body.encode()),
            FUNCTIONS,
            lambda function, given: _answer(function, given, setting, words),
            words,
        )
    except Unusable as unusable:
        said = words(f"addin.problem.{unusable.id}", **unusable.parts)
        return json.dumps({"message": said}, ensure_ascii=False)
    return encode(done.results, "").decode()


def _answer(function: Function, given: Sequence[Given], setting: Setting, words: Words) -> Result:
    """Answer one call; where a mistake of ours is goes to the console, not what was given."""
    if function.is_stored:
        return {"error": Code.NA.value, "message": words("addin.problem.alone")}
    try:
        return spoken(function.answer(given, setting), words)
    except Exception as fault:  # noqa: BLE001 - one cell says so, the others have their values
        traceback.print_tb(fault.__traceback__, file=sys.stderr)
        return {"error": Code.VALUE.value, "message": words("addin.problem.fault_alone")}
