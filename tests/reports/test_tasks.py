"""Tasks: the counter of meetings, what a meeting hears of, and the CRM's cards."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from sheets_sync.reports.catalogue import REPORTS
from sheets_sync.reports.tasks import CARD, carried, due, ended_on
from tests.reports.conftest import AS_OF

TODAY = AS_OF + timedelta(days=1)
MONDAYS = [date(2026, 10, 26) + timedelta(weeks=n) for n in range(5)]
days = st.dates(date(2026, 10, 1), date(2026, 12, 31))


@st.composite
def tasks(draw):
    row = {"first_seen": draw(days)}
    for id_ in ("due", "first.due", "done_on", "since.status"):
        row[id_] = draw(st.none() | days)
    row["status"] = draw(st.sampled_from([None, "to_do", "doing", "done", "dropped"]))
    return row


@given(tasks(), st.lists(days, max_size=12), days)
def test_a_meeting_adds_at_most_one_and_takes_nothing_away(row, held, another):
    before, after = carried(row, sorted(held)), carried(row, sorted([*held, another]))
    assert before <= after <= before + 1
    assert after <= len(held) + 1


@given(tasks(), st.lists(days, max_size=12), days)
def test_moving_the_date_changes_no_counter(row, held, moved):
    known = {
        **row,
        "due": row["due"] or moved,
        "first.due": row["first.due"] or row["due"] or moved,
    }
    assert carried({**known, "due": moved}, held) == carried(known, held)


@given(tasks(), st.lists(days, max_size=12))
def test_a_task_is_counted_only_while_it_was_known_open_and_overdue(row, held):
    end = ended_on(row)
    counted = [day for day in held if carried(row, [day])]
    assert len(counted) == carried(row, held)
    for day in counted:
        assert day >= row["first_seen"]
        assert day > due(row)
        assert end is None or day < end


def test_a_task_without_a_due_date_is_never_overdue():
    assert carried({"first_seen": date(2026, 10, 1)}, MONDAYS) == 0


def task(number, **told):
    return {"task_id": f"T-{number}", "first_seen": date(2026, 10, 20), "text": "call", **told}


def minutes(*present):
    return [
        {"week": f"2026-W{43 + n}", "first_seen": None, "sales_present": sales,
         "marketing_present": marketing}
        for n, (sales, marketing) in enumerate(present)
    ]  # fmt: skip


def test_only_held_meetings_count(small):
    told = [task(1, due=date(2026, 10, 23))]
    held = minutes(("Anna", "Boris"), ("Anna", None), ("1", "0"), (2.0, 1.0))
    tables = small.tables(typed={"tasks": told, "minutes": held})
    assert tables["tasks"][0]["carried"] == 2
    assert tables["tasks"][0]["meeting"] == "2026-W43"


def test_a_meeting_hears_of_the_worst_first_and_of_what_was_done(small):
    told = [
        task(1, due=date(2026, 12, 1)),
        task(2, due=date(2026, 10, 23)),
        task(3, due=date(2026, 11, 19)),
        task(4, due=date(2026, 11, 20), done_on=date(2026, 11, 18)),
        task(5, due=date(2026, 10, 23), done_on=date(2026, 10, 30)),
        task(6, due=date(2026, 10, 23), status="dropped"),
        {"task_id": "T-7", "first_seen": TODAY, "text": None},
    ]
    held = minutes(*[("Anna", "Boris")] * 4)
    rows = small.tables(typed={"tasks": told, "minutes": held})["tasks_due"]
    assert [(row["task_id"], row["status"], row["carried"], row["late_days"]) for row in rows] == [
        ("T-2", "late", 4, 31),
        ("T-3", "late", 0, 4),
        ("T-1", "to_do", 0, None),
        ("T-4", "done", 0, None),
    ]


def test_owners_are_named_as_reports_name_people(small):
    told = [task(1, owner="Анна Королёва"), task(2, owner="Никто Другой")]
    rows = small.tables(typed={"tasks": told})["tasks_due"]
    assert [row["owner"] for row in rows] == ["А. К.", "Н. Д."]


def test_a_deal_that_is_named_brings_its_card(build):
    case = build(deal=[{"deal_id": "100245", "status": "open", "link": "https://crm/100245"}])
    told = [
        task(1, text="Дожать сделку 100245"),
        task(2, text="100245 звонков"),
        task(3, text="№ 7"),
    ]
    rows = case.tables(typed={"tasks": told})["tasks"]
    assert [row["crm_link"] for row in rows] == ["https://crm/100245", None, None]
    assert CARD.findall("lead #17-a, deal A1; dealer 5; сделки №3") == ["17-a", "A1", "3"]


def test_every_table_of_tasks_is_computed():
    assert {"tasks", "tasks_due"} <= REPORTS.keys()


def test_the_next_meeting_may_be_today(small):
    told = {"tasks": [task(1)]}
    [monday] = small.tables(typed=told)["tasks"]
    [friday] = small.tables(typed=told, meeting_weekday="friday")["tasks"]
    assert (monday["next_meeting"], friday["next_meeting"]) == (TODAY, date(2026, 11, 27))


def test_colleagues_whom_the_crm_does_not_know_are_named_as_courteously(small):
    told = [task(1, owner="Vera Nosova"), task(2, owner="both departments")]
    for names, called in (("initials", "V. N."), ("full", "Vera Nosova"), ("hidden", "коллега")):
        rows = small.tables(typed={"tasks": told}, names=names)["tasks_due"]
        assert {row["owner"] for row in rows} == {called, "both departments"}
