"""Channels: what each one brings, what it costs, and what to do about it."""

from __future__ import annotations

from datetime import date

from templates.brand import Hue
from templates.layout import MARGIN, Field, Placed, derived, number, parted, shown, summed
from templates.page import Page
from templates.steps import QUADRANT
from templates.tab import ChartKind, Facts, Grid, Group, Kind, Report, Row, Series, Status
from templates.words import Words

LEAST_COLUMNS = 8
COSTS = ("agency", "tools", "salary")
DECIDED = {"keep": Status.GOOD, "fix": Status.WARN, "stop": Status.BAD}


def _cost_status(row: Row) -> Status | None:
    """Colour the cost of a customer by its limit."""
    spend, cost = number(row, "spend"), number(row, "customer_cost")
    limit = number(row, "limit")
    if spend and row.get("customers") == 0:
        return Status.BAD
    if cost is None or not limit:
        return None
    dear = 1.2
    return Status.GOOD if cost <= limit else Status.WARN if cost <= dear * limit else Status.BAD


def _romi_status(row: Row) -> Status | None:
    """Colour advertising that did not earn back what it cost."""
    romi = number(row, "romi")
    return None if romi is None else Status.GOOD if romi >= 0 else Status.BAD


def _diagnosis_status(row: Row) -> Status | None:
    return QUADRANT.get(str(row.get("diagnosis")))


def _decision_status(row: Row) -> Status | None:
    return DECIDED.get(str(row.get("decision")))


FIELDS = (
    shown("channel", width=22),
    summed("spend", Kind.MONEY, 13),
    summed("leads"),
    summed("qualified"),
    summed("unqualified", width=12),
    summed("spam", width=8),
    summed("pending"),
    derived("qualified_share", width=10),
    shown("share_low", Kind.SHARE, 8),
    shown("share_high", Kind.SHARE, 8),
    derived("cost_per_lead", Kind.MONEY, 13),
    derived("cost_per_qualified", Kind.MONEY, 14),
    summed("customers"),
    derived("customer_cost", Kind.MONEY, 15, status=_cost_status),
    shown("limit", Kind.MONEY, 12),
    summed("revenue", Kind.MONEY, 15),
    summed("margin", Kind.MONEY, 14),
    derived("romi", width=10, status=_romi_status),
    shown("maturity", Kind.SHARE, 10),
    shown("suggestion", Kind.LONG_TEXT, 44, status=_diagnosis_status),
    shown("decided", Kind.LONG_TEXT, 17, unknown=None, status=_decision_status),
)


def draw(facts: Facts, words: Words) -> Grid:
    """Draw the channels."""
    page = Page("channels", facts, words)
    share = number(facts.settings, "margin_share")
    rows = [_spoken(row, share, words) for row in facts.tables.get("channels", ())]
    page.head(max(LEAST_COLUMNS, len(parted(FIELDS, rows)[0])), window="window")
    is_judged = any(row.get("share_low") is not None for row in rows)
    at = page.room(340) if is_judged else 0
    placed = page.table(FIELDS, rows, total=words("page.total"))
    page.note(words("page.channels_note"), page.across)
    if share is None and any(row["margin"] is None for row in rows):
        page.note(words("page.no_margin"), page.across)
    _full_cost(page)
    page.print_rows = page.row
    page.next()
    if is_judged:
        _pictures(page, placed, at)
    return page.grid()


def _full_cost(page: Page) -> None:
    """Add up all that marketing costs; what nobody typed is said, and never taken for nothing."""
    words = page.words
    row = next(iter(page.facts.tables.get("full_cost", ())), None)
    if row is None:
        return
    page.next()
    page.heading(words("metric.customer_cost_full"), page.across)
    page.known_pairs(
        [
            ("spend", row["spend"], Kind.MONEY),
            *((kind, row[kind], Kind.MONEY) for kind in COSTS),
            ("customers", row["customers"], Kind.INTEGER),
            ("customer_cost_full", None, Kind.MONEY),
        ],
        formulas={"customer_cost_full": "customer_cost_full"},
    )
    if not any(row[f"has_{kind}"] for kind in COSTS):
        page.note(words("page.no_costs", tab=words("tab.costs")), page.across)
    elif absent := [words(f"choice.{kind}") for kind in COSTS if not row[f"has_{kind}"]]:
        page.note(words("page.costs_without", kinds=", ".join(absent)), page.across)
    elif any(row[kind] is None for kind in COSTS):
        page.note(words("page.costs_incomplete", tab=words("tab.costs")), page.across)


def _spoken(row: Row, margin_share: float | None, words: Words) -> Row:
    """Name the channel, even the unknown one, and put its diagnosis in words."""
    revenue = number(row, "revenue")
    diagnosis, channel = row.get("diagnosis"), row.get("channel")
    spend, customers = number(row, "spend"), row.get("customers")
    suggestion = words(f"diagnosis.{diagnosis}") if diagnosis else None
    if diagnosis == "too_little_data" and not number(row, "leads"):
        suggestion = words("page.channel_no_leads")
    elif diagnosis == "too_little_data" and not (
        number(row, "qualified") or number(row, "unqualified")
    ):
        suggestion = words("page.channel_no_verdicts")
    if spend and not number(row, "leads"):
        suggestion = words("page.spend_without_leads")
    elif spend and customers == 0:
        suggestion = words("page.no_customers_yet", suggestion=suggestion or "").strip()
    name = words("page.channel_unknown") if channel is None else channel
    own = number(row, "margin_share") or margin_share
    margin = None if revenue is None or own is None else revenue * own
    return {
        **row,
        "channel": name,
        "suggestion": suggestion,
        "margin": margin,
        "decided": _decided(row, words),
    }


def _decided(row: Row, words: Words) -> str | None:
    """Say what the owner of a channel decided, and when."""
    decision, day = row.get("decision"), row.get("decision_on")
    if not decision:
        return None
    said = words(f"choice.{decision}")
    return (
        words("page.decided_on", decision=said, day=words.day(day))
        if isinstance(day, date)
        else said
    )


def _pictures(page: Page, placed: Placed, at: int) -> None:
    words = page.words
    left, right = page.side_by_side(at, page.across, 340)
    page.note(words("page.chart_data"), page.across)
    shares = page.table(INTERVAL, [_interval(row) for row in placed.rows])
    page.chart(
        "qualified_share_by_channel",
        ChartKind.STACKED_BAR,
        interval_series(shares, "channel", words),
        left[0],
        size=left[1],
        value_kind=Kind.SHARE,
        most=1.0,
        has_legend=False,
    )
    costs = [row for row in placed.rows if number(row, "customer_cost") is not None]
    if not costs:
        return
    page.row -= len(placed.rows) + 2
    columns = tuple(range(MARGIN + 6, MARGIN + 9))
    dots = page.table(DOTS, costs, columns=columns)
    page.row = max(page.row, shares.last + 2)
    page.chart(
        "lead_against_customer",
        ChartKind.SCATTER,
        (
            Series(
                words("column.customer_cost"),
                dots.area("cost_per_lead"),
                dots.area("customer_cost"),
                labels=dots.area("channel"),
            ),
        ),
        right[0],
        size=right[1],
        value_kind=Kind.MONEY,
        value_title=words("column.customer_cost"),
        category_title=words("column.cost_per_lead"),
        has_legend=False,
    )


INTERVAL: tuple[Field, ...] = (
    shown("channel"),
    shown("interval_low", Kind.SHARE, unknown=None),
    shown("interval_below", Kind.SHARE, unknown=None),
    shown("interval_above", Kind.SHARE, unknown=None),
)
DOTS = (shown("channel"), shown("cost_per_lead", Kind.MONEY), shown("customer_cost", Kind.MONEY))


def _interval(row: Row) -> Row:
    return {
        "channel": row["channel"],
        **interval(
            number(row, "qualified_share"), number(row, "share_low"), number(row, "share_high")
        ),
    }


def interval(share: float | None, low: float | None, high: float | None) -> Row:
    """Cut an interval at the share in its middle into lengths that stand on one another."""
    if share is None or low is None or high is None:
        return {}
    return {
        "interval_low": low,
        "interval_below": max(share - low, 0.0),
        "interval_above": max(high - share, 0.0),
    }


def interval_series(placed: Placed, category: str, words: Words) -> tuple[Series, ...]:
    """Draw intervals: nothing up to the low end, then darker up to the share, lighter beyond."""
    return (
        placed.series("interval_low", category, words("page.nothing"), is_invisible=True),
        placed.series("interval_below", category, words("column.interval_below")),
        placed.series("interval_above", category, words("column.interval_above"), colour=Hue.LIGHT),
    )


REPORT = Report("channels", Group.READ, draw)
