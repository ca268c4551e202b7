"""A workspace in one file: it comes back whole, and a bad file changes nothing."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import stat
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from sheets_sync.lock import workspace_lock
from sheets_sync.state import STATE
from tests.cli.calls import cli, done
from tests.operations.company import copied, different, state_of, synced


@pytest.fixture
def company(calm, tmp_path):
    return copied(calm, tmp_path / "company")


@pytest.fixture
def kept(company, tmp_path):
    path = tmp_path / "kept.zip"
    done("backup", company, "--to", path)
    return path


def names(folder):
    return {
        path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }


def test_it_comes_back_whole_and_the_next_sync_goes_on(company, kept, tmp_path):
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    other = tmp_path / "other"
    other.mkdir()
    for export in company.glob("*.csv"):
        shutil.copy(export, other)
    assert "files" in done("restore", kept, other).out
    assert state_of(other).recall() == state_of(company).recall()
    assert done("metrics", other).out == done("metrics", company).out
    text = (other / "smarketing.toml").read_text(encoding="utf-8")
    (other / "smarketing.toml").write_text(text.replace(str(company), str(other)), encoding="utf-8")
    assert not different(synced(company), synced(other))


def test_what_was_there_is_kept(company, kept):
    (company / "smarketing.toml").write_text("[company]\n", encoding="utf-8")
    state_of(company).put("later", 1)
    said = done("restore", kept, company).out
    assert state_of(company).get("later") is None
    [aside] = (company / ".smarketing" / "before-restore").iterdir()
    assert str(aside) in said
    assert (aside / "smarketing.toml").read_text(encoding="utf-8") == "[company]\n"
    with sqlite3.connect(aside / ".smarketing" / STATE) as connection:
        assert connection.execute("select value from kept where name = 'later'").fetchall()


def test_a_backup_lies_with_the_workspace_unless_said_otherwise(company):
    done("backup", company)
    [path] = (company / ".smarketing" / "backups").iterdir()
    assert path.name.startswith("company 2")


def rewritten(kept, change):
    with ZipFile(kept) as file:
        parts = {name: file.read(name) for name in file.namelist()}
    manifest = json.loads(parts["manifest.json"])
    change(manifest, parts)
    parts["manifest.json"] = json.dumps(manifest).encode()
    with ZipFile(kept, "w", ZIP_DEFLATED) as file:
        for name, content in parts.items():
            file.writestr(name, content)


def named(name):
    def change(manifest, parts):
        manifest["files"][name] = manifest["files"]["smarketing.xlsx"]
        parts[name] = parts["smarketing.xlsx"]

    return lambda kept: rewritten(kept, change)


def digest(manifest, _parts):
    manifest["files"]["smarketing.xlsx"][1] = "0" * 64


def size(manifest, _parts):
    manifest["files"]["smarketing.xlsx"][0] -= 1


def lost(_manifest, parts):
    del parts["smarketing.xlsx"]


def no_config(manifest, _parts):
    del manifest["files"]["smarketing.toml"]


def newer(manifest, _parts):
    manifest["format"] = 2


WRONG = {
    "up": named("../evil.xlsx"),
    "up inside": named("a/../../evil.xlsx"),
    "absolute": named("/tmp/evil.xlsx"),  # noqa: S108
    "windows": named("a\\..\\evil.xlsx"),
    "drive": named("C:evil.xlsx"),
    "digest": lambda kept: rewritten(kept, digest),
    "size": lambda kept: rewritten(kept, size),
    "lost": lambda kept: rewritten(kept, lost),
    "no config": lambda kept: rewritten(kept, no_config),
    "newer": lambda kept: rewritten(kept, newer),
    "cut": lambda kept: os.truncate(kept, kept.stat().st_size // 2),
    "text": lambda kept: kept.write_text("no zip", encoding="utf-8"),
    "gone": lambda kept: kept.unlink(),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_a_file_that_is_no_backup_of_ours_changes_nothing(company, kept, wrong):
    WRONG[wrong](kept)
    before = names(company)
    call = cli("restore", kept, company)
    assert call.code == 2
    assert ("newer version" in call.err) == (wrong == "newer")
    after = names(company)
    after.pop(next(path for path in after if path.name == "lock"))
    assert after.items() <= before.items()
    assert len(after) == len(before) - 1


def test_a_workspace_that_is_being_synced_is_left_alone(company, kept):
    with workspace_lock(company / ".smarketing"):
        assert cli("backup", company).code == 75
        assert cli("restore", kept, company).code == 75
