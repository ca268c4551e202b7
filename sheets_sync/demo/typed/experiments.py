"""Channels on trial: one decided, one running, one to come."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from sheets_sync.calendars import DAY, week_start

if TYPE_CHECKING:
    from sheets_sync.workbook import Inputs
    from templates.tab import Value
    from templates.words import Words


@dataclass(frozen=True, slots=True)
class Experiment:
    """A channel on trial: what was agreed, and the weeks from its start to its decision."""

    channel: str | None
    owner: str
    cap: float
    leads: float
    share: float
    weeks_ago: int
    weeks: int
    decision: str | None = None


EXPERIMENTS = (
    Experiment("avito", "marketer.2", 90_000, 60, 0.6, 24, 6, "keep"),
    Experiment("telegram", "marketer.1", 75_000, 80, 0.55, 6, 8),
    Experiment(None, "marketer.2", 60_000, 40, 0.6, -1, 6),
)


def diary(last_day: date, words: Words) -> Iterator[tuple[date, Inputs]]:
    """Yield each experiment a week before it began, and again when it was decided."""
    monday = week_start(last_day + DAY)
    for number, each in enumerate(EXPERIMENTS, start=1):
        start = monday - timedelta(weeks=each.weeks_ago)
        end = start + timedelta(weeks=each.weeks)
        name = f"demo.channel.{each.channel}" if each.channel else "demo.new_channel"
        row: dict[str, Value] = {
            "name": words(f"demo.experiment.{number}"),
            "channel": words(name),
            "owner": words(f"demo.{each.owner}"),
            "budget_cap": each.cap,
            "leads_needed": each.leads,
            "goal_share": each.share,
            "start_on": start,
            "decide_on": end,
        }
        yield start - timedelta(days=7), {"experiments": {f"E-{number:04d}": row}}
        if each.decision:
            decided = {**row, "decision": each.decision, "comment": words("demo.experiment_kept")}
            yield end, {"experiments": {f"E-{number:04d}": decided}}
