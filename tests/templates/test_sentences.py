"""The sentences on the five numbers, in both languages."""

# ruff: noqa: E501, ISC004  (a sentence stands on one line, or is cut where it may be)

from __future__ import annotations

from dataclasses import replace

import pytest

from templates.sentences import sentence
from templates.words import load
from tests.templates import made_up


def say(language: str, id_: str, **changes: object) -> str:
    row = next(row for row in made_up.five() if row["id"] == id_) | changes
    return sentence(row, made_up.RICH, load(language)).replace("\xa0", " ")


@pytest.mark.parametrize(
    ("id_", "changes", "russian", "english"),
    [
        ("run_rate", {"value": 1.023},
         "В темпе: прогноз 102,3 % плана.", "On pace: the forecast is 102.3% of plan."),
        ("run_rate", {"value": 0.8889, "need_per_day": 163_636.36, "pace_per_day": 133_333.33},
         "Отстаём: чтобы догнать, нужно 163 636 ₽ в день вместо 133 333 ₽.",
         "Behind: catching up takes ₽163,636 a day instead of ₽133,333."),
        ("run_rate", {"value": 0.95, "metric": "qualified", "need_per_day": 5.17,
                      "pace_per_day": 4.75},
         "Отстаём: чтобы догнать, нужно 5,2 в день вместо 4,8.",
         "Behind: catching up takes 5.2 a day instead of 4.8."),
        ("run_rate", {"value": 0.5, "elapsed": 3},
         "Рано судить: прогноз 50,0 % плана, но месяц только начался.",
         "Too early to tell: the forecast is 50.0% of plan, but the month has just begun."),
        ("run_rate", {"value": None, "reason": "no_plan"},
         "Нет плана на этот месяц: впишите его на вкладке «План».",
         "No plan for this month: type it on the tab “Plan”."),
        ("coverage_raw", {"value": 5.2, "win_rate": 0.25, "short_open": -1.0},
         "Сделок в работе хватит, если закрывать каждую 5-ю; сейчас закрывается каждая 4-я.",
         "Open deals suffice if one in 5 closes; now one in 4 does."),
        ("coverage_raw", {"value": 1.8, "win_rate": 0.63, "short_open": -1.0},
         "Сделок в работе хватит, если выигрывать 56 % их суммы; сейчас выигрывается 63 %.",
         "Open deals suffice if 56% of their amount is won; now 63% is."),
        ("coverage_raw", {"value": 0.833, "open_amount": 1_500_000, "remaining": 1_800_000},
         "Даже если закрыть все сделки в работе, до плана не хватит 300 000 ₽.",
         "Even if every open deal closes, ₽300,000 is missing to plan."),
        ("coverage_raw", {"value": None, "basis": "plan_met", "reason": "zero_denominator"},
         "План выполнен: открытые сделки пойдут сверх него.",
         "Plan met: open deals now come on top of it."),
        ("manager_conversion", {"best": 0.3, "worst": 0.15, "is_proven": False},
         "Лучший 30,0 %, худший 15,0 %; разница не доказана.",
         "Best 30.0%, lowest 15.0%; the difference is not proven."),
        ("manager_conversion", {"best": 0.3, "worst": 0.15},
         "Лучший 30,0 %, худший 15,0 %; разница доказана.",
         "Best 30.0%, lowest 15.0%; the difference is proven."),
        ("manager_conversion", {"worst": None},
         "По отделу 24,2 %. Сравнить менеджеров пока нельзя: заявок хватает не больше чем у одного.",
         "24.2% for the department. Sellers cannot be compared yet: at most one has enough leads."),
        ("qualified_share", {},
         "Целевых 69,2 % (90 из 130); норма 62–78 %.",
         "Qualified 69.2% (90 of 130); norm 62–78%."),
        ("qualified_share", {"value": 0.9, "qualified": 117, "status": "too_good"},
         "Целевых 90,0 % (117 из 130); норма 62–78 %. "
         "Слишком хорошо: проверьте, не завышают ли вердикты.",
         "Qualified 90.0% (117 of 130); norm 62–78%. "
         "Too good: check whether verdicts are inflated."),
        ("customer_cost", {"value": 43_200.0},
         "Цена клиента 43 200 ₽: выше предела на 20 %.",
         "Customer cost ₽43,200: 20% above the limit."),
        ("customer_cost", {"value": 27_000.0},
         "Цена клиента 27 000 ₽: ниже предела на 25 %.",
         "Customer cost ₽27,000: 25% below the limit."),
        ("customer_cost", {"value": 36_000.0},
         "Цена клиента 36 000 ₽: ровно на пределе.", "Customer cost ₽36,000: exactly at the limit."),
        ("customer_cost", {"value": None, "basis": "no_customers", "spend": 90_000.0, "leads": 40},
         "0 клиентов, потрачено 90 000 ₽; при 40 заявках конверсия не выше 7,5 %.",
         "0 customers, ₽90,000 spent; with 40 leads conversion is at most 7.5%."),
    ],
)  # fmt: skip
def test_each_number_gets_its_sentence(id_, changes, russian, english):
    assert say("ru", id_, **changes) == russian
    assert say("en", id_, **changes) == english


def test_names_are_said_only_where_the_firm_wants_them():
    row = made_up.five("full")[2]
    assert "Титов" not in sentence(row, made_up.RICH, load("ru"))
    facts = replace(made_up.RICH, settings={**made_up.RICH.settings, "names": "full"})
    assert "худший 10,4\xa0% (П. Титов)" in sentence(row, facts, load("ru"))
