"""A program that calls Google so often and prints when it may; a minute is as long as it is told.

`python -m tests.gsheets.caller ADDRESS CALLS MINUTE`
"""

import json
import sys
from dataclasses import dataclass
from datetime import UTC, datetime

from sheets_sync.google.budget import A_PROJECT, A_USER, Budget
from sheets_sync.google.connect import connect
from sheets_sync.limits import Window


@dataclass(slots=True)
class Printed(Budget):
    """A budget that prints each call it allows: whether it writes, and from which moment."""

    def book(self, now: float, *, is_write: bool) -> float:
        """Book a call; return how long it has to wait."""
        pause = Budget.book(self, now, is_write=is_write)
        print(json.dumps([is_write, now + pause]), flush=True)  # noqa: T201
        return pause


def main() -> None:
    """Read and write by turns."""
    address, calls, minute = sys.argv[1], int(sys.argv[2]), float(sys.argv[3])
    spread = connect(address, now=datetime.now(UTC))
    project, user = ((Window(most, minute), Window(most, minute)) for most in (A_PROJECT, A_USER))
    known = spread.budget
    spread.budget = Printed(project, user, known.of_project, known.of_user)
    spread.begin()
    for _ in range(calls):
        spread.structure("spreadsheetId")
        spread.write([], "RAW")


if __name__ == "__main__":
    main()
