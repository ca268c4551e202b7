"""The script for Google Sheets, run in Node: it answers as Python does, in the same words."""

import json
from math import isclose

import pytest

from excel_addin.appsscript import code, project
from excel_addin.batch import decode, encode, respond, spoken
from formulas.functions import FUNCTIONS, TRACED, Fault, Said, Setting
from formulas.functions.arguments import Kind
from templates.scorecard import load as scorecard
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
  Button: { OK: "ok", CANCEL: "cancel" },
  prompt: (said) => {
    menus.push([said]);
    const text = prompted.shift();
    return {
      getSelectedButton: () => (text === undefined ? "cancel" : "ok"),
      getResponseText: () => text,
    };
  },
};
const crypto = require("node:crypto");
const kept = PROPERTIES;
const cached = {};
const sent = [];
const replies = REPLIES;
const prompted = [...TYPED];
const services = {
  SpreadsheetApp: {
    getUi: () => ui,
    getActive: () => ({ getSpreadsheetTimeZone: () => "Europe/Moscow" }),
  },
  PropertiesService: {
    getScriptProperties: () => ({
      getProperty: (name) => (name in kept ? kept[name] : null),
      setProperty: (name, value) => { kept[name] = value; },
    }),
  },
  CacheService: {
    getScriptCache: () => ({
      get: (name) => (name in cached ? cached[name].text : null),
      put: (name, text, seconds) => { cached[name] = { text, seconds }; },
    }),
  },
  Utilities: {
    DigestAlgorithm: { SHA_256: "sha256" },
    computeDigest: (kind, text) => [...crypto.createHash(kind).update(text).digest()],
    base64Encode: (bytes) => Buffer.from(bytes).toString("base64"),
    formatDate: (day) => new Date(day.getTime() + 3 * 36e5).toISOString().slice(0, 19) + "Z",
  },
  UrlFetchApp: {
    fetch(url, options) {
      sent.push([url, options.payload, options.headers.Authorization]);
      const reply = replies[options.payload] || replies[""];
      if (!reply) throw new Error("Service invoked too many times for one day: urlfetch.");
      return { getResponseCode: () => reply[0], getContentText: () => reply[1] };
    },
  },
};
const sheet = vm.createContext(services);
vm.runInContext(CODE, sheet);
const answered = CALLS.map(([name, given]) => {
  const day = (each) => (each && each.day ? new Date(each.day) : each);
  const omitted = given.map((each) => (each === "omitted" ? undefined : day(each)));
  try {
    return { value: sheet[name](...omitted) };
  } catch (error) {
    return { code: error.code, message: error.message };
  }
});
const seconds = Object.values(cached).map((each) => each.seconds);
console.log(JSON.stringify({ answered, menus, sent, kept, seconds }));
"""


URL = "https://smk.example.com"


def run(asked, language="en", spoil=lambda text: text, *, replies=None, kept=None, typed=()):
    """Call functions as a sheet does: one cell is a value, a blank one is an empty text.

    `replies` of the server are by what is sent, one without a name is for all else.
    """
    program = HARNESS.replace("CODE", json.dumps(spoil(code(load(language)))))
    given = {"CALLS": asked, "REPLIES": replies or {}, "PROPERTIES": kept or {}, "TYPED": typed}
    for name, value in given.items():
        program = program.replace(name, json.dumps(value))
    return node(program)


def served(asked, language):
    """Call functions twice: for what they send, and with what a server would say to that."""
    kept = {"url": URL, "key": "secret"}
    unanswered = run(asked, language, kept=kept, replies={"": [503, "{}"]})
    replies = {}
    for url, payload, key in unanswered["sent"]:
        assert (url, key) == (f"{URL}/batch", "Bearer secret")
        found = respond(decode(payload.encode()), FUNCTIONS, _answer(language), load(language))
        replies[payload] = [200, encode(found.results, "1").decode()]
    return run(asked, language, kept=kept, replies=replies)


def _answer(language):
    setting, words = Setting(language, scorecard()), load(language)
    return lambda function, given: spoken(function.answer(given, setting), words)


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


REMOTE = [function for id_, function in FUNCTIONS.items() if id_ not in TRACED]
ASKED = [(f, given) for f in REMOTE if not f.is_stored for given in asked(f, 300)]


@pytest.mark.node
@pytest.mark.parametrize("language", LANGUAGES)
def test_what_the_server_computes_is_what_python_computes(language):
    calls = [(function.name, list(map(given_by_a_sheet, given))) for function, given in ASKED]
    words, setting = load(language), Setting(language, scorecard())
    ones = {f.id: [each.kind is Kind.NUMBER for each in f.arguments] for f in REMOTE}
    wrong = []
    for (function, given), answer in zip(ASKED, served(calls, language)["answered"], strict=True):
        if any(
            each and len(each) > 1
            for each, is_one in zip(given, ones[function.id], strict=True)
            if is_one
        ):
            continue
        expected = function.answer(given, setting)
        if not same_rows(expected, answer, words):
            wrong.append((function.id, given, expected, answer))
    assert wrong == []


def same_rows(expected, answer, words):
    if not isinstance(expected, list):
        return same(expected, answer, words)
    rows = answer.get("value", ())
    return len(rows) == len(expected) and all(
        is_shown(cell, told, words)
        for row, told_row in zip(expected, rows, strict=True)
        for cell, told in zip(row, told_row, strict=True)
    )


def is_shown(cell, told, words):
    if isinstance(cell, Fault):
        return told == "—"
    if isinstance(cell, Said):
        return told == words(cell.text)
    if isinstance(cell, float | int):
        return isclose(cell, told, rel_tol=1e-12)
    return told == ("" if cell is None else cell)


@pytest.mark.node
def test_the_server_is_asked_once_and_a_column_at_once():
    rates = [[100], [200], ["x"]]
    calls = [["SMK_BONUS", [90, 100, rates]], ["SMK_CONVCI", [18, 90]], ["SMK_CONVCI", [18, 90]]]
    found = served(calls, "en")
    assert len(found["sent"]) == 2
    assert found["answered"][0]["value"] == [[9000], [18000], ["—"]]
    assert found["answered"][1] == found["answered"][2]
    assert found["seconds"] == [600, 600]


@pytest.mark.node
def test_a_server_that_does_not_answer_is_told():
    call, words = ["SMK_CONVCI", [18, 90]], load("en")
    assert run([call])["answered"][0]["message"] == words("addin.remote.not_connected")
    kept = {"url": URL}
    away = run([call], kept=kept)["answered"][0]
    assert away["message"].startswith(words("addin.remote.away"))
    assert "too many times" in away["message"], "the day's quota of Google"
    refused = run([call], kept=kept, replies={"": [401, '{"message": "A key is needed"}']})
    assert refused["answered"][0] == {"code": "na", "message": "A key is needed"}
    broken = run([call], kept=kept, replies={"": [502, "<html>"]})
    assert broken["answered"][0]["message"] == words("addin.remote.away")
    assert broken["seconds"] == []


@pytest.mark.node
def test_a_date_is_its_number():
    found = run([["SMK_CPL", [{"day": "2026-11-22T21:00:00Z"}, 1]]])
    assert found["answered"][0]["value"] == 46349


@pytest.mark.node
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_menu_lists_the_functions_connects_and_syncs(language):
    words = load(language)
    calls = [["onOpen", []], ["showFunctions", []], ["connect", []], ["syncNow", []]]
    replies = {"": [202, '{"is_syncing": true}']}
    found = run(calls, language, replies=replies, typed=[f"{URL}/", " key "])
    told = found["menus"]
    names = ("list", "sync", "connect")
    assert [each[1] for each in told[:3]] == [words(f"addin.menu_{name}") for name in names]
    assert told[3][0] == words("addin.menu_list")
    for function in FUNCTIONS.values():
        assert function.name in told[3][1]
        assert words(f"function.text.{function.id}") in told[3][1]
    assert found["kept"] == {"url": URL, "key": "key"}
    assert found["sent"] == [[f"{URL}/sync", "", "Bearer key"]]
    assert told[-1] == [words("addin.remote.syncing")]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_function_is_documented_where_it_is_typed(language):
    text, words = code(load(language)), load(language)
    assert text.count("@customfunction") == len(FUNCTIONS)
    for function in FUNCTIONS.values():
        head = text[: text.index(f"function {function.name}(")]
        help_ = head[head.rindex("/**") :]
        assert words(f"function.text.{function.id}") in help_
        assert help_.count("@param") == len(function.arguments)
    assert set(json.loads(project(words)["appsscript.json"])) >= {"timeZone", "runtimeVersion"}
    assert " \n" not in text


def test_golden_script(snapshot):
    assert code(load("en")) == snapshot
