"""Each connector, beside its CRM."""

import pytest
import stamina

from sheets_sync.sources.rest import CONNECTORS, bitrix24_calls, source
from tests.sources.rest import desk as desks


@pytest.fixture(scope="session")
def connection():
    return desks.store()


@pytest.fixture(autouse=True)
def _small(monkeypatch):
    """Pages are small, and nobody waits between attempts."""
    monkeypatch.setattr(bitrix24_calls, "PAGE", 3)
    monkeypatch.setattr(source, "GROUP", 4)
    with stamina.set_testing(True, attempts=4):
        yield


@pytest.fixture(params=CONNECTORS)
def kind(request):
    return request.param


@pytest.fixture
def desk(kind, connection):
    with desks.desk(kind, connection) as made:
        for place in range(12):
            made.crm.create(title=f"Deal {place}", amount=place * 10, stage=0)
            made.crm.now += place % 3
        yield made
