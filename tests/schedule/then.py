"""The program as if it were another time: `python -m tests.schedule.then TIME sync … -- DIR`."""

import sys

import time_machine

from sheets_sync.cli import program

if __name__ == "__main__":
    time_machine.travel(sys.argv.pop(1), tick=True).start()
    program()
