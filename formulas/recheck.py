"""Which rejected leads somebody looks at again: a tenth that nobody can choose or foresee."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256

SHARE = 0.1


def lot(lead_id: str, month: str) -> float:
    """Return the lot of a lead in a month, between 0 and 1 and always the same.

    >>> round(lot("L17", "2026-11"), 4)
    0.7499
    """
    digest = sha256(f"{lead_id}|{month}".encode()).digest()
    return int.from_bytes(digest[:8], "big") / 2**64


def sample(lead_ids: Iterable[str], month: str, share: float = SHARE) -> list[str]:
    """Return the leads whose lot is below `share`, at least the lowest one, by their lots.

    A lead that comes later changes nothing for those that were there, but perhaps for a sample of
    one that was taken because no lot was low enough.

    >>> sample([], "2026-11")
    []
    >>> len(sample([f"L{n}" for n in range(1000)], "2026-11"))
    87
    """
    drawn = sorted((lot(lead_id, month), lead_id) for lead_id in set(lead_ids))
    low = [lead_id for chance, lead_id in drawn if chance < share]
    return low or [lead_id for _, lead_id in drawn[:1]]
