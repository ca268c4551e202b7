"""The engines that the tests ask: a PostgreSQL server, a Spark cluster, ClickHouse in a library."""

import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import pyarrow.parquet as pq

from sheets_sync.model import OBJECTS
from sheets_sync.warehouse.backend import CLICKHOUSE, connect
from sheets_sync.warehouse.dialect import MAKING
from sheets_sync.warehouse.mapped import Mapped
from tests.sources.sql import postgres as server

NAMES = ("lead", "deal", "stage_event", "ad_spend")
TYPES = {
    "money": "numeric(18, 2)", "real": "double precision", "integer": "bigint",
    "flag": "boolean", "date": "date", "time": "timestamptz", "text": "text",
}  # fmt: skip


def mapped(table="crm_{}"):
    """Map our made-up tables, whose columns are named as the fields are."""
    return {
        name: Mapped(
            name, table.format(name), "crm", {field: field for field in OBJECTS[name].fields}
        )
        for name in NAMES
    }


@contextmanager
def postgres(company, _folder):
    """Lend a server that has the company's rows."""
    with server.server() as address:
        backend = connect(address, "postgresql", server.PASSWORD)
        _load(backend.ibis.con, company)
        yield backend, mapped()
        backend.close()


def _load(connection, company):
    with connection.cursor() as cursor:
        for name, rows in company.tables():
            fields = OBJECTS[name].fields.items()
            columns = ", ".join(f'"{field}" {TYPES[kind]}' for field, kind in fields)
            cursor.execute(f"create table crm_{name} ({columns})")
            with cursor.copy(f"copy crm_{name} from stdin") as copy:
                for batch in rows.to_batches(10_000):
                    for row in zip(*(column.to_pylist() for column in batch.columns), strict=True):
                        copy.write_row(row)
            cursor.execute(f"analyze crm_{name}")
    connection.commit()


def _parquet(company, folder):
    for name, rows in company.tables():
        pq.write_table(rows, Path(folder) / f"{name}.parquet")
        yield name, Path(folder) / f"{name}.parquet"


class Library:
    """ClickHouse in a library, as a warehouse."""

    dialect = "clickhouse"

    def __init__(self) -> None:
        from chdb.session import Session

        self.session = Session()
        for name, value in CLICKHOUSE.items():
            self.session.query(f"set {name} = {value!r}")

    def run(self, sql, /):
        import pyarrow as pa

        found = self.session.query(sql, "ArrowStream").bytes()
        if not found:
            return []
        table = pa.ipc.open_stream(found).read_all()
        return list(zip(*(column.to_pylist() for column in table.columns), strict=True))

    def make(self, table, query, /):
        for step in MAKING[self.dialect]:
            self.run(step.format(name=table, query=query))

    def close(self):
        self.session.close()


@contextmanager
def chdb(company, folder):
    """Lend the library with the company's rows."""
    made = Library()
    try:
        for name, path in _parquet(company, folder):
            made.session.query(
                f"create table crm_{name} engine = MergeTree order by tuple()"
                f" as select * from file('{path}')"
            )
        yield made, mapped()
    finally:
        made.close()


DEFAULTS = """
spark.sql.shuffle.partitions 4
spark.executor.memory 1500m
spark.driver.memory 2g
"""
"""What whoever runs a cluster sets for his machines."""

FEW = 100_000
QUICK = """
spark.sql.shuffle.partitions 1
spark.default.parallelism 1
spark.sql.adaptive.enabled false
spark.sql.codegen.wholeStage false
spark.sql.codegen.factoryMode NO_CODEGEN
"""
"""What few rows want: no programs are compiled for them."""


@contextmanager
def spark(company, folder):
    """Lend a cluster of a master and two workers on this machine, with the company's rows."""
    for _ in _parquet(company, folder):
        pass
    conf = Path(folder) / "conf"
    conf.mkdir()
    few = sum(company.sizes.values()) < FEW
    (conf / "spark-defaults.conf").write_text(DEFAULTS + QUICK * few)
    os.environ |= {"SPARK_LOCAL_IP": "127.0.0.1", "SPARK_CONF_DIR": str(conf)}
    with _cluster(Path(folder)) as address:
        backend = connect(address, "spark")
        try:
            yield backend, mapped(f"parquet.`{folder}/{{}}.parquet`")
        finally:
            backend.ibis.disconnect()


MASTER = "org.apache.spark.deploy.master.Master --host 127.0.0.1 --webui-port 0 --port {port}"
WORKER = (
    "org.apache.spark.deploy.worker.Worker --host 127.0.0.1 --webui-port 0 --cores 1 --memory 2g"
    " --work-dir work{place} spark://127.0.0.1:{port}"
)


@contextmanager
def _cluster(folder):
    """Start a master and two workers; lend their address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    started = []
    try:
        started.append(_start(MASTER.format(port=port), folder))
        _wait(port)
        started += [_start(WORKER.format(port=port, place=each), folder) for each in range(2)]
        yield f"spark://127.0.0.1:{port}"
    finally:
        for each in reversed(started):
            os.killpg(each.pid, signal.SIGTERM)
        for each in started:
            each.wait()


def _start(command, folder):
    """Start a program of the cluster, with what it starts in a group of its own."""
    import pyspark

    home = Path(pyspark.__file__).parent
    return subprocess.Popen(
        [home / "bin" / "spark-class", *command.split()],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=folder,
        env={**os.environ, "SPARK_HOME": str(home), "PYSPARK_PYTHON": sys.executable},
        start_new_session=True,
    )


def _wait(port):
    for _ in range(300):
        with socket.socket() as tried:
            if not tried.connect_ex(("127.0.0.1", port)):
                return
        time.sleep(0.1)
    raise TimeoutError


ENGINES = {"postgres": postgres, "chdb": chdb, "spark": spark}
