"""Run the server by hand: `python -m tests.sheets_emulator [port]`."""

import sys
import time

from tests.sheets_emulator.server import running


def main() -> None:
    """Serve one empty spreadsheet until somebody stops it."""
    with running(int(sys.argv[1]) if len(sys.argv) > 1 else 8765) as world:
        world.add("demo")
        print(f'[sheets]\nspreadsheet = "{world.address()}"', flush=True)
        try:
            while True:
                time.sleep(3600)
        except KeyboardInterrupt:
            print(f"{len(world.log)} requests, {len(world.violations)} refused by the document")


if __name__ == "__main__":
    main()
