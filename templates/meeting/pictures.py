"""The pictures of the brief: each with its title, its units, and a text that stands for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from templates.layout import number
from templates.meeting.blocks import spell
from templates.meeting.plaintext import plain
from templates.pictures.bars import Bar, Stage, funnel, shares
from templates.pictures.lines import LOOKS, Path, Point, against_plan, share_in_band, sparkline
from templates.sentences import unknown_text
from templates.tab import Facts, Kind
from templates.trends import labelled
from templates.words import Words

TOLD = 6
"""How many moments the text beside a picture names."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture under its title."""

    title: str
    markup: str


def pictures(topic: str, facts: Facts, words: Words) -> list[Picture]:
    """Return what can be drawn beside an item of the agenda."""
    drawn = [draw(facts, words) for draw in DRAWN.get(topic, ())]
    return [picture for picture in drawn if picture is not None]


def the_funnel(facts: Facts, words: Words) -> Picture | None:
    """Draw how far leads come, with the red line where sales begins."""
    rows = facts.tables.get("funnel", ())
    if not any(row.get("count") for row in rows):
        return None
    unknown = unknown_text(facts, words)
    stages, before = [], None
    for row in rows:
        count = number(row, "count")
        stages.append(
            Stage(
                words(f"stage.{row['stage']}"),
                count,
                unknown if count is None else _counted(count, before, words),
                is_sales=row.get("side") == "sales",
            )
        )
        before = count
    told = "; ".join(f"{stage.name}: {stage.note}" for stage in stages)
    sides = (words("brief.above_line"), words("brief.below_line"))
    title = words("brief.funnel")
    return Picture(title, funnel(stages, f"{title}. {told}", sides))


def _counted(count: float, before: float | None, words: Words) -> str:
    """Write a count, and which share of the stage before it is."""
    text = words.number(count)
    return f"{text} · {words.share(count / before)}" if before else text


def weekly_share(facts: Facts, words: Words) -> Picture | None:
    """Draw the share of qualified leads week by week within the firm's own band."""
    points = [
        Point(
            _day(row.get("start"), words),
            number(row, "week_share"),
            number(row, "band_low"),
            number(row, "band_high"),
            str(row["rule_label"] or ""),
        )
        for row in labelled(facts, words)
        if row.get("is_frozen")
    ]
    if sum(point.value is not None for point in points) <= 1:
        return None
    title = words("brief.weekly_share")
    told = _told([(point.name, point.value) for point in points], words.share)
    return Picture(title, share_in_band(points, lambda v: words.share(v, 0), f"{title}. {told}"))


def _day(value: object, words: Words) -> str:
    return words.day(value) if isinstance(value, date) else ""


def _told(points: Sequence[tuple[str, float | None]], write: Callable[[float], str]) -> str:
    known = [f"{name}: {write(value)}" for name, value in points if value is not None]
    return "; ".join(known[-TOLD:])


def channel_shares(facts: Facts, words: Words) -> Picture | None:
    """Draw the share of qualified leads by channel, with its interval."""
    bars = [
        Bar(
            plain(str(row.get("channel") or words("page.channel_unknown"))),
            (number(row, "qualified") or 0) / judged,
            number(row, "low") or 0.0,
            1.0 if (high := number(row, "high")) is None else high,
            f"n = {words.number(judged)}",
        )
        for row in facts.tables.get("meeting_channels", ())
        if (judged := number(row, "judged"))
    ]
    if not bars:
        return None
    title = words("brief.channel_shares")
    told = "; ".join(f"{bar.name}: {words.share(bar.value)}, {bar.note}" for bar in bars)
    five = {row["id"]: row for row in facts.tables.get("five", ())}
    least = number(five.get("qualified_share", {}), "low")
    return Picture(title, shares(bars, words.share, f"{title}. {told}", least))


def monthly_pace(facts: Facts, words: Words) -> Picture | None:
    """Draw the month's revenue, or its qualified leads, day by day against the plan."""
    days = facts.tables.get("pace_daily", ())
    metric = next((str(row["metric"]) for row in days), "")
    rows = [row for row in days if row["metric"] == metric]
    columns = {name: [number(row, name) for row in rows] for name in LOOKS}
    known = {name: values for name, values in columns.items() if any(v is not None for v in values)}
    if "fact" not in known:
        return None
    paths = [Path(words(f"column.{name}"), known[name], *LOOKS[name]) for name in known]
    kind = Kind.MONEY if metric == "revenue" else Kind.INTEGER
    title = words(f"brief.pace_{metric}", currency=words.money(0, facts.currency).strip("0\xa0 "))
    told = "; ".join(
        f"{path.name}: {spell(_last(path.values), kind, words, facts.currency)}" for path in paths
    )
    names = [_day(row.get("day"), words) for row in rows]
    return Picture(
        title, against_plan(names, paths, lambda v: _short(v, words), f"{title}. {told}")
    )


def _last(values: Sequence[float | None]) -> float | None:
    return next((value for value in reversed(values) if value is not None), None)


def _short(value: float, words: Words) -> str:
    """Write a large number in thousands or millions."""
    for size, unit in ((1e6, "millions"), (1e3, "thousands")):
        if value >= size:
            digits = 0 if (value / size).is_integer() else 1
            return words(f"format.{unit}", n=words.number(value / size, digits))
    return words.number(value, 0 if value.is_integer() else 1)


def trend(id_: str, facts: Facts, words: Words) -> str:
    """Draw how one of the five numbers went; nothing where its past is not known."""
    rows = facts.tables.get("trend_weeks", ())
    values = [number(row, id_) for row in rows if row.get("is_frozen")]
    write = words.number if id_ in {"coverage_raw", "customer_cost"} else words.share
    known = [value for value in values if value is not None]
    if len(known) <= 1:
        return ""
    told = words("brief.trend", first=write(known[0]), last=write(known[-1]))
    return sparkline(values, told)


DRAWN: Mapping[str, Sequence[Callable[[Facts, Words], Picture | None]]] = {
    "share": (weekly_share, channel_shares),
    "pace": (monthly_pace,),
}
