"""A workspace that the add-in reads: the customer's example, synced once."""

import pytest

from tests.cli.calls import DAY, done
from tests.cli.company import write_deals, write_leads


@pytest.fixture(scope="session")
def synced(tmp_path_factory):
    folder = tmp_path_factory.mktemp("addin")
    leads, deals = write_leads(folder), write_deals(folder)
    done("init", folder, "--leads", leads, "--deals", deals, "--name", "Roofs")
    done("sync", folder, "--as-of", DAY)
    return folder
