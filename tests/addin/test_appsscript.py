"""The script for Google Sheets, run in Node: it answers as Python does, in the same words."""

import json
from math import isclose

import pytest

from excel_addin.appsscript import code, project
from formulas.functions import TRACED, Fault
from templates.words import LANGUAGES, load
from tests.addin.asked import asked
from tests.formulas.agreement import node
from tests.formulas.calls import shown

HARNESS = """
const vm = require("node:vm");
const menus = [];
const ui = {
  ButtonSet: { OK: "ok" },
  alert: (...said) => menus.push(said),
  createMenu: (title) => ({
    addItem(label, name) { menus.push([title, label, name]); return this; },
    addToUi() {},
  }),
};
const sheet = vm.createContext({ SpreadsheetApp: { getUi: () => ui } });
vm.runInContext(CODE, sheet);
const answered = CALLS.map(([name, given]) => {
  const omitted = given.map((each) => (each === "omitted" ? undefined : each));
  try {
    return { value: sheet[name](...omitted) };
  } catch (error) {
    return { code: error.code, message: error.message };
  }
});
console.log(JSON.stringify({ answered, menus }));
"""


def run(asked, language="en", spoil=lambda text: text):
    """Call functions as a sheet does: one cell is a value, a blank one is an empty text."""
    program = HARNESS.replace("CODE", json.dumps(spoil(code(load(language)))))
    return node(program.replace("CALLS", json.dumps(asked)))


def given_by_a_sheet(given):
    if given is None:
        return "omitted"
    rows = [["" if cell is None else shown(cell) for cell in row] for row in given]
    return rows[0][0] if len(rows) == len(rows[0]) == 1 else rows


QUESTIONS = [(function, given) for function in TRACED.values() for given in asked(function)]


def differing(language="en", spoil=lambda text: text):
    """Return the calls that the script answers differently, or in other words."""
    asked = [(function.name, list(map(given_by_a_sheet, given))) for function, given in QUESTIONS]
    words = load(language)
    return [
        (function.id, given, answer)
        for (function, given), answer in zip(
            QUESTIONS, run(asked, language, spoil)["answered"], strict=True
        )
        if not same(function.answer(given), answer, words)
    ]


def same(expected, answer, words):
    if not isinstance(expected, Fault):
        return "value" in answer and isclose(expected, answer["value"], rel_tol=1e-12)
    if expected.problem is None:
        return answer == {"code": expected.code, "message": shown(expected)}
    parts = {name: "true" if part is True else part for name, part in expected.parts.items()}
    said = words(f"function.problem.{expected.problem}", **parts)
    return answer == {"code": expected.code, "message": said}


@pytest.mark.node
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_script_answers_as_python_does(language):
    assert differing(language) == []


MISTAKES = {
    "a text is no number": ('.replace(/,/g, ".")', ""),
    "truth is a number": ('typeof cell === "number" && Number.isFinite(cell)', "true"),
    "an error is a text": ("if (wrong !== undefined)", "if (false)"),
    "two numbers are one": ("argument.isOne &&", "false &&"),
    "no domain": ("if (!called.holds(...known))", "if (false)"),
    "unknown is computed": ("if (unknown)", "if (false)"),
    "no reason of its own": ("called.renamed[reason] ||", ""),
    "nothing tells more": ("telling ? TELLING[telling] :", ""),
    "left out is unknown": ("if (argument.isOptional) return", "if (false) return"),
}


@pytest.mark.node
@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_in_the_script_is_found(mistake):
    right, wrong = MISTAKES[mistake]
    assert right in code(load("en"))
    assert differing(spoil=lambda text: text.replace(right, wrong))


@pytest.mark.node
def test_columns_of_single_numbers_are_answered_row_by_row():
    days, facts = [[5], [10], [0], [30]], [[50], [60], [70], [80]]
    asked = [
        ["SMK_FORECAST", [facts, days, 20]],
        ["SMK_FORECAST", [100, days, 20]],
        ["SMK_FORECAST", [[[1], [2]], days, 20]],
        ["SMK_CPL", [facts, days]],
        ["SMK_FORECAST", [facts, [[5, 10]], 20]],
        ["SMK_FORECAST", [1, 2, 3, 4]],
    ]
    answers = run(asked)["answered"]
    assert answers[0]["value"] == [[200], [120], ["—"], ["—"]]
    assert answers[1]["value"] == [[400], [200], ["—"], ["—"]]
    assert answers[2]["value"] == [[12], [6], ["—"], ["—"]]
    assert isclose(answers[3]["value"], 260 / 45)
    assert answers[4]["code"] == answers[5]["code"] == "value"


@pytest.mark.node
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_menu_lists_the_functions(language):
    told = run([["onOpen", []], ["showFunctions", []]], language)["menus"]
    words = load(language)
    title = words("addin.menu_list")
    assert told[0] == ["smarketing", title, "showFunctions"]
    assert told[1][0] == title
    for function in TRACED.values():
        assert function.name in told[1][1]
        assert words(f"function.text.{function.id}") in told[1][1]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_function_is_documented_where_it_is_typed(language):
    text, words = code(load(language)), load(language)
    assert text.count("@customfunction") == len(TRACED)
    for function in TRACED.values():
        head = text[: text.index(f"function {function.name}(")]
        help_ = head[head.rindex("/**") :]
        assert words(f"function.text.{function.id}") in help_
        assert help_.count("@param") == len(function.arguments)
    assert set(json.loads(project(words)["appsscript.json"])) >= {"timeZone", "runtimeVersion"}
    assert " \n" not in text


def test_golden_script(snapshot):
    assert code(load("en")) == snapshot
