"""A week of many workspaces in made-up time, with failing ones among them.

    python -m tests.schedule.week [WORKSPACES] [--hands N]

The schedule is the real one: its runner, APScheduler, configs and records on disk; the clock is
made up. The first sync of each workspace, and every sync of two of them, is a real program, whose
clock is made up too; it takes in made-up time what it took, and tells a real service what there is
to tell. The others take what such a sync took, by lot. Whether each was done when it was due is
found by looking at every minute.
"""

from __future__ import annotations

import argparse
import os
import random
import resource
import shutil
import sys
import tempfile
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from time import monotonic
from zoneinfo import ZoneInfo

import time_machine

from sheets_sync import child
from sheets_sync.child import Ended, sync_apart
from sheets_sync.cron import parse
from sheets_sync.schedule.clockwork import Clockwork
from sheets_sync.schedule.plan import SPREAD, read_plan
from sheets_sync.schedule.runner import Runner
from templates.words import load
from tests.cli.calls import done
from tests.cli.company import write_leads
from tests.messages.services import Webhook, webhook
from tests.schedule.hands import Hands
from tests.schedule.oracle import crowded, dues, meetings, wrong

START = datetime(2026, 10, 18, 21, tzinfo=UTC)
END = START + timedelta(days=7, hours=6)
"""In it, on Sunday, Berlin puts its clocks back."""

AWAY = (datetime(2026, 10, 21, 9, 40, tzinfo=UTC), datetime(2026, 10, 21, 13, 10, tzinfo=UTC))
"""On Wednesday the computer sleeps."""

AGAIN = datetime(2026, 10, 23, 8, 2, tzinfo=UTC)
"""On Friday the schedule is stopped and started."""

REPAIRED = datetime(2026, 10, 20, 12, 30, tzinfo=UTC)
"""On Tuesday somebody repairs the configs that are wrong."""

BRIEF = ", week "
PATIENCE = timedelta(minutes=20)
WORDS = load("en")

TIMES = ("0 7-20 * * mon-fri", "*/30 9-18 * * *", "15 6 * * *", None, "30 2 * * *", "5,35 * * * *",
         "0 8 19-23 * *", "0 7 * * mon")  # fmt: skip
HEADS = '\n[[messages]]\nname = "heads"\nto = "env:HEADS_CHAT"\n'
ZONES = ("Europe/Moscow", "Europe/Berlin", "Asia/Yekaterinburg", "Asia/Kolkata", "America/New_York")


@dataclass
class Client:
    """A workspace, and what is the matter with it."""

    folder: Path
    times: str | None
    zone: str
    trouble: str
    runs: list[tuple[datetime, datetime]] = field(default_factory=list)
    codes: list[int | None] = field(default_factory=list)
    real: list[Ended] = field(default_factory=list)

    @property
    def is_always_real(self):
        return self.folder.name.endswith(("-000", "-003"))


TROUBLES = ("", "", "", "", "", "no source", "wrong config", "killed", "hangs", "bursts", "busy")


def clients(root, count):
    """Make workspaces; each is a copy of one, with its own times, zone and trouble."""
    mother = root / "mother"
    mother.mkdir()
    done("init", mother, "--leads", write_leads(mother, 12), "--name", "Roofs")
    text = (mother / "smarketing.toml").read_text(encoding="utf-8")
    assert '"Roofs"' in text
    for number in range(count):
        made = Client(
            root / "clients" / f"client-{number:03}",
            TIMES[number % len(TIMES)],
            ZONES[number % len(ZONES)],
            TROUBLES[number % len(TROUBLES)],
        )
        shutil.copytree(mother, made.folder)
        schedule = f'\n[schedule]\nsync = "{made.times}"\n' if made.times else ""
        named = text.replace('"Roofs"', f'"{made.folder.name}"')
        zoned = named.replace('timezone = "UTC"', f'timezone = "{made.zone}"')
        assert zoned != named
        if made.trouble == "wrong config":
            zoned = zoned.replace(made.zone, "Moscow")
        (made.folder / "smarketing.toml").write_text(zoned + schedule + HEADS, encoding="utf-8")
        if made.trouble == "no source":
            (made.folder / "leads.csv").unlink()
        yield made


@dataclass
class Week:
    """The made-up world."""

    clients: dict[str, Client]
    hands: int
    travel: time_machine.Traveller
    hook: Webhook
    chance: random.Random = field(default_factory=lambda: random.Random(7))
    said: list[str] = field(default_factory=list)
    took: dict[str, float] = field(default_factory=dict)
    measured: list[float] = field(default_factory=list)
    real_seconds: float = 0.0

    def now(self):
        return datetime.now(UTC)

    def sync(self, folder):
        """Sync a workspace: in truth the first time, and as if afterwards."""
        client, now = self.clients[str(folder)], self.now()
        is_real = not client.runs or client.is_always_real
        try:
            ended = self.truly(client) if is_real else self.as_if(client)
        finally:
            client.runs.append((now, now))
        client.runs[-1] = (now, now + timedelta(seconds=ended.seconds))
        client.codes.append(ended.code)
        self.took[str(folder)] = ended.seconds
        return ended

    def truly(self, client):
        began = monotonic()
        program = (sys.executable, "-m", "tests.schedule.then", self.now().isoformat())
        child.PROGRAM, ours = program, child.PROGRAM
        try:
            ended = sync_apart(client.folder, ("--json",))
        finally:
            child.PROGRAM = ours
        self.real_seconds += monotonic() - began
        client.real.append(ended)
        if ended.code == 0:
            self.measured.append(ended.seconds)
        return ended

    def as_if(self, client):
        if client.trouble == "bursts":
            self.took[str(client.folder)] = 0.1
            raise RuntimeError("a fault of our own")
        last = client.real[-1]
        seconds = self.chance.choice(self.measured)
        if client.trouble == "killed":
            return replace(last, code=-9, out="", seconds=seconds / 2)
        if client.trouble == "hangs" and self.chance.random() < 0.1:
            return replace(last, code=None, out="", seconds=3600.0)
        if client.trouble == "busy" and self.chance.random() < 0.5:
            return replace(last, code=75, out="", seconds=seconds / 3)
        return replace(last, seconds=seconds)

    def begin(self):
        """Start the schedule, with hands that work in made-up time."""
        hands = Hands(self.hands, lambda name: self.took.pop(name, 0.0))
        runner = Runner(
            lambda: [client.folder for client in self.clients.values()],
            self.sync,
            self.now,
            self.said.append,
            WORDS,
            partial(Clockwork, hands=hands),
        )
        return runner, hands

    def live(self):
        """Let the week pass."""
        runner, hands = self.begin()
        to_come = {AGAIN: "again", REPAIRED: "repair", AWAY[0]: "sleep"}
        while (now := self.now()) < END:
            for moment in [moment for moment in to_come if moment <= now]:
                happening = to_come.pop(moment)
                if happening == "again" and hands.busy:
                    to_come[moment] = happening  # it waits for those under way
                elif happening == "again":
                    runner, hands = self.begin()
                elif happening == "repair":
                    self.repair()
                else:
                    self.sleep()
            wait = timedelta(seconds=runner.turn())
            hands.work(self.now())
            coming = [moment for moment in to_come if moment > now]
            steps = [self.now() + wait, hands.next_end(), *coming]
            self.travel.move_to(min(step for step in steps if step), tick=False)

    def sleep(self):
        """What is under way goes on when the computer wakes."""
        for client in self.clients.values():
            if client.runs and client.runs[-1][1] > AWAY[0]:
                client.runs[-1] = client.runs[-1][0], AWAY[1]
        self.travel.move_to(AWAY[1])

    def repair(self):
        for client in self.clients.values():
            if client.trouble == "wrong config":
                path = client.folder / "smarketing.toml"
                text = path.read_text(encoding="utf-8")
                path.write_text(text.replace('"Moscow"', f'"{client.zone}"'), encoding="utf-8")

    def briefs(self, client):
        """Return the briefs that the heads of a client got."""
        return [text for text in self.hook.texts if client.folder.name in text and BRIEF in text]

    def faults(self):
        """Yield what is wrong with the week."""
        runs = [run for client in self.clients.values() for run in client.runs]
        full = crowded(runs, self.hands)
        if full is None:
            yield "more at once than hands"
        for name, client in self.clients.items():
            plan = read_plan(client.folder, WORDS, is_spread=len(self.clients) > 1)
            since = REPAIRED if client.trouble == "wrong config" else START
            cron = parse(client.times or "0 7 * * *")
            due = dues(cron, ZoneInfo(client.zone), since - SPREAD, END)
            due = [moment for moment in due if moment + plan.delay > since]
            for fault in wrong(due, client.runs, END, plan.delay, PATIENCE, [AWAY], full or ()):
                yield f"{name}: {fault}"
            found, wanted = len(self.briefs(client)), len(meetings(client.runs, client.zone))
            if client.is_always_real and found != wanted:
                yield f"{name}: {found} briefs of {wanted} meetings"


def makespan(week, moment):
    """Return how long it took from a moment until all that was begun in the next hour was done."""
    ends = [
        end
        for client in week.clients.values()
        for begin, end in client.runs
        if moment <= begin < moment + timedelta(minutes=59) and end - begin < timedelta(minutes=30)
    ]
    return max(ends) - moment if ends else timedelta()


def simulated(count, hands, root, took=()):
    """Let a week pass, and return it."""
    made = {str(client.folder): client for client in clients(root, count)}
    with webhook() as hook, time_machine.travel(START, tick=False) as travel:
        os.environ["HEADS_CHAT"] = hook.address
        week = Week(made, hands, travel, hook, measured=[*took])
        week.live()
    return week


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("workspaces", nargs="?", type=int, default=200)
    parser.add_argument("--hands", type=int, default=2)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as root:
        began = monotonic()
        week = simulated(asked.workspaces, asked.hands, Path(root))
        took = monotonic() - began
        faults = list(week.faults())
    report(week, took, faults)
    sys.exit(bool(faults))


def report(week, took, faults):
    everyone = week.clients.values()
    runs = [run for client in everyone for run in client.runs]
    real = [ended for client in everyone for ended in client.real]
    codes = [code for client in everyone for code in client.codes]
    wave = START + timedelta(hours=7)  # 7:00 in Moscow is 4:00 UTC on Monday
    peaks = sorted(ended.peak for ended in real)
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"workspaces {len(everyone)}, hands {week.hands}, {START:%F} to {END:%F}")
    print(f"syncs {len(runs)}: {len(real)} real programs, the others as if")
    print(f"ended well {codes.count(0)}, otherwise {len(codes) - codes.count(0)}:",
          {code: codes.count(code) for code in sorted(set(codes), key=str) if code})  # fmt: skip
    print(f"due again while under way: {sum('due again' in x for x in week.said)}")
    print(
        f"makespan of Monday's first wave: {makespan(week, wave).total_seconds():.0f} s (made up)"
    )
    print(f"seconds of a real sync: median {sorted(week.measured)[len(week.measured) // 2]:.2f}, "
          f"all together {week.real_seconds:.0f}, the simulation {took:.0f}")  # fmt: skip
    print(f"peak memory: schedule {own:.0f} MB; a sync {peaks[-1] / 2**20:.0f} MB at most")
    print("briefs sent of meetings:",
          [(len(week.briefs(each)), len(meetings(each.runs, each.zone)))
           for each in everyone if each.is_always_real])  # fmt: skip
    print(f"wrong: {len(faults)}")
    for fault in faults[:20]:
        print(" ", fault)


if __name__ == "__main__":
    main()
