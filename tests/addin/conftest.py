"""A workspace that the add-in reads: the customer's example, synced once."""

import httpx
import pytest

from excel_addin import auth
from excel_addin.auth import Scope
from tests.addin.directory import publishing
from tests.addin.serving import Clock, app_of, desk_of, served
from tests.cli.calls import DAY, done
from tests.cli.company import write_deals, write_leads


@pytest.fixture(scope="session")
def synced(tmp_path_factory):
    folder = tmp_path_factory.mktemp("addin")
    leads, deals = write_leads(folder), write_deals(folder)
    done("init", folder, "--leads", leads, "--deals", deals, "--name", "Roofs")
    done("sync", folder, "--as-of", DAY)
    return folder


@pytest.fixture(scope="module")
def desk(synced):
    return desk_of(synced)


@pytest.fixture(scope="module")
def key(desk):
    return auth.make(desk.numbers.workspace.state, Scope.DATA, rate=10_000)


@pytest.fixture(scope="module")
def client(desk, key):
    with served(app_of([desk], Clock())) as port:
        base, headers = f"http://127.0.0.1:{port}", {"authorization": f"Bearer {key}"}
        with httpx.Client(base_url=base, headers=headers, timeout=30) as made:
            yield made


@pytest.fixture
def directory():
    with publishing() as made:
        yield made
