"""A whole sync of 100,000 leads with every tab; one with 1 % changed; one with nothing new.

`python benchmarks/leads.py [LEADS]` prints seconds by the clock and the peak memory of each.
"""

from __future__ import annotations

import csv
import json
import random
import sys
import time
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from _child import smarketing
from _goal import at_most

AS_OF = "2026-11-01"
FIRST, LAST = datetime(2025, 9, 1), datetime(2026, 11, 1)  # noqa: DTZ001
MOMENT = "%Y-%m-%d %H:%M:%S"
LEADS = (
    "Lead ID", "Created", "Phone", "Owner", "Source", "Campaign", "Stage", "Verdict",
    "Verdict date", "First response",
)  # fmt: skip
DEALS = ("Deal ID", "Lead ID", "Title", "Stage", "Amount", "Created", "Closed", "Owner", "Source")
GOALS = {"first": 25, "second": 6, "third": 6}


def write(folder: Path, leads: int, changed: float) -> None:
    """Write the leads of fourteen months, 70 % of them qualified, each of these with a deal."""
    chance, late = random.Random(1), random.Random(2)  # noqa: S311
    step = (LAST - FIRST) / leads
    with (
        (folder / "leads.csv").open("w", encoding="utf-8", newline="") as lead_file,
        (folder / "deals.csv").open("w", encoding="utf-8", newline="") as deal_file,
    ):
        lead_rows, deal_rows = csv.writer(lead_file), csv.writer(deal_file)
        lead_rows.writerow(LEADS)
        deal_rows.writerow(DEALS)
        for number in range(leads):
            created = FIRST + step * number
            judged = created + timedelta(hours=chance.randint(1, 90))
            owner, source = f"Manager {chance.randint(1, 12)}", f"source {chance.randint(1, 8)}"
            verdict = chance.choices(("qualified", "unqualified", "spam"), (70, 25, 5))[0]
            stage = "New" if late.random() < changed else "Contacted"
            lead_rows.writerow(
                (
                    f"L{number:07d}", created.strftime(MOMENT), f"+7 9{number:09d}", owner, source,
                    f"campaign {chance.randint(1, 30)}", stage, verdict, judged.strftime(MOMENT),
                    (created + timedelta(minutes=chance.randint(1, 300))).strftime(MOMENT),
                )
            )  # fmt: skip
            if verdict == "qualified":
                deal_rows.writerow(_deal(number, judged, owner, source, chance))


def _deal(
    number: int, created: datetime, owner: str, source: str, chance: random.Random
) -> tuple[object, ...]:
    closed = created + timedelta(days=chance.randint(1, 60))
    stage = chance.choices(("Won", "Lost", "Proposal"), (25, 60, 15))[0]
    is_open = stage == "Proposal" or closed > LAST
    return (
        f"D{number:07d}", f"L{number:07d}", f"Deal {number}", "Proposal" if is_open else stage,
        chance.randint(1_000, 500_000), created.strftime(MOMENT),
        "" if is_open else closed.strftime(MOMENT), owner, source,
    )  # fmt: skip


def main() -> None:
    leads = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    with TemporaryDirectory() as name:
        folder = Path(name)
        write(folder, leads, 0)
        files = ("--leads", str(folder / "leads.csv"), "--deals", str(folder / "deals.csv"))
        smarketing("init", name, *files)
        for which, goal in GOALS.items():
            if which == "second":
                write(folder, leads, 0.01)
            start = time.perf_counter()
            cost = smarketing("sync", name, "--as-of", AS_OF, "--json")
            took = time.perf_counter() - start
            stages = json.loads(cost.printed)["seconds"]
            told = ", ".join(f"{stage} {spent:.1f} s" for stage, spent in stages.items())
            print(f"{which} sync of {leads:,} leads: {cost.seconds:.1f} s cpu ({told})")
            at_most(f"the {which} sync", took, goal, "s")
            at_most(f"peak memory of the {which} sync", cost.megabytes, 700, "MB")


if __name__ == "__main__":
    main()
