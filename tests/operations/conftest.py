"""The company to which everything happens, and its twin to which nothing does."""

import pytest

from tests.cli.calls import DAY, done
from tests.cli.company import write_deals, write_leads
from tests.cli.conftest import type_plan
from tests.operations.company import change, copied, synced


@pytest.fixture(scope="session")
def example(tmp_path_factory):
    folder = tmp_path_factory.mktemp("operations") / "company"
    folder.mkdir()
    leads, deals = write_leads(folder), write_deals(folder)
    done("init", folder, "--deals", deals, "--leads", leads)
    done("sync", folder, "--as-of", DAY)
    type_plan(folder, "qualified", 100)
    done("sync", folder, "--as-of", DAY)
    return folder


@pytest.fixture(scope="session")
def changed(example, tmp_path_factory):
    """The example before a sync that has something to do."""
    return change(copied(example, tmp_path_factory.mktemp("changed") / "company"))


@pytest.fixture(scope="session")
def calm(changed, tmp_path_factory):
    return synced(copied(changed, tmp_path_factory.mktemp("calm") / "company"))
