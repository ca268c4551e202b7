"""The databases that are read: SQLite in a file, PostgreSQL on a server of our own."""

import pytest

from tests.sources.rest.desk import cleared, store
from tests.sources.sql.desk import Desk
from tests.sources.sql.postgres import server

DATABASES = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)]


@pytest.fixture(scope="session")
def facts():
    return store()


@pytest.fixture(scope="session")
def postgres():
    with server() as address:
        yield address


@pytest.fixture(params=DATABASES)
def url(request, tmp_path):
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/crm.db"
    return request.getfixturevalue("postgres")


@pytest.fixture
def desk(url, facts):
    made = Desk(url, cleared(facts))
    yield made
    made.engine.dispose()
