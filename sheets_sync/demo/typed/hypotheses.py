"""What the two departments test: facts and one opinion, decided, running and planned."""

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
class Hypothesis:
    """A hypothesis: who, what was counted, and the weeks from its start to its decision."""

    author: str
    dept: str
    helper: str
    counted: tuple[float, float] | None
    metric: str
    target: str | None
    channel: str | None
    weeks_ago: int
    weeks: int
    scores: tuple[float, float, float]
    status: str


HYPOTHESES = (
    Hypothesis("seller.1", "sales", "marketer.1", (17, 42), "manager_conversion", "25 %", None,
               19, 6, (8, 6, 7), "too_little_data"),
    Hypothesis("marketer.1", "marketing", "seller.2", (61, 104), "qualified_share", "60 %", "vk",
               9, 6, (7, 7, 6), "awaiting_decision"),
    Hypothesis("marketer.1", "marketing", "seller.1", (23, 60), "leads", "22", "direct",
               3, 6, (6, 5, 8), "in_work"),
    Hypothesis("seller.5", "sales", "marketer.2", None, "won_deals", None, None,
               -1, 4, (5, 3, 4), "idea"),
    Hypothesis("marketer.2", "marketing", "seller.3", (9, 31), "cost_per_qualified", "1 800",
               "avito", -1, 4, (6, 6, 9), "idea"),
)  # fmt: skip


def diary(last_day: date, words: Words) -> Iterator[tuple[date, Inputs]]:
    """Yield each hypothesis on the Monday before it began, or this Monday."""
    monday = week_start(last_day + DAY)
    for number, each in enumerate(HYPOTHESES, start=1):
        start = monday - timedelta(weeks=each.weeks_ago)
        row: dict[str, Value] = {
            "author": words(f"demo.{each.author}"),
            "dept": each.dept,
            "helper": words(f"demo.{each.helper}"),
            "because": words(f"demo.because.{number}"),
            "change": words(f"demo.change.{number}"),
            "metric": each.metric,
            "target": each.target,
            "channel": each.channel and words(f"demo.channel.{each.channel}"),
            "start_on": start,
            "decide_on": start + timedelta(weeks=each.weeks),
            "status": each.status,
            **dict(zip(("impact", "confidence", "ease"), each.scores, strict=True)),
        }
        if each.counted:
            k, n = each.counted
            row |= {"because_k": k, "because_n": n}
            row["because_definition"] = words(f"demo.because_definition.{number}")
        if each.status == "too_little_data":
            row["decision"] = words(f"demo.decision.{number}")
        yield min(start, monday) - timedelta(days=7), {"hypotheses": {f"H-{number:04d}": row}}
