"""What goes over the wire, as OpenAPI tells it, and what a browser may do with our pages."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from templates.words import LANGUAGES

__all__ = ["BATCH", "LANGUAGES", "RESPONSES", "policy"]

CELL = {
    "anyOf": [
        {"type": "null"},
        {"type": "number"},
        {"type": "string"},
        {"type": "boolean"},
        {
            "type": "object",
            "properties": {"error": {"enum": ["na", "value", "num"]}},
            "required": ["error"],
            "additionalProperties": False,
        },
    ]
}
RANGE = {
    "type": "array",
    "minItems": 1,
    "items": {"type": "array", "minItems": 1, "items": CELL},
}
NAMED = {
    "type": "object",
    "properties": {"$": {"type": "string"}},
    "required": ["$"],
    "additionalProperties": False,
}
CALL = {
    "type": "object",
    "properties": {
        "id": {"type": "string"},
        "args": {"type": "array", "items": {"anyOf": [*CELL["anyOf"], RANGE, NAMED]}},
    },
    "required": ["id", "args"],
}
REQUEST = {
    "type": "object",
    "properties": {
        "v": {"const": 1},
        "lang": {"enum": list(LANGUAGES)},
        "ranges": {"type": "object", "additionalProperties": RANGE},
        "calls": {"type": "array", "items": CALL},
    },
    "required": ["v", "calls"],
}
BATCH: dict[str, Any] = {
    "requestBody": {"required": True, "content": {"application/json": {"schema": REQUEST}}}
}
REFUSALS = {
    400: "the request has another form",
    401: "a key is needed",
    403: "the key does not open this, or another page has sent it",
    409: "there is nothing to tell yet",
    413: "it is too large, or takes too long",
    421: "it names another host",
    429: "it comes too often",
    503: "others are served first",
}
REFUSAL = {
    "type": "object",
    "properties": {"error": {"type": "string"}, "message": {"type": "string"}},
    "required": ["error", "message"],
}
RESPONSES: dict[int | str, dict[str, Any]] = {
    status: {"description": said, "content": {"application/json": {"schema": REFUSAL}}}
    for status, said in REFUSALS.items()
}

HOSTS = "https://*.officeapps.live.com https://*.office.com https://*.sharepoint.com"


def policy(office: str, *, is_alone: bool = False) -> str:
    """Say what a browser may load into our pages, and who may frame them.

    A page that stands alone runs WebAssembly, which is Python; who frames it only its host can say.

    >>> policy("https://cdn.test/office.js").split("; ")[1]
    "script-src 'self' https://cdn.test"
    """
    where = urlsplit(office)
    scripts = f"'self' {where.scheme}://{where.netloc}" if where.netloc else "'self'"
    rules = {
        "default-src": "'self'",
        "script-src": f"{scripts} 'wasm-unsafe-eval'" if is_alone else scripts,
        "connect-src": scripts,
        "img-src": "'self' data:",
        "object-src": "'none'",
        "base-uri": "'none'",
        "form-action": "'none'",
        **({} if is_alone else {"frame-ancestors": f"'self' {HOSTS}"}),
    }
    return "; ".join(f"{name} {value}" for name, value in rules.items())
