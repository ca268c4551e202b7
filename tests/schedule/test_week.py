"""What is due is done once, in made-up time, whatever the computer and the syncs do meanwhile."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
import time_machine

from sheets_sync.child import Ended
from sheets_sync.schedule import runner
from sheets_sync.schedule.clockwork import Clockwork
from sheets_sync.schedule.runner import Runner
from templates.words import load
from tests.cli.calls import done
from tests.cli.company import write_leads
from tests.schedule import week
from tests.schedule.hands import Hands

START = datetime(2026, 11, 23, 6, 58, tzinfo=UTC)


@pytest.fixture(scope="module")
def company(tmp_path_factory):
    folder = tmp_path_factory.mktemp("company")
    done("init", folder, "--leads", write_leads(folder, 12), "--name", "Roofs")
    return folder, (folder / "smarketing.toml").read_text(encoding="utf-8")


def begun(company, times, took, until, asleep=None):
    """Return when syncs begin that take `took`; the computer sleeps from a moment to another."""
    folder, text = company
    schedule = f'\n[schedule]\nsync = "{times}"\n'
    (folder / "smarketing.toml").write_text(text + schedule, encoding="utf-8")
    begins = []

    def sync(of):
        begins.append(datetime.now(UTC))
        return Ended(of, 3, '{"error": "made up"}', "")

    with time_machine.travel(START, tick=False) as travel:
        hands = Hands(1, lambda _: took.total_seconds())
        now = partial(datetime.now, UTC)
        make = partial(Clockwork, hands=hands)
        made = Runner(lambda: [folder], sync, now, lambda _: None, load("en"), make)
        while now() < until:
            made.turn()
            hands.work(now())
            wakes = asleep[1] if asleep and asleep[0] <= now() < asleep[1] else None
            travel.move_to(wakes or now() + timedelta(seconds=5), tick=False)
    return [f"{moment:%a %H:%M}" for moment in begins]


def test_a_time_that_comes_while_the_sync_before_sleeps_is_made_up_for(company):
    began, woke = (START + timedelta(minutes=3), START + timedelta(days=1, hours=2))
    until = START + timedelta(days=2, hours=1)
    found = begun(company, "0 7 * * *", timedelta(minutes=5), until, (began, woke))
    assert found == ["Mon 07:00", "Tue 08:58", "Wed 07:00"]


def test_what_a_sleeping_computer_missed_is_done_once(company):
    asleep = START, START + timedelta(hours=5)
    until = START + timedelta(hours=7)
    found = begun(company, "30 * * * *", timedelta(minutes=5), until, asleep)
    assert found == ["Mon 11:58", "Mon 12:30", "Mon 13:30"]


def test_what_comes_due_while_a_sync_is_under_way_is_done_once_after_it(company):
    until = START + timedelta(minutes=60)
    found = begun(company, "0,5,10,30 * * * *", timedelta(minutes=12), until)
    assert found == ["Mon 07:00", "Mon 07:12", "Mon 07:30"]


def test_a_week_of_many_workspaces(tmp_path, monkeypatch):
    """As by hand, but no sync is a real program, and nobody is told."""

    def made_up(of, client):
        client.real.append(Ended(client.folder, 0, '{"cells_changed": {}, "sources": {}}', ""))
        return of.as_if(client)

    monkeypatch.setattr(week.Week, "truly", made_up)
    monkeypatch.setattr(week.Client, "is_always_real", False)
    monkeypatch.setattr(runner, "TICK", 60.0)
    made = week.simulated(11, 2, tmp_path, [30.0, 60.0])
    assert not list(made.faults())
    assert {code for client in made.clients.values() for code in client.codes} == {0, 75, -9, None}
