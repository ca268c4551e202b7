"""Pipeline: whether the open deals are enough for what is left of the plan, and which are stuck."""

from __future__ import annotations

from templates.brand import Hue
from templates.cards import has_no_amounts
from templates.layout import MARGIN, number, parted, shown, summed
from templates.page import Page, pixels
from templates.sentences import cycle_check
from templates.tab import ChartKind, Facts, Grid, Group, Kind, Look, Report, Row
from templates.words import Words

COLUMNS, BESIDE = 6, 3

STAGES = (
    shown("stage", width=30),
    summed("deals", width=16, of=lambda row: row.get("count")),
    summed("amount", Kind.MONEY, 16),
    shown("p", Kind.SHARE, 14, of=lambda row: row.get("probability")),
    shown("origin", width=26),
    summed("weighted", Kind.MONEY, 16),
)
STUCK = (
    shown("deal", width=30),
    shown("manager", width=16),
    shown("amount", Kind.MONEY, 16),
    shown("stage", width=14),
    shown("days_in_stage", Kind.DAYS, 20),
    shown("expected_close", Kind.DATE, 16),
)
WHY = ("overdue", "stuck", "no_amount", "no_step")
FORMULAS = {
    name: name
    for name in (
        "plan_gap",
        "coverage_raw",
        "coverage_weighted",
        "required_coverage",
        "required_open",
        "short_open",
        "expected_total",
    )
}


def draw(facts: Facts, words: Words) -> Grid:
    """Draw the cover block with its picture, the stages, and the deals to talk about."""
    page = Page("pipeline", facts, words)
    for place, item in enumerate(STAGES):
        page.widen(MARGIN + place, item.width)
    page.head(COLUMNS)
    page.heading(words("page.cover"), COLUMNS)
    cover = next(iter(facts.tables.get("cover", ())), None)
    at = page.row
    known = _cover(page, cover) if cover else {}
    if has_picture := any(known.get(name) is not None for name in ("expected_total", "plan")):
        page.row = max(page.row, at + 18)
    if cover:
        page.note(cycle_check(cover, words), COLUMNS)
    page.next()
    page.heading(words("page.stages"), COLUMNS)
    stages = [_spoken(row, words) for row in facts.tables.get("pipeline", ())]
    page.table(STAGES, stages, total=words("page.total"))
    page.row -= 1
    page.note(words("page.stages_note"), COLUMNS)
    page.next()
    page.heading(words("page.stuck"), COLUMNS)
    _lists(page)
    page.print_rows = page.row
    page.next()
    if has_picture:
        _picture(page, known, at)
    return page.grid()


def _cover(page: Page, cover: Row) -> Row:
    money, count = Kind.MONEY, Kind.INTEGER
    if has_no_amounts(cover):
        cover = {**cover, "open_amount": None, "weighted": None}
    return page.known_pairs(
        (
            ("plan", cover.get("plan"), money),
            ("fact", cover.get("fact"), money),
            ("plan_gap", None, money),
            ("open_amount", cover.get("open_amount"), money),
            ("weighted", cover.get("weighted"), money),
            ("coverage_raw", None, Kind.RATIO),
            ("coverage_weighted", None, Kind.RATIO),
            ("win_rate", cover.get("win_rate"), Kind.SHARE),
            ("win_rate_n", cover.get("win_rate_n"), count),
            ("required_coverage", None, Kind.RATIO),
            ("required_open", None, money),
            ("short_open", None, money),
            ("expected_total", None, money),
            ("open_count", cover.get("open_count"), count),
            ("without_amount", cover.get("without_amount"), count),
            ("overdue", cover.get("overdue"), count),
            ("stuck", cover.get("stuck"), count),
        ),
        formulas=FORMULAS,
        across=BESIDE - 1,
    )


def _spoken(row: Row, words: Words) -> Row:
    amount, chance = number(row, "amount"), number(row, "probability")
    origin = row.get("origin")
    return {
        **row,
        "origin": words(f"page.origin_{origin}", n=words.number(number(row, "n")))
        if origin
        else None,
        "weighted": None if amount is None or chance is None else amount * chance,
    }


def _lists(page: Page) -> None:
    """Place the deals to talk about, by what is wrong with them."""
    words = page.words
    found = page.facts.tables.get("stuck", ())
    if not found:
        page.note(words("page.no_stuck"), COLUMNS)
    else:
        page.note(words("page.stuck_note"), COLUMNS)
    deals = [{**row, "deal": row.get("title") or row.get("deal_id")} for row in found]
    known, _ = parted(STUCK, deals)
    for why in WHY:
        rows = [row for row in deals if row.get("why") == why]
        if rows:
            counts = {
                "n": words.number(number(rows[0], "in_all")),
                "shown": words.number(len(rows)),
            }
            page.put(MARGIN, words(f"page.list_{why}", **counts), Look.LABEL, span=(1, COLUMNS))
            page.next(20)
            fields = tuple(item for item in known if why != "no_amount" or item.id != "amount")
            page.table(fields, rows)


def _picture(page: Page, known: Row, at: int) -> None:
    """Draw what is expected on what is missing, beside the plan."""
    words = page.words
    expected, plan = number(known, "expected_total"), number(known, "plan")
    missing = None if expected is None or plan is None else max(plan - expected, 0.0)
    page.note(words("page.chart_data"), COLUMNS)
    placed = page.table(
        (
            shown("bar", of=lambda row: row["bar"]),
            *(shown(name, Kind.MONEY, unknown=None) for name in BARS),
        ),
        (
            {
                "bar": words("page.expected"),
                "fact": known.get("fact"),
                "weighted": known.get("weighted"),
                "shortfall": missing,
            },
            {"bar": words("column.plan"), "plan": plan},
        ),
    )
    page.chart(
        "pipeline",
        ChartKind.STACKED_COLUMN,
        [
            placed.series(name, "bar", words(f"column.{name}"), colour=colour)
            for name, colour in BARS.items()
        ],
        (at, MARGIN + BESIDE),
        size=(sum(pixels(page.widths[MARGIN + column]) for column in range(BESIDE, COLUMNS)), 340),
        value_kind=Kind.MONEY,
        gap=70,
    )


BARS = {
    "fact": Hue.ACCENT,
    "weighted": Hue.LIGHT,
    "shortfall": "#C0392B",
    "plan": "#8A8F98",
}

REPORT = Report("pipeline", Group.READ, draw)
