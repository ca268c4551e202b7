"""A server that plays Google, one for each test, and a workbook in it."""

import pytest

from tests.gsheets.desk import Desk
from tests.sheets_emulator.server import running


@pytest.fixture
def world():
    with running() as world:
        yield world
        assert world.violations == [], "every request is as the discovery document wants it"


@pytest.fixture
def desk(world):
    world.add("demo")
    return Desk(world)
