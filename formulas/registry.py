"""All formulas by id: those that are traced, and those that cannot be, with the reason."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from types import MappingProxyType
from typing import Any

from formulas import conversion, cost, funnel, lever, motivation, pace, pipeline
from formulas.expression import Formula, Unit

TRACED = (pace, pipeline, funnel, conversion, cost, lever, motivation)


@dataclass(frozen=True, slots=True)
class Plain:
    """A function that cannot be traced, and why."""

    module: str
    name: str
    unit: Unit
    reason: str

    @property
    def function(self) -> Callable[..., Any]:
        """The function itself; its module is imported now."""
        found: Callable[..., Any] = getattr(import_module(f"formulas.{self.module}"), self.name)
        return found


FORMULAS: Mapping[str, Formula] = MappingProxyType(
    {
        name: found
        for module in TRACED
        for name, found in vars(module).items()
        if isinstance(found, Formula) and found.__module__ == module.__name__
    }
)

SEVERAL = "gives several values at once"
ROOT = "needs a square root"
ROWS = "reads any number of rows"
DISTRIBUTION = "needs a distribution of probability"
CASES = "decides by cases and texts"

PLAIN: Mapping[str, Plain] = MappingProxyType(
    {
        plain.name: plain
        for plain in (
            Plain("interval", "wilson", Unit.SHARE, ROOT),
            Plain("interval", "norm_band", Unit.SHARE, ROOT),
            Plain("interval", "shrunk", Unit.SHARE, "has a weight that is usually left out"),
            Plain("interval", "leads_needed", Unit.COUNT, "has limits to what it may be asked"),
            Plain("interval", "holm", Unit.SHARE, ROWS),
            Plain("experiment", "share_change", Unit.SHARE, DISTRIBUTION),
            Plain("experiment", "count_change", Unit.RATIO, DISTRIBUTION),
            Plain("experiment", "leads_to_tell", Unit.COUNT, "has limits to what it may be asked"),
            Plain("experiment", "count_to_tell", Unit.COUNT, "needs a logarithm"),
            Plain("experiment", "verdict", Unit.CHOICE, CASES),
            Plain("cycle", "cycle", Unit.DAYS, ROWS),
            Plain("cycle", "spread", Unit.MONEY, ROWS),
            Plain("cycle", "differences", Unit.SHARE, ROWS),
            Plain("lever", "closing_in_time", Unit.SHARE, ROWS),
            Plain("bonus", "bonus", Unit.MONEY, "is exact to the cent, in steps that people see"),
            Plain("bonus_ledger", "settle", Unit.MONEY, ROWS),
            Plain("homogeneity", "chi_square", Unit.SHARE, DISTRIBUTION),
            Plain("recheck", "sample", Unit.CHOICE, ROWS),
            Plain("diagnosis", "quadrant", Unit.CHOICE, CASES),
            Plain("qualification", "judge", Unit.CHOICE, CASES),
            Plain("qualification", "agreement", Unit.SHARE, SEVERAL),
            Plain("scorecard", "score", Unit.POINTS, SEVERAL),
            Plain("scorecard", "measure", Unit.POINTS, CASES),
        )
    }
)
"""Modules are named, not imported: few commands need them."""
