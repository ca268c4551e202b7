"""What a number should be: as people set it on the tab of norms, else what is usual for the firm.

Only what people set by hand is known here; what is usual is reckoned where the rows are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from templates.tab import Value


@dataclass(frozen=True, slots=True)
class Norm:
    """The edges that people set, and how many rows a number needs; None: as is usual."""

    low: float | None = None
    high: float | None = None
    target: float | None = None
    n_min: int | None = None

    @property
    def is_set(self) -> bool:
        """Whether people set an edge by hand."""
        return self.low is not None or self.high is not None


USUAL = Norm()


@dataclass(frozen=True, slots=True)
class Norms:
    """The lines of the tab of norms."""

    lines: Sequence[Mapping[str, Value]] = ()

    def of(self, metric: str, day: date, scope: str | None = None) -> Norm:
        """Return the norm of a metric on a day, of a channel or else of the company.

        Of several the one counts that is valid from the latest day.

        >>> norms = Norms(
        ...     [
        ...         {"metric": "qualified_share", "mode": "manual", "low": 0.6},
        ...         {
        ...             "metric": "qualified_share",
        ...             "mode": "manual",
        ...             "scope": "Avito",
        ...             "low": 0.4,
        ...             "valid_from": date(2026, 11, 1),
        ...         },
        ...     ]
        ... )
        >>> [norms.of("qualified_share", date(2026, month, 1), "avito").low for month in (10, 11)]
        [0.6, 0.4]
        """
        for name in dict.fromkeys((_scope(scope), "")):
            found = [line for line in self.lines if _speaks_of(line, metric, name, day)]
            if found:
                return _norm(max(found, key=_from))
        return USUAL


def _speaks_of(line: Mapping[str, Value], metric: str, scope: str, day: date) -> bool:
    is_same = line.get("metric") == metric and _scope(line.get("scope")) == scope
    return is_same and _from(line) <= day


def _from(line: Mapping[str, Value]) -> date:
    since = line.get("valid_from")
    return since if isinstance(since, date) else date.min


def _scope(value: Value) -> str:
    return str(value or "").strip().casefold()


def _norm(line: Mapping[str, Value]) -> Norm:
    n_min = _number(line.get("n_min"))
    is_manual = line.get("mode") == "manual"
    return Norm(
        low=_number(line.get("low")) if is_manual else None,
        high=_number(line.get("high")) if is_manual else None,
        target=_number(line.get("target")),
        n_min=None if n_min is None else int(n_min),
    )


def _number(value: Value) -> float | None:
    return None if value is None else float(str(value))
