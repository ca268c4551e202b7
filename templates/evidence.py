"""What became of a hypothesis, in a sentence: before, after, how sure, and the verdict."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from templates.tab import Facts, Row
from templates.words import Words

SHARES = {"qualified_share", "manager_conversion"}
COSTS = {"cost_per_qualified"}


def sentence(row: Row, facts: Facts, words: Words) -> str | None:
    """Say what is known of a hypothesis; None while it cannot be tested.

    `row` has the numbers of the report and what people typed: the change, its metric, its start.
    """
    if row.get("phase") is None or row.get("metric") is None:
        return None
    before = baseline(row, facts, words)
    if before is None:
        return words("evidence.nothing_before")
    if row["phase"] == "planned":
        return words("evidence.planned", before=before) + _lacking(row, words)
    if not row.get("weeks"):
        return words("evidence.too_young", before=before)
    told = _told(row, facts, words)
    if row["phase"] == "running":
        told = f"{words('evidence.preliminary')} {told}"
    return told + _lacking(row, words) + _beside(row, words)


def baseline(row: Row, facts: Facts, words: Words) -> str | None:
    """Write the metric before the change, with what it is of."""
    return _counted(row, "before", row.get("baseline"), facts, words)


def aim(row: Row, facts: Facts, words: Words) -> str | None:
    """Write the target of a hypothesis as its metric counts."""
    wanted = row.get("target")
    if wanted is None:
        return None
    if row["metric"] in SHARES:
        return words.share(_f(wanted), 0)
    if row["metric"] in COSTS:
        return words.money(_f(wanted), facts.currency)
    return words("evidence.a_week", value=words.number(_f(wanted)))


def _counted(row: Row, side: str, value: object, facts: Facts, words: Words) -> str | None:
    if value is None:
        return None
    k, n = _f(row.get(f"{side}_k")), _f(row.get(f"{side}_n"))
    if row["metric"] in SHARES:
        parts = {"value": words.share(_f(value)), "k": words.number(k), "n": words.number(n)}
        return words("evidence.share_of", **parts)
    if row["metric"] in COSTS:
        parts = {"value": words.money(_f(value), facts.currency), "k": words.number(k)}
        return words("evidence.cost_of", **parts)
    parts = {"value": words.number(_f(value), 1), "k": words.number(k), "n": words.number(n)}
    return words("evidence.count_of", **parts)


def _told(row: Row, facts: Facts, words: Words) -> str:
    parts = {
        "date": words.day(row.get("start_on")),  # type: ignore[arg-type]
        "change": str(row.get("change") or words("evidence.change")).rstrip("."),
        "metric": words(f"choice.{row['metric']}"),
        "before": baseline(row, facts, words),
        "after": _counted(row, "after", row.get("after"), facts, words) or words.number(None),
        "verdict": _verdict(row, words),
    }
    if row.get("low") is None:
        return words("evidence.no_difference_known", **parts)
    kind = "share" if row["metric"] in SHARES else "cost" if row["metric"] in COSTS else "count"
    return words(f"evidence.{kind}", **parts, **WRITTEN[kind](row, words))


def _points(row: Row, words: Words) -> Mapping[str, str]:
    numbers = {id_: words.number(_f(row[id_]) * 100, 1) for id_ in ("difference", "low", "high")}
    sign = "+" if _f(row["difference"]) > 0 else ""
    return {**numbers, "difference": sign + numbers["difference"]}


def _times(row: Row, words: Words) -> Mapping[str, str]:
    return {id_: _ratio(row.get(id_), words) for id_ in ("ratio", "low", "high")}


def _price_times(row: Row, words: Words) -> Mapping[str, str]:
    """Turn qualified leads for the money into money for a qualified lead."""
    ends = (("ratio", "ratio"), ("low", "high"), ("high", "low"))
    return {id_: _ratio(1 / _f(row[of]) if row.get(of) else None, words) for id_, of in ends}


def _ratio(value: object, words: Words) -> str:
    return "∞" if value is None else words.number(_f(value), 2)


WRITTEN: Mapping[str, Callable[[Row, Words], Mapping[str, str]]] = {
    "share": _points,
    "count": _times,
    "cost": _price_times,
}


def _verdict(row: Row, words: Words) -> str:
    said = row.get("verdict") or "too_early"
    for text in (f"evidence.{row['metric']}_{said}", f"diagnosis.change.{said}"):
        if words.has(text):
            return words(text)
    raise KeyError(said)


def _lacking(row: Row, words: Words) -> str:
    needed, now = row.get("needed_n"), row.get("n_now")
    if needed is None or _f(now) >= _f(needed):
        return ""
    unit = words(f"evidence.unit.{row['metric']}")
    parts = {"needed": words.number(_f(needed)), "now": words.number(_f(now)), "unit": unit}
    return " " + words("evidence.lacking", **parts)


def _beside(row: Row, words: Words) -> str:
    return " " + words("evidence.beside", what=row["beside"]) if row.get("beside") else ""


def _f(value: object) -> float:
    return 0.0 if value is None else float(value)  # type: ignore[arg-type]
