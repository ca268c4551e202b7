"""The made-up company as rows of the model, without the detour through files."""

from datetime import datetime
from zoneinfo import ZoneInfo

from sheets_sync.demo.story import Company
from templates.words import load

ZONE = ZoneInfo("Europe/Moscow")
WORDS = load("ru")


def moment(value: datetime | None) -> datetime | None:
    return value and value.replace(tzinfo=ZONE)


def lead_rows(company: Company) -> list[dict]:
    return [
        {
            "lead_id": f"L{lead.number}",
            "created_at": moment(lead.created_at),
            "contact_key": lead.phone,
            "manager": WORDS(f"demo.seller.{lead.seller.id}") if lead.number % 97 != 5 else None,
            "channel": WORDS(f"demo.channel.{lead.channel.id}") if lead.number % 53 else None,
            "campaign": lead.campaign or None,
            "stage": WORDS(f"demo.lead_stage.{lead.stage}"),
            "is_target": None if lead.verdict in {None, "spam"} else lead.verdict == "qualified",
            "is_spam": lead.verdict == "spam",
            "is_test": lead.is_test,
            "target_reason": lead.reason,
            "verdict_at": moment(lead.verdict_at),
            "first_touch_at": moment(lead.first_touch_at),
            "deal_id": f"D{lead.number}" if lead.has_deal else None,
        }
        for lead in company.leads
    ]


def deal_rows(company: Company) -> list[dict]:
    return [
        {
            "deal_id": f"D{lead.number}",
            "lead_id": f"L{lead.number}",
            "title": f"№ {lead.number}",
            "created_at": moment(lead.verdict_at),
            "closed_at": moment(lead.closed_at),
            "stage": WORDS(
                f"demo.deal_stage.{lead.stage if lead.status == 'open' else lead.status}"
            ),
            "status": lead.status,
            "amount": lead.amount,
            "currency": "RUB",
            "manager": WORDS(f"demo.seller.{lead.seller.id}"),
        }
        for lead in company.leads
        if lead.has_deal
    ]


def event_rows(company: Company) -> list[dict]:
    return [
        {
            "event_id": f"{lead.number}-{place}",
            "entity": "deal",
            "entity_id": f"D{lead.number}",
            "at": moment(at),
            "from_stage": None if before == "contacted" else WORDS(f"demo.deal_stage.{before}"),
            "to_stage": WORDS(f"demo.deal_stage.{after}"),
        }
        for lead in company.leads
        if lead.has_deal
        for place, (at, before, after) in enumerate(lead.moves)
        if after != "contacted"
    ]


def spend_rows(company: Company) -> list[dict]:
    return [
        {
            "row_id": str(place),
            "day": row.day,
            "cabinet": row.channel.id,
            "level": "campaign",
            "channel": WORDS(f"demo.channel.{row.channel.id}"),
            "campaign": row.campaign,
            "impressions": row.impressions,
            "clicks": row.clicks,
            "cost": row.cost,
            "currency": "RUB",
        }
        for place, row in enumerate(company.spend)
    ]
