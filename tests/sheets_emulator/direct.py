"""The server without a network, for very many requests: an adapter of `requests`."""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import BaseAdapter
from requests.structures import CaseInsensitiveDict

from tests.sheets_emulator.server import World, answered


class Direct(BaseAdapter):
    """Hand requests to the server of a world, and its answers back."""

    def __init__(self, world: World) -> None:
        self.world = world
        super().__init__()

    def send(self, request: Any, *_: Any, **__: Any) -> requests.Response:
        """Answer a request, or fail as a connection does."""
        split = urlsplit(request.url)
        target = f"{split.path}?{split.query}" if split.query else split.path
        with self.world.lock:
            fault, status, body = answered(self.world, request.method, target, request.body or b"")
        if fault and not fault.status:
            raise requests.ConnectionError("cut off")
        headers: Mapping[str, str] = fault.headers if fault else {}
        response = requests.Response()
        response.status_code, response.raw = status, BytesIO(body)
        response.headers = CaseInsensitiveDict(headers)
        response.url, response.request = request.url, request
        return response

    def close(self) -> None:
        """Have nothing to close."""
