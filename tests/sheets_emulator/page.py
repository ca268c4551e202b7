"""A spreadsheet as a web page, to look at."""

from __future__ import annotations

from datetime import date
from html import escape

from tests.sheets_emulator.book import Book, Cell, Tab

STYLE = """body{font:13px Arial;color:#1f2a37;margin:0}nav{position:sticky;top:0;background:#eef1f5;
padding:8px}
nav a{margin-right:12px}table{border-collapse:collapse;margin:12px}h2{margin:16px 12px 0}
td{border:1px solid #e3e7ec;padding:2px 6px;max-width:420px;white-space:pre-wrap}"""
MOST_ROWS = 200
EPOCH = date(1899, 12, 30).toordinal()


def page(book: Book | None) -> str:
    """Draw a spreadsheet."""
    if book is None:
        return "<!DOCTYPE html><title>404</title>No such spreadsheet."
    tabs = [tab for tab in book.tabs if not tab.properties.get("hidden")]
    links = "".join(f'<a href="#gid={tab.id}">{escape(tab.title)}</a>' for tab in tabs)
    body = "".join(_tab(tab) for tab in tabs)
    again = "<meta charset=utf-8><meta http-equiv=refresh content=5>"
    head = f"{again}<title>{escape(book.title)}</title>"
    return f"<!DOCTYPE html>{head}<style>{STYLE}</style><nav>{links}</nav>{body}"


def _tab(tab: Tab) -> str:
    rows = "".join(f"<tr>{''.join(map(_cell, row))}</tr>" for row in tab.rows[:MOST_ROWS])
    more = f"<p>… {len(tab.rows) - MOST_ROWS}" if len(tab.rows) > MOST_ROWS else ""
    charts = "".join(f"<p>▦ {escape(c['spec'].get('title', ''))}" for c in tab.charts)
    return f'<h2 id="gid={tab.id}">{escape(tab.title)}</h2>{charts}<table>{rows}</table>{more}'


def _cell(cell: Cell) -> str:
    look = cell.format or {}
    fill = look.get("backgroundColorStyle", {}).get("rgbColor")
    ink = look.get("textFormat", {}).get("foregroundColorStyle", {}).get("rgbColor")
    style = (f"background:{_colour(fill)};" if fill else "") + (
        f"color:{_colour(ink)};" if ink else ""
    )
    if look.get("textFormat", {}).get("bold"):
        style += "font-weight:bold"
    return f'<td style="{style}">{escape(_text(cell))}</td>'


def _text(cell: Cell) -> str:
    """Return a cell roughly as its number format shows it; a formula as it was typed."""
    if cell.formula:
        return cell.formula
    number = (cell.format or {}).get("numberFormat", {})
    kind, pattern = number.get("type", ""), number.get("pattern", "")
    if isinstance(cell.value, bool) or not isinstance(cell.value, int | float):
        return "" if cell.value is None else str(cell.value)
    if kind.startswith("DATE"):
        day = date.fromordinal(int(cell.value) + EPOCH)
        return day.strftime("%d.%m.%Y" if "d" in pattern else "%m.%Y")
    if "%" in pattern:
        return f"{cell.value:.1%}"
    return f"{cell.value:,.0f}" if "#,##0" in pattern else f"{cell.value:g}"


def _colour(rgb: dict[str, float]) -> str:
    parts = (round(rgb.get(name, 0) * 255) for name in ("red", "green", "blue"))
    return "#" + "".join(f"{part:02x}" for part in parts)
