"""Requests held against Google's discovery document (`sheets.v4.json`, Apache-2.0, see beside it).

It was taken from the wheel of google-api-python-client 2.202.0, revision 20261019, unchanged.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote

ONE_OF = {
    "Request": None,  # exactly one of all its fields
    "ExtendedValue": None,
    "DataFilter": None,
    "DeveloperMetadataLocation": ("spreadsheet", "sheetId", "dimensionRange"),
    "UpdateCellsRequest": ("start", "range"),
    "ProtectedRange": ("range", "namedRangeId", "tableId"),
    "AppendDimensionRequest": ("sheetId", "tableId"),
    "InsertDimensionRequest": ("range",),
}
"""Unions that the document tells in prose alone."""

FILE_FIELDS = {"fields", "key", "alt", "prettyPrint", "quotaUser", "access_token"}


class InvalidError(Exception):
    """A request that Google would refuse."""


@dataclass(frozen=True, slots=True)
class Method:
    """A method of the API, as the document describes it."""

    id: str
    http: str
    pattern: re.Pattern[str]
    parameters: Mapping[str, Mapping[str, Any]]
    request: str | None
    response: str


@cache
def document() -> Mapping[str, Any]:
    """Read the document."""
    text = (Path(__file__).parent / "sheets.v4.json").read_text(encoding="utf-8")
    return json.loads(text)  # type: ignore[no-any-return]


@cache
def methods() -> list[Method]:
    """Return all methods of the document."""
    return list(_methods(document()["resources"]))


def _methods(resources: Mapping[str, Any]) -> Iterator[Method]:
    for resource in resources.values():
        for method in resource.get("methods", {}).values():
            path = re.escape("/" + method["flatPath"]).replace(r"\{", "{").replace(r"\}", "}")
            pattern = re.sub(r"\{(\w+)\}", r"(?P<\1>[^/:]+)", path)
            if method["id"].endswith(("values.get", "values.update", "values.append")):
                pattern = pattern.replace(r"(?P<range>[^/:]+)", r"(?P<range>[^/]+?)")
            request = method.get("request", {}).get("$ref")
            yield Method(
                method["id"].removeprefix("sheets.spreadsheets."),
                method["httpMethod"],
                re.compile(pattern + "$"),
                method["parameters"],
                request,
                method["response"]["$ref"],
            )
        yield from _methods(resource.get("resources", {}))


def found(http: str, path: str) -> tuple[Method, dict[str, str]]:
    """Return the method that a request calls, and the parameters of its path."""
    order = sorted(methods(), key=lambda m: "<range>" in m.pattern.pattern)
    for method in order:
        match = method.pattern.match(path)
        if match and method.http == http:
            return method, {name: unquote(text) for name, text in match.groupdict().items()}
    raise InvalidError(f"no such method: {http} {path}")


def check(method: Method, query: Mapping[str, list[str]], body: Any) -> None:
    """Refuse a request that the document does not allow.

    Raises:
        InvalidError: it says where and why.
    """
    for name, values in query.items():
        if name not in method.parameters and name not in FILE_FIELDS:
            raise InvalidError(f"unknown parameter {name}")
        parameter = method.parameters.get(name, {})
        if "enum" in parameter and not set(values) <= set(parameter["enum"]):
            raise InvalidError(f"{name}: {values} is none of its values")
    for mask in query.get("fields", []):
        check_mask(mask, method.response)
    if method.request:
        _object({} if body is None else body, method.request, method.request)
    elif body is not None:
        raise InvalidError(f"{method.id} takes no body")


def _schema(name: str) -> Mapping[str, Any]:
    return document()["schemas"][name]  # type: ignore[no-any-return]


def _object(value: Any, name: str, at: str) -> None:
    if not isinstance(value, dict):
        raise InvalidError(f"{at}: not an object")
    properties = _schema(name).get("properties", {})
    for key, inner in value.items():
        if key not in properties:
            raise InvalidError(f'Unknown name "{key}" at "{at}": Cannot find field.')
        if inner is None:
            continue
        if "Output only." in properties[key].get("description", "") and not key.endswith("Id"):
            raise InvalidError(f"{at}.{key} is output only")
        _value(inner, properties[key], f"{at}.{key}")
    _union(value, name, at)
    if isinstance(value.get("fields"), str) and name.endswith("Request"):
        _check_fields(value, name, at)


def _union(value: Mapping[str, Any], name: str, at: str) -> None:
    if name not in ONE_OF:
        return
    of = ONE_OF[name] or tuple(_schema(name)["properties"])
    given = [key for key in of if value.get(key) is not None]
    if len(given) > 1 or (name in {"Request", "DataFilter"} and not given):
        raise InvalidError(f"{at}: {name} takes one of {', '.join(of[:6])}…, not {given}")


def _value(value: Any, kind: Mapping[str, Any], at: str) -> None:  # noqa: C901, PLR0912
    if "$ref" in kind:
        _object(value, kind["$ref"], at)
        return
    match kind["type"]:
        case "array":
            if not isinstance(value, list):
                raise InvalidError(f"{at}: not a list")
            items = kind["items"]
            if items.get("type") == "array" and items["items"].get("type") == "any":
                _grid(value, at)
            else:
                for place, item in enumerate(value):
                    if item is not None:
                        _value(item, items, f"{at}[{place}]")
        case "string":
            if not isinstance(value, str):
                raise InvalidError(f"{at}: not a string")
            if "enum" in kind and value not in kind["enum"]:
                raise InvalidError(f"{at}: {value} is none of its values")
        case "boolean":
            if not isinstance(value, bool):
                raise InvalidError(f"{at}: not true or false")
        case "integer":
            if isinstance(value, bool) or not isinstance(value, int) or abs(value) >= 2**31:
                raise InvalidError(f"{at}: not an int32")
        case "number":
            if isinstance(value, bool) or not isinstance(value, int | float):
                raise InvalidError(f"{at}: not a number")
            if not math.isfinite(value):
                raise InvalidError(f"{at}: not finite")
        case "object":
            for key, inner in value.items():
                _value(inner, kind["additionalProperties"], f"{at}.{key}")


def _grid(value: list[Any], at: str) -> None:
    """Check the values of cells: plain JSON values alone."""
    plain = {str, int, float, bool, type(None)}
    for place, row in enumerate(value):
        if not isinstance(row, list) or not {type(item) for item in row} <= plain:
            raise InvalidError(f"{at}[{place}]: Invalid values: a cell holds a plain value")


MASKED = {
    "UpdateCellsRequest": "CellData", "RepeatCellRequest": "CellData",
    "AppendCellsRequest": "CellData",
    "UpdateSheetPropertiesRequest": "SheetProperties", "UpdateChartSpecRequest": None,
    "UpdateDimensionPropertiesRequest": "DimensionProperties",
    "UpdateSpreadsheetPropertiesRequest": "SpreadsheetProperties",
    "UpdateNamedRangeRequest": "NamedRange", "UpdateProtectedRangeRequest": "ProtectedRange",
    "UpdateDeveloperMetadataRequest": "DeveloperMetadata", "UpdateBandingRequest": "BandedRange",
    "UpdateEmbeddedObjectPositionRequest": "EmbeddedObjectPosition",
    "UpdateFilterViewRequest": "FilterView", "UpdateSlicerSpecRequest": "SlicerSpec",
}  # fmt: skip
"""What the field mask of a request speaks of."""


def _check_fields(value: Mapping[str, Any], name: str, at: str) -> None:
    of = MASKED.get(name)
    if of:
        check_mask(value["fields"], of)
    if not value["fields"]:
        raise InvalidError(f"{at}.fields: must be set")


def parsed(mask: str) -> dict[str, Any]:
    """Read a field mask into a tree: an empty tree stands for everything below.

    >>> parsed("a.b,c(d,e/f)")
    {'a': {'b': {}}, 'c': {'d': {}, 'e': {'f': {}}}}
    """
    tree, rest = _parsed(mask)
    if rest:
        raise InvalidError(f"field mask: {mask}")
    return tree


def _parsed(text: str) -> tuple[dict[str, Any], str]:
    tree: dict[str, Any] = {}
    while text and text[0] != ")":
        match = re.match(r"[\w*]+(?:[./][\w*]+)*", text)
        if not match:
            raise InvalidError(f"field mask: {text}")
        text = text[match.end() :]
        inner = tree
        for name in re.split(r"[./]", match[0]):
            inner = inner.setdefault(name, {})
        if text.startswith("("):
            below, text = _parsed(text[1:])
            if not text.startswith(")"):
                raise InvalidError("field mask: a bracket is open")
            inner |= below
            text = text[1:]
        text = text.removeprefix(",")
    return tree, text


def check_mask(mask: str, schema: str) -> None:
    """Refuse a field mask that names what is not there."""
    _check_tree(parsed(mask), {"$ref": schema}, schema)


def _check_tree(tree: Mapping[str, Any], kind: Mapping[str, Any], at: str) -> None:
    while kind.get("type") == "array":
        kind = kind["items"]
    for name, below in tree.items():
        if name == "*":
            continue
        if "$ref" not in kind or name not in _schema(kind["$ref"]).get("properties", {}):
            raise InvalidError(f"Invalid field: {at}.{name}")
        _check_tree(below, _schema(kind["$ref"])["properties"][name], f"{at}.{name}")


def masked(value: Any, tree: Mapping[str, Any]) -> Any:
    """Return what a mask leaves of a value."""
    if not tree or "*" in tree:
        return value
    if isinstance(value, list):
        return [masked(item, tree) for item in value]
    if not isinstance(value, dict):
        return value
    return {name: masked(value[name], below) for name, below in tree.items() if name in value}
