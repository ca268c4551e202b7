"""What the company keeps of itself: its people, channels, stages, days off, a rate."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from sheets_sync.demo.story import SELLERS

if TYPE_CHECKING:
    from sheets_sync.workbook import Inputs
    from templates.tab import Value
    from templates.words import Words

GROUPS = {
    "direct": "paid", "vk": "paid", "avito": "paid", "telegram": "paid",
    "seo": "organic", "referral": "referral",
}  # fmt: skip
OWNERS = {"direct": 1, "vk": 1, "avito": 1, "telegram": 2, "seo": 2, "referral": 2}
"""The marketer of each channel."""

DECIDED = {"direct": "keep", "vk": "fix"}
LIMITS = {"telegram": 20_000.0}
ASKED_DAYS = 9
LATE = "3"
"""The seller with hours of her own."""

Rows = dict[str, dict[str, "Value"]]


def typed(last_day: date, words: Words) -> Inputs:
    """Return the lists as the company filled them in."""
    return {
        "people": _people(words),
        "channel_list": _channels(last_day, words),
        "channel_rules": _rules(words),
        "stages": {
            words("demo.deal_stage.invoice"): {"max_days": 30.0},
            words("demo.lead_stage.qualified"): {"canonical_stage": "qualified"},
        },
        "calendar": {
            date(last_day.year, 12, 31).isoformat(): {
                "is_working": "day_off",
                "note": words("demo.typed.day_off"),
            }
        },
        "fx": {
            "X-0001": {
                "from_date": last_day.replace(day=1), "from_currency": "USD", "rate": 81.5
            }
        },
    }  # fmt: skip


def _people(words: Words) -> Rows:
    found: Rows = {
        words(f"demo.seller.{seller.id}"): {"dept": "sales", "role": words("demo.typed.seller")}
        for seller in SELLERS
    }
    found[words(f"demo.seller.{LATE}")]["schedule"] = "11:00-20:00"
    found["U-0001"] = {
        "name": words("demo.typed.marketer_name"),
        "dept": "marketing",
        "role": words("demo.typed.marketer"),
    }
    return found


def _channels(last_day: date, words: Words) -> Rows:
    found: Rows = {
        words(f"demo.channel.{id_}").lower(): {
            "channel_group": f"channel_{group}", "cost_limit": LIMITS.get(id_),
            "owner": words(f"demo.marketer.{OWNERS[id_]}"),
        }
        for id_, group in GROUPS.items()
    }  # fmt: skip
    for id_, decision in DECIDED.items():
        found[words(f"demo.channel.{id_}").lower()] |= {
            "decision": decision,
            "decision_on": last_day - timedelta(days=ASKED_DAYS),
            "note": words(f"demo.typed.{decision}"),
        }
    return found


def _rules(words: Words) -> Rows:
    marks = (("contains", "search", "direct"), ("=", "avito_listing", "avito"))
    return {
        f"R-{place:04d}": {
            "order": 10.0 * place,
            "field": "campaign",
            "op": op,
            "value": mark,
            "channel": words(f"demo.channel.{channel}"),
        }
        for place, (op, mark, channel) in enumerate(marks, start=1)
    }
