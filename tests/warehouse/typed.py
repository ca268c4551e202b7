"""What the people of the made-up company typed: as in the demo, of the rows that are here."""

from datetime import date

from sheets_sync import rules
from sheets_sync.checking import checked, typed_rows
from sheets_sync.demo.typed import diary, typed
from sheets_sync.drawing import decisions
from templates.settings import DEFAULTS
from templates.tabs import TABS
from templates.words import load
from tests.warehouse.company import AS_OF

WORDS = load("ru")
OWN = {
    "channel_rules": {
        "R-0001": {"order": 10.0, "field": "utm_source", "op": "contains", "value": "odd",
                   "channel": "Прочее"},
        "R-0002": {"order": 20.0, "field": "campaign", "op": "=", "value": "Кампания 7",
                   "channel": "Директ"},
        "R-0003": {"order": 30.0, "field": "channel", "op": "is_empty", "channel": "Неизвестно"},
    },
    "channel_list": {"директ": {"name": "Яндекс Директ"}, "vk": {"name": "Ничей"}},
    "people": {
        "Менеджер 1": {"name": "Анна", "dept": "sales", "opens": 8.5, "closes": 17.0},
        "Менеджер 2": {"name": "Борис", "dept": "marketing"},
        "Менеджер 3": {"works_from": date(2026, 1, 15), "dept": "sales"},
    },
    "fx": {
        "FX-1": {"since": date(2024, 1, 1), "currency": "USD", "rate": 92.3456},
        "FX-2": {"since": date(2025, 9, 1), "currency": "USD", "rate": 81.07},
    },
    "promos": {"P-1": {"coupon": "кампания 9", "starts_on": date(2026, 2, 1)},
               "P-2": {"coupon": "никто", "starts_on": date(2026, 2, 1)}},
    "experiments": {"E-1": {"channel": "SEO", "starts_on": date(2026, 1, 10), "budget": 1e6}},
    "stages": {"Особая": {"canonical_stage": "proposal"}, "Счёт выставлен": {"max_days": 30.0}},
}  # fmt: skip


def usable():
    """Return the cells that people typed, as far as they are usable."""
    found = {}
    for page in (typed(AS_OF, WORDS), *(page for _, page in diary(AS_OF, WORDS)), OWN):
        for tab, rows in page.items():
            for key, row in rows.items():
                kept = found.setdefault(tab, {})
                kept[key] = {**kept.get(key, {}), **row}
    for tab, letter in (("leads", "L"), ("deals", "D")):
        found[tab] = {f"{letter}{at * 7}": row for at, row in enumerate(found[tab].values())}
    for at, row in enumerate(found["disputes"].values()):
        row["lead_id"] = f"L{at * 7}"
    return checked(found, TABS)[0]


def decided(cells):
    """Return what the store is told of it."""
    found = rules.versions((), rules.read(cells, DEFAULTS, WORDS), date(2025, 12, 1))
    return decisions(cells, {}, found, WORDS)


def filled(cells):
    """Return what reports are told of it."""
    return dict(typed_rows(cells, TABS))
