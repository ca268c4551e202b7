"""What a stage or the reason of a loss says of a lead, where its CRM has no verdict itself."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from sheets_sync.sources.meanings import meaning_of
from sheets_sync.stages import guess

if TYPE_CHECKING:
    from sheets_sync.sources.rest.connector import Known

REACHED = {"qualified", "proposal", "invoice", "won"}


def is_reached(stage: str | None, known: Known) -> bool | None:
    """Tell whether a stage is one that only qualified leads reach; None where it does not say.

    >>> from sheets_sync.sources.rest.connector import Known
    >>> is_reached("Proposal sent", Known("")), is_reached("New", Known(""))
    (True, None)
    """
    if stage is None:
        return None
    return True if (known.meanings.get(stage) or _guessed(stage)) in REACHED else None


_guessed = cache(guess)


@cache
def lost_as(reason: str | None) -> str | None:
    """Return what a lead was that is lost for a reason: `spam`, `not_target`, None if neither.

    >>> lost_as("Spam"), lost_as("Too expensive")
    ('spam', None)
    """
    return meaning_of(reason, ("spam", "not_target")) if reason else None


def is_target(
    *, is_won: bool, is_lost: bool, stage: str | None, reason: str | None, known: Known
) -> bool | None:
    """Tell whether a deal shows its lead to be qualified; None while nothing says so.

    >>> from sheets_sync.sources.rest.connector import Known
    >>> is_target(is_won=False, is_lost=True, stage="Lost", reason="Spam", known=Known(""))
    False
    """
    if lost_as(reason):
        return False
    if is_won:
        return True
    return None if is_lost else is_reached(stage, known)
