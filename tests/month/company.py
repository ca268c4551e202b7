"""A small company as its CRM tells of it on any day: the past never changes, the new is added."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random

FIRST, LAST = date(2026, 5, 4), date(2026, 12, 14)
SELLERS = ("Анна Королёва", "Борис Титов", "Вера Ланская")
CHANNELS = {"Директ": (5, 0.75, 900.0), "ВК": (5, 0.55, 500.0), "Рекомендации": (2, 0.9, None)}
LEADS = (
    "Номер заявки", "Дата создания", "Источник", "Кампания", "Ответственный", "Статус",
    "Вердикт", "Причина", "Дата вердикта", "Первый ответ",
)  # fmt: skip
DEALS = (
    "Номер сделки", "Номер заявки", "Название", "Этап", "Сумма", "Дата создания",
    "Дата закрытия", "Ответственный", "Источник",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Lead:
    """A lead with all that will ever happen to it."""

    id: str
    at: datetime
    channel: str
    seller: str
    is_target: bool
    judged_at: datetime
    amount: int
    ends_at: datetime
    is_won: bool


def leads() -> list[Lead]:
    """Return all leads of the company's life, the same in every run."""
    chance = Random(7)  # noqa: S311 (a story)
    found = []
    for back in range((LAST - FIRST).days):
        day = FIRST + timedelta(days=back)
        for channel, (a_week, share, _) in CHANNELS.items():
            for _ in range(sum(chance.random() < 1 / 3 for _ in range(round(a_week * 3 / 4)))):
                at = datetime.combine(day, time(9)) + timedelta(minutes=chance.randint(0, 500))
                judged = at + timedelta(hours=chance.randint(1, 40))
                found.append(
                    Lead(
                        f"L{len(found) + 1:05d}", at, channel, chance.choice(SELLERS),
                        chance.random() < share, judged, chance.randint(20, 200) * 1000,
                        judged + timedelta(days=chance.randint(5, 30)), chance.random() < 0.3,
                    )
                )  # fmt: skip
    return found


ALL = leads()


def known(day: date) -> list[Lead]:
    """Return the leads that have come by the end of a day."""
    return [lead for lead in ALL if lead.at.date() <= day]


def export(folder, day: date) -> None:
    """Write what the CRM and the advertising cabinets tell in the morning after a day."""
    with (folder / "leads.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([LEADS, *(lead_row(lead, day) for lead in known(day))])
    with (folder / "deals.csv").open("w", encoding="utf-8", newline="") as file:
        rows = [deal_row(x, day) for x in known(day) if x.is_target and x.judged_at.date() <= day]
        csv.writer(file).writerows([DEALS, *rows])
    with (folder / "spend.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(
            [("Дата", "Канал", "Кампания", "Показы", "Клики", "Расход (руб.)")]
            + [
                (f"{FIRST + timedelta(days=back):%d.%m.%Y}", name, "все", 1000, 50, cost * a_week)
                for back in range((day - FIRST).days + 1)
                for name, (a_week, _, cost) in CHANNELS.items()
                if cost
            ]
        )


def said(moment: datetime | None) -> str:
    return f"{moment:%d.%m.%Y %H:%M}" if moment else ""


def lead_row(lead: Lead, day: date) -> tuple[str, ...]:
    is_judged = lead.judged_at.date() <= day
    verdict = ("целевая" if lead.is_target else "нецелевая") if is_judged else ""
    return (
        lead.id, said(lead.at), lead.channel, "все", lead.seller,
        "Обработана" if is_judged else "Новая", verdict,
        "не наш регион" if is_judged and not lead.is_target else "",
        said(lead.judged_at if is_judged else None), said(lead.at + timedelta(minutes=25)),
    )  # fmt: skip


def deal_row(lead: Lead, day: date) -> tuple[object, ...]:
    has_ended = lead.ends_at.date() <= day
    stage = ("Выиграна" if lead.is_won else "Проиграна") if has_ended else "Переговоры"
    return (
        lead.id.replace("L", "D"), lead.id, f"Крыша {lead.id}", stage, lead.amount,
        said(lead.judged_at), said(lead.ends_at if has_ended else None), lead.seller, lead.channel,
    )  # fmt: skip
