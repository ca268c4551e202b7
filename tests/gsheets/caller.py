"""A program that calls Google so often; a minute of its budget is as long as it is told.

`python -m tests.gsheets.caller ADDRESS CALLS MINUTE`
"""

import sys
from dataclasses import replace
from datetime import UTC, datetime

from sheets_sync.google.budget import A_PROJECT, A_USER
from sheets_sync.google.connect import connect
from sheets_sync.limits import Window


def main() -> None:
    """Read and write by turns."""
    address, calls, minute = sys.argv[1], int(sys.argv[2]), float(sys.argv[3])
    spread = connect(address, now=datetime.now(UTC))
    project, user = ((Window(most, minute), Window(most, minute)) for most in (A_PROJECT, A_USER))
    spread.budget = replace(spread.budget, project=project, user=user)
    spread.begin()
    for _ in range(calls):
        spread.structure("spreadsheetId")
        spread.write([], "RAW")


if __name__ == "__main__":
    main()
