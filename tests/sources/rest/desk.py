"""A made-up CRM, read by its connector into a real store; what is there is compared."""

from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib import import_module

import duckdb

from sheets_sync.errors import SmarketingError
from sheets_sync.sources.rest import connector_of
from sheets_sync.sources.rest.source import CrmSource
from sheets_sync.sources.rest.web import Clock, fresh_limiter
from sheets_sync.store_intake import Batch
from sheets_sync.store_schema import create_statements
from tests.sources.rest.stubs.server import STAGES, Crm, served

NOW = datetime(2026, 11, 26, tzinfo=UTC)
TABLES = (
    "lead",
    "deal",
    "stage_event",
    "touch",
    "cursor",
    "quarantine",
    "arrival",
    "failure",
    "company",
)


@dataclass
class Time:
    """A clock that only sleeping moves."""

    now: float = 0.0
    slept: list = field(default_factory=list)

    def sleep(self, seconds):
        self.slept.append(seconds)
        self.now += seconds


def store():
    connection = duckdb.connect()
    connection.execute("set timezone = 'UTC'")
    for statement in create_statements():
        connection.execute(statement)
    return connection


def cleared(connection):
    for table in TABLES:
        connection.execute(f"delete from {table}")
    connection.execute("insert into company values ('UTC', 'RUB', 'RU', 30, false)")
    return connection


@dataclass
class Desk:
    crm: Crm
    source: CrmSource
    connection: duckdb.DuckDBPyConnection
    time: Time
    secret: str = ""
    forgets: bool = False  # the history of what is deleted

    def cursor(self):
        found = self.connection.execute("select cursor from cursor").fetchone()
        return found[0] if found else None

    def sync(self, pages=None):
        """Read; after so many pages the program is killed. Return the counts."""
        batch = Batch(self.connection, self.source.name, NOW)
        reading = self.source.read(self.cursor())
        for taken, page in enumerate(reading):
            if taken == pages:
                reading.close()
                batch.drop()
                return batch.counts
            batch.add(page)
        batch.commit()
        return batch.counts

    def quiet(self):
        """Sync while nothing happens, a day later: the store is as the CRM, and stays so."""
        self.crm.mishaps.clear()
        self.crm.meanwhile.clear()
        self.crm.now += 86_400
        self.sync()
        assert self.stored() == self.expected()
        assert self.events() == self.moves()
        counts = self.sync().values()
        assert sum(count.new + count.changed + count.gone for count in counts) == 0

    def stored(self):
        rows = self.connection.execute(
            "select deal_id, title, amount, currency, stage, status, manager, utm_source,"
            " epoch(created_at), epoch(updated_at), epoch(closed_at) from deal"
            " where not is_deleted"
        ).fetchall()
        return {row[0]: row[1:] for row in rows}

    def expected(self):
        state = ("open", "open", "won", "lost")
        return {
            str(deal.id): (
                deal.title,
                deal.amount,
                "RUB",
                STAGES[deal.stage],
                state[deal.stage],
                self.crm.users.get(deal.manager, "Bob Fox"),
                deal.utm,
                deal.created,
                deal.updated,
                deal.closed,
            )
            for deal in self.crm.deals.values()
        }

    def events(self):
        rows = self.connection.execute('select entity_id, epoch("at"), to_stage from stage_event')
        return sorted(row for row in rows.fetchall() if self.is_told(row[0]))

    def moves(self):
        return sorted(
            (str(move.deal), move.at, STAGES[move.after])
            for move in self.crm.moves
            if self.is_told(str(move.deal))
        )

    def is_told(self, deal):
        return not self.forgets or int(deal) in self.crm.deals


@contextmanager
def desk(kind, connection, **crm):
    """Serve a made-up CRM of a kind, and lend a connector that reads it."""
    stub = import_module(f"tests.sources.rest.stubs.{kind}")
    made, time = Crm(**crm), Time()
    with served(made, stub.respond) as address:
        declared = connector_of(kind)
        source = CrmSource(
            declared,
            declared.door(address, stub.secret(address)),
            salt="salt",
            currency="RUB",
            clock=Clock(lambda: time.now, time.sleep, lambda: made.now),
            limiter=fresh_limiter(declared),
        )
        forgets = getattr(stub, "FORGETS", False)
        secret = stub.secret(address)
        yield Desk(made, source, cleared(connection), time, secret, forgets)


def failed(of):
    """Return the error that something ends with, None where it does not."""
    try:
        of()
    except SmarketingError as error:
        return error
    return None


def failure(of):
    """Return the error that something ends with."""
    error = failed(of)
    assert error is not None
    return error
