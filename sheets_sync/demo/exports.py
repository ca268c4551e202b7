"""The made-up company's exports, with the defects that real exports have.

Nineteen-digit ids, a BOM here and cp1251 there, amounts with no-break spaces, null words, a deal
closed before it was created, the same person twice, tests, an amount in words, a title that looks
like a formula, title and total lines around the spend, equal spend rows, days without spend.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from sheets_sync.demo.story import Company, Lead
from templates.words import Words

EXPECTED = timedelta(days=40)
"""How long sellers think that a deal takes."""

DAY = "%d.%m.%Y"
MOMENT = "%d.%m.%Y %H:%M"
LEAD_HEADERS = (
    "lead_id", "created_at", "manager", "channel", "campaign", "stage", "quality", "reason",
    "verdict_at", "first_touch_at", "deal_id", "phone",
)  # fmt: skip
DEAL_HEADERS = (
    "deal_id", "lead_id", "title", "stage", "amount", "currency", "created_at", "closed_at",
    "expected_close", "manager", "lost_reason",
)  # fmt: skip
EVENT_HEADERS = ("event_id", "deal_id", "at", "from_stage", "to_stage")
SPEND_HEADERS = ("day", "campaign", "impressions", "clicks", "cost")


def write_exports(company: Company, folder: Path, words: Words) -> dict[str, list[Path]]:
    """Write the exports into `folder`; return the files by object."""
    folder.mkdir(parents=True, exist_ok=True)
    leads, deals = folder / "leads.csv", folder / "deals.csv"
    history = folder / "stage_history.csv"
    _write(leads, words, LEAD_HEADERS, (_lead(lead, words) for lead in company.leads), "utf-8-sig")
    _write(deals, words, DEAL_HEADERS, _deals(company, words), _old_encoding(words))
    _write(history, words, EVENT_HEADERS, _events(company, words), "utf-8")
    spend = [
        _write_spend(company, folder / f"spend_{channel}.csv", channel, words)
        for channel in dict.fromkeys(row.channel.id for row in company.spend)
    ]
    return {"leads": [leads], "deals": [deals], "history": [history], "spend": spend}


def _old_encoding(words: Words) -> str:
    return "cp1251" if words.language == "ru" else "utf-8"


def _write(
    path: Path, words: Words, headers: Sequence[str], rows: Iterable[Sequence[str]], encoding: str
) -> None:
    with path.open("w", encoding=encoding, newline="", errors="replace") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow([words(f"demo.header.{header}") for header in headers])
        writer.writerows(rows)


def lead_id(lead: Lead) -> str:
    """Return the nineteen-digit id of a lead."""
    return str(4_876_876_000_000_000_000 + lead.number * 7_919)


def deal_id(lead: Lead) -> str:
    """Return the nineteen-digit id of a lead's deal."""
    return str(4_876_877_000_000_000_000 + lead.number * 7_919)


def _moment(value: datetime | None) -> str:
    return value.strftime(MOMENT) if value else ""


def _lead(lead: Lead, words: Words) -> list[str]:
    no_source, no_manager = lead.number % 53 == 0, lead.number % 97 == 5
    campaign = words(f"demo.campaign.{lead.campaign}") if lead.campaign else ""
    return [
        lead_id(lead),
        _moment(lead.created_at),
        "" if no_manager else words(f"demo.seller.{lead.seller.id}"),
        words("demo.null") if no_source else words(f"demo.channel.{lead.channel.id}"),
        campaign.upper() if lead.number % 40 == 7 else campaign,
        words("demo.test") if lead.is_test else words(f"demo.lead_stage.{lead.stage}"),
        words(f"demo.verdict.{lead.verdict}") if lead.verdict else "",
        words(f"demo.reason.{lead.reason}") if lead.reason else "",
        _moment(lead.verdict_at),
        _moment(lead.first_touch_at),
        deal_id(lead) if lead.has_deal else "",
        lead.phone,
    ]


def _deals(company: Company, words: Words) -> Iterable[list[str]]:
    deals = [lead for lead in company.leads if lead.has_deal]
    for place, lead in enumerate(deals):
        row = _deal(lead, place, words)
        if place % 400 == 399:  # an overlapping export: the older state first
            yield [*row[:3], words("demo.deal_stage.qualified"), *row[4:7], "", *row[8:]]
        yield row


def _deal(lead: Lead, place: int, words: Words) -> list[str]:
    created = lead.verdict_at or lead.created_at
    closed = lead.closed_at
    if closed and place % 450 == 210:
        closed = created - timedelta(days=1)
    stage = lead.stage if lead.status == "open" else lead.status
    expected = created + EXPECTED
    return [
        deal_id(lead),
        lead_id(lead),
        _title(place, words),
        words(f"demo.deal_stage.{stage}"),
        words("demo.amount_in_words") if place == 777 else _amount(lead.amount),
        "RUB",
        _moment(created),
        _moment(closed),
        expected.strftime(DAY) if place % 9 else "",
        words(f"demo.seller.{lead.seller.id}"),
        words(f"demo.lost.{lead.lost_reason}") if lead.lost_reason else words("demo.null"),
    ]


def _title(place: int, words: Words) -> str:
    if place == 123:
        return '=HYPERLINK("http://example.invalid";"1")'
    return words("demo.deal_title", product=words(f"demo.product.{place % 4}"), number=place + 1)


def _amount(amount: int | None) -> str:
    return "" if amount is None else f"{amount:,}".replace(",", "\u00a0") + ",00"


def _events(company: Company, words: Words) -> Iterable[list[str]]:
    for lead in company.leads:
        if not lead.has_deal:
            continue
        for place, (at, before, after) in enumerate(lead.moves):
            if after == "contacted":
                continue
            yield [
                f"{deal_id(lead)}-{place}",
                deal_id(lead),
                at.strftime(MOMENT),
                words(f"demo.deal_stage.{before}") if before != "contacted" else "",
                words(f"demo.deal_stage.{after}"),
            ]


def _write_spend(company: Company, path: Path, channel: str, words: Words) -> Path:
    rows = [row for row in company.spend if row.channel.id == channel]
    last = company.last_day.strftime(DAY)
    with path.open("w", encoding="utf-16" if channel == "direct" else "utf-8", newline="") as file:
        writer = csv.writer(file, delimiter="\t" if channel == "direct" else ";")
        title = words("demo.spend_title", channel=words(f"demo.channel.{channel}"))
        writer.writerow([f"{title}, {company.first_day.strftime(DAY)} - {last}"])
        writer.writerow([])
        writer.writerow([words(f"demo.header.spend_{header}") for header in SPEND_HEADERS])
        for row in rows:
            writer.writerow(
                [
                    row.day.strftime(DAY),
                    words(f"demo.campaign.{row.campaign}"),
                    row.impressions,
                    row.clicks,
                    f"{row.cost:,}".replace(",", "\u00a0") + ",00",
                ]
            )
        total = [sum(getattr(row, name) for row in rows) for name in SPEND_HEADERS[2:]]
        writer.writerow([words("demo.total"), "", *total[:2], f"{total[2]},00"])
    return path
