"""What the stages of a CRM mean, guessed from their names; the config may say otherwise."""

from __future__ import annotations

FUNNEL = (
    ("impression", "marketing"),
    ("click", "marketing"),
    ("visit", "marketing"),
    ("lead", "marketing"),
    ("contacted", "sales"),
    ("qualified", "sales"),
    ("proposal", "sales"),
    ("invoice", "sales"),
    ("won", "sales"),
)
"""The canonical stages in order, and whose they are; the red line follows `lead`."""

BEGINNINGS = (
    ("lost", ("проигр", "отказ", "закрыто и не", "не реализ", "потерян", "сорвал", "нецелев",
              "lost", "closed lost", "reject", "declin", "disqualif", "junk", "спам")),
    ("won", ("оплач", "выигр", "успешно", "реализован", "закрыта успешно", "won", "closed won",
             "paid")),
    ("invoice", ("счёт", "счет", "договор", "выставлен", "ожидание оплат", "invoice", "contract",
                 "negotiat", "payment")),
    ("proposal", ("предложен", "кп", "смета", "презентац", "переговор", "proposal", "quote",
                  "offer", "presentation", "demo", "engaging")),
    ("qualified", ("целев", "квалиф", "передан", "qualif", "sql", "converted", "opportunity",
                   "handed over", "handover")),
    ("contacted", ("связал", "контакт", "дозвон", "в работе", "обраб", "первичн", "contact",
                   "working", "attempt", "discovery", "connect")),
    ("lead", ("нов", "неразобр", "заявк", "лид", "входящ", "new", "lead", "prospect", "open",
              "incoming", "appointment")),
)  # fmt: skip


def guess(name: str) -> str | None:
    """Guess the canonical stage of a CRM's stage by its name; None when nothing fits.

    >>> guess("Выставлен счёт"), guess("Closed Lost"), guess("Шаг 4")
    ('invoice', 'lost', None)
    """
    words = name.casefold().strip()
    for canonical, beginnings in BEGINNINGS:
        if any(_has(words, beginning) for beginning in beginnings):
            return canonical
    return None


def _has(words: str, beginning: str) -> bool:
    place = words.find(beginning)
    while place > 0 and words[place - 1].isalnum():
        place = words.find(beginning, place + 1)
    return place >= 0
