"""The numbers of the last sync as pandas frames, for notebooks and scripts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sheets_sync.cli import system_language
from sheets_sync.cli.past import known
from sheets_sync.config import language, load
from sheets_sync.errors import SmarketingError
from sheets_sync.workspace import Workspace
from templates.words import load as load_words

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

    from sheets_sync.metrics import Metric
    from sheets_sync.reading import Reading

_NUMBERS = ("value", "n", "low", "high")
_TEXTS = ("choice", "unit", "currency", "reason", "period")
_OWN = ("metric", *_NUMBERS[1:], *_TEXTS[1:])


def metrics(
    folder: Path | str,
    period: str | None = None,
    by: Sequence[str] = (),
    as_of: date | None = None,
) -> pd.DataFrame:
    """Return metrics and measures, a row each, and a column for each dimension of `by`.

    Money is a float in the unit of `currency`, a share is between 0 and 1; what is unknown is NaN,
    and `reason` says why. A metric that is no number stands in `choice`.

    Args:
        folder: the workspace.
        period: as for `smarketing metrics`: 2026-11, 2026-W47 or 2026-11-01..2026-11-23; the
            natural window of each metric without one.
        by: dimensions: channel, campaign, manager, day, week, month.
        as_of: the day at whose end the numbers were known; the last one without it.

    Raises:
        FixConfig: the workspace was never synced, or there is no such dimension or period.

    >>> metrics("smarketing-demo", "2026-11", by=["channel"])  # doctest: +SKIP
    """
    import pandas as pd

    with _read(folder, as_of) as reading:
        found = reading.metrics(period, tuple(by))
    rows = [_row(metric) for metric in found]
    frame = pd.DataFrame(rows, columns=[*by, "metric", *_NUMBERS, *_TEXTS])
    return frame.astype(dict.fromkeys(_NUMBERS, "float64"))


def report(folder: Path | str, name: str, as_of: date | None = None) -> pd.DataFrame:
    """Return a result table, as `smarketing metrics --report NAME` names it; None is unknown.

    Raises:
        FixConfig: the workspace was never synced, or there is no such table.

    >>> report("smarketing-demo", "channels")  # doctest: +SKIP
    """
    import pandas as pd

    with _read(folder, as_of) as reading:
        rows = reading.report(name)
    return pd.DataFrame([_floats(row) for row in rows])


@contextmanager
def _read(folder: Path | str, as_of: date | None) -> Iterator[Reading]:
    place = Path(folder)
    words = load_words(language(place) or system_language())
    try:
        with known(Workspace(place, load(place, words)), as_of) as (reading, _):
            yield reading
    except SmarketingError as error:
        error.add_note(error.say(words))
        raise


def _row(metric: Metric) -> dict[str, Any]:
    is_choice = isinstance(metric.value, str)
    value = {"choice" if is_choice else "value": metric.value}
    return {**metric.by, **{name: getattr(metric, name) for name in _OWN}, **value}


def _floats(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: float(value) if isinstance(value, Decimal) else value for name, value in row.items()
    }
