"""Hypotheses: the number before, the number since, and what may be said of the difference."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from math import prod
from typing import TYPE_CHECKING

from formulas.experiment import Change, Verdict, verdict
from sheets_sync.calendars import DAY
from sheets_sync.reports import managers, work
from sheets_sync.reports.evidence import Evidence, gather, value
from sheets_sync.reports.ground import Found, Ground, number
from templates.evidence import COSTS, SHARES
from templates.tabs.hypotheses import ENDED, METRICS, SCORES, is_fact, target

if TYPE_CHECKING:
    from templates.tab import Row

NOTHING: Found = dict.fromkeys(
    ("baseline", "before_k", "before_n", "after", "after_k", "after_n", "weeks", "needed_n",
     "n_now", "difference", "low", "high", "ratio", "verdict", "phase", "beside", "money_effect")
)  # fmt: skip
"""What is not known of a hypothesis that cannot be tested."""


@dataclass(frozen=True, slots=True)
class Told:
    """A hypothesis that can be tested, as people wrote it."""

    row: Row
    metric: str
    start: date
    end: date

    @property
    def channel(self) -> str | None:
        """The channel that it is about, None for all."""
        channel = self.row.get("channel")
        return None if channel is None else str(channel)


def told(row: Row) -> Told | None:
    """Read a hypothesis; None unless it names a metric, a beginning and a day of decision."""
    metric, start, end = row.get("metric"), row.get("start_on"), row.get("decide_on")
    if metric in METRICS and isinstance(start, date) and isinstance(end, date) and start < end:
        return Told(row, str(metric), start, end)
    return None


def report(ground: Ground) -> list[Found]:
    """Return what the sync knows of every hypothesis."""
    day = work.today(ground)
    rows = []
    for row in work.typed(ground, "hypotheses"):
        known = {id_: row[id_] for id_ in ("hypothesis_id", "first_seen")}
        tested = told(row)
        found = result(ground, tested) if tested else {}
        rows.append({**known, "today": day, **NOTHING, **found})
    return rows


def result(ground: Ground, hypothesis: Told) -> Found:
    """Return the numbers of a hypothesis and its verdict, all from the same counts."""
    day = work.today(ground)
    is_due = hypothesis.end <= day
    evidence, found = _judged(ground, hypothesis)
    is_told = is_due and found["verdict"] not in {None, Verdict.TOO_EARLY}
    return {
        **found,
        "phase": "planned" if day <= hypothesis.start else "due" if is_due else "running",
        "beside": ", ".join(_beside(ground, hypothesis)) or None,
        "money_effect": _money(ground, evidence) if is_told else None,
    }


def is_measured(ground: Ground, row: Row) -> bool:
    """Tell whether a hypothesis has come to a result, whatever it says."""
    hypothesis = told(row)
    if hypothesis is None:
        return False
    _, found = _judged(ground, hypothesis)
    return found["baseline"] is not None and found["verdict"] not in {None, Verdict.TOO_EARLY}


def _judged(ground: Ground, hypothesis: Told) -> tuple[Evidence, Found]:
    evidence = gather(
        ground, hypothesis.metric, hypothesis.start, hypothesis.end, hypothesis.channel
    )
    is_due = hypothesis.end <= work.today(ground)
    effect = _min_effect(ground)
    return evidence, judged(evidence, target(hypothesis.row), is_due=is_due, min_effect=effect)


def judged(evidence: Evidence, wanted: float | None, *, is_due: bool, min_effect: float) -> Found:
    """Return what the counts before and after come to."""
    before, after = evidence.before, evidence.after
    change = evidence.change if before.weeks and after.weeks else Change()
    needed = evidence.needed(wanted, min_effect)
    has_enough = needed is not None and evidence.n_now >= needed
    said = verdict(change, is_due=is_due, has_enough=has_enough, min_effect=min_effect)
    return {
        "baseline": evidence.baseline,
        "before_k": before.k,
        "before_n": before.n,
        "after": value(evidence.metric, after),
        "after_k": after.k,
        "after_n": after.n,
        "weeks": after.weeks,
        "needed_n": needed,
        "n_now": evidence.n_now,
        "difference": change.difference,
        "ratio": change.ratio,
        "low": change.low,
        "high": change.high,
        "verdict": said.value if said else None,
    }


def _min_effect(ground: Ground) -> float:
    return number(ground.settings["min_effect"]) or 0.0


def _money(ground: Ground, evidence: Evidence) -> float | None:
    """Return what the difference was worth in the weeks since the change."""
    before, after = evidence.before, evidence.after
    usual = value(evidence.metric, before)
    now = value(evidence.metric, after)
    if usual is None or now is None:
        return None
    if evidence.metric in COSTS:
        return (usual - now) * after.k
    more = (now - usual) * (after.n if evidence.metric in SHARES else after.weeks)
    worth = _worth(ground)[evidence.metric]
    return None if worth is None else more * worth


def _worth(ground: Ground) -> dict[str, float | None]:
    """Return what one more lead of each kind brings on average."""
    deal = ground.average_deal
    conversion = managers.team(ground, ground.as_of).share
    share = number(ground.told["qualified_share"].value)
    qualified = None if deal is None or conversion is None else deal * conversion
    return {
        "qualified_share": qualified,
        "manager_conversion": deal,
        "leads": None if qualified is None or share is None else qualified * share,
        "qualified_leads": qualified,
        "won_deals": deal,
    }


RIVALS = (
    ("experiments", "experiment_id", "name", "start_on", "decide_on"),
    ("promos", "promo_id", "name", "starts_on", "ends_on"),
    ("hypotheses", "hypothesis_id", "change", "start_on", "decide_on"),
)
"""What else changes numbers: tab, key, what it is called, its first and its last day."""


def _beside(ground: Ground, hypothesis: Told) -> Iterator[str]:
    """Name what ran at the same time and may have moved the same number."""
    last = min(hypothesis.end - DAY, ground.as_of)
    for tab, key, name, first, end in RIVALS:
        for row in work.typed(ground, tab):
            began, ended = row.get(first), row.get(end)
            if isinstance(began, date) and row[key] != hypothesis.row["hypothesis_id"]:
                is_over = isinstance(ended, date) and ended < hypothesis.start
                is_idle = tab == "hypotheses" and row.get("status") in {None, "idea", "dropped"}
                if began <= last and not is_over and not is_idle and _is_same(hypothesis, row):
                    yield f"{row[key]} ({row[name]})" if row.get(name) else row[key]


def _is_same(hypothesis: Told, row: Found) -> bool:
    """Tell whether two things may be about the same channel: one that names none is about all."""
    ours, theirs = hypothesis.channel, row.get("channel")
    return ours is None or theirs is None or ours.lower() == str(theirs).lower()


def open_hypotheses(ground: Ground) -> list[Found]:
    """Return the hypotheses that nobody has ended, facts before opinions, the best first."""
    results = {row["hypothesis_id"]: row for row in report(ground)}
    rows = []
    for row in work.typed(ground, "hypotheses"):
        if row.get("status") in ENDED or not row.get("change"):
            continue
        scores = [number(row.get(id_)) for id_ in SCORES]
        end = row.get("decide_on")
        rows.append(
            {
                **results[row["hypothesis_id"]],
                **{id_: row.get(id_) for id_ in ("change", "metric", "dept", "status", "start_on")},
                "author": ground.name(row.get("author")),
                "helper": ground.name(row.get("helper")),
                "target": target(row),
                "is_fact": is_fact(row),
                "ice": None if None in scores else prod(filter(None, scores)),
                "decide_on": end,
                "days_left": (end - work.today(ground)).days if end else None,
            }
        )
    return sorted(rows, key=lambda row: (not row["is_fact"], -(row["ice"] or 0)))
