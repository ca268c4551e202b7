"""A client of its own: brings the small workbook to a step, and remembers in a state on disk.

`python -m tests.gsheets.client ADDRESS FOLDER STEP`
"""

import sys
from datetime import UTC, datetime
from pathlib import Path

from sheets_sync.google.connect import connect
from sheets_sync.state import Kept, open_state
from sheets_sync.targets.gsheets import GoogleSheet
from tests.targets import small_book


def main() -> None:
    """Sync once."""
    address, folder, step = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
    spread = connect(address, now=datetime.now(UTC))
    memory = Kept(open_state(folder), f"sheet.{spread.id}.")
    target = GoogleSheet(spread, small_book.words(), "RUB", memory)
    target.exchange(small_book.TABS, lambda inputs, _hidden: small_book.sheets(step, inputs))


if __name__ == "__main__":
    main()
