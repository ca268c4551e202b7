"""Lead plan: how many leads the planned money takes, in all and by channel, beside the plan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from templates.brand import Hue
from templates.layout import MARGIN, Placed, Spot, derived, number, shown
from templates.page import Page
from templates.sentences import cycle_check, is_too_late
from templates.tab import ChartKind, Facts, Grid, Group, Kind, Report, Row, Status
from templates.words import Words

COLUMNS = 11
NEAR, FAR = (0.9, 1.2), (0.7, 1.5)
"""A plan of leads this near to the need is sound, or doubtful; the scorecard asks the same."""


def _ratio_status(row: Row) -> Status | None:
    ratio = number(row, "lead_plan_ratio")
    if ratio is None:
        return None
    if NEAR[0] <= ratio <= NEAR[1]:
        return Status.GOOD
    return Status.WARN if FAR[0] <= ratio <= FAR[1] else Status.BAD


MONTHS = (
    shown("month_name", width=26),
    shown("amount", Kind.MONEY, 16),
    shown("average_deal", Kind.MONEY, 14),
    derived("needed_customers", Kind.INTEGER, 19),
    shown("conversion", Kind.SHARE, 22),
    derived("needed_qualified", Kind.INTEGER, 17),
    shown("qualified_share", Kind.SHARE, 17),
    derived("needed_leads", Kind.INTEGER, 14),
    shown("planned_qualified", Kind.INTEGER, 14),
    derived(
        "lead_plan_ratio",
        Kind.SHARE,
        16,
        arguments={"planned": "planned_qualified"},
        status=_ratio_status,
    ),
    shown("came_qualified", Kind.INTEGER, 12, of=lambda row: row.get("qualified")),
)
SHORTFALL = (
    shown("month_name", width=26),
    shown("plan", Kind.MONEY, 16),
    shown("expected_total", Kind.MONEY, 14),
    derived("plan_gap", Kind.MONEY, 12, id="short_amount", arguments={"fact": "expected_total"}),
    derived("needed_customers", Kind.INTEGER, 12, arguments={"amount": "short_amount"}),
    derived("needed_qualified", Kind.INTEGER, 17, arguments={"amount": "short_amount"}),
    derived("needed_leads", Kind.INTEGER, 14, arguments={"amount": "short_amount"}),
)
CHANNELS = (
    shown("channel", width=26),
    shown("mix", Kind.SHARE, 16),
    derived("channel_amount", Kind.MONEY, 17),
    derived("needed_qualified", Kind.INTEGER, 17, arguments={"amount": "channel_amount"}),
    shown("channel_share", Kind.SHARE, 12),
    derived(
        "needed_leads",
        Kind.INTEGER,
        14,
        arguments={"amount": "channel_amount", "qualified_share": "channel_share"},
    ),
    shown("planned_qualified", Kind.INTEGER, 11),
    shown("came_qualified", Kind.INTEGER, 12, of=lambda row: row.get("qualified")),
)
RATES = ("amount", "average_deal", "conversion", "qualified_share")


def draw(facts: Facts, words: Words) -> Grid:
    """Draw the chain of each month, what the month still lacks, and the channels."""
    page = Page("lead_plan", facts, words)
    page.head(COLUMNS)
    cover = next(iter(facts.tables.get("cover", ())), {})
    months = [_named(row, words) for row in facts.tables.get("lead_plan", ())]
    page.heading(words("page.lead_plan"), COLUMNS)
    placed = page.table(MONTHS, months)
    page.row -= 1
    page.note(words("page.lead_plan_note"), COLUMNS)
    page.next()
    if months:
        _shortfall(page, months[0], placed, cover)
    for place, month in enumerate(months):
        if month.get("amount") is not None:
            _channels(page, month, _spots(placed, place))
    page.print_rows = page.row
    return page.grid()


def _named(row: Row, words: Words) -> Row:
    month = row["month"]
    assert isinstance(month, date)  # noqa: S101
    return {**row, "month_name": f"{words(f'month.{month.month}')} {month.year}"}


def _spots(placed: Placed, place: int) -> Mapping[str, Spot]:
    """Return where the amount and the rates of a month stand."""
    return {
        name: (placed.first + place, placed.columns[name])
        for name in RATES
        if name in placed.columns
    }


def _shortfall(page: Page, month: Row, placed: Placed, cover: Row) -> None:
    """Reckon with what is missing to the plan when the open deals have brought what they may."""
    words = page.words
    page.heading(words("page.lead_shortfall"), COLUMNS)
    rows = [{**month, "plan": month.get("amount")}]
    [row] = page.table(SHORTFALL, rows, elsewhere=_spots(placed, 0)).rows
    page.row -= 1
    short = number(row, "short_amount")
    if short is not None and short <= 0:
        _say(page, words("page.lead_enough"), Status.GOOD)
    elif is_too_late(cover):
        _say(page, cycle_check(cover, words), Status.WARN)
    else:
        page.note(cycle_check(cover, words), COLUMNS)
    page.next()


def _say(page: Page, text: str, status: Status) -> None:
    page.put(MARGIN, text, status=status, span=(1, COLUMNS))
    page.next(20)


def _channels(page: Page, month: Row, spots: Mapping[str, Spot]) -> None:
    words = page.words
    rows = [
        {**month, **_spoken(row, words)}
        for row in page.facts.tables.get("lead_plan_channels", ())
        if row["month"] == month["month"]
    ]
    if not rows:
        return
    page.heading(words("page.lead_channels", month=month["month_name"]), COLUMNS)
    placed = page.table(CHANNELS, rows, elsewhere=spots)
    page.row -= 1
    page.note(words("page.lead_channels_note"), COLUMNS)
    page.next()
    if any(row.get("qualified") is not None for row in rows):
        _picture(page, placed)


def _spoken(row: Row, words: Words) -> Row:
    channel = words("page.channel_unknown") if row.get("channel") is None else row["channel"]
    return {**row, "channel": channel, "channel_share": row.get("qualified_share")}


def _picture(page: Page, placed: Placed) -> None:
    words = page.words
    drawn: Sequence[tuple[str, str]] = (
        ("needed_qualified", "#8A8F98"),
        ("planned_qualified", Hue.LIGHT),
        ("came_qualified", Hue.ACCENT),
    )
    known = [
        (name, colour)
        for name, colour in drawn
        if any(row.get(name) is not None for row in placed.rows)
    ]
    page.chart(
        "lead_plan",
        ChartKind.COLUMN,
        [
            placed.series(name, "channel", words(f"column.{name}"), colour=colour)
            for name, colour in known
        ],
        (page.room(300), MARGIN),
        size=(760, 290),
        value_kind=Kind.INTEGER,
    )


REPORT = Report("lead_plan", Group.READ, draw, is_hidden=True)
