"""Funnel: how many leads get how far, with the red line between marketing and sales."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from templates.brand import Hue
from templates.layout import MARGIN, Spot, derive, number, shown
from templates.page import Page, pixels
from templates.results import place_results
from templates.sentences import unknown_text
from templates.tab import ChartKind, Facts, Grid, Group, Kind, Look, Report, Row, Status
from templates.words import Words

COLUMNS = 9
MARKETING, SALES, UNKNOWN, RED = Hue.ACCENT, Hue.DEEP, "#B9BEC5", "#C0392B"

PAST = (
    shown("baseline", Kind.INTEGER, 14),
    shown("baseline_step", Kind.FINE_SHARE, 16),
)
FIELDS = (
    shown("stage", width=24),
    shown("side", width=16),
    shown("count", Kind.INTEGER, 14),
    shown("stage_step", Kind.FINE_SHARE, 18),
    shown("stage_through", Kind.FINE_SHARE, 16),
    shown("count_source", width=25),
    shown("age_days", Kind.DAYS, 14),
    *PAST,
)
WHERE = {item.id: MARGIN + place for place, item in enumerate(FIELDS)}


def draw(facts: Facts, words: Words) -> Grid:
    """Draw the funnel."""
    page = Page("funnel", facts, words)
    page.head(COLUMNS, window="window")
    stages = list(facts.tables.get("funnel", ()))
    page.heading(headline(stages, facts, words), COLUMNS)
    at = page.room(340)
    since = _since(facts, stages)
    if since:
        page.heading(words("page.before_and_now", day=words.day(since)), COLUMNS)
        beside = page.room(260)
    fields = FIELDS if since else FIELDS[: -len(PAST)]
    page.header(fields, WHERE)
    _stages(page, stages, has_past=since is not None)
    page.hints(fields, WHERE)
    page.next()
    page.note(words("page.funnel_note", unknown=unknown_text(facts, words)), COLUMNS)
    if since:
        page.next()
        place_results(page, list(facts.tables.get("results", ())), COLUMNS)
    page.print_rows = page.row
    page.next()
    if any(row.get("count") is not None for row in stages):
        _picture(page, stages, at)
    if since:
        _before_and_now(page, stages, beside)
    return page.grid()


def headline(stages: Sequence[Row], facts: Facts, words: Words) -> str:
    """Say how much of the funnel is known."""
    unknown = [words(f"stage.{row['stage']}").lower() for row in stages if row.get("count") is None]
    if not stages:
        return words("page.no_rows")
    if not unknown:
        return words("page.funnel_known")
    return words(
        "page.funnel_unknown",
        unknown=unknown_text(facts, words),
        share=words.share(len(unknown) / len(stages), 0),
        stages=", ".join(unknown),
    )


def _stages(page: Page, stages: Sequence[Row], *, has_past: bool) -> None:
    """Place the stages from the top, with the red line where sales begins."""
    top: tuple[float | None, Spot] | None = None
    before: tuple[float | None, Spot] | None = None
    once: tuple[float | None, Spot] | None = None
    for row in stages:
        if before and row["side"] == "sales" and top is not None and not _is_drawn(page):
            _red_line(page, COLUMNS if has_past else COLUMNS - len(PAST))
        here = (number(row, "count"), (page.row, WHERE["count"]))
        top = here if top is None or top[0] is None else top
        _stage(page, row)
        _rate(page, "stage_step", before, here)
        _rate(page, "stage_through", top, here)
        before = here
        if has_past:
            then = (number(row, "baseline"), (page.row, WHERE["baseline"]))
            _count(page, "baseline", row)
            _rate(page, "baseline_step", once, then)
            once = then
        page.next(20)


def _is_drawn(page: Page) -> bool:
    return any(cell.status is Status.BAD for cell in page.cells)


def _red_line(page: Page, columns: int) -> None:
    page.put(MARGIN, None, status=Status.BAD, span=(1, columns))
    page.next(4)


def _stage(page: Page, row: Row) -> None:
    words, source = page.words, row.get("source")
    page.put(WHERE["stage"], words(f"stage.{row['stage']}"))
    page.put(WHERE["side"], words(f"page.side_{row['side']}"), Look.LABEL)
    _count(page, "count", row)
    page.put(WHERE["count_source"], words(f"page.source_{source or 'none'}"), Look.LABEL)
    page.put(WHERE["age_days"], row.get("age_days"), kind=Kind.DAYS)


def _count(page: Page, id_: str, row: Row) -> None:
    is_known = row.get(id_) is not None
    page.put(
        WHERE[id_],
        row[id_] if is_known else unknown_text(page.facts, page.words),
        kind=Kind.INTEGER,
        status=None if is_known else Status.UNKNOWN,
    )


def _rate(
    page: Page,
    id: str,  # noqa: A002
    start: tuple[float | None, Spot] | None,
    here: tuple[float | None, Spot],
) -> None:
    """Write how many of those who stood at `start` got here."""
    if start is None or (start[1] == here[1] and here[0] is not None):
        return
    known = {"before": start[0], "after": here[0]}
    formula = "stage_step" if id == "baseline_step" else id
    places = {"before": start[1], "after": here[1]}
    value, text = derive(formula, known, places, ARGUMENTS[formula])
    if value is None:
        unknown = unknown_text(page.facts, page.words)
        page.put(WHERE[id], unknown, kind=Kind.FINE_SHARE, status=Status.UNKNOWN)
    else:
        page.put(WHERE[id], value, kind=Kind.FINE_SHARE, formula=text)


ARGUMENTS = {
    "stage_step": {"reached": "before", "reached_next": "after"},
    "stage_through": {"reached": "after", "reached_first": "before"},
}


def _picture(page: Page, stages: Sequence[Row], at: int) -> None:
    """Place the heights of the bars, and draw them."""
    words = page.words
    page.note(words("page.chart_data"), COLUMNS)
    bars, colours = _bars(stages, words, unknown_text(page.facts, words))
    fields = (
        shown("stage", unknown=None),
        shown("count_label", width=14, unknown=None),
        shown("count_height", Kind.INTEGER, unknown=None),
        shown("red_line", Kind.INTEGER, unknown=None),
    )
    placed = page.table(fields, bars)
    width = sum(pixels(item.width) for item in FIELDS)
    page.chart(
        "funnel",
        ChartKind.COLUMN,
        (
            placed.series(
                "count_height",
                "stage",
                words("column.count"),
                point_colours=tuple(colours),
                labels=placed.area("count_label"),
            ),
            placed.series(
                "red_line",
                "stage",
                words("column.red_line"),
                colour=RED,
                as_kind=ChartKind.LINE,
                is_drop=True,
            ),
        ),
        (at, MARGIN),
        size=(width, 340),
        value_kind=Kind.INTEGER,
        value_title=words("page.log_scale"),
        is_log=True,
        has_legend=False,
        gap=45,
    )


def _since(facts: Facts, stages: Sequence[Row]) -> date | None:
    """Return the day from which the funnel has been kept, once it is past."""
    days = [row["frozen_at"] for row in facts.tables.get("history", ())
            if row["week"] == "baseline"]  # fmt: skip
    began = next((day for day in days if isinstance(day, datetime)), None)
    is_told = any(row.get("baseline") is not None for row in stages)
    return began.date() if began and is_told and began.date() < facts.synced_at.date() else None


def _before_and_now(page: Page, stages: Sequence[Row], at: int) -> None:
    """Draw how many came how far at the start and now, of those who left a lead."""
    words = page.words
    page.note(words("page.chart_data"), COLUMNS)
    people = [row for row in stages if row["stage"] in PEOPLE]
    fields = (
        shown("stage", unknown=None, of=lambda row: words(f"stage.{row['stage']}")),
        shown("baseline", Kind.INTEGER, unknown=None),
        shown("count", Kind.INTEGER, unknown=None),
    )
    placed = page.table(fields, people)
    page.chart(
        "before_and_now",
        ChartKind.COLUMN,
        (
            placed.series("baseline", "stage", words("page.before"), colour=UNKNOWN),
            placed.series("count", "stage", words("page.now"), colour=MARKETING),
        ),
        (at, MARGIN),
        size=(sum(pixels(item.width) for item in FIELDS), 260),
        value_kind=Kind.INTEGER,
    )


PEOPLE = ("lead", "contacted", "qualified", "proposal", "invoice", "won")


def _bars(stages: Sequence[Row], words: Words, unknown: str) -> tuple[list[Row], list[str | None]]:
    """Return the bars and their colours; an unknown one is as high as its lower neighbour."""
    bars: list[Row] = []
    colours: list[str | None] = []
    known = [count for row in stages if (count := number(row, "count")) is not None]
    has_line = False
    for place, row in enumerate(stages):
        if row["side"] == "sales" and not has_line:
            has_line = True
            bars.append({"red_line": max(known)})
            colours.append(None)
        count = number(row, "count")
        later = [n for after in stages[place:] if (n := number(after, "count")) is not None]
        height = count if count is not None else later[0] if later else known[-1]
        bars.append(
            {
                "stage": words(f"stage.{row['stage']}"),
                "count_height": max(height, 1),
                "count_label": unknown if count is None else words.number(count),
            }
        )
        colours.append(UNKNOWN if count is None else SALES if row["side"] == "sales" else MARKETING)
    return bars, colours


REPORT = Report("funnel", Group.READ, draw)
