"""The customer's example as two exports: 130 leads of one month, of which 90 are qualified."""

from __future__ import annotations

import csv

SELLERS = ("Anna", "Boris", "Clara")
CHANNELS = ("direct", "vk", "avito")
LEAD_HEADERS = ("Lead ID", "Created", "Source", "Owner", "Verdict", "Comment")
DEAL_HEADERS = ("Deal ID", "Name", "Created", "Closed", "Stage", "Amount", "Owner", "Source")


def lead(number):
    verdict = "qualified" if number < 90 else "unqualified"
    day = f"2026-11-{number % 20 + 1:02}"
    return [f"L{number}", day, CHANNELS[number % 3], SELLERS[number % 3], verdict, "call back"]


def deal(number):
    """Return a deal: of every five, two are won, two are lost, one is open."""
    stage = ("Won", "Lost", "Won", "Lost", "Proposal")[number % 5]
    closed = "" if stage == "Proposal" else f"2026-11-{number % 20 + 2:02}"
    amount = "1000.50" if stage == "Won" else "500"
    owner, channel = SELLERS[number % 3], CHANNELS[number % 3]
    created = f"2026-10-{number % 28 + 1:02}"
    return [f"D{number}", f"Roof {number}", created, closed, stage, amount, owner, channel]


def write(path, headers, rows):
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([headers, *rows])
    return path


def write_leads(folder, count=130):
    return write(folder / "leads.csv", LEAD_HEADERS, map(lead, range(count)))


def write_deals(folder, count=50):
    return write(folder / "deals.csv", DEAL_HEADERS, map(deal, range(count)))
