"""One line on each of the five numbers for a message: what it is, and of how many."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from templates.layout import number
from templates.meeting.plaintext import plain
from templates.sentences import EARLY_DAYS, amount, looked_back, norm, sentence, unknown_text
from templates.tab import Facts, Row, Status
from templates.words import Words

DAILY = ("need_per_day", "pace_per_day")

Line = Callable[[Row, Facts, Words], str]


def told(row: Row, facts: Facts, words: Words) -> str:
    """Say one of the five numbers after its name; one that nobody knows says why."""
    id_, basis = str(row["id"]), row.get("basis")
    name = words(f"digest.{id_}")
    if basis == "plan_met":
        return words("digest.told", name=name, text=_met(row, facts, words))
    if basis == "no_customers":
        return words("digest.told", name=name, text=sentence(row, facts, words).rstrip("."))
    if row.get("value") is None:
        unknown, why = plain(unknown_text(facts, words)), sentence(row, facts, words)
        return words("digest.unknown", name=name, unknown=unknown, why=why)
    window = looked_back(row.get("window") or row.get("period"), words)
    named = " ".join(filter(None, (name, window)))
    return words("digest.told", name=named, text=LINES[id_](row, facts, words))


def _pace(row: Row, facts: Facts, words: Words) -> str:
    parts = {
        "forecast": words.share(number(row, "value")),
        "elapsed": words.number(number(row, "elapsed")),
        "total": words.number(number(row, "total")),
        **{name: _counted(row, name, facts, words) for name in ("fact", "plan", *DAILY)},
    }
    is_behind = (number(row, "value") or 0) < 1
    if is_behind and row.get("need_per_day") is None:
        return words("digest.line.missed", **parts)
    is_early = (number(row, "elapsed") or 0) <= EARLY_DAYS
    ending = "early" if is_early else "behind" if is_behind else None
    text = words("digest.line.pace", **parts)
    return text + words(f"digest.line.{ending}", **parts) if ending else text


def _counted(row: Row, name: str, facts: Facts, words: Words) -> str:
    """Write an amount of what the plan counts: money in short, or leads."""
    if row.get("metric") == "qualified":
        return amount(row.get(name), row, facts, words)
    return words.about(number(row, name), facts.currency)


def _open(row: Row, facts: Facts, words: Words) -> dict[str, object]:
    """Return what a line says of the open deals."""
    return {
        "open": words.about(number(row, "open_amount"), facts.currency),
        "remaining": words.about(number(row, "remaining"), facts.currency),
        "n": words.number(number(row, "n")),
        "rate": words.share(number(row, "win_rate"), 0),
        "rate_n": words.number(number(row, "win_rate_n")),
    }


def _met(row: Row, facts: Facts, words: Words) -> str:
    is_open = row.get("open_amount") is not None
    more = words("digest.line.met_open", **_open(row, facts, words)) if is_open else ""
    return words("digest.line.met") + more


def _cover(row: Row, facts: Facts, words: Words) -> str:
    parts, short = _open(row, facts, words), number(row, "short_open")
    verdict = (
        "hopeless" if (number(row, "value") or 0) < 1
        else "rate_unknown" if not row.get("win_rate")
        else "short" if short is not None and short > 0
        else "enough"
    )  # fmt: skip
    return words("digest.line.open", **parts) + words(f"digest.line.{verdict}", **parts)


def _sellers(row: Row, facts: Facts, words: Words) -> str:
    if row.get("best") is None or row.get("worst") is None:
        parts = {"share": words.share(number(row, "value")), "n": words.number(number(row, "n"))}
        return words("digest.line.one_seller", **parts)
    proof = "proven" if row.get("is_proven") else "not_proven"
    people = {place: _seller(row, place, facts, words) for place in ("best", "worst")}
    return words(f"digest.line.spread_{proof}", **people)


def _seller(row: Row, place: str, facts: Facts, words: Words) -> str:
    """Write a seller's share and of how many it is, named where the firm wants that."""
    is_named = facts.settings.get("names") == "full" and row.get(f"{place}_name")
    known = {
        "share": words.share(number(row, place)),
        "won": words.number(number(row, f"{place}_won")),
        "n": words.number(number(row, f"{place}_n")),
    }
    text = words("digest.line.seller", **known)
    return f"{row[f'{place}_name']}, {text}" if is_named else text


def _qualified(row: Row, facts: Facts, words: Words) -> str:  # noqa: ARG001
    parts = {
        "share": words.share(number(row, "value")),
        "qualified": words.number(number(row, "qualified")),
        "n": words.number(number(row, "judged")),
    }
    text = words("digest.line.qualified", **parts)
    if row.get("reason") == "too_few":
        return text + words("digest.line.too_few")
    if row.get("low") is None or row.get("high") is None:
        return text + words("digest.line.no_norm")
    ending = words("digest.line.too_good") if row.get("status") == Status.TOO_GOOD else ""
    return text + words("digest.line.norm", norm=norm(row, words)) + ending


def _cost(row: Row, facts: Facts, words: Words) -> str:
    cost, limit = number(row, "value") or 0.0, number(row, "limit")
    text = words(
        "digest.line.cost",
        cost=words.money(cost, facts.currency),
        n=words.number(number(row, "customers")),
    )
    if not limit:
        return text + words("digest.line.no_limit")
    off = words.share(abs(cost / limit - 1), 0)
    side = "equal" if off == words.share(0, 0) else "above" if cost > limit else "below"
    return text + words(f"digest.line.{side}", off=off)


LINES: Mapping[str, Line] = {
    "run_rate": _pace,
    "coverage_raw": _cover,
    "manager_conversion": _sellers,
    "qualified_share": _qualified,
    "customer_cost": _cost,
}
