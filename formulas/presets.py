"""Rules to start from; their words are `qualification.<preset>.<sign>` in the language files."""

from __future__ import annotations

from collections.abc import Mapping

from formulas.operators import Op
from formulas.qualification import Gate, Rule, Sign

NEAR = Gate("geo", "region", Op.IN, (), "out_of_area")
"""Its list of regions is the firm's to fill in; until then it stops nobody."""

PERSON = Gate("person", "contact", Op.REACHABLE, None, "unreachable")

PRESETS: Mapping[str, Rule] = {
    "bant_b2b": Rule(
        (NEAR, PERSON),
        (
            Sign("budget", 2, 1, field="budget", op=Op.AT_LEAST, value=300_000),
            Sign("authority", 2, 1),
            Sign("need", 3, is_required=True, reason="wrong_product"),
            Sign("timing", 2, 1),
        ),
        min_points=6,
        min_known=3,
    ),
    "champ": Rule(
        (PERSON,),
        (
            Sign("challenges", 3, is_required=True, reason="wrong_product"),
            Sign("authority", 2, 1),
            Sign("money", 2, 1),
            Sign("prioritisation", 2, 1),
        ),
        min_points=6,
        min_known=3,
    ),
    "property_b2c": Rule(
        (PERSON,),
        (
            Sign("need", 3, is_required=True, reason="wrong_product"),
            Sign("district", 2, 1),
            Sign("budget_range", 3, is_required=True, reason="below_minimum"),
            Sign("term", 1),
        ),
        min_points=7,
        min_known=3,
    ),
    "wholesale": Rule(
        (NEAR, PERSON),
        (
            Sign("volume", 3, is_required=True, reason="below_minimum"),
            Sign("tax_id", 2, 1),
            Sign("region", 2, is_required=True, reason="out_of_area"),
        ),
        min_points=6,
        min_known=2,
    ),
    "medical": Rule(
        (PERSON,),
        (
            Sign("service", 3, is_required=True, reason="wrong_product"),
            Sign("geography", 2, is_required=True, reason="out_of_area"),
            Sign("date", 2, 1),
        ),
        min_points=6,
        min_known=2,
    ),
}

REASONS: Mapping[str, tuple[str, ...]] = {
    "out_of_area": ("marketing",),
    "below_minimum": ("marketing",),
    "wrong_product": ("marketing",),
    "spam": ("marketing",),
    "duplicate": (),
    "unreachable": ("sales", "marketing"),
    "no_timing": ("marketing",),
    "bought_elsewhere": ("sales", "marketing"),
    "competitor": ("marketing",),
    "too_few_points": ("marketing",),
}
"""Why a lead is unqualified, and whose it is to think about; `qualification.reason.<id>`.

`bought_elsewhere` is the sellers' if they broke the norm of the first response, else marketing's.
"""
