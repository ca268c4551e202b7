"""The journal of syncs: a line of JSON each, without anybody's texts, and never too long."""

import json
import re
from datetime import datetime

import pytest

from sheets_sync import journal
from tests.cli.calls import DAY, cli, done
from tests.cli.company import write_deals


@pytest.fixture
def folder(tmp_path):
    done("init", tmp_path, "--deals", write_deals(tmp_path))
    return tmp_path


def lines(folder):
    text = (folder / ".smarketing" / journal.JOURNAL).read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


def test_every_sync_leaves_a_line(folder):
    done("sync", folder, "--as-of", DAY)
    [good] = lines(folder)
    assert (good["exit_code"], good["error"]) == (0, None)
    assert datetime.fromisoformat(good["began"]) < datetime.fromisoformat(good["ended"])
    assert good["seconds"].keys() >= {"sources", "numbers", "workbook"}
    source, workbook = sorted(good["parts"], key=lambda part: part["name"])
    assert (source["name"], source["new"], workbook["name"]) == ("deals.csv", 50, "workbook")
    (folder / "deals.csv").unlink()
    assert cli("sync", folder, "--as-of", DAY).code == 3
    bad = lines(folder)[-1]
    assert bad["exit_code"] == 3
    assert [part["error"] for part in bad["parts"] if "error" in part] == ["file_missing"]
    lock = folder / "~$smarketing.xlsx"
    lock.touch()
    assert cli("sync", folder, "--as-of", DAY).code == 4
    assert lines(folder)[-1]["error"] == "workbook_open"


def test_no_text_of_the_crm_is_in_it(folder):
    deals = folder / "deals.csv"
    deals.write_text(deals.read_text(encoding="utf-8") + "D99,,,,,x,Secret Person,vk\n", "utf-8")
    cli("sync", folder, "--as-of", DAY)
    text = (folder / ".smarketing" / journal.JOURNAL).read_text(encoding="utf-8")
    assert not re.search("Secret|Anna|Roof|vk", text)


def test_it_does_not_grow_for_ever(tmp_path, monkeypatch):
    monkeypatch.setattr(journal, "LARGEST", 2_000)
    for number in range(200):
        journal.note(tmp_path, {"number": number, "text": "x" * 80})
    files = sorted((tmp_path / "logs").iterdir())
    assert len(files) == 1 + journal.OLDER
    assert sum(file.stat().st_size for file in files) <= 4 * 2_000
    assert json.loads(files[0].read_text(encoding="utf-8").splitlines()[-1])["number"] == 199


def test_a_journal_that_cannot_be_written_fails_no_sync(folder):
    done("sync", folder, "--as-of", DAY)
    path = folder / ".smarketing" / journal.JOURNAL
    path.unlink()
    path.mkdir()
    done("sync", folder, "--as-of", DAY)
