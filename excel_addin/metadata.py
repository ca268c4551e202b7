"""The functions as Office.js wants them described: one JSON a language, with the same ids."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from formulas.functions import FUNCTIONS, Function
from formulas.functions.arguments import Argument, Kind
from templates.functions import argument_text
from templates.words import Words

SCHEMA = "https://developer.microsoft.com/json-schemas/office-js/custom-functions.schema.json"
RANGES = (Kind.TOTAL, Kind.COLUMN, Kind.CELLS)


def metadata(words: Words, url: str) -> str:
    """Write the description of all functions in a language; `url` is where the server is.

    >>> from templates.words import load
    >>> json.loads(metadata(load("en"), "https://localhost:8765"))["functions"][0]["id"]
    'RUNRATE'
    """
    found = {
        "$schema": SCHEMA,
        "allowErrorForDataTypeAny": True,
        "functions": [_function(function, words, url) for function in FUNCTIONS.values()],
    }
    return f"{json.dumps(found, ensure_ascii=False, indent=1)}\n"


def _function(function: Function, words: Words, url: str) -> Mapping[str, Any]:
    return {
        "id": function.id,
        "name": function.name,
        "description": words(f"function.text.{function.id}"),
        "helpUrl": f"{url}/help/{words.language}/{function.id}",
        "parameters": [_parameter(function, argument, words) for argument in function.arguments],
        "result": _any(is_range=function.spills),
        "options": {"cancelable": True, "stream": False},
    }


def _parameter(function: Function, argument: Argument, words: Words) -> Mapping[str, Any]:
    return {
        "name": words(f"function.label.{argument.name}"),
        "description": argument_text(function, argument.name, words),
        **_any(is_range=argument.kind in RANGES),
        **({"optional": True} if argument.is_optional else {}),
    }


def _any(*, is_range: bool) -> Mapping[str, str]:
    return {"type": "any", "dimensionality": "matrix" if is_range else "scalar"}
