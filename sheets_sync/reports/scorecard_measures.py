"""What the data answer to the questions of the scorecard, where they can."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from formulas.scorecard import measure
from sheets_sync.metrics import Metric
from sheets_sync.reports.ground import Found, Ground
from templates.words import Words, load


def report(ground: Ground) -> list[Found]:
    """Return the criteria that data can answer, with points where there is enough of it."""
    words, asked = load(str(ground.settings["language"])), ground.questionnaire
    return [
        {
            "criterion": criterion.id,
            "measured": points,
            "value": spoken(metric, words),
            "n": metric.n,
            "why": None if points is not None else words(f"reason.{metric.reason or 'too_few'}"),
        }
        for criterion in asked.criteria
        if criterion.auto and (metric := ground.told.get(criterion.auto.metric))
        for points in [measure(criterion, record(metric), asked.scale)]
    ]


def record(metric: Metric) -> Mapping[str, object]:
    """Return what the conditions of a criterion look at."""
    return {"value": metric.value, "n": metric.n, **metric.parts}


def spoken(metric: Metric, words: Words) -> str | None:
    """Write what the data say, in a few words; None where they say nothing.

    >>> from templates.words import load
    >>> spoken(Metric("owner_known_share", 0.981, "share"), load("en"))
    '98.1%'
    """
    if metric.metric in SENTENCES and (metric.value is not None or metric.metric in UNVALUED):
        return SENTENCES[metric.metric](metric, words)
    if metric.value is None:
        return None
    if isinstance(metric.value, str):
        return words(f"{metric.metric}.{metric.value}")
    if metric.unit == "share":
        return words.share(float(metric.value))
    return words.number(metric.value, 2)


def _trend(metric: Metric, words: Words) -> str:
    points = words.number(float(metric.value or 0) * 100, 1)
    return words("report.trend", points=points, p=words.number(metric.parts["p_value"], 3))


def _freshness(metric: Metric, words: Words) -> str:
    age = words.number(metric.parts["sync_age_days"])
    return words("report.plan_and_freshness", plans=metric.value, days=age)


def _weeks(metric: Metric, words: Words) -> str:
    return words("report.weeks_in_norm", inside=metric.value, n=metric.n)


def _goals(metric: Metric, words: Words) -> str:
    shares = {name: words.share(metric.parts[f"pay_share_{name}"], 0)
              for name in ("sales", "marketing")}  # fmt: skip
    return words("report.shared_goal", plans=metric.value, **shares)


def _rule(metric: Metric, words: Words) -> str:
    if not metric.parts.get("rule_present"):
        return words("report.rule_absent")
    if metric.value is None:
        return words("report.rule_unsigned")
    return words("report.rule_signed", days=words.number(metric.parts["age_days"]))


UNVALUED = {"qualification_rule_age"}
"""Metrics that say something even without a number."""

SENTENCES: Mapping[str, Callable[[Metric, Words], str]] = {
    "cohort_conversion_trend": _trend,
    "plan_and_freshness": _freshness,
    "weeks_in_norm_4w": _weeks,
    "meetings_held_8w": _weeks,
    "shared_goal_configured": _goals,
    "qualification_rule_age": _rule,
}
"""Metrics of which a number alone says too little."""
