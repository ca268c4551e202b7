"""Next steps that the sellers wrote beside their newest open deals, some of them overdue."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import TYPE_CHECKING

from sheets_sync.demo.exports import deal_id
from sheets_sync.demo.story import found

if TYPE_CHECKING:
    from sheets_sync.workbook import Inputs
    from templates.tab import Row
    from templates.words import Words

STEPS = 4
NEWEST = 90


def diary(last_day: date, words: Words) -> Iterator[tuple[date, Inputs]]:
    """Yield the next steps of most of the newest open deals."""
    deals = [lead for lead in found(last_day).leads if lead.has_deal and lead.status == "open"]
    newest = sorted(deals, key=lambda lead: lead.created_at)[-NEWEST:]
    steps: dict[str, Row] = {
        deal_id(lead): {
            "next_step": words(f"demo.next_step.{lead.number % STEPS}"),
            "next_step_on": last_day + timedelta(days=lead.number % 9 - 2),
        }
        for lead in newest
        if lead.number % 5
    }
    yield last_day, {"deals": steps}
