"""The server of the add-in on a real socket, in a thread of the tests."""

import asyncio
import socket
import threading
from contextlib import contextmanager
from datetime import UTC, datetime

import uvicorn

from excel_addin.door import Desk, Door
from excel_addin.pane import Syncing
from excel_addin.published import Published
from excel_addin.serve import QUIET
from excel_addin.server import Server, create_app
from sheets_sync.config import load as load_config
from sheets_sync.workspace import Workspace
from templates.words import load

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


class Clock:
    """Seconds that pass when a test says so."""

    def __init__(self):
        self.seconds = 0.0

    def __call__(self):
        return self.seconds


def desk_of(folder):
    return Desk(Published(Workspace(folder, load_config(folder, load("en"))), lambda: NOW))


def server_of(desks, clock, url="http://localhost:8765", **how):
    return Server(Door(desks, url, clock), Syncing(), **how)


@contextmanager
def served(app):
    """Serve an application and yield the port."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        server = uvicorn.Server(uvicorn.Config(app, lifespan="off", **QUIET))
        thread = threading.Thread(
            target=lambda: asyncio.run(server.serve(sockets=[listening])), daemon=True
        )
        thread.start()
        try:
            yield listening.getsockname()[1]
        finally:
            server.should_exit = True
            thread.join(timeout=10)
            assert not thread.is_alive()


def app_of(desks, clock, **how):
    return create_app(server_of(desks, clock, **how))


def batch(client, *calls, headers=None, **more):
    asked = [{"id": id_, "args": list(given)} for id_, *given in calls]
    found = client.post("/batch", json={"v": 1, "calls": asked, **more}, headers=headers)
    assert found.status_code == 200, found.text
    return found.json()["results"]
