"""A table of deals in a real database, edited by its own means, and read into a real store."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import duckdb
import sqlalchemy as sa

from sheets_sync.sources.casting import Circumstances
from sheets_sync.sources.database import Database
from sheets_sync.sources.mapping import TableMapping
from sheets_sync.sources.tables import TableSource
from sheets_sync.store_intake import Batch
from tests.sources.sql.postgres import PASSWORD

START = datetime(2026, 11, 26, 6, tzinfo=UTC)
FIRST = 4_876_876_000_000_000_001  # ids that no float holds
COLUMNS = {
    "deal_id": "id", "title": "Title, as sold", "amount": "amount", "created_at": "created",
    "updated_at": "changed",
}  # fmt: skip
TYPES = {
    "postgresql": ("timestamptz", "numeric(14, 2)"),
    "sqlite": ("text", "text"),
}


def engine_of(url):
    scheme, _, rest = url.partition("://")
    if scheme == "sqlite":
        return sa.create_engine(url)
    address = sa.make_url(f"{scheme}+psycopg://{rest}").set(password=PASSWORD)
    return sa.create_engine(address, poolclass=sa.NullPool)


@dataclass
class Desk:
    url: str
    connection: duckdb.DuckDBPyConnection
    changed: str = "changed"
    now: datetime = START
    born: int = 0
    engine: sa.Engine = field(init=False)

    def __post_init__(self):
        self.engine = engine_of(self.url)
        moment, money = TYPES[self.url.partition(":")[0]]
        with self.engine.begin() as database:
            database.exec_driver_sql("drop table if exists deal")
            database.exec_driver_sql(
                f'create table deal (id bigint primary key, "Title, as sold" text,'
                f" amount {money}, created {moment}, changed {moment})"
            )

    @property
    def source(self):
        mapping = TableMapping(
            object="deals", url=self.url, table="deal", columns=COLUMNS, changed=self.changed
        )
        around = Circumstances("Europe/Moscow", "salt", self.today, "RUB")
        return TableSource(mapping, lambda: Database(self.url, PASSWORD), around)

    @property
    def today(self) -> date:
        return self.now.date()

    def run(self, sql, **parts):
        with self.engine.begin() as database:
            return database.execute(sa.text(sql), parts)

    def create(self, title="A deal", amount="10.50"):
        self.born += 1
        self.run(
            "insert into deal values (:id, :title, :amount, :now, :now)",
            id=FIRST + self.born, title=title, amount=amount, now=self.spelled(self.now),
        )  # fmt: skip

    def edit(self, number, **changes):
        names = {"title": '"Title, as sold"'}
        told = ", ".join(f"{names.get(name, name)} = :{name}" for name in changes)
        self.run(
            f"update deal set {told}, changed = :now where id = :id",
            id=FIRST + number, now=self.spelled(self.now), **changes,
        )  # fmt: skip

    def delete(self, number):
        self.run("delete from deal where id = :id", id=FIRST + number)

    def spelled(self, moment):
        return moment.isoformat(" ", "seconds") if self.engine.dialect.name == "sqlite" else moment

    def sync(self, pages=None):
        """Read; after so many pages the program is killed. Return the counts."""
        batch = Batch(self.connection, self.source.name, self.now)
        reading = self.source.read(self.cursor())
        for taken, page in enumerate(reading):
            if taken == pages:
                reading.close()
                batch.drop()
                return batch.counts
            batch.add(page)
        batch.commit()
        return batch.counts

    def cursor(self):
        found = self.connection.execute("select cursor from cursor").fetchone()
        return found[0] if found else None

    def stored(self):
        rows = self.connection.execute(
            "select deal_id, title, amount, currency, timezone('UTC', created_at),"
            " timezone('UTC', updated_at) from deal where not is_deleted"
        ).fetchall()
        return {row[0]: row[1:] for row in rows}

    def expected(self):
        """Return what the database itself says, as far as it can be read."""
        return {
            str(id_): (title, Decimal(amount), "RUB", _moment(created), _moment(changed))
            for id_, title, amount, created, changed in self.all()
            if is_money(amount)
        }

    def unreadable(self):
        return sorted(str(id_) for id_, _, amount, _, _ in self.all() if not is_money(amount))

    def all(self):
        return self.run("select * from deal").fetchall()

    def quarantined(self):
        rows = self.connection.execute(
            "select distinct file from quarantine where is_row_lost"
        ).fetchall()
        return sorted(file.rpartition(" ")[2] for (file,) in rows)

    def wait(self, **span):
        self.now += timedelta(**span)


def _moment(value):
    moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    return moment.astimezone(UTC).replace(tzinfo=None)


def is_money(amount):
    return amount is not None and Decimal(amount).is_finite()
