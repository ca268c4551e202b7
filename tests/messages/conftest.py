"""Services for the tests of messages."""

import pytest

from tests.messages.services import mail_server, webhook


@pytest.fixture
def hook():
    with webhook() as found:
        yield found


@pytest.fixture
def mail():
    with mail_server() as found:
        yield found
