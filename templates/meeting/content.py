"""What lies beside each item of the agenda."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime

from formulas.registry import FORMULAS
from templates.cards import KINDS, changed, normed
from templates.layout import Field, derived, number, shown
from templates.meeting.agenda import open_disputes, week_told
from templates.meeting.blocks import Block, Listing, Remark, spell
from templates.meeting.plaintext import plain
from templates.meeting.work import experiments, hypotheses, next_week, tasks, undone
from templates.sentences import looked_back, sentence
from templates.tab import Facts, Kind, Row, Status, Value
from templates.trust import trust
from templates.words import Words

DISPUTES, REASONS, STUCK = 5, 3, 5
LOW_KAPPA = 0.8


def content(topic: str, facts: Facts, words: Words) -> list[Block]:
    """Return what lies beside an item; nothing where there is nothing to say."""
    made = CONTENT.get(topic)
    return made(facts, words) if made else []


def _rows(facts: Facts, name: str) -> Sequence[Row]:
    return facts.tables.get(name, ())


def _snapshot(facts: Facts, words: Words) -> list[Block]:
    """Say which week is frozen, and what was left undone."""
    weeks = [row for row in _rows(facts, "minutes") if row.get("frozen_at")]
    if not weeks:
        return [Remark(words("meeting.no_snapshot")), *map(Remark, undone(facts, words))]
    newest = max(weeks, key=lambda row: str(row["week"]))
    parts = {
        "week": newest["week"],
        "frozen_at": _when(newest["frozen_at"], words),
        "hash": newest["numbers_hash"],
    }
    return [Remark(words("meeting.snapshot", **parts)), *map(Remark, undone(facts, words))]


def _when(moment: Value, words: Words) -> str:
    return words.moment(moment) if isinstance(moment, datetime) else str(moment)


def _freshness(facts: Facts, words: Words) -> list[Block]:
    """Say whether the numbers can be trusted, which source failed, which number is grey."""
    line, status = trust(facts, words)
    found: list[Block] = [Remark(line, status)]
    read = [row["last_good"] for row in _rows(facts, "sources") if row.get("last_good")]
    if read:
        oldest = _when(min(read, key=str), words)
        found.append(Remark(words("meeting.read_at", moment=oldest)))
    found += [
        Remark(words("meeting.source_failed", source=plain(str(row["source"]))), Status.BAD)
        for row in _rows(facts, "sources")
        if row.get("error")
    ]
    grey = [
        words(f"metric.{row['id']}")
        for row in _rows(facts, "five")
        if row.get("status") in {None, Status.UNKNOWN}
    ]
    if grey:
        found.append(Remark(words("meeting.grey", names=", ".join(grey)), Status.UNKNOWN))
    return found


def _five(facts: Facts, words: Words) -> list[Block]:
    rows = [_number(row, facts, words) for row in _rows(facts, "five")]
    said = [_said(row, facts, words) for row in _rows(facts, "five")]
    return [Listing(words("meeting.five"), FIVE, rows), *said] if rows else []


def _said(row: Row, facts: Facts, words: Words) -> Remark:
    return Remark(sentence(row, facts, words), Status(str(row.get("status") or Status.UNKNOWN)))


FIVE = (
    shown("figure"),
    shown("value_now", status=lambda row: Status(str(row["status"]))),
    shown("norm_text"),
    shown("change_text"),
    shown("n_cases", Kind.INTEGER),
)


def _number(row: Row, facts: Facts, words: Words) -> Row:
    """Return one of the five numbers in words."""
    return {
        "figure": words(f"metric.{row['id']}"),
        "value_now": None if row.get("value") is None else value_text(row, facts, words),
        "status": row.get("status") or Status.UNKNOWN,
        "norm_text": normed(row, facts, words),
        "change_text": changed(row, facts, words),
        "n_cases": row.get("n"),
    }


def value_text(row: Row, facts: Facts, words: Words) -> str:
    """Write one of the five numbers; of the sellers both the best and the lowest."""
    if row.get("best") is not None and row.get("worst") is not None:
        both = (words.share(number(row, name)) for name in ("best", "worst"))
        return " / ".join(both)
    return spell(row.get("value"), KINDS[str(row["kind"])], words, facts.currency)


def _share(facts: Facts, words: Words) -> list[Block]:
    """Return the share by channel, why leads were turned down, and what is disputed."""
    share = _known(facts, "qualified_share")
    found: list[Block] = []
    channels = [
        {**row, "channel": row.get("channel") or words("page.channel_unknown")}
        for row in _rows(facts, "meeting_channels")
        if number(row, "judged")
    ]
    if share:
        found.append(_said(share, facts, words))
    if channels:
        title = words("meeting.by_channel", window=looked_back(share.get("window"), words))
        found.append(Listing(title, CHANNELS, channels))
    told = [row for row in _rows(facts, "reasons_by_channel") if row.get("is_total")]
    reasons = [{**row, "reason": row.get("label") or row.get("reason")} for row in told][:REASONS]
    if reasons:
        found.append(Listing(words("meeting.top_reasons"), REASON_FIELDS, reasons))
    disputes = [_dispute(row, words) for row in open_disputes(facts)]
    if disputes:
        title = words("meeting.disputes", shown=min(len(disputes), DISPUTES), all=len(disputes))
        found.append(Listing(title, DISPUTE_FIELDS, disputes[:DISPUTES]))
    return [*found, *_overdue(facts, words), *_disagreement(facts, words)]


def _overdue(facts: Facts, words: Words) -> Iterator[Block]:
    """Say how many leads are past the day for a verdict, by whose field it waits for."""
    late = Counter(row["side"] for row in _rows(facts, "pending_leads") if row.get("is_overdue"))
    if late:
        sides = {side: words.number(late[side]) for side in ("sales", "marketing")}
        yield Remark(words("meeting.overdue_verdicts", **sides), Status.WARN)


def _disagreement(facts: Facts, words: Words) -> Iterator[Block]:
    """Say that people and the rule disagree, where they do."""
    for row in _rows(facts, "rule_agreement"):
        kappa = number(row, "kappa")
        if kappa is not None and kappa < LOW_KAPPA:
            parts = {"kappa": words.number(kappa, 2), "n": row.get("n")}
            yield Remark(words("meeting.low_kappa", **parts), Status.WARN)


CHANNELS = (
    shown("channel", Kind.LONG_TEXT),
    shown("qualified", Kind.INTEGER),
    shown("judged", Kind.INTEGER),
    derived(
        "stage_step",
        id="share_of_channel",
        arguments={"reached": "judged", "reached_next": "qualified"},
    ),
    shown("low", Kind.SHARE),
    shown("high", Kind.SHARE),
)
REASON_FIELDS = (
    shown("reason"),
    shown("leads", Kind.INTEGER),
    shown("share_of_rejected", Kind.SHARE, of=lambda row: row.get("share")),
)
DISPUTE_FIELDS = (
    shown("lead_id"),
    shown("opened_by"),
    shown("argument"),
)


def _dispute(row: Row, words: Words) -> Row:
    by = f"choice.{row.get('opened_by')}"
    return {**row, "opened_by": words(by) if words.has(by) else row.get("opened_by")}


def _pace(facts: Facts, words: Words) -> list[Block]:
    """Return forecast against plan, what that is in customers, and the deals that stand still."""
    found: list[Block] = [
        _said(row, facts, words)
        for id_ in ("run_rate", "coverage_raw")
        if (row := _known(facts, id_))
    ]
    plans = [
        {**row, "figure": words(f"column.{row['metric']}")}
        for row in _rows(facts, "pace")
        if row.get("scope") == "company"
    ]
    found += [
        Listing(words("meeting.to_plan", metric=row["figure"]), _plan_fields(kind), [row])
        for row in plans
        for kind in [Kind.MONEY if row["metric"] == "revenue" else Kind.INTEGER]
        if row.get("plan") is not None or row.get("fact") is not None
    ]
    found += _gap(facts, words)
    found += _breaches(facts, words)
    stuck = [_stuck(row, words) for row in _rows(facts, "stuck")][:STUCK]
    return [*found, Listing(words("meeting.stuck"), STUCK_FIELDS, stuck)] if stuck else found


def _plan_fields(kind: Kind) -> tuple[Field, ...]:
    return (
        shown("figure"),
        shown("plan", kind),
        shown("fact", kind),
        shown("elapsed", Kind.DAYS),
        shown("total", Kind.DAYS),
        derived("forecast", kind),
        derived("run_rate"),
        derived("plan_gap", kind),
        derived("need_per_day", kind),
        derived("pace_per_day", kind),
    )


def _gap(facts: Facts, words: Words) -> list[Block]:
    """Say how many customers and qualified leads the gap to the plan is."""
    gap = number(_known(facts, "run_rate"), "plan_gap")
    deal = number(next(iter(_rows(facts, "cover")), {}), "average_deal")
    if not gap or gap < 0 or not deal or _known(facts, "run_rate").get("metric") != "revenue":
        return []
    conversion = number(_known(facts, "manager_conversion"), "value")
    parts = {
        "gap": words.money(gap, facts.currency),
        "customers": words.number(FORMULAS["needed_customers"](amount=gap, average_deal=deal)),
        "qualified": words.number(
            FORMULAS["needed_qualified"](amount=gap, average_deal=deal, conversion=conversion)
        ),
    }
    return [Remark(words("meeting.gap", **parts))]


def _breaches(facts: Facts, words: Words) -> list[Block]:
    """Say how many leads waited too long for their first answer."""
    found = [row.get("breaches") for row in _rows(facts, "managers")]
    known = [int(str(each)) for each in found if each is not None]
    if not known:
        return []
    late = sum(known)
    return [Remark(words("meeting.breaches", n=late), Status.WARN if late else Status.GOOD)]


STUCK_FIELDS = (
    shown("deal", Kind.LONG_TEXT),
    shown("amount", Kind.MONEY),
    shown("stage"),
    shown("days_in_stage", Kind.DAYS),
    shown("manager"),
    shown("stuck_why"),
)


def _stuck(row: Row, words: Words) -> Row:
    why = row.get("why")
    return {
        **row,
        "deal": row.get("title") or row.get("deal_id"),
        "manager": row.get("manager") or words("page.manager_unknown"),
        "stuck_why": words(f"choice.{why}") if why else None,
    }


def _known(facts: Facts, id_: str) -> Row:
    return next((row for row in _rows(facts, "five") if row["id"] == id_), {})


def _minutes(facts: Facts, words: Words) -> list[Block]:
    """Say where what is decided is written down."""
    return [Remark(words("meeting.minutes", week=week_told(facts)))]


CONTENT: Mapping[str, Callable[[Facts, Words], list[Block]]] = {
    "snapshot": _snapshot,
    "freshness": _freshness,
    "five": _five,
    "share": _share,
    "experiments": experiments,
    "pace": _pace,
    "hypotheses": hypotheses,
    "tasks": tasks,
    "next_week": next_week,
    "minutes": _minutes,
}
