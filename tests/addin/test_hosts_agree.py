"""Every host gives the same answers to the same calls: values, errors, and their words.

xlwings and Apps Script: test_udfs, test_appsscript; names of a workbook: tests/formulas.
"""

import json
from math import isclose

import httpx
import pytest

from excel_addin.batch import spoken
from excel_addin.script import formulas
from formulas.functions import FUNCTIONS, TRACED, Fault, Setting
from templates.scorecard import load as scorecard
from templates.words import LANGUAGES, load
from tests.addin.asked import COUNT, asked
from tests.addin.serving import Clock, app_of, desk_of, served
from tests.formulas.agreement import node

PURE = [function for function in FUNCTIONS.values() if not function.is_stored]
PAGE = """
globalThis.SMK = {};
FORMULAS
console.log(JSON.stringify(SMK.local.send(BATCH)));
"""


def calls(functions, *, is_sent):
    """Return the calls as they go over the wire; errors of cells are objects there."""
    return [
        {"id": function.id, "args": [_sent(each) if is_sent else each for each in given]}
        for function in functions
        for given in asked(function)
    ]


def _sent(given):
    if given is None:
        return None
    rows = [[{"error": c.code} if isinstance(c, Fault) else c for c in row] for row in given]
    return rows[0][0] if len(rows) == len(rows[0]) == 1 and rows[0][0] is not None else rows


def expected(functions, language):
    words, setting = load(language), Setting(language, scorecard())
    return [
        spoken(function.answer(given, setting), words)
        for function in functions
        for given in asked(function)
    ]


def differing(functions, answers, language):
    asked_ = calls(functions, is_sent=False)
    trio = zip(asked_, expected(functions, language), answers, strict=True)
    return [each for each in trio if not _same(each[1], each[2])]


def _same(one, other):
    if isinstance(one, float | int) and isinstance(other, float | int):
        return isclose(one, other, rel_tol=1e-12)
    if isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        return all(map(_same, one, other))
    if isinstance(one, dict) and isinstance(other, dict) and one.keys() == other.keys():
        return all(_same(one[key], other[key]) for key in one)
    return one == other


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_server_answers_as_python_does(synced, language):
    asked_ = calls(PURE, is_sent=True)
    assert len(asked_) == COUNT * 15
    with served(app_of([desk_of(synced)], Clock())) as port:
        body = {"v": 1, "lang": language, "calls": asked_}
        found = httpx.post(f"http://127.0.0.1:{port}/batch", json=body, timeout=60)
    assert found.status_code == 200, found.text
    assert differing(PURE, found.json()["results"], language) == []


@pytest.mark.node
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_answers_as_python_does(language):
    batch = {"lang": language, "calls": calls(TRACED.values(), is_sent=True)}
    program = PAGE.replace("FORMULAS", formulas()).replace("BATCH", json.dumps(batch))
    assert differing(TRACED.values(), node(program), language) == []
