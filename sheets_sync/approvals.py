"""Months of the bonus that a head approved: they stay as that person saw them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sheets_sync.checking import checked
from templates.tabs import TABS
from templates.tabs.bonus import FIGURES, is_approved, total

if TYPE_CHECKING:
    from sheets_sync.state import State
    from templates.tab import Row

NAME = "bonus"
"""Under which the state keeps the rows as they were last shown, and those that were approved."""


def approved(state: State) -> Mapping[str, Row]:
    """Return the figures of the approved months; a withdrawn approval frees its month."""
    return _approved(state, _standing(state))


def with_figures(state: State, typed: Sequence[Row]) -> list[Row]:
    """Return what people typed beside the months, with the figures of those they approved.

    A row that somebody deleted is as good as there, since it comes back.
    """
    kept = {
        key: {f"approved.{name}": value for name, value in row.items()}
        for key, row in approved(state).items()
    }
    rows = [{**row, **kept.pop(str(row["bonus_id"]), {})} for row in typed]
    return [*rows, *({"bonus_id": key, **figures} for key, figures in kept.items())]


def approve(state: State) -> None:
    """Keep for good what people saw when they approved it: the rows as they were last shown."""
    standing = _standing(state)
    shown, kept = _kept(state, "shown"), _approved(state, standing)
    fresh = {
        key: {**shown[key], "approved_total": total({**shown[key], **typed})}
        for key, typed in standing.items()
        if key in shown and key not in kept
    }
    _keep(state, {**kept, **fresh}, shown)


def show(state: State, rows: Sequence[Row]) -> None:
    """Keep the rows that are shown now; a month that nobody had seen is approved as it is."""
    shown = {
        str(row["bonus_id"]): {name: row[name] for name in FIGURES}
        for row in rows
        if row["computed"] is not None
    }
    standing = _standing(state)
    unseen = {key: row for key, row in shown.items() if key in standing}
    _keep(state, {**unseen, **_approved(state, standing)}, shown)


def _standing(state: State) -> Mapping[str, Row]:
    """Return what people typed beside the months they approved."""
    usable, _ = checked(state.recall(NAME), TABS)
    return {key: row for key, row in usable.get(NAME, {}).items() if is_approved(row)}


def _approved(state: State, standing: Mapping[str, Row]) -> Mapping[str, Row]:
    return {key: row for key, row in _kept(state, "approved").items() if key in standing}


def _kept(state: State, what: str) -> dict[str, Any]:
    found: dict[str, Any] = (state.get(NAME) or {}).get(what, {})
    return found


def _keep(state: State, kept: Mapping[str, Row], shown: Mapping[str, Row]) -> None:
    state.put(NAME, {"approved": kept, "shown": shown})
