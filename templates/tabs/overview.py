"""Five numbers: the page that both departments look at first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from formulas.scorecard import Score
from templates.answers import asked, scored
from templates.layout import MARGIN, Spot, derive, number, shown, derived
from templates.page import Page
from templates.sentences import norm, sentence
from templates.tab import ChartKind, Facts, Grid, Group, Kind, Look, Report, Row, Status, Value
from templates.tabs.funnel import unknown_text
from templates.tabs.quality import trust
from templates.words import Words

CARDS = 5
STRIDE = 3  # a card takes two columns and a gap
ACROSS = CARDS * STRIDE - 1
LEFT, RIGHT, GAP = 18.5, 14.5, 1.6
TABS = (
    "funnel", "pace", "pipeline", "channels", "managers",
    "scorecard", "scorecard_result", "leads", "deals", "plan",
    "settings", "quality", "sync_log",
)  # fmt: skip
BAND_STATUS = {
    "war": Status.BAD,
    "truce": Status.WARN,
    "allies": Status.GOOD,
    "one_team": Status.GOOD,
}
CHART_HEIGHT = 240
DONE = 2
"""The points of a criterion that is met in full."""


@dataclass(frozen=True, slots=True)
class Card:
    """How one of the five numbers is shown: what it is made of, and by which formula."""

    parts: tuple[tuple[str, Kind], ...]
    formula: str = ""
    arguments: Mapping[str, str] = field(default_factory=dict)


CARDS_BY_ID: Mapping[str, Card] = {
    "run_rate": Card(
        (("fact", Kind.MONEY), ("plan", Kind.MONEY), ("elapsed", Kind.DAYS), ("total", Kind.DAYS)),
        "run_rate",
    ),
    "coverage_raw": Card(
        (
            ("open_amount", Kind.MONEY),
            ("plan", Kind.MONEY),
            ("fact", Kind.MONEY),
            ("win_rate", Kind.SHARE),
        ),
        "coverage_raw",
    ),
    "manager_conversion": Card(
        (
            ("best_won", Kind.INTEGER),
            ("best_n", Kind.INTEGER),
            ("worst_won", Kind.INTEGER),
            ("worst_n", Kind.INTEGER),
        ),
    ),
    "qualified_share": Card(
        (
            ("qualified", Kind.INTEGER),
            ("not_qualified", Kind.INTEGER),
            ("pending", Kind.INTEGER),
            ("judged", Kind.INTEGER),
        ),
        "qualified_share_without_spam",
        {"unqualified": "not_qualified"},
    ),
    "customer_cost": Card(
        (
            ("spend", Kind.MONEY),
            ("customers", Kind.INTEGER),
            ("limit", Kind.MONEY),
            ("leads", Kind.INTEGER),
        ),
        "customer_cost",
    ),
}
KINDS = {"share": Kind.SHARE, "ratio": Kind.RATIO, "money": Kind.MONEY}


def draw(facts: Facts, words: Words) -> Grid:
    """Draw the page: five numbers, three steps, two pictures, and where everything is."""
    page = Page("overview", facts, words)
    for card in range(CARDS):
        page.widen(_column(card), LEFT)
        page.widen(_column(card) + 1, RIGHT)
        page.widen(_column(card) + 2, GAP if card < CARDS - 1 else 2)
    page.head(ACROSS)
    five = list(facts.tables.get("five", ()))
    _cards(page, five)
    page.next(14)
    _steps(page, five)
    page.next(14)
    at = page.room(CHART_HEIGHT)
    _index(page)
    _legend(page)
    page.print_rows = page.row
    page.next()
    _pictures(page, at)
    return page.grid()


def _column(card: int) -> int:
    return MARGIN + card * STRIDE


def _cards(page: Page, five: Sequence[Row]) -> None:
    """Place the five numbers side by side, line by line."""
    start = page.row
    for place, row in enumerate(five):
        page.row = start
        _card(page, _column(place), row)
    page.row = max(page.row, start + 6)


def _card(page: Page, column: int, row: Row) -> None:
    words, facts = page.words, page.facts
    status, across = _status(row), (1, 2)
    page.put(column, None, status=status, span=across)
    page.next(4)
    page.put(column, words(f"five.{row['id']}"), Look.LABEL, span=across)
    page.next(20)
    big = page.row
    page.next(36)
    page.put(column, _change(row, facts, words), Look.NOTE, span=across)
    page.next(16)
    page.put(column, _norm(row, facts, words), Look.NOTE, span=across)
    page.next(16)
    page.put(column, sentence(row, facts, words), kind=Kind.LONG_TEXT, span=across)
    page.next(56)
    known, spots = page.pairs(
        _parts(row, CARDS_BY_ID[str(row["id"])], facts), columns=(column, column + 1)
    )
    end, page.row = page.row, big
    _big(page, column, row, known, spots)
    page.row = end


def _status(row: Row) -> Status:
    return Status(row["status"]) if row.get("status") else Status.UNKNOWN


def _parts(row: Row, card: Card, facts: Facts) -> list[tuple[str, Value, Kind]]:
    """Return what a number is made of."""
    is_count = row.get("metric") == "qualified"
    made = {**row, **_also(row, facts)}
    return [
        (id_, made.get(id_), Kind.INTEGER if is_count and kind is Kind.MONEY else kind)
        for id_, kind in card.parts
    ]


def _also(row: Row, facts: Facts) -> Row:
    """Return what follows from the row and is shown with it."""
    if row["id"] == "coverage_raw":
        cover = next(iter(facts.tables.get("cover", ())), {})
        return {name: cover.get(name) for name in ("plan", "fact")}
    judged, qualified = number(row, "judged"), number(row, "qualified")
    rest = None if judged is None or qualified is None else judged - qualified
    return {"not_qualified": rest}


def _big(
    page: Page, column: int, row: Row, known: Row, spots: Mapping[str, Spot]
) -> None:
    """Write the number itself, as a live formula wherever its parts stand below it."""
    card, kind, status = CARDS_BY_ID[str(row["id"])], KINDS[str(row["kind"])], _status(row)
    look = {"look": Look.BIG, "status": status}
    if row["id"] == "manager_conversion" and row.get("worst") is not None:
        for place, person in enumerate(("best", "worst")):
            names = {"won": f"{person}_won", "qualified": f"{person}_n"}
            value, text = derive("manager_conversion", known, spots, names)
            page.quantity(column + place, value, kind, text, **look)
        return
    value, text = row.get("value"), None
    if card.formula and value is not None:
        same, live = derive(card.formula, known, spots, card.arguments)
        text = live if _is_close(same, number(row, "value")) else None
    page.quantity(column, value, kind, text, span=(1, 2), **look)


def _is_close(one: float | None, other: float | None) -> bool:
    nearly = 1e-9
    return one is not None and other is not None and abs(one - other) <= nearly * max(1, abs(one))


def _change(row: Row, facts: Facts, words: Words) -> str:
    """Say how the number moved since the period before, with an arrow."""
    now, before = number(row, "value"), number(row, "previous")
    if now is None or before is None:
        return words("page.no_previous")
    step = now - before
    written = {
        "share": lambda: words("page.points", points=words.number(abs(step) * 100, 1)),
        "ratio": lambda: words.number(abs(step), 2),
        "money": lambda: words.money(abs(step), facts.currency),
    }[str(row["kind"])]()
    since = words(f"page.since_{row.get('previous_period') or 'week'}")
    if abs(step) < 1e-9:  # noqa: PLR2004
        return words("page.unchanged", since=since)
    return words("page.change", arrow="▲" if step > 0 else "▼", step=written, since=since)


def _norm(row: Row, facts: Facts, words: Words) -> str:
    """Say what the number should be."""
    id_, low, high = row["id"], number(row, "low"), number(row, "high")
    if id_ == "manager_conversion":
        median = number(row, "median")
        return words("page.median", share=words.share(median)) if median is not None else words(
            "page.no_norm"
        )
    if low is not None and high is not None:
        return words("page.norm_between", norm=norm(row, words))
    if low is not None:
        least = words.share(low, 0) if row["kind"] == "share" else words.number(low, 2)
        return words("page.norm_from", least=least)
    if high is not None:
        return words("page.norm_to", most=words.money(high, facts.currency))
    return words("page.no_norm")


@dataclass(frozen=True, slots=True)
class Step:
    """A small card: how far something is, and what to do next."""

    title: str
    text: str
    note: str
    status: Status


def _steps(page: Page, five: Sequence[Row]) -> None:
    """Place the three steps, the state of the data and the assessment side by side."""
    facts, words = page.facts, page.words
    result = scored(facts)
    line, status = trust(facts, words)
    steps = (
        *_three(five, result, facts, words),
        Step(words("page.quality"), line, words("page.quality_note"), status),
        _assessment(result, facts, words),
    )
    start = page.row
    for place, step in enumerate(steps):
        page.row = start
        column, across = _column(place), (1, 2)
        page.put(column, None, status=step.status, span=across)
        page.next(4)
        page.put(column, step.title, Look.LABEL, span=across)
        page.next(20)
        page.put(column, step.text, kind=Kind.LONG_TEXT, span=across)
        page.next(32)
        page.put(column, step.note, Look.NOTE, span=across)
        page.next(28)


def _three(
    five: Sequence[Row], result: Score, facts: Facts, words: Words
) -> tuple[Step, Step, Step]:
    """Say how far the three steps are, as far as answers and data tell."""
    money = _answered(result, "M1", "Q1")
    meeting = _answered(result, "C1")
    known = sum(row.get("value") is not None for row in five)
    stages = facts.tables.get("funnel", ())
    unknown = sum(row.get("count") is None for row in stages)
    is_clear = bool(stages) and known == CARDS and not unknown
    return (
        _step("motivation", money, words),
        _step("meeting", meeting, words),
        Step(
            words("page.step_statistics"),
            words("page.step_statistics_text", known=known, all=CARDS),
            words("page.step_statistics_done")
            if is_clear
            else words(
                "page.step_statistics_next",
                unknown=unknown_text(facts, words),
                n=unknown,
                all=len(stages),
            ),
            Status.GOOD if is_clear else Status.WARN if known else Status.UNKNOWN,
        ),
    )


def _answered(result: Score, *criteria: str) -> Status:
    """Colour a step by the answers it rests on."""
    points = [result.values.get(id_) for id_ in criteria]
    if None in points:
        return Status.UNKNOWN
    return Status.GOOD if min(points) >= DONE else Status.WARN if max(points) else Status.BAD  # type: ignore[type-var, operator]


def _step(name: str, status: Status, words: Words) -> Step:
    state = {Status.GOOD: "done", Status.UNKNOWN: "unknown"}.get(status, "open")
    return Step(
        words(f"page.step_{name}"),
        words(f"page.step_{state}"),
        words(f"page.step_{name}_{state}"),
        status,
    )


def _assessment(result: Score, facts: Facts, words: Words) -> Step:
    title = words("page.assessment")
    if result.total is None or result.band is None:
        return Step(title, words("page.not_assessed"), words("page.assess_now"), Status.UNKNOWN)
    band = next(band for band in asked(facts).bands if band.id == result.band)
    parts = {"band": band.names[words.language], "total": words.number(float(result.total))}
    left = len(result.missing)
    note = words("page.answers_missing", n=left) if left else words("page.assess_note")
    status = BAND_STATUS.get(band.id, Status.UNKNOWN)
    return Step(title, words("page.band", **parts), note, status)


def _index(page: Page) -> None:
    """List the tabs with what each is for."""
    words = page.words
    page.heading(words("page.index"), ACROSS)
    for first in range(0, len(TABS), CARDS):
        for place, name in enumerate(TABS[first : first + CARDS]):
            page.put(_column(place), words(f"tab.{name}"), span=(1, 2), link=name)
        page.next(18)
        for place, name in enumerate(TABS[first : first + CARDS]):
            page.put(_column(place), words(f"tab_short.{name}"), Look.NOTE, span=(1, 2))
        page.next(20)


def _legend(page: Page) -> None:
    """Say what the colours mean and where to type."""
    words = page.words
    page.heading(words("page.legend"), ACROSS)
    for place, status in enumerate(Status):
        page.put(_column(place), words(f"status.{status}"), status=status, span=(1, 2))
    page.next(18)
    page.next(4)
    page.put(MARGIN, words("page.type_here"), Look.INPUT, span=(1, 2))
    page.put(_column(1), words("page.type_note"), Look.NOTE, span=(1, ACROSS - STRIDE))
    page.next(28)


WEEKS = (
    shown("week_start", Kind.DATE, of=lambda row: row.get("start")),
    shown("qualified", Kind.INTEGER),
    shown("unqualified", Kind.INTEGER),
    shown("spam", Kind.INTEGER),
    derived("qualified_share", unknown=None),
    shown("band_low", Kind.SHARE, unknown=None),
    shown("band_high", Kind.SHARE, unknown=None),
)
MONTHS = (
    shown("month", Kind.MONTH),
    shown("spend", Kind.MONEY),
    shown("customers", Kind.INTEGER),
    derived("customer_cost", Kind.MONEY, unknown=None),
    shown("limit", Kind.MONEY, unknown=None),
)


def _pictures(page: Page, at: int) -> None:
    """Place weeks and months side by side, and draw them."""
    words = page.words
    left, right = page.side_by_side(at, ACROSS, CHART_HEIGHT)
    page.note(words("page.chart_data"), ACROSS)
    used = [_column(card) + side for card in range(CARDS) for side in (0, 1)]
    weeks = page.table(WEEKS, page.facts.tables.get("weeks", ()), columns=used[:7])
    months = page.table(MONTHS, page.facts.tables.get("months", ()), columns=used[:5])
    if weeks.rows:
        page.chart(
            "share_by_week",
            ChartKind.LINE,
            (
                weeks.series("qualified_share", "week_start", words("column.qualified_share")),
                *(
                    weeks.series(
                        id_, "week_start", words(f"column.{id_}"), colour="#8A8F98", is_dashed=True
                    )
                    for id_ in ("band_low", "band_high")
                ),
            ),
            left[0],
            size=left[1],
            value_kind=Kind.SHARE,
        )
    if months.rows:
        page.chart(
            "cost_by_month",
            ChartKind.COLUMN,
            (
                months.series("customer_cost", "month", words("column.customer_cost")),
                months.series(
                    "limit",
                    "month",
                    words("column.limit"),
                    colour="#C0392B",
                    as_kind=ChartKind.LINE,
                    is_dashed=True,
                ),
            ),
            right[0],
            size=right[1],
            value_kind=Kind.MONEY,
        )


REPORT = Report("overview", Group.READ, draw)
