"""When an experiment stops, in a sentence: the money, the goal, the leads, the day."""

from __future__ import annotations

from templates.tab import Facts, Row
from templates.words import Words


def stop(row: Row, facts: Facts, words: Words) -> str | None:
    """Say which rule holds for an experiment; None while it lacks a channel or a beginning."""
    said = row.get("stop")
    if said is None:
        return None
    goal = "" if row.get("goal_share") is None else words.share(_f(row["goal_share"]), 0)
    decision = row.get("decision")
    parts = {
        "decision": decision and words(f"choice.{decision}"),
        "channel": row.get("channel"),
        "spent": words.money(_known(row.get("spent")), facts.currency),
        "cap": words.money(_known(row.get("budget_cap")), facts.currency),
        "leads": words.number(_known(row.get("leads"))),
        "goal": goal or words.number(None),
        "share": _share(row, words),
    }
    return words(f"stopping.{said}", **parts)


def _share(row: Row, words: Words) -> str:
    """Write the share with its interval, or that there is none yet."""
    if row.get("qualified_share") is None:
        return words("stopping.no_verdicts")
    ends = {id_: words.share(_f(row[id_]), 0) for id_ in ("ci_low", "ci_high")}
    counts = {id_: words.number(_f(row[id_])) for id_ in ("qualified", "judged")}
    return words("stopping.share", share=words.share(_f(row["qualified_share"])), **counts, **ends)


def _known(value: object) -> float | None:
    return None if value is None else _f(value)


def _f(value: object) -> float:
    return float(value)  # type: ignore[arg-type]
