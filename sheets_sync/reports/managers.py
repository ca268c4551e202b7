"""Sellers: how many of their qualified leads they won, how sure that is, and how fast they answer.

The cohort form needs leads with verdicts, linked to deals, and looks at leads that are old enough
to have been won. Without those, the closed form: won of the deals closed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from importlib.resources import files

from formulas.cycle import Difference, Spread, differences, spread
from formulas.interval import shrunk, wilson
from sheets_sync.metrics.sellers import NOT_COMPARED
from sheets_sync.reports import response
from sheets_sync.reports.ground import BEGINNING, RECENT, Found, Ground

ENOUGH_IN_CHANNEL = 30
ENOUGH_CHANNELS = 2


CLOSED_BY_DAY = """
    create or replace temp table closed as
    select
        manager, coalesce(closed_on, created_on) as day, count(*) as n,
        count(*) filter (where status = 'won') as won
    from deals_now
    where status in ('won', 'lost')
    group by manager, coalesce(closed_on, created_on)
    """


def prepare(ground: Ground) -> None:
    """Make the tables `cohort` of the qualified leads and `closed`, which several reports read."""
    text = files("sheets_sync").joinpath("reports", "cohort.sql").read_text(encoding="utf-8")
    ground.new_rows(text, owner_at=str(ground.settings["owner_at"]))
    ground.new_rows(CLOSED_BY_DAY)


@dataclass(frozen=True, slots=True)
class Person:
    """A seller's leads (or closed deals) and how many of them were won."""

    manager: str | None
    name: str | None
    n: int
    won: int
    is_compared: bool = True

    @property
    def rate(self) -> float | None:
        """The share won."""
        return wilson(self.won, self.n).share


@dataclass(frozen=True, slots=True)
class Team:
    """The sellers on one basis: `cohort` or `closed`."""

    basis: str
    people: tuple[Person, ...]
    reason: str | None
    n_min: int
    different: tuple[Difference | None, ...] = field(default=())

    @property
    def n(self) -> int:
        """Leads, or closed deals, of all."""
        return sum(person.n for person in self.people)

    @property
    def share(self) -> float | None:
        """The conversion of the department."""
        return wilson(sum(person.won for person in self.people), self.n).share

    @property
    def ranked(self) -> tuple[Person, ...]:
        """The people with enough leads."""
        return tuple(person for person in self.people if self.is_ranked(person))

    @property
    def median(self) -> float | None:
        """The conversion in the middle of the ranked."""
        return self.spread(None).median

    def is_ranked(self, person: Person) -> bool:
        """Tell whether a person has enough leads to be compared."""
        return person.is_compared and person.n >= self.n_min

    def spread(self, average_deal: float | None) -> Spread:
        """Price the leads that the ranked below the median did not win."""
        return spread(_pairs(self.people, self.n_min), average_deal, self.n_min)

    def is_below(self, person: Person) -> bool:
        """Tell whether a person is proven to convert worse than the rest."""
        found = self.different[self.people.index(person)]
        return found is not None and found.is_below


def _pairs(people: Sequence[Person], n_min: int) -> list[tuple[int, int]]:
    """Return (won, n) of each; leads of nobody count for nobody, however many there are."""
    return [(p.won, p.n) if p.is_compared or p.n < n_min else (0, 0) for p in people]


def basis_of(ground: Ground) -> str:
    """Choose the cohort form when there are verdicts on leads that are linked to deals."""
    sql = "select coalesce(bool_or(is_linked), false) as is_linked from cohort"
    return "cohort" if ground.row(sql)["is_linked"] else "closed"


COHORT = """
    select manager, count(*) as n,
        count(*) filter (where is_won and (won_on is null or won_on <= $day)) as won
    from cohort
    where qualified_on between $first and $last
    group by manager
    order by manager nulls last
    """
CLOSED = """
    select manager, cast(sum(n) as bigint) as n, cast(sum(won) as bigint) as won
    from closed
    where coalesce(day, $day) between $first and $last
    group by manager
    order by manager nulls last
    """


def team(ground: Ground, day: date, basis: str | None = None) -> Team:
    """Return the sellers over the year that ends with `day`, as it looked on that day."""
    basis = basis or basis_of(ground)
    first = BEGINNING if ground.year.id == "all" else day - (ground.as_of - ground.year.first)
    last = ground.mature_by(day) if basis == "cohort" else day
    sql = COHORT if basis == "cohort" else CLOSED
    found = ground.rows(sql, first=first, last=last, day=day)
    out = {None, *_not_compared(ground, day)}
    people = tuple(
        Person(name=ground.name(row["manager"]), is_compared=row["manager"] not in out, **row)
        for row in found
    )
    n, won = sum(person.n for person in people), sum(person.won for person in people)
    if basis == "closed" and n == won:  # nobody writes down lost deals: the share says nothing
        return Team(basis, (), "no_data", ground.n_min)
    reason = "no_data" if not n else "too_few" if n < ground.n_min else None
    pairs = _pairs(people, ground.n_min)
    return Team(basis, people, reason, ground.n_min, differences(pairs, ground.n_min))


def _not_compared(ground: Ground, day: date) -> set[str]:
    return {row["manager"] for row in ground.rows(NOT_COMPARED, day=day)}


def report(ground: Ground) -> list[Found]:
    """Return the sellers: the ranked by shrunk rate first, then the others."""
    found = team(ground, ground.as_of)
    costs = found.spread(ground.average_deal).costs
    expected = _expected(ground) if found.basis == "cohort" else {}
    ends = {row["manager"]: row for row in _closed(ground)}
    answers = {row["manager"]: row for row in response.by_manager(ground)}
    active = _active(ground)
    rows = []
    for person, different, cost in zip(found.people, found.different, costs, strict=True):
        interval = wilson(person.won, person.n)
        end = ends.get(person.manager, {"closed_won": 0, "closed_lost": 0})
        closing = wilson(end["closed_won"], end["closed_won"] + end["closed_lost"])
        answer = answers.get(person.manager, {})
        rows.append({
            "manager": person.name,
            "basis": found.basis,
            "n": person.n,
            "won": person.won,
            "low": interval.low,
            "high": interval.high,
            "shrunk": shrunk(person.won, person.n, found.share),
            "expected": expected.get(person.manager),
            "closed_won": end["closed_won"],
            "closed_lost": end["closed_lost"],
            "close_low": closing.low if end["closed_lost"] else None,
            "close_high": closing.high if end["closed_lost"] else None,
            "is_ranked": found.is_ranked(person),
            "is_compared": person.is_compared or person.manager is None,
            "is_different": different is not None and different.is_different,
            "is_below": different is not None and different.is_below,
            "response_median_hours": answer.get("median_hours"),
            "breaches": answer.get("breaches"),
            "is_active": person.manager in active,
            "spread_cost": cost if found.is_ranked(person) else None,
        })  # fmt: skip
    if not found.people:
        rows = [_unrated(ground, end, active) for end in ends.values()]
    return sorted(rows, key=_order)


def _order(row: Found) -> tuple[bool, float, int, str]:
    return not row["is_ranked"], -(row["shrunk"] or 0), -row["closed_won"], row["manager"] or ""


def _unrated(ground: Ground, end: Found, active: set[str | None]) -> Found:
    """Return a seller of whom only the deals won are known."""
    unknown = (
        "n", "won", "low", "high", "shrunk", "expected", "closed_lost", "close_low", "close_high",
        "response_median_hours", "breaches", "spread_cost",
    )  # fmt: skip
    return {
        **dict.fromkeys(unknown),
        "manager": ground.name(end["manager"]),
        "basis": "closed",
        "won": end["closed_won"],
        "closed_won": end["closed_won"],
        "is_ranked": False,
        "is_different": False,
        "is_below": False,
        "is_active": end["manager"] in active,
    }


def _expected(ground: Ground) -> dict[str | None, float]:
    """Return the conversion that each person's mix of channels would have at the usual rates."""
    sql = """
        with mature as (
            select * from cohort where qualified_on between $year and $mature
        ),
        channels as (
            select
                channel,
                cast(count(*) filter (where is_won) as double) / count(*) as rate
            from mature
            where channel is not null
            group by channel
            having count(*) >= $enough
        )
        select
            m.manager,
            sum(c.rate) / count(*) as expected
        from mature as m
        join channels as c on c.channel = m.channel
        where (select count(*) from channels) >= $channels
        group by m.manager
        """
    found = ground.rows(sql, enough=ENOUGH_IN_CHANNEL, channels=ENOUGH_CHANNELS)
    return {row["manager"]: row["expected"] for row in found}


def _closed(ground: Ground) -> list[Found]:
    sql = """
        select
            manager,
            cast(sum(won) as bigint) as closed_won,
            cast(sum(n - won) as bigint) as closed_lost
        from closed
        where coalesce(day, $as_of) between $year and $as_of
        group by manager
        """
    return ground.rows(sql)


def _active(ground: Ground) -> set[str | None]:
    """Return who has open deals, or leads and deals of the last three months, and has not left."""
    sql = f"""
        select manager from leads_now where created_on > $as_of - {RECENT}
        union
        select manager from deals_now
        where status = 'open' or created_on > $as_of - {RECENT} or closed_on > $as_of - {RECENT}
        """
    left = ground.rows("select manager from person where works_to < $as_of")
    return {row["manager"] for row in ground.rows(sql)} - {row["manager"] for row in left}


BY_MONTH = {
    "cohort": """
        select
            cast(date_trunc('month', qualified_on) as date) as month, manager,
            count(*) as n, count(*) filter (where is_won) as won
        from cohort
        where qualified_on <= $mature and manager is not null
        group by 1, manager
        """,
    "closed": """
        select
            cast(date_trunc('month', day) as date) as month, manager,
            cast(sum(n) as bigint) as n, cast(sum(won) as bigint) as won
        from closed
        where manager is not null and day <= $as_of
        group by 1, manager
        """,
}


def rates(
    ground: Ground, months: Sequence[date]
) -> tuple[float | None, float | None, float | None]:
    """Return the best, middle and lowest conversion of some months together, as known by now."""
    out = _not_compared(ground, ground.as_of)
    found = [
        row
        for row in ground.rows(BY_MONTH[basis_of(ground)])
        if row["month"] in months and row["manager"] not in out
    ]
    people: dict[str, tuple[int, int]] = {}
    for row in found:
        won, n = people.get(row["manager"], (0, 0))
        people[row["manager"]] = (won + row["won"], n + row["n"])
    pairs = list(people.values())
    if basis_of(ground) == "closed" and all(won == n for won, n in pairs):
        return None, None, None
    ordered = sorted(won / n for won, n in pairs if n >= ground.n_min)
    middle = spread(pairs, None, ground.n_min).median
    return (ordered[-1], middle, ordered[0]) if ordered else (None, None, None)
