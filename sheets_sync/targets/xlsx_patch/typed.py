"""What people typed, kept as text with its types."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime

from templates.tab import Value

Keyed = Mapping[str, Mapping[str, Value]]


def dumped_inputs(typed: Keyed) -> str:
    """Write inputs of one tab.

    >>> loaded_inputs(dumped_inputs({"L-1": {"due": date(2026, 11, 23)}}))
    {'L-1': {'due': datetime.date(2026, 11, 23)}}
    """
    return json.dumps(typed, ensure_ascii=False, separators=(",", ":"), default=_tagged)


def loaded_inputs(text: str | None) -> Keyed | None:
    """Read what `dumped_inputs` wrote."""
    return json.loads(text, object_hook=_untagged) if text else None


def _tagged(value: object) -> object:
    if isinstance(value, datetime):
        return {"$moment": value.isoformat()}
    return {"$day": value.isoformat()} if isinstance(value, date) else str(value)


def _untagged(item: dict[str, object]) -> object:
    if len(item) == 1:
        if "$moment" in item:
            return datetime.fromisoformat(str(item["$moment"]))
        if "$day" in item:
            return date.fromisoformat(str(item["$day"]))
    return item
