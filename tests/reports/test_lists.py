"""What the company says of its channels, stages, people, days and rates, and what that changes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime

import pytest

from sheets_sync.checking import checked, typed_rows
from sheets_sync.config import Config
from sheets_sync.drawing import decisions
from sheets_sync.metrics import compute
from sheets_sync.reports import facts
from sheets_sync.store import open_store
from sheets_sync.workspace import Workspace
from templates.settings import DEFAULTS
from templates.tabs import TABS
from templates.words import load
from tests.store.pages import Pages, page

AS_OF = date(2026, 11, 22)
NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
ANNA, OLEG = "Анна Королёва", "Олег Ершов"


def at(day: int, hour: int = 9) -> datetime:
    return datetime(2026, 11, day, hour, tzinfo=UTC)


LEADS = [
    {"lead_id": "L1", "created_at": at(3), "manager": ANNA, "channel": None,
     "campaign": "brand_msk", "is_target": True, "first_touch_at": at(3, 12), "deal_id": "D1"},
    {"lead_id": "L2", "created_at": at(4), "manager": ANNA, "channel": "vk ads",
     "campaign": "posev", "is_target": True, "first_touch_at": at(4, 10), "deal_id": "D2"},
    {"lead_id": "L3", "created_at": at(5), "manager": OLEG, "channel": "VK",
     "campaign": None, "is_target": True, "first_touch_at": at(5, 10), "deal_id": "D3"},
    {"lead_id": "L4", "created_at": at(6), "manager": OLEG, "channel": None,
     "campaign": None, "is_target": True, "first_touch_at": at(6, 10), "deal_id": "D4"},
]  # fmt: skip
DEALS = [
    {"deal_id": f"D{n}", "lead_id": f"L{n}", "created_at": at(2 + n), "stage": stage,
     "status": status, "closed_at": closed, "amount": 100, "currency": currency,
     "manager": ANNA if n < 3 else OLEG}
    for n, stage, status, closed, currency in (
        (1, "Оплачена", "won", at(10), "RUB"), (2, "Шаг 4", "open", None, "RUB"),
        (3, "Счёт", "open", None, "USD"), (4, "Проиграна", "lost", at(9), "RUB"),
    )
]  # fmt: skip
EVENTS = [{"event_id": "E1", "entity": "deal", "entity_id": "D2", "at": at(8), "to_stage": "Шаг 4"}]
SPEND = [
    {"row_id": "S1", "day": date(2026, 11, 3), "campaign": "brand_msk", "cost": 900,
     "currency": "RUB", "cabinet": "Директ", "vat_included": True},
    {"row_id": "S2", "day": date(2026, 11, 3), "channel": "VK", "cost": 500, "currency": "RUB"},
]  # fmt: skip


@dataclass
class Firm:
    """Four leads, and what people type about them."""

    store: object

    def type(self, config=None, **typed):
        usable, self.problems = checked(typed, TABS)
        self.store.apply(decisions(usable, config or {}, (), load("ru")))
        self.typed = dict(typed_rows(usable, TABS))
        self.tables = {}
        return self

    def told(self, name, **settings):
        asked = tuple(settings.items())
        if asked not in self.tables:
            self.tables[asked] = self._tables(settings)
        return self.tables[asked][name]

    def _tables(self, settings):
        return facts(
            self.store.connection,
            as_of=AS_OF,
            synced_at=NOW.replace(tzinfo=None),
            company="Firm",
            currency="RUB",
            settings={**DEFAULTS, **settings},
            typed=self.typed,
        ).tables

    def by(self, name, key, **settings):
        return {row[key]: row for row in self.told(name, **settings)}

    def metric(self, name, **settings):
        found = compute(
            self.store.connection,
            period=None,
            as_of=AS_OF,
            currency="RUB",
            settings={**DEFAULTS, **settings},
        )
        return next(metric.value for metric in found if metric.metric == name)

    def channels(self, table="leads_now", id_="lead_id"):
        sql = f"select {id_}, channel from {table} order by 1"
        return [channel for _, channel in self.store.connection.execute(sql).fetchall()]


@pytest.fixture(scope="module")
def firm(tmp_path_factory):
    store = open_store(tmp_path_factory.mktemp("firm"), timezone="Europe/Moscow", currency="RUB")
    given = {"lead": LEADS, "deal": DEALS, "stage_event": EVENTS, "ad_spend": SPEND}
    pages = [page(name, rows, is_complete=True) for name, rows in given.items()]
    assert store.take(Pages(*pages), now=NOW).error is None
    return Firm(store)


def rule(field, op, value, channel, order=None, on=None):
    found = {"field": field, "op": op, "value": value, "channel": channel, "order": order, "on": on}
    return {id_: x for id_, x in found.items() if x is not None}


# -- channels


def test_without_rules_channels_are_as_their_sources_say(firm):
    firm.type()
    assert firm.channels() == [None, "vk ads", "VK", None]
    assert firm.channels("deals_now", "deal_id") == [None, "vk ads", "VK", None]


def test_a_rule_names_the_channel_of_leads_their_deals_and_spend(firm):
    firm.type(channel_rules={"R-0001": rule("campaign", "contains", "BRAND", "Директ")})
    assert firm.channels() == ["Директ", "vk ads", "VK", None]
    assert firm.channels("deals_now", "deal_id") == ["Директ", "vk ads", "VK", None]
    assert firm.channels("spend_now", "row_id") == ["Директ", "VK"]
    [row] = firm.told("channel_rules")
    assert (row["hits_28d"], row["example"], row["shadowed_by"]) == (1, "brand_msk", None)


def test_the_first_rule_in_order_decides_and_one_that_never_comes_to_its_turn_is_named(firm):
    firm.type(
        channel_rules={
            "R-0001": rule("campaign", "=", "brand_msk", "Бренд", order=20),
            "R-0002": rule("campaign", "is_set", None, "Реклама", order=10),
            "R-0003": rule("campaign", "regex", "^none$", "Никто", order=30),
        }
    )
    assert firm.channels() == ["Реклама", "Реклама", "VK", None]
    rows = firm.by("channel_rules", "rule_id")
    assert rows["R-0001"]["shadowed_by"] == "R-0002"
    assert rows["R-0002"]["hits_28d"] == 2
    assert (rows["R-0003"]["hits_28d"], rows["R-0003"]["shadowed_by"]) == (0, None)


def test_rules_that_are_off_or_lack_something_are_not_followed(firm):
    firm.type(
        channel_rules={
            "R-0001": rule("campaign", "is_set", None, "Реклама", on="no"),
            "R-0002": rule("campaign", "=", None, "Реклама"),
            "R-0003": rule("campaign", "regex", "(a+)+", "Реклама"),
            "R-0004": rule("campaign", "about", "x", "Реклама"),
        }
    )
    assert firm.channels() == [None, "vk ads", "VK", None]
    assert [(p.key, p.column, p.id) for p in firm.problems] == [
        ("R-0002", "value", "blank"),
        ("R-0003", "value", "not_a_pattern"),
        ("R-0004", "op", "not_a_choice"),
    ]
    assert all(row["hits_28d"] is None for row in firm.told("channel_rules"))


def test_a_deal_without_marks_of_its_own_is_where_its_lead_came_from(firm):
    firm.type(channel_rules={"R-0001": rule("channel", "is_empty", None, "Прямые")})
    assert firm.channels() == ["Прямые", "vk ads", "VK", "Прямые"]
    assert firm.channels("deals_now", "deal_id") == ["Прямые", "vk ads", "VK", "Прямые"]


def test_channels_of_one_name_add_up_and_the_list_keeps_both(firm):
    firm.type(channel_list={"vk ads": {"name": "ВКонтакте"}, "vk": {"name": "ВКонтакте"}})
    assert firm.channels() == [None, "ВКонтакте", "ВКонтакте", None]
    found = firm.by("channels", "channel")
    assert (found["ВКонтакте"]["leads"], found["ВКонтакте"]["spend"]) == (2, 500)
    assert {row["channel_id"] for row in firm.told("channel_list")} == {"vk ads", "vk"}


def test_what_is_decided_of_a_channel_stands_on_the_channels_page(firm):
    said = {
        "channel_group": "channel_organic", "cost_limit": 700, "margin": 0.5, "decision": "stop",
        "decision_on": AS_OF,
    }  # fmt: skip
    firm.type(channel_list={"vk": said, "vk ads": {"margin": 0.5}})
    found = firm.by("channels", "channel", average_deal=1000.0)
    row = found["VK"]
    assert (row["is_paid"], row["limit"], row["margin_share"]) == (False, 700, 0.5)
    assert (row["decision"], row["decision_on"]) == ("stop", AS_OF)
    assert found["vk ads"]["limit"] == 1000 * 0.5 * 0.3
    assert found[None]["limit"] is None


def test_a_channel_that_was_added_before_its_leads_came_stays_one_row(firm):
    firm.type(channel_list={"K-0001": {"name": "vk"}, "K-0002": {"name": "Выставка"}})
    keys = [row["channel_id"] for row in firm.told("channel_list")]
    assert sorted(keys) == ["K-0001", "K-0002", "vk ads"]


# -- stages


def test_people_say_what_a_stage_means_and_outrank_the_config(firm):
    config = {"Шаг 4": "invoice"}
    firm.type()
    assert firm.by("stages", "stage")["Шаг 4"]["canonical"] is None
    firm.type(config=config)
    assert firm.by("stages", "stage")["Шаг 4"]["guess"] == "invoice"
    firm.type(config=config, stages={"Шаг 4": {"canonical_stage": "proposal"}})
    row = firm.by("stages", "stage")["Шаг 4"]
    assert (row["canonical"], row["usual_p"], row["deals"]) == ("proposal", 0.4, 1)


def test_a_stage_that_people_call_won_closes_its_deals(firm):
    before = firm.type().metric("won")
    assert firm.type(stages={"Шаг 4": {"canonical_stage": "won"}}).metric("won") == before + 1
    lost = firm.type(stages={"Проиграна": {"canonical_stage": "won"}})
    assert lost.metric("won") == before  # the CRM says that this deal was lost


def test_the_chance_of_a_stage_and_how_long_a_deal_may_stand_there_are_set(firm):
    stuck = {"default_p": 0.9, "max_days": 3, "canonical_stage": "proposal"}
    firm.type(stages={"Шаг 4": stuck})
    row = firm.by("pipeline", "stage")["Шаг 4"]
    assert (row["probability"], row["origin"]) == (0.9, "default")
    assert {row["deal_id"] for row in firm.told("stuck") if row["why"] == "stuck"} == {"D2"}
    firm.type(stages={"Шаг 4": {**stuck, "max_days": 30}})
    assert "D2" not in {row["deal_id"] for row in firm.told("stuck") if row["why"] == "stuck"}


# -- people


def test_people_are_called_as_they_are_named_here(firm):
    firm.type(people={OLEG: {"name": "Пётр Ильин"}})
    assert {row["initials"] for row in firm.told("people")} == {"А. К.", "П. И."}
    assert {row["initials"] for row in firm.told("people", names="full")} == {ANNA, "Пётр Ильин"}


@pytest.mark.parametrize(
    ("said", "is_compared"),
    [
        ({}, True),
        ({"dept": "sales"}, True),
        ({"dept": "marketing"}, False),
        ({"works_to": date(2026, 11, 20)}, False),
        ({"works_to": AS_OF}, True),
        ({"counts_in_ranking": "no"}, False),
        ({"works_to": date(2026, 11, 20), "counts_in_ranking": "yes"}, True),
    ],
)
def test_who_left_or_does_not_sell_is_not_compared(firm, said, is_compared):
    firm.type(people={OLEG: said})
    names = {"names": "full", "n_min": 1}
    row = firm.by("managers", "manager", **names)[OLEG]
    assert row["is_ranked"] is row["is_compared"] is is_compared
    assert row["is_active"] is (said.get("works_to", AS_OF) >= AS_OF)
    low = firm.metric("conversion_min", **names)
    assert low == (0.0 if is_compared else firm.metric("conversion_max", **names))


def test_the_hours_of_a_person_are_those_by_which_answers_are_counted(firm):
    firm.type()
    usual = firm.by("managers", "manager", names="full")
    assert usual[ANNA]["response_median_hours"] == 1.5  # three hours, and none on a holiday
    assert usual[OLEG]["response_median_hours"] == 1
    assert firm.metric("first_response_p90") == pytest.approx(2.4)  # of 0, 1, 1 and 3 hours
    firm.type(people={ANNA: {"schedule": "14:00 – 20:00"}, OLEG: {"schedule": "day and night"}})
    own = firm.by("managers", "manager", names="full")
    assert own[ANNA]["response_median_hours"] == 0.5  # from 14:00 to 15:00, and none
    assert own[OLEG]["response_median_hours"] == 1
    assert [(p.key, p.id) for p in firm.problems] == [(OLEG, "not_hours")]
    assert firm.metric("first_response_p90") == 1


def test_people_that_only_we_know_are_kept_in_the_list(firm):
    firm.type(people={"U-0001": {"name": "Ольга Ким", "dept": "marketing"}})
    assert [row["person"] for row in firm.told("people")] == [ANNA, OLEG, "U-0001"]


# -- days and rates


def test_a_day_off_of_ours_is_no_working_day(firm):
    days = {row["metric"]: row["total"] for row in firm.type().told("pace")}
    off = {"2026-11-24": {"is_working": "day_off"}, "2026-11-28": {"is_working": "workday"}}
    firm.type(calendar={"2026-11-24": off["2026-11-24"]})
    assert {row["metric"]: row["total"] for row in firm.told("pace")} == {
        metric: total - 1 for metric, total in days.items()
    }
    firm.type(calendar=off)
    assert {row["metric"]: row["total"] for row in firm.told("pace")} == days
    row = firm.by("days", "date")["2026-11-28"]
    assert (row["weekday"], row["official"]) == ("saturday", "day_off")


def test_the_calendar_has_this_year_and_the_next(firm):
    days = [row["day"] for row in firm.type().told("days")]
    assert (days[0], days[-1], len(days)) == (date(2026, 1, 1), date(2027, 12, 31), 730)


def test_a_rate_makes_amounts_of_another_currency_count(firm):
    assert firm.type().metric("pipeline_open") is None
    first = {"from_date": date(2026, 11, 1), "from_currency": "usd", "rate": 90}
    later = {"from_date": date(2026, 12, 1), "from_currency": "USD", "rate": 95}
    firm.type(fx={"X-0001": first, "X-0002": later, "X-0003": {"rate": -1}})
    amounts = {row["stage"]: row["amount"] for row in firm.told("pipeline")}
    assert amounts["Счёт"] == 9500
    rows = firm.by("rates", "rate_id")
    assert rows["X-0001"]["until"] == date(2026, 12, 1)
    assert rows["X-0002"]["amounts"] == 1
    assert {(p.key, p.column) for p in firm.problems} == {
        ("X-0003", "from_date"), ("X-0003", "from_currency"), ("X-0003", "rate"),
    }  # fmt: skip


# -- settings


def test_spend_with_other_vat_than_the_workbook_is_named(firm):
    firm.type()
    assert firm.by("quality_counts", "id")["vat_differs"]["count"] == 0
    row = firm.by("quality_counts", "id", vat="net")["vat_differs"]
    assert (row["count"], row["example"]) == (1, "brand_msk")


def test_the_day_begins_by_the_clock_that_people_set(tmp_path):
    late = datetime(2026, 11, 22, 20, tzinfo=UTC)
    space = Workspace(tmp_path, Config())
    assert space.local(late, space.settings({})).date() == date(2026, 11, 22)
    typed = {"settings": {"timezone": {"value": "Asia/Vladivostok"}}}
    assert space.local(late, space.settings(typed)).date() == date(2026, 11, 23)


def test_the_word_for_the_unknown_is_that_of_the_settings(tmp_path):
    space = Workspace(tmp_path, Config())
    assert space.words({})("page.unknown_stage") == "ХЗ"
    typed = {"settings": {"unknown_text": {"value": "н/д"}}}
    assert space.words(typed)("metric.unknown_index") == "Индекс н/д"
