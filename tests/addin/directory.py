"""A directory that signs people in: its keys over a socket, and the tokens that it signs."""

import json
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

TENANT, OTHER = "0f1d6e3a-6f2b-4a43-9c55-3f1f5a3c0001", "0f1d6e3a-6f2b-4a43-9c55-3f1f5a3c0002"
APPLICATION = "7b7c2d52-1111-4f6e-8a41-9f7d6c5b0003"


def made():
    return rsa.generate_private_key(65_537, 2_048)


ONE, TWO = made(), made()


@dataclass
class Directory:
    """What a directory publishes, and how often it was asked."""

    keys: list = field(default_factory=list)
    status: int = 200
    body: bytes | None = None
    asked: list = field(default_factory=list)
    gate: threading.Event | None = None
    url: str = ""

    def publish(self, **keys):
        algorithm = jwt.algorithms.RSAAlgorithm
        self.keys = [
            {**algorithm.to_jwk(key.public_key(), as_dict=True), "kid": id_, "use": "sig"}
            for id_, key in keys.items()
        ]


@contextmanager
def publishing():
    """Answer as the directory does, and yield it."""
    published = Directory()
    published.publish(one=ONE)

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self):
            published.asked.append(self.path)
            if published.gate:
                published.gate.wait(10)
            self.send_response(published.status)
            self.end_headers()
            self.wfile.write(published.body or json.dumps({"keys": published.keys}).encode())

        def log_message(self, *_):
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    published.url = f"http://127.0.0.1:{server.server_port}"
    yield published
    server.shutdown()
    thread.join()
    server.server_close()


def claims_of(directory, **other):
    now = int(time.time())
    usual = {
        "aud": APPLICATION,
        "iss": f"{directory.url}/{TENANT}/v2.0",
        "tid": TENANT,
        "sub": "anna",
        "iat": now,
        "nbf": now,
        "exp": now + 3_600,
        "scp": "access_as_user",
    }
    return {name: value for name, value in {**usual, **other}.items() if value is not None}


def token_of(directory, key=ONE, kid="one", algorithm="RS256", **other):
    headers = {"kid": kid} if kid else {}
    return jwt.encode(claims_of(directory, **other), key, algorithm, headers=headers)
