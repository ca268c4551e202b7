"""A batch: what is read of a request, what is answered, and what is refused."""

import json
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from excel_addin.batch import Limits, Unusable, decode, encode, respond, spoken
from formulas.functions import FUNCTIONS, Code, Fault, Said, Setting
from templates.scorecard import load as scorecard
from templates.words import LANGUAGES, load

SMALL = Limits(calls=20, cells=200, answer=5_000)


def answering(language, count=None):
    words, setting = load(language), Setting(language, scorecard())

    def answer(function, given):
        if count is not None:
            count.append(function.id)
        return spoken(function.answer(given, setting), words)

    return answer


def ask(request, limits=SMALL, count=None):
    body = request if isinstance(request, bytes) else json.dumps({"v": 1, **request}).encode()
    batch = decode(body, limits)
    words = load(batch.language)
    done = respond(batch, FUNCTIONS, answering(batch.language, count), words, limits)
    return json.loads(encode(done.results, "s"))["results"]


def call(id_, *arguments):
    return {"id": id_, "args": list(arguments)}


def test_the_wire_of_the_specification():
    asked = {
        "lang": "ru",
        "ranges": {"1": [[10], [20]]},
        "calls": [
            call("CPL", {"$": "1"}, 500),
            call("CPL", [[10], [20]], 500),
            call("CONVCI", 18, 90),
            call("COVERAGE", 5, 100, 100),
            call("CONVERSION", 19, 18),
            call("CPL", {"error": "num"}, 1),
            call("CPL", "десять", 1),
            call("BONUS", 160, 100, 500, None, 1.3, 1.5),
            call("NOTHING"),
        ],
    }
    money, same, limits, met, outside, passed, text, bonus, nothing = ask(asked)
    assert money == same == {"value": 0.06}
    assert [round(cell, 4) for cell in limits["value"][0]] == [0.1304, 0.2941]
    assert met == {"error": "na", "message": "план выполнен"}
    assert outside["error"] == "num"
    assert passed == {"error": "num"}
    assert text == {"error": "value", "message": "spend: нужно число, а стоит «десять»"}
    assert bonus == {"value": 72_500}
    assert nothing == {"error": "na", "message": "функции NOTHING нет"}


def test_equal_calls_are_computed_once_and_like_numbers_are_not_equal():
    count = []
    asked = [call("CPL", 10, 5), call("CPL", 10, 5), call("CPL", 10, True), call("CPL", 10, "5")]
    answers = ask({"calls": [*asked, call("CPL", 10, 1)]}, count=count)
    assert len(count) == 4
    assert answers[0] == answers[1] == answers[3] == {"value": 2}
    assert answers[2]["error"] == "value"
    assert answers[4] == {"value": 10}


def test_a_range_that_is_shared_is_summed_once(monkeypatch):
    from formulas.functions import arguments

    summed = []
    found_in = arguments.found_in
    monkeypatch.setattr(
        arguments, "found_in", lambda cells: summed.append(cells) or found_in(cells)
    )
    asked = {
        "ranges": {"a": [[1], [2], [3]]},
        "calls": [call("CPL", {"$": "a"}, n) for n in range(1, 11)],
    }
    assert ask(asked)[0] == {"value": 6}
    assert len(summed) == 1


def test_errors_and_words_inside_a_spill():
    words = load("en")
    rows = [["Anna", 0.5, Said("function.note.too_few")], ["Oleg", Fault(Code.NA, "no_data"), None]]
    assert spoken(rows, words) == {
        "value": [
            ["Anna", 0.5, "too few leads"],
            ["Oleg", {"error": "na", "message": "no data"}, None],
        ]
    }


@pytest.mark.parametrize(
    ("body", "status", "id_"),
    [
        (b"", 400, "not_json"),
        (b"\xff\xfe", 400, "not_json"),
        (b"[" * 100_000, 400, "too_deep"),
        (b'{"v": 1, "calls": [{"id": "CPL", "args": [NaN]}]}', 400, "not_json"),
        (b'{"v": 1, "calls": [{"id": "CPL", "args": [' + b"9" * 5_000 + b"]}]}", 400, "not_json"),
        (b"[]", 400, "wrong_form"),
        (b'{"v": 2, "calls": []}', 400, "old_client"),
        (b'{"v": 1}', 400, "wrong_form"),
        (b'{"v": 1, "calls": [{"id": 5, "args": []}]}', 400, "wrong_form"),
        (b'{"v": 1, "calls": [], "ranges": []}', 400, "wrong_form"),
        (b'{"v": 1, "calls": [], "ranges": {"1": []}}', 400, "wrong_form"),
        (b'{"v": 1, "calls": [], "ranges": {"1": [[1], [2, 3]]}}', 400, "wrong_form"),
        (b'{"v": 1, "calls": [{"id": "CPL", "args": [{"$": "1"}, 1]}]}', 400, "wrong_form"),
        (b'{"v": 1, "calls": [{"id": "CPL", "args": [[[[1]]], 1]}]}', 400, "wrong_form"),
        (b'{"v": 1, "calls": [{"id": "CPL", "args": [{"error": "ref"}, 1]}]}', 400, "wrong_form"),
        (b'{"v": 1, "calls": [{"id": "CPL", "args": [{}, 1]}]}', 400, "wrong_form"),
    ],
)  # fmt: skip
def test_what_is_no_request_is_refused(body, status, id_):
    with pytest.raises(Unusable) as refused:
        ask(body)
    assert (refused.value.status, refused.value.id) == (status, id_)
    for language in LANGUAGES:
        assert load(language)(f"addin.problem.{id_}", **refused.value.parts)


@pytest.mark.parametrize(
    ("asked", "id_"),
    [
        ({"calls": [call("CPL", 1, 2)] * 21}, "too_many_calls"),
        ({"calls": [], "ranges": {"1": [[0] * 201]}}, "too_many_cells"),
        ({"calls": [call("CPL", [[0] * 101], [[0] * 101])]}, "too_many_cells"),
        (
            {
                "ranges": {"m": [[f"{n} {'x' * 60}"] for n in range(40)], "w": [[1]] * 40},
                "calls": [call("CONVBYMANAGER", {"$": "m"}, {"$": "w"}, n) for n in range(9)],
            },
            "answer_too_large",
        ),
    ],
)
def test_what_is_too_much_is_refused(asked, id_):
    with pytest.raises(Unusable) as refused:
        ask(asked)
    assert (refused.value.status, refused.value.id) == (413, id_)


def test_a_long_text_is_not_repeated_whole():
    [answer] = ask({"calls": [call("CPL", "x" * 100_000, 1)]})
    assert len(answer["message"]) < 200


CELL = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=8),
    st.sampled_from([{"error": "na"}, {"$": "1"}, "1 000,5", "\ud800"]),
)
ARGUMENT = st.one_of(CELL, st.lists(st.lists(CELL, max_size=3), max_size=25))


def answered_or_refused(asked):
    try:
        return ask(asked)
    except Unusable as refused:
        return refused.status


@settings(max_examples=300, deadline=None, derandomize=True)
@given(
    calls=st.lists(
        st.tuples(st.sampled_from([*FUNCTIONS, "X"]), st.lists(ARGUMENT, max_size=7)), max_size=4
    ),
    shared=ARGUMENT,
)
def test_whatever_is_asked_there_are_as_many_results_or_a_reason(calls, shared):
    asked = {"ranges": {"1": shared}, "calls": [call(id_, *given) for id_, given in calls]}
    answers = answered_or_refused(asked)
    if answers in (400, 413):
        return
    assert len(answers) == len(calls)
    assert all(set(answer) in ({"value"}, {"error"}, {"error", "message"}) for answer in answers)


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=10,
)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(found=JSON, key=st.sampled_from(["v", "lang", "ranges", "calls"]))
def test_any_json_is_answered_or_refused(found, key):
    for asked in (found, {"v": 1, "calls": [], key: found}):
        assert answered_or_refused(json.dumps(asked).encode()) in ([], 400)


def test_a_batch_of_the_largest_size_takes_no_time_that_anybody_notices():
    asked = {
        "v": 1,
        "ranges": {"1": [[n] for n in range(900_000)]},
        "calls": [call("CPL", {"$": "1"}, n) for n in range(1, 5_001)],
    }
    body = json.dumps(asked).encode()
    began = time.process_time()
    assert len(ask(body, Limits())) == 5_000
    assert time.process_time() - began < 5
