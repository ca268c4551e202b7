"""The agenda: what a new one holds, when it meets, and which items collapse and why."""

# ruff: noqa: DTZ001  (cells know no time zones)

from dataclasses import replace
from datetime import date, datetime, time

import pytest

from templates.meeting.agenda import (
    KEYS,
    MEETING_MINUTES,
    coming,
    facilitated_by,
    minutes_until,
    next_slot,
    starter,
)
from templates.meeting.brief import sections
from templates.meeting.regulation import regulation
from templates.tabs.agenda import check
from templates.words import LANGUAGES, load
from tests.templates import made_up
from tests.templates.meeting.made_up import WHOLE, on_plan, with_agenda

EN = load("en")


def by_topic(facts, words=EN):
    return {section.item.topic: section for section in sections(facts, words)}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_new_agenda_has_ten_items_and_takes_the_whole_time(language):
    rows = starter(load(language))
    assert list(rows) == list(KEYS) == [f"A-{n:04d}" for n in range(1, 11)]
    assert sum(row["minutes"] for row in rows.values()) == MEETING_MINUTES == 45
    assert [row["order"] for row in rows.values()] == list(range(10))


def test_every_item_of_a_whole_firm_that_lags_behind_has_its_data_beside_it():
    found = by_topic(WHOLE)
    assert list(found) == list(KEYS.values())
    assert [topic for topic, section in found.items() if section.why_closed] == []
    assert all(section.blocks for section in found.values())


def test_hypotheses_take_two_minutes_when_the_plan_is_met_and_deals_suffice():
    section = by_topic(on_plan(WHOLE))["hypotheses"]
    assert section.why_closed == EN("meeting.closed.on_pace")
    assert section.item.minutes == 2
    assert section.blocks == []


@pytest.mark.parametrize(
    ("table", "topic", "why"),
    [
        ("running_experiments", "experiments", "meeting.closed.no_experiment"),
        ("tasks_due", "tasks", "meeting.nothing.tasks"),
        ("coming", "next_week", "meeting.nothing.next_week"),
    ],
)
def test_an_item_without_content_collapses_to_why_and_takes_no_time(table, topic, why):
    tables = {name: rows for name, rows in WHOLE.tables.items() if name != table}
    section = by_topic(replace(WHOLE, tables=tables))[topic]
    assert section.why_closed == EN(why)
    assert section.item.minutes == 0


def test_a_firm_without_numbers_is_told_that_its_pace_is_unknown_not_that_it_is_fine():
    found = by_topic(made_up.EMPTY)
    assert found["hypotheses"].why_closed == EN("meeting.closed.pace_unknown")
    assert found["share"].why_closed == EN("meeting.nothing.share")


def test_a_short_pipeline_alone_opens_the_hypotheses():
    facts = on_plan(WHOLE)
    five = [
        {**row, "short_open": 10.0} if row["id"] == "coverage_raw" else row
        for row in facts.tables["five"]
    ]
    found = by_topic(replace(facts, tables={**facts.tables, "five": five}))
    assert found["hypotheses"].why_closed == ""


def test_people_order_rename_add_and_take_off():
    facts = with_agenda(
        WHOLE,
        **{
            "A-0002": {"order": 20.0},
            "A-0003": {"on": "no"},
            "A-0004": {"item": "Share first", "led_by": "Vera", "minutes": 9.0},
            "A-0011": {"order": 3.5, "item": "Our fair", "minutes": 5.0},
            "A-0012": {"minutes": 5.0},
        },
    )
    found = sections(facts, EN)
    assert [section.item.title for section in found][-1] == EN("agenda.freshness")
    titles = [section.title for section in found]
    assert "3. Share first · 9 min · Vera" in titles
    assert (
        titles.index("3.5. Our fair · 5 min") == titles.index("3. Share first · 9 min · Vera") + 1
    )
    assert not any(section.item.topic == "five" for section in found)
    assert len(found) == 10, "an item without a title is none yet"


def test_an_item_may_wait_for_disputes():
    waiting = {"A-0011": {"order": 11.0, "item": "Disputes", "condition": "disputes_open"}}
    assert sections(with_agenda(WHOLE, **waiting), EN)[-1].why_closed == ""
    settled = [{"dispute_id": "D-0001", "lead_id": "1", "outcome": "qualified"}]
    facts = replace(WHOLE, tables={**WHOLE.tables, "typed.disputes": settled})
    closed = sections(with_agenda(facts, **waiting), EN)[-1]
    assert closed.why_closed == EN("meeting.closed.no_disputes")


def test_time_runs_over_the_items_that_stand():
    rows = [
        {"order": 2.0, "minutes": 5.0},
        {"order": 1.0, "minutes": 3.0},
        {"order": 1.5, "minutes": 9.0, "on": "no"},
        {"minutes": 50.0},
    ]
    assert [minutes_until(row, rows) for row in rows] == [8.0, 3.0, 3.0, None]


def test_minutes_below_zero_are_named():
    assert list(check({"minutes": -1.0})) == [("minutes", "not_minutes")]
    assert list(check({"minutes": 0.0})) == list(check({})) == []


@pytest.mark.parametrize(
    ("now", "at"),
    [
        ("2026-11-22T08:00", "2026-11-23T10:00"),
        ("2026-11-23T10:44", "2026-11-23T10:00"),
        ("2026-11-23T10:46", "2026-11-30T10:00"),
    ],
)
def test_the_coming_meeting_is_the_next_one_or_the_one_that_runs(now, at):
    facts = replace(made_up.EMPTY, synced_at=datetime.fromisoformat(now))
    assert coming(facts) == datetime.fromisoformat(at)


def test_a_slot_is_always_later_than_its_moment():
    friday = datetime(2026, 11, 27, 15)
    assert next_slot(friday, 4, time(15)) == datetime(2026, 12, 4, 15)
    assert next_slot(friday, 4, time(16)) == datetime(2026, 11, 27, 16)


def test_departments_take_turns_over_the_end_of_a_year():
    mondays = [date(2026, 12, 21), date(2026, 12, 28), date(2027, 1, 4), date(2027, 1, 11)]
    assert [facilitated_by(day) for day in mondays] == ["marketing", "sales"] * 2


def test_the_regulation_follows_the_agenda():
    lines = regulation(with_agenda(WHOLE, **{"A-0003": {"on": "no"}}), EN)
    assert "on Mondays at 10:00, 39 minutes" in lines[0]
    assert not any(EN("agenda.five") in line for line in lines)
    assert any(line.startswith("3–11 min. Qualified share in band?") for line in lines)
    assert any("Only if behind plan." in line for line in lines)
