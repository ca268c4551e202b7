"""Five weekly syncs of a growing company, with people at work in the workbook in between."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from sheets_sync.config import load as load_config
from sheets_sync.sync import sync
from sheets_sync.workspace import Workspace
from tests.cli.calls import done
from tests.month import company
from tests.month.desk import WORDS, at_work, choice, look

MOSCOW = ZoneInfo("Europe/Moscow")
MONDAYS = [date(2026, 11, 2) + timedelta(days=7 * week) for week in range(6)]


class Month:
    """A workspace on its way through a month."""

    def __init__(self, folder) -> None:
        self.folder = folder
        company.export(folder, MONDAYS[0] - timedelta(days=1))
        done(
            "--lang", "ru", "init", folder / "ws", "--leads", folder / "leads.csv",
            "--deals", folder / "deals.csv", "--spend", folder / "spend.csv",
        )  # fmt: skip
        self.path = folder / "ws" / "smarketing.xlsx"
        self.told = {}

    def sync(self, day: date):
        """Sync early in the morning of a day, with everything up to the day before."""
        company.export(self.folder, day - timedelta(days=1))
        workspace = Workspace(self.folder / "ws", load_config(self.folder / "ws", WORDS))
        now = datetime(day.year, day.month, day.day, 7, tzinfo=MOSCOW)
        outcome = sync(workspace, now=now)
        assert not [arrival.error for arrival in outcome.arrivals if arrival.error]
        return outcome

    def at_work(self):
        return at_work(self.path)

    def look(self):
        return look(self.path)


def nth(date_or_week: date) -> str:
    """Return the ISO week of a day, as the minutes call it."""
    year, week, _ = date_or_week.isocalendar()
    return f"{year}-W{week:02d}"


REJECTED = [x for x in company.known(MONDAYS[0] - timedelta(days=7)) if not x.is_target]
OURS, DISPUTED = REJECTED[-1], REJECTED[-2]
PERSON = "Глеб Мартов"


def first_monday(desk):
    """A plan and a rule of the bonus for November, a task with a date, a verdict of our own."""
    november = date(2026, 11, 1)
    for metric, value in (("qualified", 30), ("revenue", 1_500_000)):
        desk["plan"].type(
            None, period=november, metric=choice(metric), scope=choice("company"), value=value
        )
    desk["bonus_rules"].type(
        None, person=PERSON, valid_from=november, basis=choice("for_qualified"), rate=500,
        old_rate=400,
    )  # fmt: skip
    desk["tasks"].type(
        None, text="Договориться с Авито о тарифе", owner="Анна Королёва",
        dept=choice("marketing"), due=date(2026, 11, 6),
    )  # fmt: skip
    desk["tasks"].type(None, text="Обзвонить гостей", owner="Борис Титов", due=date(2026, 11, 6))
    desk["tasks"].type(None, text="Починить форму", owner=PERSON, due=date(2026, 11, 6))
    desk["leads"].type(OURS.id, our_verdict=choice("qualified"), our_comment="перезвонил сам")


def second_monday(desk):
    """A hypothesis with a fact behind it, and marketing disputes a verdict.

    A task was done in time, another is put off and said otherwise.
    """
    desk["tasks"].type("T-0002", text="Обзвонить всех гостей", due=date(2026, 11, 20))
    desk["tasks"].type("T-0003", status=choice("done"), done_on=date(2026, 11, 5))
    desk["hypotheses"].type(
        None, because="ВК приводит нецелевых", because_k=9, because_n=20,
        because_definition="вердикт «нецелевая» за октябрь", change="Новый текст объявления",
        metric=choice("qualified_share"), target=0.8, start_on=date(2026, 11, 9),
        decide_on=date(2026, 11, 30), author=PERSON, status=choice("in_work"),
        impact=8, confidence=5, ease=9,
    )  # fmt: skip
    desk["disputes"].type(
        None, lead_id=DISPUTED.id, opened_by=choice("marketing"), argument="Клиент из области"
    )


def fourth_monday(desk):
    """The dispute is settled, a second task is written down and done."""
    desk["disputes"].type(
        "D-0001", outcome=choice("qualified"), decided_by="Анна Королёва",
        decided_on=MONDAYS[3],
    )  # fmt: skip
    desk["tasks"].type(
        None, text="Прислать список форума", owner="Борис Титов", due=date(2026, 11, 27),
        status=choice("done"), done_on=date(2026, 11, 24),
    )  # fmt: skip
    sheet = desk["tasks"].sheet
    sheet.insert_rows(5)
    sheet.cell(5, 2).value = None


def fifth_monday(desk):
    """The task that was put off is done at last."""
    desk["tasks"].type("T-0002", status=choice("done"), done_on=date(2026, 12, 2))


def sixth_monday(desk):
    """November's bonus is approved by a head."""
    desk["bonus"].type(
        f"2026-11|{PERSON}", approved_by="Анна Королёва", approved_on=date(2026, 12, 7)
    )


WORK = {
    0: first_monday,
    1: second_monday,
    3: fourth_monday,
    4: fifth_monday,
    5: sixth_monday,
}


def hold_a_meeting(desk, monday: date):
    """Write into the minutes of the week that is over who was there and what was decided."""
    week = nth(monday - timedelta(days=7))
    desk["minutes"].type(
        week, held_on=monday, sales_present="Анна Королёва", marketing_present=PERSON,
        decisions=f"Решения недели {week}",
    )  # fmt: skip


@pytest.fixture(scope="module")
def month(tmp_path_factory):
    """The whole month: six Mondays with work after each, and one sync with a day more."""
    month = Month(tmp_path_factory.mktemp("month"))
    for place, monday in enumerate(MONDAYS):
        month.sync(monday)
        month.told[place] = month.look()
        with month.at_work() as desk:
            WORK.get(place, lambda _: None)(desk)
            hold_a_meeting(desk, monday)
    month.sync(MONDAYS[5] + timedelta(days=1))
    month.told["approved"] = month.look()
    company.export(month.folder, MONDAYS[5] + timedelta(days=6))
    month.sync(MONDAYS[5] + timedelta(days=7))
    month.told["end"] = month.look()
    return month


@pytest.fixture(scope="module")
def end(month):
    return month.told["end"]


def test_a_task_stays_in_its_row_counts_its_meetings_and_is_red_at_three(month, end):
    assert through(month, "T-0001", "carried") == [0, 1, 2, 3, 4]
    assert end["tasks"].rows("text") == [
        "Договориться с Авито о тарифе",
        "Обзвонить всех гостей",
        "Починить форму",
        "Прислать список форума",
    ]
    assert end["tasks"].read("T-0001", "must_decide") == choice("drop_or_split")
    assert end["tasks"].read("T-0001", "first_due") == date(2026, 11, 6)


def through(month, key, id_):
    """Return what a task said on each Monday after the first."""
    return [month.told[place]["tasks"].read(key, id_) or 0 for place in range(1, 6)]


def test_moving_its_date_makes_nothing_on_time_and_doing_it_ends_the_question(month, end):
    """It was due on the 6th, moved to the 20th on the 9th, and done on 2 December."""
    assert through(month, "T-0002", "late") == [3, 10, 17, 24, 26]
    assert through(month, "T-0002", "carried") == [0, 1, 2, 3, 4]
    assert end["tasks"].read("T-0002", "carried") == 4 < end["tasks"].read("T-0001", "carried")
    assert through(month, "T-0002", "must_decide") == [0, 0, 0, choice("drop_or_split"), 0]


def test_a_task_that_was_done_in_time_is_never_counted(month, end):
    for id_ in ("carried", "late", "must_decide"):
        assert set(through(month, "T-0003", id_)[1:]) == {0}, id_
    assert end["tasks"].read("T-0004", "must_decide") in {None, ""}


def test_a_hypothesis_is_decided_by_its_numbers(month, end):
    running, decided = (
        told["hypotheses"].read("H-0001", "result_text") for told in (month.told[3], end)
    )
    assert (
        WORDS("hypothesis.preliminary") in running
        if WORDS.has("hypothesis.preliminary")
        else running
    )
    assert " из " in decided
    assert decided != running
    assert end["hypotheses"].read("H-0001", "kind") == choice("fact")
    assert end["hypotheses"].read("H-0001", "ice") == 8 * 5 * 9


def test_a_settled_dispute_outranks_everybody(month, end):
    assert month.told[3]["leads"].read(DISPUTED.id, "verdict") == choice("unqualified")
    assert end["leads"].read(DISPUTED.id, "verdict") == choice("qualified")
    assert "D-0001" in end["leads"].read(DISPUTED.id, "decided_by")
    assert end["leads"].read(OURS.id, "verdict") == choice("qualified")
    assert end["leads"].read(OURS.id, "our_comment") == "перезвонил сам"


def test_an_approved_bonus_stays_as_it_was_approved(month, end):
    key = f"2026-11|{PERSON}"
    for id_ in ("q_paid", "plan", "base", "computed", "total", "old_rule"):
        assert end["bonus"].read(key, id_) == month.told["approved"]["bonus"].read(key, id_), id_
    judged = [
        x for x in company.ALL
        if x.at.month == 11 and x.at.year == 2026 and x.is_target
    ]  # fmt: skip
    assert end["bonus"].read(key, "total") == 500 * len(judged)
    assert end["bonus"].read(key, "state") == choice("approved")


def test_the_minutes_keep_the_numbers_of_their_week(month, end):
    frozen = ("run_rate", "qualified_share", "customer_cost", "numbers_hash")
    for place, monday in enumerate(MONDAYS[:5], start=1):
        week = nth(monday)
        then = month.told[place]["minutes"]
        for id_ in frozen:
            assert end["minutes"].read(week, id_) == pytest.approx(then.read(week, id_)), week
        if place < 5:
            assert end["minutes"].read(week, "held") == choice("yes")
            assert end["minutes"].read(week, "decisions") == f"Решения недели {week}"


def test_six_meetings_are_counted_and_too_few_to_judge(end):
    """The question wants eight weeks; those since set-up are said, and opinions count."""
    assert end["scorecard"].read("C1", "measured") is None
    assert end["scorecard"].read("C1", "n") == len(MONDAYS)


def test_nothing_that_was_typed_is_named_wrong(end):
    for name in ("plan", "tasks", "hypotheses", "disputes", "minutes", "bonus_rules", "bonus"):
        assert end[name].rows("problem") == [], name
