"""Each CRM, synced once; every test writes to a fresh copy of it."""

import shutil

import pytest
import stamina

from sheets_sync.sources.rest import CONNECTORS, web
from tests.writeback import desk as desks


@pytest.fixture(scope="session")
def companies(tmp_path_factory):
    """Return a company by its CRM: that CRM, its leads and secret, the folder, a snapshot."""
    found = {}
    with pytest.MonkeyPatch.context() as patch, stamina.set_testing(True, attempts=4):
        for kind in CONNECTORS:
            patch.setitem(web._LIMITERS, kind, web.Limiter(()))

        def of(kind):
            if kind not in found:
                folder = tmp_path_factory.mktemp(kind)
                serving = desks.company(kind, folder, patch)
                crm, leads, secret = serving.__enter__()
                found[kind] = (serving, crm, leads, secret, folder, desks.snapshot(crm))
            return found[kind][1:]

        yield of
        for serving, *_ in found.values():
            serving.__exit__(None, None, None)


@pytest.fixture(params=CONNECTORS)
def kind(request):
    return request.param


@pytest.fixture
def desk(kind, companies, tmp_path, monkeypatch):
    crm, leads, secret, folder, begun = companies(kind)
    desks.restore(crm, begun)
    shutil.copytree(folder, tmp_path / "company")
    monkeypatch.setenv("CRM_SECRET", secret)
    return desks.Desk(kind, crm, leads, tmp_path / "company")
