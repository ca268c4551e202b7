"""Results at set-up and now, side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from templates.layout import MARGIN, a1, number, shown
from templates.page import Page
from templates.tab import Kind, Row, Status

FIELDS = (
    shown("result", width=24),
    shown("at_start", Kind.FIGURE, 16),
    shown("at_now", Kind.FIGURE, 14),
    shown("since_then", Kind.FIGURE, 16),
    shown("n_at_start", Kind.INTEGER, 16),
    shown("n_at_now", Kind.INTEGER, 16),
)
WHERE = {item.id: MARGIN + place for place, item in enumerate(FIELDS)}
KINDS: Mapping[str, Kind] = {"share": Kind.SHARE, "money": Kind.MONEY, "days": Kind.DAYS}


def place_results(page: Page, rows: Sequence[Row], columns: int) -> None:
    """Place the results of which both ends, or at least one, are known."""
    words = page.words
    known = [row for row in rows if row.get("before") is not None]
    if not known:
        return
    page.heading(words("page.results"), columns)
    page.header(FIELDS, WHERE)
    for row in known:
        _line(page, row)
    page.note(words("page.results_note"), columns)
    page.next()


def _line(page: Page, row: Row) -> None:
    words, kind = page.words, KINDS[str(row["kind"])]
    before, now = number(row, "before"), number(row, "now")
    page.put(WHERE["result"], words(f"metric.{row['metric']}"))
    page.quantity(WHERE["at_start"], before, kind)
    page.quantity(WHERE["at_now"], now, kind)
    page.quantity(WHERE["n_at_start"], number(row, "before_n"), Kind.INTEGER)
    page.quantity(WHERE["n_at_now"], number(row, "now_n"), Kind.INTEGER)
    if not row.get("is_comparable", True):
        page.put(WHERE["since_then"], words("page.other_rule"), status=Status.UNKNOWN)
    else:
        change = None if before is None or now is None else now - before
        cells = (a1(page.row, WHERE[id_]) for id_ in ("at_now", "at_start"))
        page.quantity(WHERE["since_then"], change, kind, "-".join(cells))
    page.next(20)
