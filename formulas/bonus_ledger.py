"""What is paid for which month when more becomes known later: nothing is lost, nothing paid twice.

Money is in cents' decimals, months are places in a list, oldest first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

Money = Decimal | None


@dataclass(frozen=True, slots=True)
class Settled:
    """A month's pay: its own worth, what earlier months are still owed, and both together."""

    own: Money
    adjustment: Decimal
    money: Money  # None: its own worth is unknown, so nothing can be approved yet


def settle(worth: Sequence[Sequence[Money]], approved: Sequence[Money]) -> list[Settled]:
    """Settle months in their order.

    `worth[m][k]` is what month `k` is worth by what had been decided at the cut-off of month `m`;
    `approved[m]` is what was approved for `m`, None while it is open. Every month carries the
    difference between what all earlier months are worth by then and what they were given.

    A lead of the first month was decided after its cut-off, and the first month was approved:

    >>> late = settle([[Decimal(500)], [Decimal(600), Decimal(300)]], [Decimal(500), None])
    >>> [month.money for month in late]
    [Decimal('500'), Decimal('400')]
    """
    settled: list[Settled] = []
    known: list[Decimal] = []  # what each month is worth, as far as it was ever known
    given: list[Decimal] = []
    for month, worths in enumerate(worth):
        for earlier in range(month):
            found = worths[earlier]
            known[earlier] = known[earlier] if found is None else found
        adjustment = sum(known, Decimal(0)) - sum(given, Decimal(0))
        own, fixed = worths[month], approved[month]
        money = fixed if fixed is not None else None if own is None else own + adjustment
        settled.append(Settled(own, adjustment, money))
        given.append(money or Decimal(0))
        unknown = Decimal(0) if fixed is None else fixed - adjustment
        known.append(unknown if own is None else own)
    return settled
