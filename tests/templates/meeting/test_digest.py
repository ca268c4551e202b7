"""The digest: short whatever the numbers say, its questions in their order, nobody named."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from templates.meeting.digest import ASKED, MOST, digest, questions
from templates.words import LANGUAGES, load
from tests.templates import made_up
from tests.templates.meeting.made_up import WHOLE

RU = load("ru")

AMOUNT = st.one_of(st.none(), st.just(0.0), st.floats(0.01, 1e12))
SHARE = st.one_of(st.none(), st.floats(0, 30))
STATUS = st.sampled_from(["good", "warn", "bad", "too_good", "unknown"])
REASON = st.sampled_from(["no_data", "no_plan", "too_few", "zero_denominator", "immature"])
NAMES = {"best_name": st.just("Anna Koroleva"), "worst_name": st.just("Pavel Titov")}


def row(id_, kind, value, **more):
    known = {"id": st.just(id_), "kind": st.just(kind), "value": value, "status": STATUS,
             "reason": REASON}  # fmt: skip
    return st.fixed_dictionaries({**known, **more})


FIVE = st.tuples(
    row("run_rate", "share", SHARE, need_per_day=AMOUNT, pace_per_day=AMOUNT,
        elapsed=st.integers(0, 23), metric=st.sampled_from(["revenue", "qualified"])),
    row("coverage_raw", "ratio", st.one_of(st.none(), st.floats(0.01, 1e6)), short_open=AMOUNT,
        win_rate=st.one_of(st.none(), st.floats(0.001, 1)), remaining=AMOUNT, open_amount=AMOUNT),
    row("manager_conversion", "share", SHARE, best=SHARE, worst=SHARE, is_proven=st.booleans(),
        **NAMES),
    row("qualified_share", "share", st.one_of(st.none(), st.floats(0, 1)),
        low=st.one_of(st.none(), st.floats(0, 1)), high=st.one_of(st.none(), st.floats(0, 1)),
        qualified=st.integers(0, 10**9), judged=st.integers(0, 10**9)),
    row("customer_cost", "money", AMOUNT, limit=AMOUNT, high=AMOUNT),
)  # fmt: skip
TASKS = st.lists(
    st.fixed_dictionaries({
        "text": st.one_of(st.none(), st.text(max_size=400)),
        "carried": st.one_of(st.none(), st.integers(0, 9)),
        "status": st.sampled_from(["late", "to_do", "doing", "done"]),
    }),
    max_size=4,
)  # fmt: skip
STAGES = st.lists(
    st.fixed_dictionaries({
        "stage": st.sampled_from(made_up.STAGES),
        "count": st.one_of(st.none(), st.integers(0, 10**9)),
    }),
    max_size=9,
)  # fmt: skip


@st.composite
def firms(draw):
    tables = {"five": draw(FIVE), "tasks_due": draw(TASKS), "funnel": draw(STAGES)}
    company = draw(st.text(min_size=1, max_size=300))
    return replace(made_up.EMPTY, company=company, tables=tables)


@given(
    firms(), st.sampled_from(LANGUAGES), st.sampled_from(["", "https://example.com/" + "x" * 80])
)
@settings(max_examples=150, deadline=None)
def test_it_is_short_names_nobody_and_asks_in_order(facts, language, link):
    words = load(language)
    text = digest(facts, words, link)
    assert len(text) <= MOST
    assert "Koroleva" not in text
    assert "Titov" not in text
    asked = questions(facts, words)
    assert len(asked) <= 3
    assert asked == [text for ask in ASKED for text in [ask(facts, words)] if text][:3]
    places = [text.find(each) for each in asked if each in text]
    assert places == sorted(places)
    assert asked[: len(places)] == [each for each in asked if each in text], "the last goes first"


def test_names_are_said_where_the_firm_wants_them():
    tables = {**WHOLE.tables, "five": made_up.five("full")}
    facts = replace(WHOLE, tables=tables, settings={**WHOLE.settings, "names": "full"})
    assert "П. Титов" in digest(facts, RU)


def test_it_reads_as_agreed():
    lines = digest(WHOLE, RU, "https://t.example/1").replace("\xa0", " ").splitlines()
    assert lines[0] == "Тёплый дом, неделя 2026-W46. Данные на 12.11.2026."
    assert [line[:2] for line in lines[1:6]] == ["1.", "2.", "3.", "4.", "5."]
    assert lines[6] == "Не сделано с прошлой недели: 1 из 2."
    assert lines[7].startswith("На встрече решаем: Какие пять сделок закрываем до 30.11.2026? Где")
    assert lines[8] == "https://t.example/1"


@pytest.mark.parametrize(
    ("table", "change", "question"),
    [
        ("qualified_share", {"value": 0.5, "low": 0.6, "status": "bad"},
         "Какой канал тянет долю вниз и что с его бюджетом?"),
        ("run_rate", {"value": 0.99}, "Какие пять сделок закрываем до 28.02.2026?"),
        ("coverage_raw", {"short_open": 5e6}, "Где взять ещё 5 000 000 ₽?"),
        ("manager_conversion", {"is_proven": True}, "Что лучший делает иначе?"),
        ("customer_cost", {"value": 2.0, "high": 1.0}, "Какой канал дороже предела?"),
    ],
)  # fmt: skip
def test_each_number_puts_its_question(table, change, question):
    facts = replace(
        made_up.EMPTY, as_of=date(2026, 2, 9), tables={"five": [{"id": table, **change}]}
    )
    assert [text.replace("\xa0", " ") for text in questions(facts, RU)] == [question]


def test_then_come_the_unknown_stage_the_carried_task_and_the_first_thing_to_fix():
    tables = {
        "funnel": [{"stage": "lead", "count": 3}, {"stage": "visit", "count": None}],
        "tasks_due": [{"text": "Call", "carried": 3, "status": "late"}],
        "typed.scorecard": [
            {"criterion": f"{letter}{n}", "sales": 0, "marketing": 0}
            for letter in "MCSQR" for n in (1, 2, 3, 4)
        ],
    }  # fmt: skip
    first, second, third = questions(replace(made_up.EMPTY, tables=tables), RU)
    assert first == "Когда закроем ХЗ на этапе «визит»?"
    assert second == "«Call»: отменяем или делим?"
    assert third
