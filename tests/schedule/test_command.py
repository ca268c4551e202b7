"""`smarketing schedule`: a real program, a real sync, a real signal."""

import shutil
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from sheets_sync.schedule.plan import Last, remember
from sheets_sync.state import STATE, State
from tests.cli.calls import DAY, done
from tests.cli.company import write_leads

SMARKETING = Path(sys.executable).with_name("smarketing")


@pytest.fixture(scope="module")
def mother(tmp_path_factory):
    folder = tmp_path_factory.mktemp("mother")
    done("init", folder, "--leads", write_leads(folder, 12), "--name", "Roofs")
    return folder


@pytest.fixture
def company(mother, tmp_path):
    folder = tmp_path / "company"
    shutil.copytree(mother, folder)
    return folder


def says(folder, times):
    path = folder / "smarketing.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(f'{text}\n[schedule]\nsync = "{times}"\n', encoding="utf-8")


@pytest.mark.parametrize("ended_by", [signal.SIGINT, signal.SIGTERM])
def test_what_is_due_is_synced_until_it_is_stopped(company, ended_by):
    says(company, "0 7 * * *")
    remember(company.resolve(), Last(datetime.now(UTC) - timedelta(days=2)))  # the computer slept
    call = [SMARKETING, "--lang", "en", "schedule", "run", company]
    with subprocess.Popen(call, stdout=subprocess.PIPE, text=True) as program:
        said = []
        while "synced in" not in "".join(said):
            said.append(program.stdout.readline())
            assert said[-1], said
        program.send_signal(ended_by)
        said.append(program.stdout.read())
    assert program.returncode == 0, said
    assert (company / "smarketing.xlsx").exists()
    [*_, sync] = State(company / ".smarketing" / STATE).syncs(1)
    assert sync.exit_code == 0


def test_next_times_and_last_results_are_shown(company):
    says(company, "0 7 * * *")
    assert "none yet" in done("schedule", "show", company).out
    done("sync", company, "--as-of", DAY)
    shown = done("schedule", "show", company).out
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    assert f"{tomorrow:%Y-%m-%d}" in shown
    assert "none yet" not in shown
