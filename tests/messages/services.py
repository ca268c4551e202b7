"""Services that take messages over real sockets: a webhook of JSON, and a mail server."""

from __future__ import annotations

import json
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

from aiosmtpd.controller import Controller

from tests.addin.test_serve import free_port

TOKEN = "s3cret-t0ken"  # noqa: S105  (made up)


@dataclass
class Webhook:
    """What came in; `answers` are the codes of the next answers, 0 for none at all."""

    address: str = ""
    taken: list[dict] = field(default_factory=list)
    asked: int = 0
    answers: list[int] = field(default_factory=list)

    @property
    def texts(self):
        """The texts as people see them, each with its title."""
        return ["\n".join([each["title"], each["message"]]) for each in self.taken]


@contextmanager
def webhook():
    """Run a service that takes messages as JSON; its address holds a secret."""
    hook = Webhook()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            hook.asked += 1
            code = hook.answers.pop(0) if hook.answers else 200
            if not code:
                time.sleep(5)
                return
            if code == 200:
                hook.taken.append(json.loads(body))
            self.send_response(code)
            self.end_headers()

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    hook.address = f"json://127.0.0.1:{server.server_port}/{TOKEN}"
    Thread(target=server.serve_forever, daemon=True).start()
    yield hook
    server.shutdown()
    server.server_close()


@contextmanager
def mail_server():
    """Run a mail server; yield an address for it, and the list of the mails that it takes."""
    mails = []

    class Taker:
        async def handle_DATA(self, server, session, envelope):  # noqa: ARG002, N802
            mails.append(message_from_bytes(envelope.content, policy=policy.default))
            return "250 taken"

    port = free_port()
    controller = Controller(Taker(), hostname="127.0.0.1", port=port)
    controller.start()
    people = "from=us@firm.example&to=heads@firm.example"
    yield f"mailto://127.0.0.1:{port}?mode=insecure&{people}", mails
    controller.stop()
