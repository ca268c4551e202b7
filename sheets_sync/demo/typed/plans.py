"""A plan a month for money and for qualified leads, and what a customer may cost."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

from sheets_sync.demo.story import MONTHS, SELLERS
from sheets_sync.demo.typed.opinions import round_name

if TYPE_CHECKING:
    from sheets_sync.workbook import Inputs
    from templates.tab import Value
    from templates.words import Words

SEASON = (0.78, 0.95, 1.05, 1.02, 0.93, 1.02, 0.95, 0.98, 1.08, 1.12, 1.1, 1.02)
PLANNED = {"revenue": 4_600_000, "qualified": 140}
BY_CHANNEL = {"direct": 50, "vk": 30, "avito": 20, "seo": 25, "referral": 15}
"""Of the qualified leads; a marketer's plan is that of their channels."""

MONTHS_BY_CHANNEL = 7
MONTHS_BY_SELLER = 2
STRETCH = 1.05
MARGIN = 0.35


def typed(last_day: date, words: Words) -> Inputs:
    """Return the plans up to the next month, and the margin."""
    lines = [
        *_company(last_day),
        *_channels(last_day, words),
        *_sellers(last_day, words),
    ]
    plan = {f"L-{number:04d}": line for number, line in enumerate(lines, start=1)}
    settings: dict[str, dict[str, Value]] = {
        "margin_share": {"value": MARGIN},
        "scorecard_round": {"value": round_name(last_day)},
    }
    return {"plan": plan, "settings": settings}


def _months(last_day: date, months: int) -> Iterator[date]:
    latest = last_day.year * 12 + last_day.month - 1
    for index in range(latest - months + 2, latest + 2):
        yield date(index // 12, index % 12 + 1, 1)


def _company(last_day: date) -> Iterator[dict[str, Value]]:
    for month in _months(last_day, MONTHS + 1):
        for metric, usual in PLANNED.items():
            step = 100_000 if metric == "revenue" else 5
            value = step * round(usual * SEASON[month.month - 1] / step)
            yield {"period": month, "metric": metric, "scope": "both", "value": float(value)}


def _channels(last_day: date, words: Words) -> Iterator[dict[str, Value]]:
    for month in _months(last_day, MONTHS_BY_CHANNEL):
        for channel, usual in BY_CHANNEL.items():
            yield {
                "period": month,
                "metric": "qualified",
                "scope": "channel",
                "owner": words(f"demo.channel.{channel}"),
                "value": float(round(usual * SEASON[month.month - 1])),
            }


def _sellers(last_day: date, words: Words) -> Iterator[dict[str, Value]]:
    """Plan the sellers' parts of the money, together a little more than the company's."""
    for month in _months(last_day, MONTHS_BY_SELLER):
        whole = PLANNED["revenue"] * SEASON[month.month - 1] * STRETCH
        for seller in SELLERS:
            yield {
                "period": month,
                "metric": "revenue",
                "scope": "manager",
                "owner": words(f"demo.seller.{seller.id}"),
                "value": 10_000.0 * round(whole * seller.share / 10_000),
            }
