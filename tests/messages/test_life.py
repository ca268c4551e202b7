"""A firm whose syncs tell people: over real sockets, through failures and a kill."""

import os
import re
import shutil
import signal
import stat
import subprocess
import sys
import time
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from openpyxl import load_workbook

from sheets_sync.config import load as load_config
from sheets_sync.errors import TargetNotWritten
from sheets_sync.preview import preview
from sheets_sync.sync import sync
from sheets_sync.workspace import Workspace
from templates.words import load
from tests.cli.calls import DAY, cli, done
from tests.cli.company import write_deals, write_leads
from tests.messages.services import TOKEN

WORDS = load("en")
MOSCOW = ZoneInfo("Europe/Moscow")
RECIPIENT = '\n[[messages]]\nname = "heads"\nto = "env:HEADS"\n'


def at(day, hour, minute=0):
    return datetime(2026, 11, day, hour, minute, tzinfo=MOSCOW)


@pytest.fixture(scope="module")
def firm(tmp_path_factory):
    """The customer's example with somebody to tell; who changes it, copies it."""
    folder = tmp_path_factory.mktemp("firm")
    leads, deals = write_leads(folder), write_deals(folder)
    done("init", folder, "--leads", leads, "--deals", deals, "--name", "Roofs")
    config = folder / "smarketing.toml"
    text = re.sub('timezone = "[^"]+"', 'timezone = "Europe/Moscow"', config.read_text("utf-8"))
    config.write_text(text + RECIPIENT, encoding="utf-8")
    done("sync", folder, "--as-of", DAY)
    return folder


@pytest.fixture
def folder(firm, hook, tmp_path, monkeypatch):
    monkeypatch.setenv("HEADS", hook.address)
    copy = tmp_path / "firm"
    shutil.copytree(firm, copy)
    config = copy / "smarketing.toml"
    config.write_text(config.read_text(encoding="utf-8").replace(str(firm), str(copy)), "utf-8")
    return copy


def workspace(folder):
    return Workspace(folder, load_config(folder, WORDS))


def heads(hook):
    return [text.splitlines()[0] for text in hook.texts]


def log(folder):
    return [run.message for run in workspace(folder).state.runs(source="messages")]


DIGEST = "Roofs, week 2026-W47. Data as of 2026-11-22."


def test_the_digest_goes_out_once_in_the_morning_and_the_minutes_say_when(folder, hook):
    for hour, minute in ((0, 30), (6, 59)):
        told = sync(workspace(folder), now=at(23, hour, minute)).told
        assert all("Waits until 07:00" in text for text in told.said)
        assert hook.asked == 0
    preview(workspace(folder), now=at(23, 7))
    assert hook.asked == 0, "a dry run tells nobody"
    assert sync(workspace(folder), now=at(23, 7)).told.warnings == []
    assert DIGEST in heads(hook)
    asked = hook.asked
    for minute in (5, 10):
        outcome = sync(workspace(folder), now=at(23, 7, minute))
    assert hook.asked == asked
    [row] = [row for row in outcome.facts.tables["minutes"] if row["week"] == "2026-W47"]
    assert row["digest_sent_at"] == datetime(2026, 11, 23, 7)  # noqa: DTZ001  (a cell)
    assert any("brief of the meeting → heads" in text for text in log(folder))


def test_the_digest_is_the_agencys(folder, mail, monkeypatch):
    address, mails = mail
    monkeypatch.setenv("HEADS", address)
    brand = '[brand]\nname = "Clear Growth"\nsite = "https://growth.example"\n'
    (folder.parent / "smarketing-brand.toml").write_text(brand)
    sync(workspace(folder), now=at(23, 8))
    [told] = [each for each in mails if each["Subject"] == DIGEST]
    assert told["From"].addresses[0].display_name == "Clear Growth"
    text = told.get_body(["plain"]).get_content().splitlines()
    assert text[-1] == "Clear Growth, https://growth.example"


def test_another_day_and_the_past_tell_nobody(folder, hook):
    sync(workspace(folder), now=at(23, 8), as_of=at(20, 0).date())
    assert hook.asked == 0


def test_a_service_that_refuses_fails_no_sync_and_is_tried_again(folder, hook):
    hook.answers = [401] * 9
    outcome = sync(workspace(folder), now=at(23, 8))
    said = [text for text in outcome.told.warnings if "brief" in text]
    assert "401" in said[0]
    assert said[0] in log(folder)
    hook.answers = []
    outcome = sync(workspace(folder), now=at(23, 8, 5))
    assert DIGEST in heads(hook)
    rows = [row["message"] for row in outcome.facts.tables["log"]]
    assert said[0] in rows, "the next log tells of it"


def test_a_missing_secret_and_a_wrong_address_are_said_without_the_address(
    folder, monkeypatch, caplog
):
    monkeypatch.delenv("HEADS")
    assert "env:HEADS" in sync(workspace(folder), now=at(23, 8)).told.warnings[0]
    monkeypatch.setenv("HEADS", f"nothing://{TOKEN}")
    told = sync(workspace(folder), now=at(23, 8, 5)).told
    shown = cli("messages", folder, language="en")
    assert "An address of apprise is needed".casefold() in shown.out.casefold()
    seen = [*told.warnings, *log(folder), shown.out, shown.err, caplog.text]
    assert TOKEN not in "".join(seen)


def test_a_sync_that_fails_twice_is_told_once_until_it_works(folder, hook):
    def told_after(*hours):
        for hour in hours:
            with pytest.raises(TargetNotWritten):
                sync(workspace(folder), now=at(24, hour))
        return sum("failed twice in a row" in text for text in hook.texts)

    book = folder / "smarketing.xlsx"
    whole = book.read_bytes()
    book.write_bytes(b"no workbook")
    assert [told_after(9), told_after(10), told_after(11)] == [0, 1, 1]
    assert "• Sync: " in hook.texts[0]
    book.write_bytes(whole)
    sync(workspace(folder), now=at(24, 12))
    book.write_bytes(b"no workbook")
    assert [told_after(13), told_after(14)] == [1, 2]


def test_a_source_that_fails_twice_is_told_once_until_it_works(folder, hook):
    leads = folder / "leads.csv"
    gone = leads.rename(folder / "gone.csv")
    for hour in (9, 10, 11):
        sync(workspace(folder), now=at(24, hour))
    told = [text for text in hook.texts if "failed twice in a row" in text]
    assert len(told) == 1
    assert "• leads.csv: " in told[0]
    gone.rename(leads)
    sync(workspace(folder), now=at(24, 12))
    leads.rename(gone)
    for hour in (13, 14):
        sync(workspace(folder), now=at(24, hour))
    assert len([text for text in hook.texts if "failed twice in a row" in text]) == 2


KILL = """
import sys
from datetime import datetime
from pathlib import Path
from sheets_sync.config import load as load_config
from sheets_sync.sync import sync
from sheets_sync.workspace import Workspace
from templates.words import load
folder = Path(sys.argv[1])
sync(Workspace(folder, load_config(folder, load("en"))), now=datetime.fromisoformat(sys.argv[2]))
"""


def test_a_kill_while_a_message_is_sent_neither_loses_nor_doubles_it_in_silence(folder, hook):
    hook.answers = [0]
    call = [sys.executable, "-c", KILL, folder, at(23, 8).isoformat()]
    with subprocess.Popen(call, process_group=0) as program:
        while not hook.asked:
            time.sleep(0.02)
            assert program.poll() is None
        os.killpg(program.pid, signal.SIGKILL)
    sync(workspace(folder), now=at(23, 8, 5))
    [told] = [text for text in hook.texts if text.startswith(DIGEST)]
    assert told.endswith(WORDS("message.again"))
    sync(workspace(folder), now=at(23, 8, 10))
    assert heads(hook).count(DIGEST) == 1


def test_a_state_that_cannot_be_written_fails_no_sync(folder, hook, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("sheets_sync.letterbook.Letterbook.write", full)
    told = sync(workspace(folder), now=at(23, 8)).told
    assert "No space left" in told.warnings[0]
    assert hook.asked == 0, "what is intended is kept before anything is sent"


def test_settings_say_who_gets_what_and_what_is_wrong_with_them(folder, hook):
    book = load_workbook(folder / "smarketing.xlsx")
    tab = book["Settings"]
    typed = {"Brief to": "nobody", "Norms to": "Heads", "Tasks to": "boss", "Quiet hours": "night"}
    for row in tab.iter_rows(min_row=5):
        if row[0].value in typed:
            row[3].value = typed[row[0].value]
    book.save(folder / "smarketing.xlsx")
    sync(workspace(folder), now=at(23, 8))
    assert DIGEST not in heads(hook)
    rows = load_workbook(folder / "smarketing.xlsx")["Settings"].iter_rows(min_row=5)
    wrong = {row[0].value: row[7].value for row in rows if row[7].value}
    assert wrong == {
        "Tasks to": WORDS("setting.problem.no_such_recipient", value="boss", choices="heads"),
        "Quiet hours": WORDS("setting.problem.not_quiet", value="night"),
    }


def test_the_command_shows_first_and_sends_when_asked(folder, hook):
    """What fails is due on any day; a person typed that no hours are quiet."""
    (folder / "leads.csv").unlink()
    hook.answers = [500] * 99
    for hour in (9, 10):
        sync(workspace(folder), now=at(24, hour))
    hook.answers = []
    workspace(folder).state.remember({"settings": {"quiet_hours": {"value": "no"}}}, at(24, 11))
    shown = done("messages", folder)
    assert "  heads: JSON; " in shown.out
    assert "    • leads.csv: " in shown.out
    assert "Not sent: failed sync → heads" in shown.out
    assert hook.taken == []
    assert "Sent: failed sync → heads" in done("messages", folder, "--send").out
    assert any("• leads.csv: " in text for text in hook.texts)
    assert "nothing to send" in done("messages", folder, "--send").out


def test_the_brief_is_sent_when_a_person_asks_with_its_page(folder, hook):
    call = done("meeting", folder, "--send")
    assert "Sent: brief of the meeting → heads" in call.out
    [taken] = hook.taken
    [page] = taken["attachments"]
    assert page["filename"] == "meeting.html"
    hook.answers = [500]
    assert cli("meeting", folder, "--send").code == 4


def test_whom_to_tell_has_to_be_said_first(firm, tmp_path):
    folder = tmp_path / "alone"
    shutil.copytree(firm, folder)
    config = folder / "smarketing.toml"
    text = config.read_text(encoding="utf-8")
    config.write_text(text.replace(RECIPIENT, ""), encoding="utf-8")
    assert "[[messages]]" in done("messages", folder).out
    for call in (cli("messages", folder, "--send"), cli("meeting", folder, "--send")):
        assert call.code == 2
        assert "[[messages]]" in call.err
    for wrong in (RECIPIENT * 2, RECIPIENT.replace("env:HEADS", f"tgram://{TOKEN}")):
        config.write_text(text.replace(RECIPIENT, wrong), encoding="utf-8")
        call = cli("messages", folder)
        assert call.code == 2
        assert TOKEN not in call.err
        assert "messages" in call.err


def test_a_secret_in_a_file_that_others_read_is_refused(folder, hook):
    config = folder / "smarketing.toml"
    text = config.read_text(encoding="utf-8").replace("env:HEADS", "file:heads.url")
    config.write_text(text, encoding="utf-8")
    (folder / "heads.url").write_text(hook.address, encoding="utf-8")
    (folder / "heads.url").chmod(0o644)
    told = sync(workspace(folder), now=at(23, 8)).told
    assert "heads.url" in told.warnings[0]
    (folder / "heads.url").chmod(stat.S_IRUSR)
    assert sync(workspace(folder), now=at(23, 8, 5)).told.warnings == []
    assert DIGEST in heads(hook)
