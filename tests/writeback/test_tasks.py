"""A task that names a lead or a deal is made there: once, whatever happens."""

from collections import Counter

import pytest

from tests.writeback.test_writeback import notes


def marks(desk):
    """Return how often each task of the workbook is in the CRM."""
    text = (f"{task['text']}\n{task.get('mark', '')}" for task in desk.crm.tasks.values())
    return Counter(each.partition("smarketing ")[2].split()[0] for each in text)


@pytest.fixture
def asked(desk):
    desk.task("T-0001", f"Call back lead {desk.leads[0]}", owner="Bob Fox")
    desk.task("T-0002", "Send the offer, deal 2")
    return desk


def test_tasks_are_made_beside_what_they_name(asked):
    [first, second] = asked.preview().changes
    assert first.shown == ("", f"Call back lead {asked.leads[0]} · 2026-12-01 · Bob Fox")
    assert (second.cell.kind, second.cell.record) == ("deal", "2")
    asked.write()
    [lead, deal] = asked.crm.tasks.values()
    assert asked.leads[0] in lead["of"]
    assert lead["of"] != deal["of"]
    assert (str(lead["owner"]), deal["owner"]) == ("2", None)
    assert marks(asked) == {"T-0001": 1, "T-0002": 1}
    assert [each.outcome for each in asked.audit()] == ["written"] * 2


def test_a_task_goes_once(asked):
    number = asked.preview().number
    asked.write(number)
    asked.write(number)
    assert asked.preview().changes == ()
    asked.task("T-0001", f"Call back lead {asked.leads[0]} today")
    assert asked.preview().changes == ()
    assert len(asked.crm.tasks) == 2


@pytest.mark.parametrize("mishap", ["lost", "cut", 503])
def test_a_lost_answer_makes_no_second_task(asked, mishap):
    number = asked.preview().number
    asked.crm.mishaps.extend([None, mishap, None] * 8)
    asked.write(number)
    asked.crm.mishaps.clear()
    asked.write(number)
    assert marks(asked) == {"T-0001": 1, "T-0002": 1}
    assert [each.outcome for each in asked.audit()] == ["written"] * 2


def test_a_task_is_taken_back_while_nobody_touched_it(asked):
    run = asked.write().run
    _, second = asked.crm.tasks.values()
    second["text"] += ", with a discount"
    done = asked.undo(run)
    assert notes(done) == {"crm_changed": 1}
    left = [task for task in asked.crm.tasks.values() if not task["done"]]
    assert [task["text"] for task in left] == [second["text"]]
    assert [each.outcome for each in done.entries] == ["written"]
    assert asked.preview().changes == ()
    assert notes(asked.undo(done.run)) == {"task_gone": 1}


def test_a_task_that_was_done_is_not_taken_back(asked):
    run = asked.write().run
    for task in asked.crm.tasks.values():
        task["done"] = True
    assert notes(asked.undo(run)) == {"crm_changed": 2}


def test_what_a_task_lacks_is_said(desk):
    desk.task("T-0001", f"Call back lead {desk.leads[0]}", due=None)
    desk.task("T-0002", "Call back deal 2", owner="Nobody")
    desk.task("T-0003", "Think about deal 2017")
    desk.task("T-0004", "Have a party")
    desk.type("tasks", "T-0005", text="Send it, deal 2", status="done")
    found = desk.preview()
    assert found.changes == ()
    assert notes(found) == {"no_due": 1, "no_person": 1}


def test_a_name_that_people_gave_here_is_known(desk):
    desk.typed["people"] = {"Bob Fox": {"name": "Bobby"}}
    desk.task("T-0001", "Call back deal 2", owner="bobby")
    desk.write()
    [task] = desk.crm.tasks.values()
    assert str(task["owner"]) == "2"


def test_a_crm_that_refuses_a_task_is_heard(asked):
    asked.crm.refused[asked.leads[0]] = 403
    done = asked.write()
    assert notes(done) == {"refused.crm_denied": 1}
    assert Counter(each.outcome for each in done.entries) == {"failed": 1, "written": 1}
    asked.crm.refused.clear()
    asked.write()
    assert marks(asked) == {"T-0001": 1, "T-0002": 1}
