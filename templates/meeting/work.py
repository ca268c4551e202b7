"""What of the departments' work lies beside the items: experiments, levers, tasks, promotions."""

from __future__ import annotations

from collections.abc import Iterator

from templates.evidence import aim, sentence
from templates.layout import number, shown
from templates.levers import LEVERS
from templates.meeting.blocks import Block, Listing, Remark, spell
from templates.meeting.plaintext import plain
from templates.tab import Facts, Kind, Row, Status
from templates.words import Words

MUST_DECIDE = 3
"""Carried over so many times, a task is dropped, split or given to somebody else."""

EXPERIMENTS = (
    shown("name", Kind.LONG_TEXT),
    shown("spent", Kind.MONEY),
    shown("budget_cap", Kind.MONEY),
    shown("leads", Kind.INTEGER),
    shown("leads_needed", Kind.INTEGER),
    shown("qualified_share", Kind.SHARE),
    shown("goal_share", Kind.SHARE),
    shown("days_left", Kind.DAYS),
)


def experiments(facts: Facts, words: Words) -> list[Block]:
    """Return the experiments that run: money, leads, share and days against what was agreed."""
    rows = list(facts.tables.get("running_experiments", ()))
    if not rows:
        return []
    over = [
        Remark(words("meeting.over_cap", name=plain(str(row.get("name") or ""))), Status.BAD)
        for row in rows
        if (number(row, "spent") or 0) > (number(row, "budget_cap") or float("inf"))
    ]
    return [Listing(words("meeting.experiments"), EXPERIMENTS, rows), *over]


LEVER_FIELDS = (
    shown("lever"),
    shown("lever_now"),
    shown("lever_norm"),
    shown("lever_best"),
    shown("in_time", Kind.SHARE),
    shown("effect_step", Kind.MONEY),
    shown("effect_norm", Kind.MONEY),
    shown("effect_best", Kind.MONEY),
)
HYPOTHESES = (
    shown("change", Kind.LONG_TEXT),
    shown("kind"),
    shown("figure", Kind.LONG_TEXT),
    shown("target"),
    shown("ice", Kind.INTEGER),
    shown("days_left", Kind.DAYS),
    shown("status"),
)


def hypotheses(facts: Facts, words: Words) -> list[Block]:
    """Return what a step of each factor brings in money, and the hypotheses that are open."""
    levers = [_lever(row, facts, words) for row in facts.tables.get("levers", ())]
    found: list[Block] = [Listing(words("meeting.levers"), LEVER_FIELDS, levers)] if levers else []
    rows = facts.tables.get("open_hypotheses", ())
    if not rows:
        return [*found, Remark(words("meeting.no_hypotheses"))]
    opened = [_hypothesis(row, facts, words) for row in rows]
    found.append(Listing(words("meeting.hypotheses"), HYPOTHESES, opened))
    told = [_said(row, text) for row in rows if (text := sentence(row, facts, words))]
    return [*found, *map(Remark, told)]


def _lever(row: Row, facts: Facts, words: Words) -> Row:
    kind = LEVERS[str(row["lever"])].kind
    spoken = {
        f"lever_{name}": spell(row.get(name), kind, words, facts.currency)
        for name in ("now", "norm", "best")
    }
    return {**row, **spoken, "lever": words(f"lever.{row['lever']}")}


def _hypothesis(row: Row, facts: Facts, words: Words) -> Row:
    """Return a hypothesis in words; without its facts it is an opinion."""
    return {
        **row,
        "figure": chosen(row.get("metric"), words),
        "status": chosen(row.get("status"), words),
        "kind": words("choice.fact" if row.get("is_fact") else "choice.opinion"),
        "target": aim(row, facts, words),
    }


def _said(row: Row, text: str) -> str:
    """Return the sentence on a hypothesis, which names it."""
    change = str(row.get("change"))
    return plain(text if change in text else f"{change}: {text}")


def chosen(id_: object, words: Words) -> str | None:
    """Return the words of a choice; what has none stays as it is."""
    for kind in ("choice", "metric", "measure"):
        if words.has(text := f"{kind}.{id_}"):
            return words(text)
    return None if id_ is None else str(id_)


def _carried(row: Row) -> Status | None:
    times = number(row, "carried") or 0
    return Status.BAD if times >= MUST_DECIDE else Status.WARN if times else None


TASKS = (
    shown("text", Kind.LONG_TEXT),
    shown("owner"),
    shown("due", Kind.DATE),
    shown("status"),
    shown("carried", Kind.INTEGER, status=_carried),
)


def tasks(facts: Facts, words: Words) -> list[Block]:
    """Return the tasks that are due, the ones carried over most often first."""
    rows = [
        {**row, "status": chosen(row.get("status"), words)}
        for row in facts.tables.get("tasks_due", ())
    ]
    if not rows:
        return []
    must = sum((number(row, "carried") or 0) >= MUST_DECIDE for row in rows)
    found: list[Block] = [Listing(words("meeting.tasks"), TASKS, rows)]
    return [*found, Remark(words("meeting.must_decide", n=must), Status.BAD)] if must else found


def undone(facts: Facts, words: Words) -> Iterator[str]:
    """Say how much of what was agreed is not done."""
    rows = facts.tables.get("tasks_due", ())
    if rows:
        left = sum(row.get("status") != "done" for row in rows)
        yield words("digest.undone", open=left, all=len(rows))


COMING = (
    shown("name", Kind.LONG_TEXT),
    shown("kind"),
    shown("starts_on", Kind.DATE),
    shown("ends_on", Kind.DATE),
    shown("owner"),
    shown("alert", status=lambda row: Status.BAD if row.get("alert") else None, unknown=""),
)


def next_week(facts: Facts, words: Words) -> list[Block]:
    """Return the promotions and events of the next two weeks, and what is late about them."""
    rows = [
        {**row, "kind": chosen(row.get("kind"), words), "alert": chosen(row.get("alert"), words)}
        for row in facts.tables.get("coming", ())
    ]
    return [Listing(words("meeting.coming"), COMING, rows)] if rows else []
