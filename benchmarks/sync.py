"""A whole sync of 1,000,000 deals, from the CSV to the workbook; a second one; 1 % changed.

`python benchmarks/sync.py [DEALS]` prints processor seconds, the peak memory of the process that
syncs, and the seconds of each stage.
"""

from __future__ import annotations

import csv
import json
import random
import sys
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from _child import smarketing
from _goal import at_most

MOST_MEGABYTES = 1_000
AS_OF = "2026-11-01"
FIRST, LAST = datetime(2023, 11, 1), datetime(2026, 11, 1)  # noqa: DTZ001
MOMENT = "%Y-%m-%d %H:%M:%S"
HEADER = ("Deal ID", "Title", "Stage", "Amount", "Created", "Closed", "Owner", "Source")


def write(path: Path, deals: int, changed: float = 0) -> None:
    """Write three years of deals of thirty managers: a quarter won, most of the rest lost."""
    chance, late = random.Random(1), random.Random(2)  # noqa: S311
    step = (LAST - FIRST) / deals
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER)
        for number in range(deals):
            created = FIRST + step * number
            closed = created + timedelta(days=chance.randint(1, 90))
            stage = chance.choices(("Won", "Lost", "Proposal"), (25, 60, 15))[0]
            is_open = stage == "Proposal" or closed > LAST
            writer.writerow(
                (
                    f"D{number:07d}",
                    f"Deal {number}",
                    "Proposal" if is_open else stage,
                    chance.randint(1_000, 500_000) + (late.random() < changed),
                    created.strftime(MOMENT),
                    "" if is_open else closed.strftime(MOMENT),
                    f"Manager {chance.randint(1, 30)}",
                    chance.choice(("ads", "seo", "mail", "fair")),
                )
            )


def main() -> None:
    deals = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    with TemporaryDirectory() as folder:
        export = Path(folder, "deals.csv")
        write(export, deals)
        smarketing("init", folder, "--deals", str(export))
        for which in ("first", "second", "third"):
            if which == "third":
                write(export, deals, 0.01)
            cost = smarketing("sync", folder, "--as-of", AS_OF, "--json")
            stages = json.loads(cost.printed)["seconds"]
            told = ", ".join(f"{stage} {spent:.1f} s" for stage, spent in stages.items())
            print(f"{which} sync of {deals:,} deals: {cost.seconds:.1f} s cpu ({told})")
            at_most(f"peak memory of the {which} sync", cost.megabytes, MOST_MEGABYTES, "MB")
        at_most(
            "1 % changed, without the workbook", sum(stages.values()) - stages["workbook"], 5, "s"
        )


if __name__ == "__main__":
    main()
