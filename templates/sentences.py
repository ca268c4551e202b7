"""One sentence on each of the five numbers: what it means and what to do, in plain words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import ceil, floor

from templates.layout import number
from templates.tab import Facts, Row
from templates.words import Words

EARLY_DAYS = 3
"""Working days of a period in which it is too early to tell."""

RULE_OF_THREE = 3
"""Of n leads without a customer, the conversion is at most 3 ÷ n (19 times in 20)."""

Five = Callable[[Row, Facts, Words], str]


def sentence(row: Row, facts: Facts, words: Words) -> str:
    """Say what one of the five numbers means, or why it is unknown."""
    if row.get("basis") == "plan_met":
        return words("sentence.plan_met")
    if row.get("basis") == "no_customers":
        return _no_customers(row, facts, words)
    if row.get("value") is None:
        return unknown(str(row["id"]), row.get("reason"), words)
    return SENTENCES[str(row["id"])](row, facts, words)


def _no_customers(row: Row, facts: Facts, words: Words) -> str:
    """Say what was spent without a customer, and how low the conversion must then be."""
    spent, leads = words.money(_f(row.get("spend")), facts.currency), _f(row.get("leads"))
    if leads < RULE_OF_THREE:
        return words("sentence.no_customers", spent=spent)
    most = words.share(RULE_OF_THREE / leads)
    return words("sentence.no_customers_of", spent=spent, n=words.number(leads), most=most)


def unknown(id: str, reason: object, words: Words) -> str:  # noqa: A002
    """Say why a number is unknown and what would make it known."""
    for text in (f"sentence.{id}_{reason}", f"sentence.unknown_{reason}"):
        if words.has(text):
            return words(text)
    return words("sentence.unknown_no_data")


def unknown_text(facts: Facts, words: Words) -> str:
    """Return what stands for a stage without numbers: «ХЗ», unless the firm is shy."""
    return str(facts.settings.get("unknown_text") or words("page.unknown_stage"))


def looked_back(window: object, words: Words) -> str:
    """Say how far back a number looks, unless it is about the month that runs.

    >>> from templates.words import load
    >>> looked_back("90 days", load("en")), looked_back(None, load("en"))
    ('over 90 days', '')
    """
    length, _, unit = str(window or "").rpartition(" ")
    return words(f"page.window_{unit}", n=length) if unit else ""


def amount(value: object, row: Row, facts: Facts, words: Words) -> str:
    """Write an amount of what the plan counts: money, or leads with a decimal if there are few."""
    if value is None:
        return words.number(None)
    if row.get("metric", "revenue") == "revenue":
        return words.money(float(value), facts.currency)  # type: ignore[arg-type]
    few = 10
    return words.number(float(value), 1 if float(value) < few else 0)  # type: ignore[arg-type]


def _run_rate(row: Row, facts: Facts, words: Words) -> str:
    forecast = words.share(_f(row["value"]))
    if row.get("need_per_day") is None and _f(row["value"]) < 1:
        return words("sentence.missed", attainment=forecast)
    if _f(row.get("elapsed")) <= EARLY_DAYS:
        return words("sentence.too_early", forecast=forecast)
    if _f(row["value"]) >= 1:
        return words("sentence.on_pace", forecast=forecast)
    return words(
        "sentence.behind",
        need=amount(row["need_per_day"], row, facts, words),
        pace=amount(row.get("pace_per_day"), row, facts, words),
    )


def _coverage(row: Row, facts: Facts, words: Words) -> str:
    coverage, rate = _f(row["value"]), row.get("win_rate")
    short = row.get("short_open")
    lacking = words.money(None if short is None else _f(short), facts.currency)
    if coverage < 1:
        missing = _f(row.get("remaining")) - _f(row.get("open_amount"))
        return words("sentence.open_too_few", short=words.money(missing, facts.currency))
    if rate is None or _f(rate) <= 0:
        return words("sentence.open_rate_unknown", share=words.share(1 / coverage, 0))
    is_short = short is not None and _f(short) > 0
    one_in, now = floor(coverage + 1e-9), ceil(1 / _f(rate) - 1e-9)
    ending = words("sentence.open_short", short=lacking) if is_short else ""
    if one_in > 1 and now > 1 and is_short is (now > one_in):
        return words("sentence.open_one_in", one_in=one_in, now=now) + ending
    parts = {"share": words.share(1 / coverage, 0), "rate": words.share(_f(rate), 0)}
    return words("sentence.open_share", **parts) + ending


def _conversion(row: Row, facts: Facts, words: Words) -> str:
    best, worst = row.get("best"), row.get("worst")
    if best is None or worst is None:
        return words("sentence.one_seller", share=words.share(_f(row["value"])))
    proof = "proven" if row.get("is_proven") else "not_proven"
    return words(
        f"sentence.spread_{proof}",
        best=_named(best, row.get("best_name"), facts, words),
        worst=_named(worst, row.get("worst_name"), facts, words),
    )


def _named(share: object, name: object, facts: Facts, words: Words) -> str:
    """Write a share, with its owner's name where the firm wants names in full."""
    written = words.share(_f(share))
    if facts.settings.get("names") == "full" and name:
        return words("sentence.named", share=written, name=name)
    return written


def _share(row: Row, facts: Facts, words: Words) -> str:  # noqa: ARG001
    parts: dict[str, object] = {
        "share": words.share(_f(row["value"])),
        "qualified": words.number(_f(row.get("qualified"))),
        "n": words.number(_f(row.get("judged"))),
    }
    if row.get("low") is None or row.get("high") is None:
        return words("sentence.share_no_norm", **parts)
    parts["norm"] = norm(row, words)
    ending = words("sentence.too_good") if row.get("status") == "too_good" else ""
    return words("sentence.share", **parts) + ending


def norm(row: Row, words: Words) -> str:
    """Write a norm of shares: from, to.

    >>> from templates.words import load
    >>> norm({"low": 0.6, "high": 0.75}, load("en"))
    '60–75%'
    """
    low, high = words.share(_f(row["low"]), 0), words.share(_f(row["high"]), 0)
    sign = words("format.share").replace("{}", "")
    return f"{low.removesuffix(sign)}–{high}"


def _cost(row: Row, facts: Facts, words: Words) -> str:
    cost, limit = _f(row["value"]), row.get("limit")
    written = words.money(cost, facts.currency)
    if limit is None or not _f(limit):
        return words("sentence.cost_no_limit", cost=written)
    off = cost / _f(limit) - 1
    share = words.share(abs(off), 0)
    side = "equal" if share == words.share(0, 0) else "above" if off > 0 else "below"
    return words(f"sentence.cost_{side}", cost=written, off=share)


def _f(value: object) -> float:
    return 0.0 if value is None else float(value)  # type: ignore[arg-type]


SENTENCES: Mapping[str, Five] = {
    "run_rate": _run_rate,
    "coverage_raw": _coverage,
    "manager_conversion": _conversion,
    "qualified_share": _share,
    "customer_cost": _cost,
}


def is_too_late(cover: Row) -> bool:
    """Tell whether most leads of today will close after the month has ended."""
    median, left = number(cover, "cycle_median"), number(cover, "days_left")
    return median is not None and left is not None and median > left


def cycle_check(cover: Row, words: Words) -> str:
    """Say whether a lead that comes today can still become a deal of this month."""
    median = number(cover, "cycle_median")
    if median is None:
        return words("page.cycle_unknown")
    parts = {
        "median": words.number(median),
        "p75": words.number(number(cover, "cycle_p75")),
        "n": words.number(number(cover, "cycle_n")),
    }
    return words("page.cycle_late" if is_too_late(cover) else "page.cycle", **parts)
