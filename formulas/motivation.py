"""What paying for qualified leads alone changes, and how often leads are rejected."""

from __future__ import annotations

from formulas.expression import Unit, formula
from formulas.term import Term


@formula(Unit.MONEY)
def saving(old_rule: Term, new_rule: Term) -> Term:
    """Take what is paid by the new rule from what the old one would have paid.

    >>> saving(65_000, 45_000)
    20000.0
    """
    return old_rule - new_rule


@formula(Unit.SHARE)
def reject_share(rejected: Term, judged: Term) -> Term:
    """Divide the rejected leads by all that have a verdict.

    >>> reject_share(40, 160)
    0.25
    """
    return rejected / judged
