"""A sync that is killed at any moment loses nothing and doubles nothing."""

import random
import subprocess
import sys
import time
from pathlib import Path

from sheets_sync.store import open_store
from tests.store.pages import NOW, Pages

ROWS = 400
WRITER = f"""
import sys
from datetime import timedelta
sys.path[:0] = {[str(Path(__file__).parents[2])]!r}
from tests.store.pages import NOW, Pages, page
from sheets_sync.store import open_store
from pathlib import Path

store = open_store(Path(sys.argv[1]), timezone="UTC", currency="RUB")
known = store._open().execute("select cursor from cursor").fetchall()
turn = int(known[0][0]) if known else 0
while True:
    turn += 1
    rows = [{{"deal_id": str(n), "title": str(turn)}} for n in range({ROWS})]
    store.take(Pages(page("deal", rows, cursor=str(turn), is_complete=True)), now=NOW)
    print("written", flush=True)
"""


def test_rows_and_cursor_agree_after_every_kill(tmp_path):
    chance = random.Random(7)  # noqa: S311
    last = 0
    for _ in range(3):
        writer = subprocess.Popen(
            [sys.executable, "-c", WRITER, str(tmp_path)], stdout=subprocess.PIPE
        )
        assert writer.stdout is not None
        assert writer.stdout.readline() == b"written\n"
        time.sleep(chance.random() / 3)
        writer.kill()
        writer.wait()
        writer.stdout.close()
        store = open_store(tmp_path, timezone="UTC", currency="RUB")
        found = store._open().execute("select title, count(*) from deal group by title").fetchall()
        cursor = store._open().execute("select cursor from cursor").fetchall()
        assert [(title, n) for title, n in found] == [(turn, ROWS) for (turn,) in cursor]
        turn = int(cursor[0][0])
        assert turn > last
        last = turn
        store.close()
    store = open_store(tmp_path, timezone="UTC", currency="RUB")
    asked = Pages()
    store.take(asked, now=NOW)
    assert asked.since == str(last)
    store.close()
