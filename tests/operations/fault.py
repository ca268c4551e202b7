"""The program with something that happens to it: `python -m tests.operations.fault ACT MOMENT …`.

A moment is a chain of audit events of Python with the file of each: `open:deals.csv`, or
`os.rename:.new.xlsx>sqlite3.connect:state.sqlite`, the first opening of the state after that.
"""

import os
import signal
import sys
from contextlib import suppress
from pathlib import Path


def kill(_folder):
    os.kill(os.getpid(), signal.SIGKILL)


def fill(folder):
    """Fill the disk to its last byte."""
    with suppress(OSError), (folder.parent / "filler").open("ab", buffering=0) as filler:
        for size in (2**20, 2**12, 1):
            with suppress(OSError):
                while True:
                    filler.write(b"\0" * size)


def chain(moment):
    return [tuple(step.split(":", 1)) for step in moment.split(">")]


def happening(act, folder, moment):
    """Return a hook that acts once the events of a moment have come one after the other."""
    left = chain(moment)

    def hook(event, arguments):
        if left and event == left[0][0] and left[0][1] in str(arguments[0]):
            left.pop(0)
            if not left:
                act(folder)

    return hook


if __name__ == "__main__":
    act, moment, *call = sys.argv[1:]
    sys.addaudithook(happening({"kill": kill, "fill": fill}[act], Path(call[1]), moment))
    from sheets_sync.cli import main

    main(call)
