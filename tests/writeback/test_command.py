"""`smarketing writeback`, as a person meets it: typed in the workbook, seen, written, undone."""

from __future__ import annotations

import io
import re
from unittest.mock import patch

import pytest
from openpyxl import load_workbook

from tests.cli.calls import cli, done
from tests.writeback.desk import VALUES

HEADER = 4


@pytest.fixture(params=["bitrix24"])
def kind(request):
    return request.param


class Terminal(io.StringIO):
    """A place where a person reads and types."""

    def isatty(self):
        return True


def type_verdict(desk, lead, verdict):
    """Type a verdict into the workbook as a person does."""
    path = desk.folder / "smarketing.xlsx"
    book = load_workbook(path)
    tab = book["Leads"]
    columns = {cell.value: cell.column for cell in tab[HEADER]}
    [row] = [row for row in range(HEADER + 1, tab.max_row + 1) if tab.cell(row, 1).value == lead]
    tab.cell(row, columns["Our verdict"]).value = verdict
    book.save(path)
    done("sync", desk.folder)


def test_a_verdict_goes_from_the_workbook_to_the_crm_and_back(desk):
    lead = desk.leads[0]
    type_verdict(desk, lead, "qualified")
    assert desk.crm.wrote == [], "a sync writes nothing"
    shown = done("writeback", desk.folder, "--preview").out
    assert re.search(rf"lead {lead} +verdict: Verdict +— +Qualified", shown)
    assert "Nothing has been written yet" in shown
    [call] = re.findall(r"smarketing writeback \S+ (--write \w+)", shown)
    assert desk.crm.wrote == []
    wrote = done("writeback", desk.folder, *call.split()).out
    assert "Written: 1 of 1, run 1" in wrote
    assert desk.held(lead, desk.verdict) == VALUES["qualified"]
    [back] = re.findall(r"smarketing writeback \S+ (--undo \d+)", wrote)
    assert "nothing to write" in done("writeback", desk.folder).out
    done("writeback", desk.folder, *back.split())
    assert desk.held(lead, desk.verdict) is None
    log = done("writeback", desk.folder, "--log").out
    assert log.count("written") == 2


def test_it_speaks_russian_and_counts_what_failed(desk):
    desk.decide(desk.leads[0], "qualified")
    desk.decide(desk.leads[1], "unqualified")
    desk.crm.refused[desk.leads[0]] = 403
    shown = done("writeback", desk.folder, "--lang", "ru").out
    [call] = re.findall(r"(--write \w+)", shown)
    assert "Пока ничего не записано" in shown
    failed = cli("writeback", desk.folder, *call.split(), "--lang", "ru")
    assert failed.code == 3
    assert "Записано: 1 из 2" in failed.out
    assert "не даёт этому человеку писать сюда (Access denied.)" in failed.out
    assert desk.crm.token not in failed.out + failed.err + shown


@pytest.mark.parametrize(("said", "wrote"), [("y\n", 1), ("n\n", 0)])
def test_at_a_terminal_it_asks(desk, said, wrote):
    desk.decide(desk.leads[0], "qualified")
    with patch("tests.cli.calls.io.StringIO", Terminal):
        call = cli("writeback", desk.folder, typed=said)
    assert call.code == 0
    assert "[y/N]" in call.out
    assert len(desk.crm.wrote) == wrote


def test_check_says_whether_the_fields_can_be_written(desk):
    checked = cli("check", desk.folder)
    assert "the fields take what people type" in checked.out
    path = desk.folder / "smarketing.toml"
    path.write_text(path.read_text().replace('spam = "Junk"', 'qualified = "Hot"'))
    checked = cli("check", desk.folder)
    assert checked.code == 3
    said = "has nothing for: qualified, spam. Say in smarketing.toml what is meant, as qualified ="
    assert said in checked.out
    assert desk.crm.wrote == []


def test_every_reason_for_writing_nothing_is_said_in_words(desk):
    for lead, verdict in zip(desk.leads, ("qualified", "spam", "unqualified", None), strict=True):
        desk.decide(lead, verdict, "out of area")
    desk.task("T-0001", "Call deal 2", due=None)
    desk.task("T-0002", "Call deal 2", owner="Nobody")
    path = desk.folder / "smarketing.toml"
    text = path.read_text().replace("Junk", "Trash").replace(desk.reason, "UF_CRM_GONE")
    path.write_text(text)
    desk.crm.inbox.pop(desk.leads[2])
    for language in ("en", "ru"):
        shown = done("writeback", desk.folder, "--preview", "--lang", language).out
        assert shown.count("\n! ") >= 4
        for word in ("spam = ", "UF_CRM_GONE", "T-0001", "Nobody", desk.leads[2]):
            assert word in shown, shown
        assert "{" not in shown


def test_mistakes_in_the_call_are_said(desk):
    for call in (("--write", "abc"), ("--undo", "7"), ("--undo", "x"), ("--preview", "--log")):
        failed = cli("writeback", desk.folder, *call)
        assert failed.code == 2, call
        assert failed.err
    assert "Nothing has been written" in done("writeback", desk.folder, "--log").out


def test_without_a_field_it_says_how_to_name_one(desk):
    path = desk.folder / "smarketing.toml"
    path.write_text(path.read_text().partition("[crm.write]")[0])
    failed = cli("writeback", desk.folder)
    assert (failed.code, "[crm.write]" in failed.err) == (2, True)


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ('verdct = "A"', "verdict"),
        ('verdict = ""', "UF_CRM_"),
        ('verdict = {field = "A", values = {good = "1"}}', "verdict.values.good"),
        ("xyzzy = 1", "verdict, reason, tasks"),
    ],
)
def test_mistakes_in_the_config_are_said(tmp_path, written, said):
    crm = '[[crm]]\nkind = "bitrix24"\nsecret = "env:X"\n[crm.write]\n'
    (tmp_path / "smarketing.toml").write_text(crm + written)
    failed = cli("writeback", tmp_path)
    assert (failed.code, said in failed.err) == (2, True), failed.err
    assert "[key]" not in failed.err
