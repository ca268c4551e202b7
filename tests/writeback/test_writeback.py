"""What people typed goes to the CRM, of each CRM: seen before, recorded, and taken back."""

import inspect
import re
import shutil
from collections import Counter

import duckdb
import pytest

from sheets_sync.config import load
from sheets_sync.errors import FixConfig
from sheets_sync.sources.rest import web, writer
from sheets_sync.store_published import published
from sheets_sync.sync import sync
from sheets_sync.workspace import Workspace
from sheets_sync.writeback.preview import preview
from templates.words import load as words
from tests.writeback.desk import NOW, VALUES, Desk, is_write, restore


def decided(desk):
    """Decide on two leads; return them."""
    first, second, *_ = desk.leads
    desk.decide(first, "qualified")
    desk.decide(second, "unqualified", "out of area")
    return first, second


def notes(found):
    return Counter(note.id for note in found.notes)


def test_nothing_is_written_without_a_field_in_the_config(desk):
    decided(desk)
    path = desk.folder / "smarketing.toml"
    path.write_text(path.read_text().partition("[crm.write]")[0])
    with pytest.raises(FixConfig, match="writeback_off"):
        preview(Workspace(desk.folder, load(desk.folder, words("en"))), desk.now)
    assert desk.crm.wrote == []


def test_a_preview_shows_what_is_held_and_writes_nothing(desk):
    first, second = decided(desk)
    desk.edit(first, desk.verdict, "46")
    found = desk.preview()
    shown = {(each.cell.record, each.title): each.shown for each in found.changes}
    assert shown == {
        (first, "Verdict"): ("Unqualified", "Qualified"),
        (second, "Verdict"): ("", "Unqualified"),
        (second, "Why not"): ("", "out of area"),
    }
    assert desk.crm.wrote == []
    assert desk.audit() == []
    assert found.number == desk.preview().number


def test_what_was_shown_is_written_and_written_twice_is_written_once(desk):
    first, second = decided(desk)
    number = desk.preview().number
    done = desk.write(number)
    assert [entry.outcome for entry in done.entries] == ["written"] * 3
    assert desk.held(first, desk.verdict) == VALUES["qualified"]
    assert desk.held(second, desk.verdict) == VALUES["unqualified"]
    assert desk.held(second, desk.reason) == "out of area"
    assert desk.write(number).entries == ()
    assert desk.preview().changes == ()
    assert len(desk.crm.wrote) == 3
    desk.check_audit()


def test_a_word_of_the_config_is_found_in_the_list_of_the_crm(desk):
    desk.decide(desk.leads[0], "spam")
    desk.write()
    assert desk.held(desk.leads[0], desk.verdict) == VALUES["spam"]


def test_what_changed_in_the_crm_since_the_preview_is_left_alone(desk):
    first, second = decided(desk)
    number = desk.preview().number
    desk.edit(first, desk.verdict, "47")
    done = desk.write(number)
    assert notes(done) == {"crm_changed": 1}
    assert done.notes[0].parts["held"] == "Junk"
    assert desk.held(first, desk.verdict) == "47"
    assert desk.held(second, desk.verdict) == VALUES["unqualified"]


def test_what_changed_in_the_workbook_since_the_preview_is_not_written(desk):
    first, second = decided(desk)
    number = desk.preview().number
    desk.decide(first, "spam")
    desk.decide(second, None)
    assert notes(desk.write(number)) == {"sheet_changed": 3}
    assert desk.crm.wrote == []


def test_another_number_than_the_last_is_refused(desk):
    decided(desk)
    old = desk.preview().number
    desk.decide(desk.leads[2], "qualified")
    desk.preview()
    for number in (old, "abcdef", ""):
        with pytest.raises(FixConfig, match="no_such_preview"):
            desk.write(number or "nonsense")
    assert desk.crm.wrote == []


def test_a_run_is_taken_back_where_the_crm_still_holds_it(desk):
    first, second = decided(desk)
    desk.edit(first, desk.verdict, "47")
    run = desk.write().run
    desk.edit(second, desk.reason, "another one")
    done = desk.undo(run)
    assert notes(done) == {"crm_changed": 1}
    assert desk.held(first, desk.verdict) == "47"
    assert desk.held(second, desk.verdict) is None
    assert desk.held(second, desk.reason) == "another one"
    desk.check_audit()
    assert notes(desk.undo(run)) == {"crm_changed": 1}, "twice is once"
    found = desk.preview()
    assert (found.changes, notes(found)["taken_back"]) == ((), 2)


def test_what_was_taken_back_is_written_once_it_is_typed_anew(desk):
    desk.decide(desk.leads[0], "qualified")
    desk.undo(desk.write().run)
    desk.decide(desk.leads[0], None)
    desk.decide(desk.leads[0], "qualified")
    desk.write()
    assert desk.held(desk.leads[0], desk.verdict) == VALUES["qualified"]
    assert len(desk.audit()) == 3


def test_an_undo_is_undone_too(desk):
    desk.decide(desk.leads[0], "qualified")
    back = desk.undo(desk.write().run)
    desk.undo(back.run)
    assert desk.held(desk.leads[0], desk.verdict) == VALUES["qualified"]
    desk.check_audit()


def test_an_unknown_run_is_named_with_those_that_there_are(desk):
    desk.decide(desk.leads[0], "qualified")
    desk.write()
    with pytest.raises(FixConfig) as error:
        desk.undo(9)
    assert error.value.parts == {"number": 9, "known": "1"}


def test_what_the_crm_was_told_by_its_own_people_later_stays(desk):
    desk.decide(desk.leads[0], "qualified")
    desk.write()
    desk.edit(desk.leads[0], desk.verdict, "46")
    assert desk.preview().changes == ()
    desk.decide(desk.leads[0], "spam")
    [change] = desk.preview().changes
    assert change.shown == ("Unqualified", "Junk")


def test_a_settled_dispute_outranks_the_sheet(desk):
    lead = desk.leads[0]
    desk.decide(lead, "unqualified", "out of area")
    desk.type("disputes", "D-0001", lead_id=lead, outcome="qualified")
    [change] = desk.preview().changes
    assert (change.cell.what, change.shown) == ("verdict", ("", "Qualified"))


@pytest.mark.parametrize(
    ("status", "id_", "word"),
    [(403, "crm_denied", "right to edit"), (422, "crm_refused", "does not take")],
)
def test_one_that_the_crm_refuses_does_not_stop_the_others(desk, status, id_, word):
    first, second = decided(desk)
    desk.crm.refused[first] = status
    done = desk.write()
    assert notes(done) == {f"refused.{id_}": 1}
    text = words("en")(f"writeback.refused.{id_}", what="", kind="", record="", why="")
    assert word in text
    assert Counter(entry.outcome for entry in done.entries) == {"failed": 1, "written": 2}
    assert desk.held(second, desk.verdict) == VALUES["unqualified"]
    desk.crm.refused.clear()
    assert [each.cell.record for each in desk.preview().changes] == [first], "it is tried again"
    desk.check_audit()


def test_a_record_that_is_gone_does_not_stop_the_others(desk):
    first, second = decided(desk)
    number = desk.preview().number
    for kept in (desk.crm.inbox, desk.crm.people, desk.crm.deals):
        kept.pop(first, None)
        kept.pop(int(first) if first.isdigit() else None, None)
    assert notes(desk.write(number)) == {"gone": 1}
    assert desk.held(second, desk.verdict) == VALUES["unqualified"]
    assert notes(desk.preview()) == {"gone": 1}


@pytest.mark.parametrize("mishap", ["lost", "cut", (429, 0)])
def test_an_answer_that_is_lost_or_late_changes_nothing(desk, mishap):
    decided(desk)
    number = desk.preview().number
    desk.crm.mishaps.extend([None, mishap] * 12)
    assert {entry.outcome for entry in desk.write(number).entries} == {"written"}
    assert len(desk.crm.wrote) == 3
    desk.check_audit()


def test_a_crm_that_stays_silent_is_left_alone_and_asked_later(desk):
    decided(desk)
    number = desk.preview().number
    desk.crm.mishaps.extend([503] * 400)
    done = desk.write(number)
    assert done.errors
    desk.crm.mishaps.clear()
    assert desk.crm.wrote == []
    assert len(desk.write(number).entries) == 3
    desk.check_audit()


def test_nobody_knows_until_the_crm_is_asked_again(desk):
    desk.decide(desk.leads[0], "qualified")
    number = desk.preview().number
    before = len(desk.crm.asked)
    desk.write(number)
    writes = [at for at, asked in enumerate(desk.crm.asked[before:]) if is_write(asked)]
    desk.undo(1)
    desk.decide(desk.leads[0], None)
    desk.decide(desk.leads[0], "qualified")
    number = desk.preview().number
    desk.crm.mishaps.extend([*[None] * writes[0], "lost", *[503] * 40])
    done = desk.write(number)
    assert [entry.outcome for entry in done.entries] == [""]
    desk.crm.mishaps.clear()
    desk.preview()
    assert desk.audit()[-1].outcome == "written"
    desk.check_audit()


def test_a_field_that_is_not_there_or_no_plain_one_is_said(desk):
    decided(desk)
    path = desk.folder / "smarketing.toml"
    other = {"bitrix24": "ID", "amocrm": "903", "hubspot": "createdate", "pipedrive": "channel"}
    text = path.read_text()
    path.write_text(text.replace(desk.reason, "NONE").replace(desk.verdict, other[desk.kind]))
    found = desk.preview()
    assert found.changes == ()
    assert notes(found) == {"no_field": 1, "not_plain": 2}


def test_a_value_that_the_list_lacks_is_said_with_those_that_it_has(desk):
    desk.decide(desk.leads[0], "spam")
    path = desk.folder / "smarketing.toml"
    path.write_text(path.read_text().replace('spam = "Junk"', 'spam = "Trash"'))
    [note] = desk.preview().notes
    assert note.id == "not_in_list"
    assert note.parts["known"] == "Qualified, Unqualified, Junk"


def test_a_secret_that_is_gone_is_said(desk, monkeypatch):
    decided(desk)
    number = desk.preview().number
    monkeypatch.delenv("CRM_SECRET")
    assert [error.id for error in desk.preview().errors] == ["secret_missing"]
    with pytest.raises(FixConfig, match="no_such_preview"):
        desk.write(number)


def test_the_audit_holds_ids_and_values_alone(desk):
    first, _ = decided(desk)
    desk.write()
    entry = desk.audit()[0]
    assert entry.cell.record == entry.cell.key == first
    assert (entry.run, entry.before, entry.after) == (1, None, VALUES["qualified"])
    assert entry.at == desk.now
    assert desk.crm.token not in repr(desk.audit())


def test_leads_are_read_together(desk):
    for lead in desk.leads:
        desk.decide(lead, "qualified")
    before = len(desk.crm.asked)
    desk.preview()
    calls = 4 if desk.kind == "pipedrive" else 2  # the fields and the records, of each kind
    assert len(desk.crm.asked) - before == calls


def test_what_came_from_no_crm_goes_to_none(desk):
    desk.decide("L-1", "qualified")
    assert desk.preview().changes == ()


def test_a_lead_of_two_crms_goes_to_neither(companies, tmp_path, monkeypatch):
    """Both have a lead 1; nobody can know whose verdict it is."""
    crm, leads, secret, folder, begun = companies("amocrm")
    other, _, other_secret, other_folder, _ = companies("pipedrive")
    restore(crm, begun)
    shutil.copytree(folder, tmp_path / "company")
    monkeypatch.setenv("CRM_SECRET", secret)
    monkeypatch.setenv("OTHER_SECRET", other_secret)
    path = tmp_path / "company" / "smarketing.toml"
    told = (other_folder / "smarketing.toml").read_text().partition("[[crm]]")[2]
    path.write_text(f"{path.read_text()}\n[[crm]]{told.replace('CRM_SECRET', 'OTHER_SECRET')}")
    desk = Desk("amocrm", crm, leads, tmp_path / "company")
    sync(desk.workspace, now=NOW)
    desk.decide("1", "qualified")
    desk.decide("x-1", "qualified")
    found = desk.preview()
    assert notes(found) == {"two_crms": 1}
    assert [each.cell.record for each in found.changes] == ["x-1"]
    assert other.wrote == []


def test_a_lead_that_the_last_sync_missed_is_not_spoken_of(desk):
    with duckdb.connect(str(published(desk.workspace.hidden))) as connection:
        connection.execute("update lead set is_deleted = true")
    desk.decide(desk.leads[0], "qualified")
    found = desk.preview()
    assert (found.changes, found.notes) == ((), ())


@pytest.mark.parametrize("language", ["ru", "en"])
def test_every_error_of_a_crm_is_said_of_a_value_too(language):
    code = inspect.getsource(web) + inspect.getsource(writer)
    ids = set(re.findall(r'"(crm_\w+)"', code))
    assert len(ids) > 8
    parts = {"what": "verdict", "kind": "lead", "record": "1", "why": "…"}
    for id_ in ids:
        assert "lead 1" in words(language)(f"writeback.refused.{id_}", **parts)
