"""The bonus of every marketer and month: its steps, what earlier months are owed, what to know.

Figures that were approved stay; what is found out later goes to the next month that is open.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cache

from formulas.bonus import Bonus, Month, bonus
from formulas.bonus_ledger import Settled, settle
from sheets_sync.calendars import DAY, next_month
from sheets_sync.reports.agreements import Part
from sheets_sync.reports.bonus_books import Books, Stake, open_books
from sheets_sync.reports.bonus_leads import Decisions, Leads, counted, decisions
from sheets_sync.reports.ground import Found, Ground
from templates.tabs.bonus import FIGURES, is_approved, total

TOLD = (
    "qualified", "late", "undated", "unowned", "days", "of_days", "changed_on", "before", "after",
    "is_mixed", "lacks", "worth_now",
)  # fmt: skip
"""What a row's words to the reader are made of."""


@dataclass(frozen=True, slots=True)
class Came:
    """What came on the days of a part of a month."""

    part: Part
    plan: Fraction | None
    leads: Sequence[Leads]
    decisions: Decisions

    def paid(self, qualified: int) -> int:
        """Count the leads that are paid for, before any cap."""
        is_for_all = self.part.agreement.basis == "leads"
        return sum(each.n for each in self.leads) if is_for_all else qualified


@dataclass(frozen=True, slots=True)
class Piece:
    """The bonus of a part of a month."""

    came: Came
    qualified: int
    found: Bonus


@dataclass(frozen=True, slots=True)
class Line:
    """A month of one person, settled; `worth_now` is by everything that is known today."""

    stake: Stake
    pieces: Sequence[Piece]
    settled: Settled
    worth_now: Decimal | None


def report(ground: Ground) -> list[Found]:
    """Return the rows of the bonus, newest month first; approved ones as they were approved."""
    typed = {str(row["bonus_id"]): row for row in ground.typed.get("bonus", ())}
    fixed = approved(ground)
    rows = _rows(ground)
    for key in fixed.keys() | rows.keys():
        row = {**_named(key), **rows.get(key, {}), **fixed.get(key, {})}
        if is_approved(typed.get(key, {})) and row["approved_total"] is None:
            whole = total({**row, **typed[key]})
            row["approved_total"] = whole if isinstance(whole, float) else None
        rows[key] = row
    return sorted(rows.values(), key=lambda row: (-row["month"].toordinal(), row["person"]))


def approved(ground: Ground) -> dict[str, Found]:
    """Return the figures of the months that were approved, by the key of the row."""
    mark = "approved."
    return {
        str(row["bonus_id"]): {
            name.removeprefix(mark): value for name, value in row.items() if name.startswith(mark)
        }
        for row in ground.typed.get("bonus", ())
        if mark + "computed" in row
    }


def _named(key: str) -> Found:
    month, _, person = key.partition("|")
    return {
        "bonus_id": key,
        "month": date.fromisoformat(f"{month}-01"),
        "person": person,
        **dict.fromkeys(("cutoff_on", "awaits", *FIGURES, *TOLD)),
    }


def _rows(ground: Ground) -> dict[str, Found]:
    books = open_books(ground)
    if books is None:
        return {}
    found = (line for person in books.agreed for line in lines(books, person))
    return {line.stake.key: _row(books, line) for line in found}


def lines(books: Books, person: str) -> Iterator[Line]:
    """Yield the months of a marketer, settled in their order."""
    stakes = [books.stake(person, month) for month in books.months()]
    came = [_came(books, stake) for stake in stakes]

    @cache
    def counted_out(place: int, qualified: tuple[int, ...]) -> tuple[Piece, ...]:
        return tuple(_pieces(books, stakes[place], came[place], qualified))

    def pieces(place: int, by: date) -> tuple[Piece, ...]:
        return counted_out(place, tuple(counted(each.decisions, by) for each in came[place]))

    def money(place: int, by: date) -> Decimal | None:
        return None if stakes[place].is_without_channels else _money(pieces(place, by))

    today = books.ground.as_of
    cutoffs = [min(stake.cutoff, today) for stake in stakes]
    worth = [[money(earlier, by) for earlier in range(place + 1)]
             for place, by in enumerate(cutoffs)]  # fmt: skip
    fixed = approved(books.ground)
    given = [_money_of(fixed.get(stake.key)) for stake in stakes]
    for place, settled in enumerate(settle(worth, given)):
        stake = stakes[place]
        if stake.parts or settled.adjustment:
            yield Line(stake, pieces(place, cutoffs[place]), settled, money(place, today))


def _money_of(row: Found | None) -> Decimal | None:
    return None if row is None else Decimal(str(row["computed"]))


def _came(books: Books, stake: Stake) -> list[Came]:
    return [
        Came(
            part,
            None if stake.plan is None else stake.plan * books.share(part),
            within,
            decisions(within, has_clawback=part.agreement.has_clawback),
        )
        for part in stake.parts
        for within in [stake.within(part)]
    ]


def _pieces(
    books: Books, stake: Stake, came: Sequence[Came], qualified: Sequence[int]
) -> Iterator[Piece]:
    whole = sum(qualified)
    cost = stake.spend / whole if stake.spend is not None and whole else None
    for each, count in zip(came, qualified, strict=True):
        rule, paid = each.part.agreement.rule, each.paid(count)
        goal = books.goal(stake.month) if rule.team_share else None
        yield Piece(each, paid, bonus(Month(paid, each.plan, cost, goal), rule))


def _money(pieces: Sequence[Piece]) -> Decimal | None:
    found = [piece.found.money for piece in pieces]
    return None if None in found else sum(filter(None, found), Decimal(0))


def _row(books: Books, line: Line) -> Found:
    """Return a month with its steps; where its parts differ, a factor is left to the words."""
    stake, pieces, settled = line.stake, line.pieces, line.settled
    known = () if stake.is_without_channels else pieces
    came = [each for piece in pieces for each in piece.came.leads]
    plan = _sum(piece.came.plan for piece in known)
    qualified = _sum(piece.qualified for piece in known)
    own = settled.own
    return {
        **_named(stake.key),
        "cutoff_on": stake.cutoff,
        "awaits": _awaits(books.ground, stake),
        "leads": float(sum(each.n for each in came)) if known else None,
        "q_paid": _sum(piece.found.paid for piece in known),
        "pending": sum(each.n for each in came if each.verdict == "pending"),
        "disputed": sum(each.n for each in came if each.is_disputed),
        "plan": plan,
        "attainment": qualified / plan if qualified is not None and plan else None,
        "rate": _same(piece.came.part.agreement.rule.rate for piece in known),
        "base": _sum(piece.found.base for piece in known),
        "accelerator": _sum(piece.found.accelerator for piece in known),
        "threshold_factor": _same(piece.found.threshold_factor for piece in known),
        "brake_factor": _same(piece.found.brake_factor for piece in known),
        "team_factor": _same(piece.found.team_factor for piece in known),
        "adjust_auto": float(settled.adjustment),
        "computed": None if own is None else float(own + settled.adjustment),
        "old_rule": _old_rule(known),
        **_told(books, line, came),
        "qualified": qualified,
    }


def _told(books: Books, line: Line, came: Sequence[Leads]) -> Found:
    stake, pieces = line.stake, line.pieces
    good = [each for each in came if each.verdict == "qualified" and not each.is_disputed]
    rules = [piece.came.part.agreement.rule for piece in pieces]
    lacks = {
        "channels": stake.is_without_channels,
        "plan": stake.plan is None,
        "spend": stake.spend is None and any(rule.cpql_limit is not None for rule in rules),
        "goal": any(rule.team_share for rule in rules) and books.goal(stake.month) is None,
    }
    rest = pieces[1:]
    worked = sum(books.share(piece.came.part) for piece in pieces)
    all_days = len(books.days(stake.month))
    return {
        "late": sum(each.n for each in good if each.decided_on and each.decided_on > stake.cutoff),
        "undated": sum(each.n for each in good if each.decided_on is None),
        "unowned": _unowned(books, stake),
        "days": round(worked * all_days) if pieces else None,
        "of_days": all_days,
        "changed_on": rest[0].came.part.first if rest else None,
        "before": _float(_money(pieces[:1])) if rest else None,
        "after": _float(_money(rest)) if rest else None,
        "is_mixed": any(piece.came.part.agreement.basis == "mixed" for piece in pieces),
        "lacks": ",".join(name for name, is_so in lacks.items() if is_so),
        "worth_now": _float(line.worth_now),
    }


def _unowned(books: Books, stake: Stake) -> int:
    """Count the qualified leads of channels that belong to no marketer, where several share."""
    if stake.channels is None:
        return 0
    owners = {person.casefold() for person in books.agreed}
    taken = {name for name, owner in books.owners.items() if owner in owners}
    return sum(each.n for each in books.leads.get(stake.month, ())
               if each.verdict == "qualified" and each.channel not in taken)  # fmt: skip


def _old_rule(pieces: Sequence[Piece]) -> float | None:
    """Return what the old rule would have paid: so much for any lead."""
    if not pieces:
        return None
    amount = Fraction(0)
    for piece in pieces:
        agreement = piece.came.part.agreement
        rate = agreement.rule.rate if agreement.old_rate is None else agreement.old_rate
        amount += Fraction(str(rate)) * sum(each.n for each in piece.came.leads)
    return float(amount)


def _awaits(ground: Ground, stake: Stake) -> str:
    """Say what a month that is not approved waits for."""
    if ground.as_of < next_month(stake.month) - DAY:
        return "running"
    return "to_approve" if ground.as_of >= stake.cutoff else "collecting"


def _float(value: object) -> float | None:
    return None if value is None else float(value)  # type: ignore[arg-type]


def _sum(values: Iterable[object]) -> float | None:
    """Add up numbers of any kind; None without any, or where one is unknown."""
    given = [_float(value) for value in values]
    known = [value for value in given if value is not None]
    return sum(known) if known and len(known) == len(given) else None


def _same(values: Iterable[object]) -> float | None:
    """Return the one number that all are, else None."""
    found = {_float(value) for value in values}
    return found.pop() if len(found) == 1 else None
