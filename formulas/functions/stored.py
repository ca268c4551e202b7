"""The custom functions that read the numbers of the last sync."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from formulas.functions.arguments import refusal

if TYPE_CHECKING:
    from formulas.functions.function import Answer, Numbers, Setting

Known = Mapping[str, Any]


def metric(known: Known, setting: Setting) -> Answer:
    """Return a metric of a period, of the company or of one channel, seller, day."""
    split, part = known["split"], known["value"]
    if (split is None) is not (part is None):
        raise refusal("missing", argument="value" if part is None else "split")
    return _numbers(setting).metric(known["metric"], known["period"], split, part)


def table(known: Known, setting: Setting) -> Answer:
    """Return a report as of the end of a period, under its headers."""
    return _numbers(setting).table(known["report"], known["period"])


def _numbers(setting: Setting | None) -> Numbers:
    if setting is None or setting.numbers is None:
        raise refusal("no_store")
    return setting.numbers
