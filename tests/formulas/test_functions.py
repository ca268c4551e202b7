"""The custom functions: golden calls, how cells are read, which error each fault shows."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from formulas.functions import FUNCTIONS, TRACED, Code, Fault, Said, Setting
from formulas.functions.arguments import PROBLEMS, number_in
from formulas.functions.periods import period_of
from sheets_sync.periods import parse_period
from templates.scorecard import load as scorecard
from templates.words import LANGUAGES, load

SETTING = Setting("en", scorecard())
NBSP = "\N{NO-BREAK SPACE}"
TEXTS = pytest.mark.parametrize("language", LANGUAGES)


def call(id_, *given):
    return FUNCTIONS[id_].answer(given, SETTING)


def column(*cells):
    return [[cell] for cell in cells]


def told(answer):
    """Return the error and the reason of a cell."""
    assert isinstance(answer, Fault), answer
    assert answer.problem is None or PROBLEMS[answer.problem] is answer.code
    return answer.code.value, answer.problem


def rounded(answer):
    return [round(cell, 4) if isinstance(cell, float) else cell for cell in answer[0]]


@pytest.mark.parametrize(
    ("id_", "given", "expected"),
    [
        ("RUNRATE", (50, 150, 10, 22), 0.7333),
        ("FORECAST", (50, 10, 22), 110),
        ("NEEDPERDAY", (1_200_000, 3_000_000, 9, 20), 163636.3636),
        ("NEEDPERDAY", (130, 100, 9, 20), -2.7273),
        ("COVERAGE", (1_500_000, 3_000_000, 1_200_000), 0.8333),
        ("PIPELINEGAP", (1_500_000, 3_000_000, 1_200_000, 0.25), 5_700_000),
        ("CONVERSION", (18, 90), 0.2),
        ("QUALIFIEDSHARE", (90, 30, 10), 0.6923),
        ("QUALIFIEDSHARE", (90, 30), 0.75),
        ("QUALIFIEDSHARE", (90, 30, column(None)), 0.75),
        ("CPL", (260_000, 130), 2000),
        ("CPQL", (260_000, 90), 2888.8889),
        ("CAC", (90_000, 30), 3000),
        ("BONUS", (90, 100, 500), 45_000),
        ("BONUS", (160, 100, 500, None, 1.3, 1.5), 72_500),
        ("BONUS", (160, 100, 500, [[None]], [["1,3"]], 1.5), 72_500),
        ("BONUS", (60, 100, 500, 0.7), 0),
        ("BONUS", (70, 100, 500, 0.7), 35_000),
        ("BONUS", (60, 0, 500, 0.7), 30_000),
    ],
)
def test_golden_call(id_, given, expected):
    assert round(call(id_, *given), 4) == expected


def test_golden_rows():
    assert rounded(call("CONVCI", 18, 90)) == [0.1304, 0.2941]
    assert rounded(call("CONVCI", 18, 90, 0.5)) != rounded(call("CONVCI", 18, 90))
    shares = call("LIFT", 90, 130, 99, 130)
    assert rounded(shares) == [
        0.0692,
        -0.039,
        0.1754,
        0.2103,
        Said("diagnosis.change.looks_like_growth"),
    ]
    counts = call("LIFT", 90, 1, 120, 1, "count")
    assert rounded(counts) == [0.3333, 0.006, 0.7724, 0.0451, Said("diagnosis.change.confirmed")]
    assert call("LIFT", 90, 130, 91, 130, None, 0.5)[0][4] == Said("diagnosis.change.no_difference")


def test_a_count_that_was_zero_has_no_effect_and_no_upper_limit():
    effect, low, high, _, said = call("LIFT", 0, 20, 30, 20, "count")[0]
    assert told(effect) == ("na", "zero_denominator")
    assert low > 0
    assert high is None
    assert said == Said("diagnosis.change.confirmed")


def test_the_assessment():
    rows = call("SCORE", column(*[1] * 20))
    band = next(band for band in scorecard().bands if band.id == "allies")
    assert rows[0] == [50, band.names["en"], band.texts["en"]]
    assert [row[0] for row in rows[1:]] == ["M1", "M2", "M3"]
    assert call("SCORE", [[1] * 20]) == rows
    assert call("SCORE", [[1, 1]] * 20) == rows
    assert call("SCORE", column(*["1"] * 20), "ru")[0][1] == band.names["ru"]
    assert call("SCORE", column(*[2] * 20))[1:] == [[None] * 3] * 3
    assert call("SCORE", [[2, 0]] * 20)[0][0] == 50
    assert call("SCORE", column(*["n/a"] * 4, *[1] * 16))[0][0] == 50
    assert call("SCORE", column("?", *[0] * 19))[0][0] == 0
    assert told(call("SCORE", column(*["n/a"] * 5, *[1] * 15))) == ("num", "outside")
    assert told(call("SCORE", column(*[1] * 19))) == ("value", "wrong_count")
    assert told(call("SCORE", [[1] * 10] * 2)) == ("value", "wrong_count")
    assert told(call("SCORE", column(3, *[1] * 19))) == ("value", "not_an_answer")
    assert told(call("SCORE", column("yes", *[1] * 19))) == ("value", "not_an_answer")
    assert told(call("SCORE", column(*[None] * 20))) == ("na", "no_data")


def test_sellers_are_ranked_and_a_lucky_few_are_not():
    managers = [*["Anna"] * 20, *["Oleg"] * 25, "Lucky", None, *["Ira "] * 20]
    won = [*[1] * 5, *[None] * 15, *[True] * 5, *[0] * 20, "1", 1, *["0"] * 15, *[1] * 5]
    rows = call("CONVBYMANAGER", column(*managers), column(*won))
    assert [(row[0], round(row[1], 2), row[2], row[5]) for row in rows] == [
        ("Anna", 0.25, 20, None),
        ("Ira", 0.25, 20, None),
        ("Oleg", 0.2, 25, None),
        ("Lucky", 1, 1, Said("function.note.too_few")),
    ]
    assert all(row[3] <= row[1] <= row[4] for row in rows)
    assert call("CONVBYMANAGER", column(*managers), column(*won), 1)[0][0] == "Lucky"
    assert call("CONVBYMANAGER", "Anna", 1)[0][:3] == ["Anna", 1, 1]


@pytest.mark.parametrize(
    ("id_", "given", "code", "problem"),
    [
        ("RUNRATE", (50, 150, 0, 22), "na", "period_not_started"),
        ("RUNRATE", (50, 0, 10, 22), "na", "no_plan"),
        ("RUNRATE", (50, [[None]], 10, 22), "na", "no_plan"),
        ("RUNRATE", ([[""]], 150, 10, 22), "na", "no_data"),
        ("RUNRATE", (50, 150, 23, 22), "num", "outside"),
        ("RUNRATE", (50, -1, 10, 22), "num", "outside"),
        ("RUNRATE", (50, 150, 10), "value", "missing"),
        ("RUNRATE", (50, None, 10, 22), "value", "missing"),
        ("RUNRATE", (50, 150, 10, 22, 1), "value", "unexpected"),
        ("RUNRATE", (50, "ten", 10, 22), "value", "not_a_number"),
        ("RUNRATE", (50, True, 10, 22), "value", "not_a_number"),
        ("RUNRATE", (50, 150, column(4, 6), 22), "value", "several_numbers"),
        ("FORECAST", (50, 0, 22), "na", "period_not_started"),
        ("NEEDPERDAY", (1, 2, 20, 20), "na", "zero_denominator"),
        ("NEEDPERDAY", (1, 2, 0, 20), "na", "period_not_started"),
        ("COVERAGE", (5, 100, 100), "na", "plan_met"),
        ("COVERAGE", (-5, 100, 90), "num", "outside"),
        ("PIPELINEGAP", (5, 100, 90, 0), "na", "zero_denominator"),
        ("PIPELINEGAP", (5, 100, 90, 25), "num", "outside"),
        ("CONVERSION", (0, 0), "na", "zero_denominator"),
        ("CONVERSION", (19, 18), "num", "outside"),
        ("CONVCI", (0, 0), "na", "zero_denominator"),
        ("CONVCI", (91, 90), "num", "outside"),
        ("CONVCI", (18, 90, 1), "num", "outside"),
        ("QUALIFIEDSHARE", (0, 0), "na", "zero_denominator"),
        ("QUALIFIEDSHARE", (-1, 5), "num", "outside"),
        ("CPL", (100, 0), "na", "zero_denominator"),
        ("CPL", (100, column("leads", None)), "value", "not_a_number"),
        ("CPQL", (100, -1), "num", "outside"),
        ("CAC", (100, 0), "na", "zero_denominator"),
        ("BONUS", (90, [[None]], 500), "na", "no_plan"),
        ("BONUS", (90, 100, -500), "num", "outside"),
        ("LIFT", (1.5, 10, 2, 10), "num", "outside"),
        ("LIFT", (11, 10, 2, 10), "num", "outside"),
        ("LIFT", (1, 0, 2, 10), "num", "outside"),
        ("LIFT", (0, 0, 2, 10), "na", "zero_denominator"),
        ("LIFT", (1, 10, 2, 10, "share", -1), "num", "outside"),
        ("LIFT", (1, -10, 2, 10, "count"), "num", "outside"),
        ("LIFT", (1, 0, 2, 10, "count"), "na", "zero_denominator"),
        ("LIFT", (1, 10, 2, 10, "odds"), "value", "not_a_choice"),
        ("CONVBYMANAGER", (column("a", "b"), column(1)), "value", "heights_differ"),
        ("CONVBYMANAGER", ([["a", "b"]], column(1)), "value", "not_a_column"),
        ("CONVBYMANAGER", (column("a"), column("maybe")), "value", "not_a_claim"),
        ("CONVBYMANAGER", (column("a"), column(1), -1), "num", "outside"),
        ("CONVBYMANAGER", (column(None), column(1)), "na", "no_data"),
    ],
)  # fmt: skip
def test_a_call_without_a_value_shows_its_error(id_, given, code, problem):
    assert told(call(id_, *given)) == (code, problem)


def test_the_first_error_of_a_cell_passes_on():
    first, second = Fault(Code.NUM), Fault(Code.NA)
    assert call("CPL", [[None]], column(1, first, second)) is first
    assert call("CPL", column(5, second), first) is second
    assert call("CPL", first, "abc") is first
    assert told(call("CPL", "abc", first)) == ("value", "not_a_number")


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        ("1 000,5", 1000.5),
        (f"1{NBSP}000{NBSP}000", 1_000_000),
        ("1\N{NARROW NO-BREAK SPACE}000.5", 1000.5),
        ("\N{MINUS SIGN}3", -3),
        ("+7", 7),
        (".5", 0.5),
        ("1e3", 1000),
        (0, 0),
        ("", None),
        ("1,000.5", None),
        ("1_000", None),
        ("NaN", None),
        ("Infinity", None),
        ("1e999", None),
        ("٣", None),
        ("12 руб.", None),
        (True, None),
        (float("inf"), None),
        (None, None),
    ],
)
def test_a_number_as_people_write_it(cell, number):
    assert number_in(cell) == number


def test_ranges_are_summed_and_one_cell_is_itself():
    assert call("CPL", column("spend", "1 000,5", None, 499.5), [[1, 2], [None, True]]) == 500
    assert call("CPL", [[1500]], [["3"]]) == call("CPL", 1500, 3) == 500
    assert call("RUNRATE", 50, 150, column(None, 10, "days"), 22) == call(
        "RUNRATE", 50, 150, 10, 22
    )


CELLS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-100, 10**6),
    st.floats(),
    st.text(max_size=6),
    st.sampled_from(["1 000,5", "?", "n/a", "share", "0", Fault(Code.NA)]),
)
GIVEN = st.one_of(
    CELLS,
    st.integers(1, 3).flatmap(
        lambda width: st.lists(
            st.lists(CELLS, min_size=width, max_size=width), min_size=1, max_size=4
        )
    ),
)


@pytest.mark.parametrize("id_", FUNCTIONS)
@settings(max_examples=60, deadline=None, derandomize=True)
@given(data=st.data())
def test_whatever_is_given_there_is_a_value_or_a_fault_in_words(id_, data):
    function = FUNCTIONS[id_]
    given = data.draw(st.lists(GIVEN, max_size=len(function.arguments) + 1))
    answer = function.answer(given, SETTING)
    rows = answer if isinstance(answer, list) else [[answer]]
    if isinstance(answer, list) and function.columns:
        assert {len(row) for row in rows} == {len(function.columns)}
    for cell in (cell for row in rows for cell in row):
        assert cell is None or isinstance(cell, float | int | str | Said | Fault)
        assert not isinstance(cell, float) or abs(cell) < float("inf")
        if isinstance(cell, Said):
            assert load("en").has(cell.text)
        elif isinstance(cell, Fault) and cell.problem:
            assert PROBLEMS[cell.problem] is cell.code
            assert load("ru")(f"function.problem.{cell.problem}", **cell.parts)


@pytest.mark.parametrize("function", FUNCTIONS.values(), ids=FUNCTIONS)
def test_an_example_is_a_call_with_a_value(function):
    answer = function.answer(function.example, SETTING)
    if function.is_stored:
        assert told(answer) == ("na", "no_store")
    else:
        assert not isinstance(answer, Fault)
    if function.id in TRACED:
        assert len(function.example) == len(function.arguments)


@TEXTS
def test_every_function_argument_and_problem_has_words_and_none_is_idle(language):
    texts = load(language).texts
    held = {id_ for id_ in texts if id_.startswith("function.")}
    needed = {f"function.text.{id_}" for id_ in FUNCTIONS}
    needed |= {f"function.problem.{id_}" for id_ in PROBLEMS} | {"function.note.too_few"}
    for function in FUNCTIONS.values():
        for name in function.parameters:
            own = f"function.argument.{function.id}.{name}"
            needed.add(own if own in texts else f"function.argument.{name}")
            needed.add(f"function.label.{name}")
    assert sorted(held ^ needed) == []
    assert all(len(texts[id_]) <= 255 for id_ in needed), "Excel shows no longer help"
    labels = [
        [texts[f"function.label.{name}"] for name in function.parameters]
        for function in FUNCTIONS.values()
    ]
    assert all(len(set(named)) == len(named) for named in labels)
    assert all(texts[f"function.text.{id_}"].endswith(".") for id_ in FUNCTIONS)


PERIODS = {
    "2026-11": "2026-11",
    " 2026-w47 ": "2026-W47",
    "2026-11-05": "2026-11-05",
    "5.11.2026": "2026-11-05",
    "2026-11-01..2026-11-23": "2026-11-01..2026-11-23",
    "1.11.2026 .. 23.11.2026": "2026-11-01..2026-11-23",
    "ALL": "all",
    46_327: "2026-11",
    46_327.75: "2026-11",
    2026: None,
    True: None,
    float("inf"): None,
    float("nan"): None,
    -1e300: None,
    "2026-W54": None,
    "2026-13": None,
    "2026-11-31": None,
    "2026-11-23..2026-11-01": None,
    "2026-11-01..": None,
    "..": None,
    "0000-01": None,
    "٢٠٢٦-11": None,
    "november": None,
}


@pytest.mark.parametrize("cell", PERIODS, ids=repr)
def test_a_period_as_people_write_it(cell):
    assert period_of(cell) == PERIODS[cell]


@settings(max_examples=200, deadline=None, derandomize=True)
@given(cell=CELLS)
def test_a_period_that_is_read_is_one_that_the_metrics_know(cell):
    name = period_of(cell)
    assert name is None or parse_period(name)
