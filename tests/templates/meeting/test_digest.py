"""The digest: short whatever the numbers say, its questions in their order, nobody named."""

import re
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from templates.brand import Brand
from templates.briefly import told
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
        fact=AMOUNT, plan=AMOUNT, elapsed=st.integers(0, 23), total=st.just(23),
        metric=st.sampled_from(["revenue", "qualified"])),
    row("coverage_raw", "ratio", st.one_of(st.none(), st.floats(0.01, 1e6)), short_open=AMOUNT,
        win_rate=st.one_of(st.none(), st.floats(0.001, 1)), win_rate_n=st.integers(0, 10**9),
        remaining=AMOUNT, open_amount=AMOUNT, basis=st.sampled_from([None, "plan_met"])),
    row("manager_conversion", "share", SHARE, best=SHARE, worst=SHARE, is_proven=st.booleans(),
        **NAMES),
    row("qualified_share", "share", st.one_of(st.none(), st.floats(0, 1)),
        low=st.one_of(st.none(), st.floats(0, 1)), high=st.one_of(st.none(), st.floats(0, 1)),
        qualified=st.integers(0, 10**9), judged=st.integers(0, 10**9)),
    row("customer_cost", "money", AMOUNT, limit=AMOUNT, high=AMOUNT,
        customers=st.integers(0, 10**9),
        spend=AMOUNT, basis=st.sampled_from([None, "no_customers"]), period=st.just("90 days")),
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
    brand = Brand(name="Ясный рост", site="https://growth.example")
    text = digest(replace(WHOLE, brand=brand), RU, "https://t.example/1").replace("\xa0", " ")
    assert text.splitlines() == [
        "Тёплый дом, неделя 2026-W46. Данные на 12.11.2026.",
        (
            "1. 🔴 Темп: прогноз 80,0 % плана (1,2 млн ₽ из 3 млн ₽ за 8 из 20 рабочих дней); "
            "чтобы догнать, нужно 150 тыс. ₽ в день вместо 150 тыс. ₽."
        ),
        (
            "2. 🟡 Pipeline: до плана 1,8 млн ₽, в работе 6,1 млн ₽ (сделок: 74). "
            "Мало: выигрываем 26 % (из 214)."
        ),
        "3. 🟡 Менеджеры: лучший 33,9 % (21 из 62), худший 10,4 % (5 из 48), разница доказана.",
        "4. Целевые за неделю: 69,2 % (90 из 130), норма 62–78 %.",
        "5. 🔴 Цена клиента за 90 дней: 46 400 ₽ (клиентов: 25), на 29 % выше предела.",
        "Не сделано с прошлой недели: 1 из 2.",
        "На встрече решаем:",
        "• Какие пять сделок закрываем до 30.11.2026?",
        "• Где взять ещё 823 тыс. ₽?",
        "• Что лучший делает иначе?",
        "https://t.example/1",
        "Ясный рост, https://growth.example",
    ]


@pytest.mark.parametrize("words", [RU, load("en")])
@pytest.mark.parametrize("facts", [WHOLE, made_up.RICH])
def test_no_line_says_its_name_twice(facts, words):
    for row in facts.tables["five"]:
        name, _, rest = told(row, facts, words).partition(":")
        said = {word.casefold() for word in re.findall(r"\w{4,}", rest)}
        assert not said & {word.casefold() for word in re.findall(r"\w{4,}", name)}


@pytest.mark.parametrize(
    ("id_", "change", "line"),
    [
        ("run_rate", {"value": 1.05},
         "Pace: forecast 105.0% of plan (₽1.2m of ₽3m in 8 of 20 working days)."),
        ("run_rate", {"elapsed": 2},
         ("Pace: forecast 100.0% of plan (₽1.2m of ₽3m in 2 of 20 working days); "
         "too early to tell.")),
        ("run_rate", {"value": 0.4, "need_per_day": None},
         "Pace: the month is over, 40.0% of plan was met: ₽1.2m of ₽3m."),
        ("run_rate", {"value": 1.1, "metric": "qualified", "fact": 44.0, "plan": 100.0},
         "Pace: forecast 110.0% of plan (44 of 100 in 8 of 20 working days)."),
        ("run_rate", {"value": None, "reason": "no_plan"},
         "Pace: unknown. No plan for this month: type it on the tab “Plan”."),
        ("coverage_raw", {"basis": "plan_met", "value": None},
         "Pipeline: plan met, ₽6.1m is still open (deals: 74)."),
        ("coverage_raw", {"short_open": -1.0},
         "Pipeline: ₽1.8m to plan, ₽6.1m open (deals: 74). Enough: 26% is won (of 214)."),
        ("coverage_raw", {"value": 0.9, "open_amount": 1_620_000.0},
         "Pipeline: ₽1.8m to plan, ₽1.62m open (deals: 74). Too little even if every deal closes."),
        ("coverage_raw", {"win_rate": None},
         ("Pipeline: ₽1.8m to plan, ₽6.1m open (deals: 74). "
         "Too few deals are closed to tell whether that is enough.")),
        ("manager_conversion", {"worst": None, "n": 12},
         "Sellers: 24.2% for the department (of 12), too few leads to compare sellers."),
        ("qualified_share", {"reason": "too_few", "qualified": 2, "judged": 3, "value": 2 / 3},
         "Qualified over a week: 66.7% (2 of 3), too few to tell."),
        ("qualified_share", {"status": "too_good"},
         ("Qualified over a week: 69.2% (90 of 130), norm 62–78%, "
         "too good: check whether verdicts are inflated.")),
        ("customer_cost", {"basis": "no_customers", "value": None, "spend": 9_000.0},
         "Customer cost: 0 customers, ₽9,000 spent; with 412 leads conversion is at most 0.7%."),
        ("customer_cost", {"limit": None},
         ("Customer cost over 90 days: ₽46,400 (customers: 25), "
         "no limit before the margin share is on the settings tab.")),
        ("customer_cost", {"limit": 46_400.0},
         "Customer cost over 90 days: ₽46,400 (customers: 25), exactly at the limit."),
    ],
)  # fmt: skip
def test_what_a_line_says(id_, change, line):
    [row] = [row for row in made_up.five() if row["id"] == id_]
    assert told({**row, **change}, made_up.RICH, load("en")).replace("\xa0", " ") == line


@pytest.mark.parametrize(
    ("table", "change", "question"),
    [
        ("qualified_share", {"value": 0.5, "low": 0.6, "status": "bad"},
         "Какой канал тянет долю вниз и что с его бюджетом?"),
        ("run_rate", {"value": 0.99}, "Какие пять сделок закрываем до 28.02.2026?"),
        ("coverage_raw", {"short_open": 5e6}, "Где взять ещё 5 млн ₽?"),
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
