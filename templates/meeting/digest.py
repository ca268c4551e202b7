"""The digest: what goes out the evening before, short enough for a phone."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta

from templates.answers import asked, scored
from templates.briefly import told
from templates.layout import number
from templates.meeting.agenda import is_behind
from templates.meeting.plaintext import plain
from templates.meeting.work import MUST_DECIDE, undone
from templates.tab import Facts, Row, Status
from templates.words import Words

MOST = 900
"""Characters of a digest."""

MARKS: Mapping[object, str] = {Status.BAD: "🔴 ", Status.WARN: "🟡 ", Status.TOO_GOOD: "🔵 "}
"""What stands before a number that is not as it should be."""

QUESTIONS = 3
NAME, QUOTED = 60, 80
"""Characters of what people or a CRM named: a company, a task."""

Question = Callable[[Facts, Words], str]


def digest(facts: Facts, words: Words, link: str = "") -> str:
    """Return the digest: the five numbers, what was left undone, and three questions.

    It takes at most 900 characters: if it were longer, the last question goes first.
    """
    asks = questions(facts, words)
    texts = (_written(facts, words, asks[:n], link) for n in range(len(asks), -1, -1))
    shortest = _written(facts, words, [], "")
    return next((text for text in texts if len(text) <= MOST), shortest[: MOST - 1] + "…")


def _written(facts: Facts, words: Words, asks: Sequence[str], link: str) -> str:
    year, week, _ = facts.as_of.isocalendar()
    head = words(
        "digest.head",
        company=plain(facts.company, NAME),
        week=f"{year}-W{week:02}",
        as_of=words.day(facts.as_of),
    )
    five = [
        f"{place}. {MARKS.get(row.get('status'), '')}{told(row, facts, words)}"
        for place, row in enumerate(facts.tables.get("five", ()), start=1)
    ]
    decide = [words("digest.decide"), *(f"• {text}" for text in asks)] if asks else []
    told_all = [head, *five, *undone(facts, words), *decide, link, facts.brand.signature]
    return "\n".join(filter(None, told_all))


def questions(facts: Facts, words: Words) -> list[str]:
    """Return the first three questions that the numbers put, in a fixed order.

    Where they put fewer, the first thing to fix of the scorecard is one more.
    """
    found = [text for ask in ASKED for text in [ask(facts, words)] if text]
    return found[:QUESTIONS]


def _known(facts: Facts, id_: str) -> Row:
    return next((row for row in facts.tables.get("five", ()) if row["id"] == id_), {})


def _share(facts: Facts, words: Words) -> str:
    row = _known(facts, "qualified_share")
    share, low = number(row, "value"), number(row, "low")
    is_below = share is not None and low is not None and share < low
    is_enough = row.get("status") != Status.UNKNOWN
    return words("digest.ask.share") if is_below and is_enough else ""


def _behind(facts: Facts, words: Words) -> str:
    if not is_behind(facts):
        return ""
    next_month = (facts.as_of.replace(day=28) + timedelta(days=4)).replace(day=1)
    return words("digest.ask.behind", date=words.day(next_month - timedelta(days=1)))


def _short(facts: Facts, words: Words) -> str:
    short = number(_known(facts, "coverage_raw"), "short_open")
    if short is None or short <= 0:
        return ""
    return words("digest.ask.short", short=words.about(short, facts.currency))


def _spread(facts: Facts, words: Words) -> str:
    is_proven = bool(_known(facts, "manager_conversion").get("is_proven"))
    return words("digest.ask.spread") if is_proven else ""


def _cost(facts: Facts, words: Words) -> str:
    row = _known(facts, "customer_cost")
    cost, limit = number(row, "value"), number(row, "high")
    return words("digest.ask.cost") if cost is not None and limit and cost > limit else ""


def _unknown_stage(facts: Facts, words: Words) -> str:
    stage = next(
        (r["stage"] for r in facts.tables.get("funnel", ()) if r.get("count") is None), None
    )
    if stage is None:
        return ""
    unknown = facts.settings.get("unknown_text") or words("page.unknown_stage")
    return words(
        "digest.ask.stage",
        stage=words(f"stage.{stage}").lower(),
        unknown=plain(str(unknown), NAME),
    )


def _carried(facts: Facts, words: Words) -> str:
    for row in facts.tables.get("tasks_due", ()):
        if (number(row, "carried") or 0) >= MUST_DECIDE and row.get("status") != "done":
            return words("digest.ask.task", task=plain(str(row.get("text") or ""), QUOTED))
    return ""


def _first_fix(facts: Facts, words: Words) -> str:
    result = scored(facts)
    if not result.fix_first:
        return ""
    fix = next(each for each in asked(facts).criteria if each.id == result.fix_first[0])
    return plain(fix.words[words.language].fix, 2 * QUOTED)


ASKED: Sequence[Question] = (
    _share,
    _behind,
    _short,
    _spread,
    _cost,
    _unknown_stage,
    _carried,
    _first_fix,
)
