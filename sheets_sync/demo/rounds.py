"""The round of the assessment that the made-up company went through a quarter ago."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from formulas.scorecard import Answer, score
from sheets_sync.calendars import week_name
from sheets_sync.demo.typed.opinions import MARKETING, SALES, round_name
from sheets_sync.reports.rounds import SCORE
from templates.scorecard import load
from templates.tab import Row

AGO = timedelta(weeks=9)
QUARTER = timedelta(weeks=13)


def frozen(last_day: date) -> Iterator[Row]:
    """Yield what was kept of the round before: everybody was a little worse off."""
    asks, day = load(), last_day - AGO
    said = {
        criterion.id: (_worse(sales, place), _worse(marketing, place))
        for place, (criterion, sales, marketing) in enumerate(
            zip(asks.criteria, SALES, MARKETING, strict=True)
        )
    }
    found = score(asks, {id_: Answer(*both) for id_, both in said.items()})
    kept = {"week": week_name(day), "scope": round_name(last_day - QUARTER), "fact_basis": "won"}
    total = None if found.total is None else float(found.total)
    yield {**kept, "metric": f"{SCORE}total", "value": total, "status": found.band}
    for section, share in found.sections.items():
        value = None if share is None else float(share)
        status = found.levels[section]
        yield {**kept, "metric": f"{SCORE}{section}", "value": value, "status": status}
    for id_, both in said.items():
        for side, answer in zip(("sales", "marketing"), both, strict=True):
            yield {**kept, "metric": f"{SCORE}{id_}:{side}", "value": answer}


def _worse(answer: object, place: int) -> float:
    """Return what was answered then: every third answer was a point lower."""
    step = 1.0 if place % 3 == 0 else 0.0
    return max(answer - step, 0.0) if isinstance(answer, int) else 0.0
