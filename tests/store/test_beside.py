"""What is done beside something else: its errors reach whoever waits, and nobody waits in vain."""

from dataclasses import dataclass
from datetime import UTC, datetime
from threading import Event

import pytest

from sheets_sync.beside import Beside
from sheets_sync.sources.ahead import reading_ahead
from sheets_sync.store import open_store
from tests.store.pages import page

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
PATIENCE = 10


@dataclass
class Endless:
    """A source that has always one page more."""

    name: str = "endless"

    def read(self, _since):
        while True:
            yield page("lead", [{"lead_id": "L-1"}])


def test_work_is_done_while_its_caller_goes_on():
    met = Event()
    with Beside() as hands:
        outcome = hands.begin(lambda: met.wait(PATIENCE))
        met.set()
        assert outcome()


def test_an_error_is_raised_by_whoever_waits_and_before_more_is_begun():
    with Beside() as hands:
        outcome = hands.begin(lambda: 1 / 0)
        for waiting in (outcome, hands.wait, lambda: hands.begin(lambda: None)):
            with pytest.raises(ZeroDivisionError):
                waiting()


def test_who_leaves_with_an_error_lets_the_sources_go(tmp_path):
    store = open_store(tmp_path, timezone="UTC", currency="RUB")

    def leave():
        with Beside() as hands, reading_ahead([Endless()], store.cursors()) as ahead:
            hands.begin(lambda: [store.take(source, now=NOW) for source in ahead])
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        leave()
    assert store.connection.execute("select count(*) from lead").fetchall() == [(0,)]
    store.close()
