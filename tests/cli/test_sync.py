"""`smarketing sync`: what is read again, what is written, how it ends."""

import subprocess
import sys
from hashlib import sha256
from threading import Event
from zipfile import ZipFile

import pytest
from openpyxl import load_workbook

from sheets_sync.sources.files import FileSource
from sheets_sync.targets.xlsx import XlsxFile
from tests.cli.calls import DAY, cli, done
from tests.cli.company import DEAL_HEADERS, LEAD_HEADERS, deal, lead, write
from tests.cli.conftest import type_plan

PATIENCE = 10  # seconds
STAMPED = {"sync_log"}
"""The log has a line a sync; nothing else changes from sync to sync but the time on each page."""


def sync(folder, *options):
    return done("sync", folder, "--as-of", DAY, "--json", *options).json


def files(folder):
    """Return a digest of every file, but for the lock, which names who held it last."""
    return {
        path.relative_to(folder): sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file() and path.name != "lock"
    }


def cells(folder, *, without=()):
    book = load_workbook(folder / "smarketing.xlsx", data_only=True)
    return {
        (tab.title, cell.coordinate): cell.value
        for tab in book
        if tab.title not in without
        for row in tab.iter_rows()
        for cell in row
        if cell.value is not None
    }


def test_the_json_of_a_sync(company):
    told = sync(company, "--rebuild")
    assert set(told) == {
        "workspace", "workbook", "as_of", "sources", "cells_changed", "inputs_read", "requests",
        "bytes_sent", "seconds", "messages", "warnings",
    }  # fmt: skip
    assert told["as_of"] == DAY
    type_plan(company, "won", 20, row=6)
    assert sync(company)["inputs_read"] == told["inputs_read"] + 4
    assert set(told["seconds"]) >= {"sources", "numbers", "workbook", "publish"}
    leads = told["sources"]["leads.csv"]
    assert leads["error"] is None
    assert leads["objects"]["lead"] == {
        "read": 130, "new": 0, "changed": 0, "quarantined": 0, "gone": 0,
    }  # fmt: skip


def test_a_changed_file_is_read_again_and_an_unchanged_one_is_not(company):
    rows = [lead(number) for number in range(135)]
    rows[0][4] = "unqualified"
    write(company / "leads.csv", LEAD_HEADERS, rows)
    told = sync(company)["sources"]
    counts = told["leads.csv"]["objects"]["lead"]
    assert (counts["read"], counts["new"], counts["changed"]) == (135, 5, 1)
    assert told["deals.csv"]["objects"] == {}
    assert sync(company)["sources"]["leads.csv"]["objects"] == {}


def test_what_is_gone_from_a_whole_export_is_marked(company):
    write(company / "deals.csv", DEAL_HEADERS, [deal(number) for number in range(48)])
    counts = sync(company)["sources"]["deals.csv"]["objects"]["deal"]
    assert (counts["read"], counts["gone"]) == (48, 2)


def test_a_second_sync_changes_the_times_and_the_log_alone(company):
    before = cells(company, without=["Sync log"])
    changed = sync(company)["cells_changed"]
    after = cells(company, without=["Sync log"])
    different = {place for place in before.keys() | after if before.get(place) != after.get(place)}
    assert {cell for _, cell in different} <= {"B2"}, "when it was updated"
    assert all(count == 1 for tab, count in changed.items() if tab not in STAMPED)
    with ZipFile(company / "smarketing.xlsx") as book:
        assert book.testzip() is None


def test_a_rebuild_reads_everything_and_changes_no_number(company):
    before = done("metrics", company, "--as-of", DAY, "--format", "json").json
    told = sync(company, "--rebuild")["sources"]
    assert {name: sum(c["read"] for c in s["objects"].values()) for name, s in told.items()} == {
        "leads.csv": 130, "deals.csv": 50,
    }  # fmt: skip
    assert done("metrics", company, "--as-of", DAY, "--format", "json").json == before


def test_a_dry_run_of_a_rebuild_changes_no_byte(company):
    before = files(company)
    done("sync", company, "--as-of", DAY, "--dry-run", "--rebuild")
    assert files(company) == before


def test_a_dry_run_lists_the_cells(company):
    rows = [lead(number) for number in range(130)]
    rows[7][3] = "Dora"
    write(company / "leads.csv", LEAD_HEADERS, rows)
    before = files(company)
    told = sync(company, "--dry-run")
    owners = [
        (change["before"], change["after"])
        for change in told["changes"]
        if change["tab"] == "Leads"
    ]
    assert owners == [("Boris", "Dora")]
    printed = done("sync", company, "--as-of", DAY, "--dry-run").out
    assert ": Boris → Dora" in printed
    assert files(company) == before
    assert told["workbook"] == str(company / "smarketing.xlsx")


def test_a_dry_run_of_a_workbook_that_lies_elsewhere(company, tmp_path):
    elsewhere = tmp_path / "shared.xlsx"
    (company / "smarketing.xlsx").rename(elsewhere)
    config = company / "smarketing.toml"
    text = config.read_text(encoding="utf-8")
    config.write_text(text.replace("smarketing.xlsx", elsewhere.as_posix()), encoding="utf-8")
    before = elsewhere.read_bytes()
    done("sync", company, "--as-of", DAY, "--dry-run")
    assert elsewhere.read_bytes() == before
    sync(company)
    assert elsewhere.read_bytes() != before


def test_the_workbook_is_read_while_the_sources_are(company, monkeypatch):
    is_workbook_read, seen = Event(), []
    read, exchange = FileSource.read, XlsxFile.exchange

    def reading(source, since):
        seen.append(is_workbook_read.wait(PATIENCE))
        return read(source, since)

    def exchanging(target, *given):
        is_workbook_read.set()
        return exchange(target, *given)

    monkeypatch.setattr(FileSource, "read", reading)
    monkeypatch.setattr(XlsxFile, "exchange", exchanging)
    assert sync(company)["sources"].keys() == {"leads.csv", "deals.csv"}
    assert seen == [True, True]


def test_a_vanished_file_leaves_what_was_known(company):
    (company / "leads.csv").unlink()
    call = cli("sync", company, "--as-of", DAY)
    assert call.code == 3
    assert "leads.csv" in call.err
    assert "leads 130, qualified 90" in call.out
    after = cells(company)
    assert sum(str(value).startswith("L") and tab == "Leads" for (tab, _), value in after.items())
    sources = done("metrics", company, "--report", "sources", "--format", "json").json
    [leads] = [row for row in sources if row["source"] == "leads.csv"]
    assert leads["error"]
    assert leads["loaded"] == 130


def test_one_folder_fails_and_the_other_is_synced(company, tmp_path):
    call = cli("sync", tmp_path / "nowhere", company, "--as-of", DAY)
    assert call.code == 2
    assert "nowhere" in call.err
    assert "up to date" in call.out


def test_an_unexpected_error_is_said_as_ours(tmp_path, monkeypatch):
    from sheets_sync import sync as module

    def broken(_workspace, **_how):
        raise ZeroDivisionError("a bug")

    monkeypatch.setattr(module, "sync", broken)
    (tmp_path / "smarketing.toml").write_text('[company]\nlanguage = "en"\n', encoding="utf-8")
    call = cli("sync", tmp_path, "--as-of", DAY)
    assert call.code == 1
    assert "This is our mistake, not yours" in call.err


def test_the_json_of_folders_is_one_object_a_line(company, tmp_path):
    call = cli("sync", tmp_path / "нет", company, "--as-of", DAY, "--json")
    assert call.code == 2
    first, second = call.out.splitlines()
    assert "нет" in first
    assert '"error"' in first
    assert '"cells_changed"' in second


HOLD = """
import sys, time
from pathlib import Path
from sheets_sync.lock import workspace_lock
with workspace_lock(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_another_sync_holds_the_workspace(company):
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(company / ".smarketing")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with holder:
        assert holder.stdout.readline() == "held\n"
        before = (company / "smarketing.xlsx").read_bytes()
        call = cli("sync", company)
        assert call.code == 75
        assert str(company) in call.err
        assert (company / "smarketing.xlsx").read_bytes() == before
        metrics = done("metrics", company, "--as-of", DAY, "--format", "json").json
        assert metrics, "who only reads need not wait"
        holder.stdin.close()
        holder.wait()
    assert cli("sync", company, "--as-of", DAY).code == 0


@pytest.mark.parametrize("content", [b"PK\x03\x04 broken", b"", b"notes of my own"])
def test_a_damaged_workbook_is_left_as_it_is(company, content):
    path = company / "smarketing.xlsx"
    path.write_bytes(content)
    call = cli("sync", company, "--as-of", DAY)
    assert call.code == 4
    assert path.name in call.err
    assert path.read_bytes() == content


def test_the_language_of_the_workbook_can_be_changed(company):
    config = company / "smarketing.toml"
    text = config.read_text(encoding="utf-8").replace('language = "en"', 'language = "ru"')
    config.write_text(text, encoding="utf-8")
    call = done("sync", company, "--as-of", DAY)
    assert "Таблица обновлена" in call.out
    assert done("sync", company, "--as-of", DAY, "--lang", "en").code == 0
    told = done("metrics", company, "--as-of", DAY, "--period", "2026-11", "--format", "json").json
    attained = [row["value"] for row in told if row["metric"] == "plan_attainment"]
    assert attained == [0.9], "what was typed in the other language still counts"


def test_one_table_is_read_as_leads_and_as_deals(tmp_path):
    table = tmp_path / "table.csv"
    table.write_text(
        "№ заявки;Дата;Менеджер;Откуда;Целевая?;Статус;Сумма сделки, руб;Дата оплаты\n"
        "1;13.10.2026;Анна;Директ;да;оплачено;100 000;20.10.2026\n"
        "2;14.10.2026;Борис;ВК;нет;отказ;;\n"
        "3;15.10.2026;Борис;ВК;да;в работе;50 000;\n",
        encoding="utf-8",
    )
    folder = tmp_path / "own"
    done("init", folder, "--leads", table, "--deals", table)
    assert sync(folder)["sources"].keys() == {"../table.csv", "../table.csv#deals"}
    again = sync(folder)["sources"]
    assert not any(source["objects"] for source in again.values()), "nothing is read twice"
    metrics = done("metrics", folder, "--as-of", DAY, "--format", "json").json
    found = {row["metric"]: row["value"] for row in metrics}
    assert (found["leads"], found["qualified"], found["won"]) == (3, 2, 1)
