"""How state.sqlite spells the values of cells: as JSON that reads back as what it was."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sheets_sync.workbook import Inputs
    from templates.tab import Value


def cells(inputs: Inputs) -> dict[tuple[str, str, str], str]:
    """Spell the cells that hold something, by tab, key and column."""
    return {
        (tab, key, column): spell(value)
        for tab, rows in inputs.items()
        for key, row in rows.items()
        for column, value in row.items()
        if value is not None
    }


def spell(value: Value) -> str:
    """Write a value so that it reads back as what it was.

    >>> read(spell(date(2026, 11, 1))), read(spell(0.5)), read(spell("=1"))
    (datetime.date(2026, 11, 1), 0.5, '=1')
    """
    if isinstance(value, datetime):
        return json.dumps({"time": value.isoformat()})
    if isinstance(value, date):
        return json.dumps({"day": value.isoformat()})
    if isinstance(value, str | int | float | bool):
        return json.dumps(value, ensure_ascii=False)
    return json.dumps({"number": str(value)})


def read(text: str | None) -> Value:
    """Return a value as it was before it was spelled."""
    from decimal import Decimal

    value: Any = json.loads(text) if text is not None else None
    if not isinstance(value, Mapping):
        return value  # type: ignore[no-any-return]
    [(kind, spelled)] = value.items()
    kinds: Mapping[str, Any] = {
        "time": datetime.fromisoformat, "day": date.fromisoformat, "number": Decimal
    }  # fmt: skip
    return kinds[kind](spelled)  # type: ignore[no-any-return]
