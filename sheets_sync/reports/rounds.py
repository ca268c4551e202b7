"""Rounds of the assessment: what was answered and what it came to, kept week by week."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time

from formulas.scorecard import NOT_APPLICABLE, UNKNOWN, Said
from sheets_sync.reports import scorecard_measures
from sheets_sync.reports.ground import Found, Ground
from templates.answers import given, scored
from templates.tab import Facts, Row

UNNAMED = "company"
SCORE, TOTAL = "score:", "score:total"


def frozen(ground: Ground) -> Iterator[Found]:
    """Yield the result of the round, and those answers that are not kept as they stand already."""
    facts = _facts(ground)
    answers, score, name = given(facts), scored(facts), _name(ground)
    if all(answer.sales is None and answer.marketing is None for answer in answers.values()):
        return
    yield _row(name, "total", score.total, score.band)
    for section, share in score.sections.items():
        yield _row(name, section, share, score.levels[section])
    kept = {row["metric"]: row for row in ground.history if row["scope"] == name}
    for id_, answer in answers.items():
        for side, said in (
            ("sales", answer.sales),
            ("marketing", answer.marketing),
            ("measured", answer.measured),
        ):
            row = _answer(name, f"{id_}:{side}", said)
            before = kept.get(row["metric"], {"reason": "missing"})
            if (before.get("value"), before.get("reason")) != (row["value"], row["reason"]):
                yield row


def _facts(ground: Ground) -> Facts:
    tables = {
        "typed.scorecard": ground.typed.get("scorecard", ()),
        "measured": scorecard_measures.report(ground),
    }
    day = ground.as_of
    at = datetime.combine(day, time())
    return Facts(tables, "", ground.currency, day, at, ground.settings, ground.questionnaire)


def _name(ground: Ground) -> str:
    return str(ground.settings.get("scorecard_round") or UNNAMED)


def _row(name: str, what: str, share: object, status: str | None) -> Found:
    value = None if share is None else float(share)  # type: ignore[arg-type]
    return {"metric": SCORE + what, "scope": name, "value": value, "status": status,
            "reason": None if value is not None else "missing"}  # fmt: skip


def _answer(name: str, what: str, said: Said) -> Found:
    reason = said if said in (UNKNOWN, NOT_APPLICABLE) else "missing" if said is None else None
    value = None if reason else float(said)  # type: ignore[arg-type]
    return {"metric": SCORE + what, "scope": name, "value": value, "reason": reason}


def report(ground: Ground) -> list[Found]:
    """Return the rounds before this one as they were last kept, oldest first."""
    ends: dict[str, dict[str, Row]] = {}
    for row in ground.history:
        metric, name = str(row["metric"]), str(row["scope"])
        if metric.startswith(SCORE) and metric.count(":") == 1 and name != _name(ground):
            ends.setdefault(name, {})[metric.removeprefix(SCORE)] = row
    return [
        {
            "round": name,
            "week": rows["total"]["week"],
            "band": rows["total"].get("status"),
            **{what: row.get("value") for what, row in rows.items()},
        }
        for name, rows in ends.items()
        if "total" in rows
    ]
