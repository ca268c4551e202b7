"""Whatever becomes known when, and whatever is approved when: money is neither lost nor doubled."""

from dataclasses import dataclass, field
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from formulas.bonus import Rule
from sheets_sync.reports import bonus
from sheets_sync.reports.agreements import Agreement
from sheets_sync.reports.bonus_books import Books
from sheets_sync.reports.bonus_leads import Leads
from templates.tabs.bonus import FIGURES

FIRST, LAST = date(2026, 6, 1), date(2026, 9, 30)
RATE = 450
END = date(2027, 6, 1)
"""By then every cut-off has passed and every verdict is known."""


@dataclass
class Clock:
    """A store that knows nothing but the calendar of the country."""

    as_of: date
    typed: dict = field(default_factory=dict)

    def rows(self, *_, **__):
        return []


@st.composite
def fates(draw):
    """When a lead came, when it was decided, and whether the verdict was turned round later."""
    came = FIRST + timedelta(days=draw(st.integers(0, (LAST - FIRST).days)))
    decided = draw(st.none() | st.integers(0, 90))
    turned = draw(st.none() | st.integers(0, 90))
    return came, decided, turned, draw(st.booleans())


def known(fate, today):
    """Return the lead as a source tells of it on a day; None before it came."""
    came, decided, turned, is_good = fate
    if came > today:
        return None
    decided_on = None if decided is None else came + timedelta(days=decided)
    turned_on = None if turned is None else (decided_on or came) + timedelta(days=turned)
    if decided_on and decided_on > today:
        return Leads(came, "direct", "pending", None, None, False, 1)
    if turned_on and turned_on <= today:
        is_good, decided_on = not is_good, turned_on
    verdict = "qualified" if is_good else "unqualified"
    return Leads(came, "direct", verdict, decided_on, None, False, 1)


def look(fates, today, rule, kept):
    """Return the rows of a day, with what was approved until then."""
    leads = {}
    for each in filter(None, (known(fate, today) for fate in fates)):
        leads.setdefault(each.day.replace(day=1), []).append(each)
    typed = {"bonus": [{"bonus_id": key, **row} for key, row in kept.items()]}
    agreed = {"Vera": [Agreement("Vera", FIRST, "qualified", rule)]}
    plans = [{"month": FIRST, "scope": "both", "owner": None, "value": 5.0}]
    books = Books(Clock(today, typed), agreed, FIRST, leads, [], plans, {})
    return {line.stake.key: bonus._row(books, line) for line in bonus.lines(books, "Vera")}


def approve(row):
    return {f"approved.{name}": row[name] for name in FIGURES}


def days():
    return st.integers(0, 240).map(lambda n: FIRST + timedelta(days=n))


@given(
    st.lists(fates(), max_size=25),
    st.lists(st.tuples(days(), st.sampled_from(["06", "07", "08", "09", "10"])), max_size=6),
)
@settings(max_examples=30, deadline=None)
def test_what_is_paid_over_all_months_is_what_full_knowledge_says(fates, approvals):
    kept = {}
    for day, month in sorted(approvals):
        rows = look(fates, day, Rule(RATE), kept)
        key = f"2026-{month}|Vera"
        if key in rows and key not in kept:
            kept[key] = approve(rows[key])
    paid = sum(
        kept[key]["approved.computed"] if key in kept else row["computed"]
        for key, row in look(fates, END, Rule(RATE), kept).items()
    )
    good = sum(known(fate, END).verdict == "qualified" for fate in fates)
    assert paid == good * RATE
