"""A workbook as people see it, read from a Google Sheet and from an .xlsx in the same words."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from openpyxl.utils.cell import range_boundaries
from openpyxl.utils.datetime import to_excel

from sheets_sync.targets.gsheets.formula import loose, translated, within
from sheets_sync.targets.places import quoted
from tests.sheets_emulator.book import COLUMNS, ROWS, Book, Cell, Tab

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.cell import Cell as XlsxCell
    from openpyxl.worksheet.worksheet import Worksheet

Json = dict[str, Any]
Spot = tuple[int, int]
SIDES = ("top", "bottom", "left", "right")


@dataclass
class Seen:
    """A tab: what it is like, what its cells hold, and how they look."""

    about: Json
    cells: dict[Spot, Any]
    looks: dict[Spot, Json]


# -- a Google Sheet


def of_google(book: Book) -> dict[str, Seen]:
    """Read all tabs but the one that was there before."""
    titles = {f"#gid={tab.id}": tab.title for tab in book.tabs}
    return {tab.title: _google(tab, titles) for tab in book.tabs[:-1]}


def _google(tab: Tab, titles: dict[str, str]) -> Seen:
    grid = tab.properties["gridProperties"]
    filled = {(r, c): cell for r, row in enumerate(tab.rows) for c, cell in enumerate(row)
              if cell.formula or cell.value is not None}  # fmt: skip
    about = {
        "colour": _hex(tab.properties["tabColorStyle"]),
        "hidden": tab.properties.get("hidden", False),
        "frozen": (grid.get("frozenRowCount", 0), grid.get("frozenColumnCount", 0)),
        "merges": sorted(_area(each) for each in tab.merges),
        "hidden columns": [at for at, size in sorted(tab.sizes[COLUMNS].items())
                           if size.get("hiddenByUser")],
        "widths": {at: size["pixelSize"] for at, size in tab.sizes[COLUMNS].items()},
        "heights": {at: size["pixelSize"] for at, size in tab.sizes[ROWS].items()},
        "gridlines": not grid.get("hideGridlines", False),
        "filter": _area(tab.filter["range"])[:2] if tab.filter else None,
        "hints": {spot: cell.note for spot, cell in filled.items() if cell.note},
        "guarded": sorted({column for each in tab.protected
                           for column in range(*_area(each["range"])[1::2])}),
        "rules": sorted(_google_rule(each) for each in tab.rules),
        "charts": {c["spec"]["title"]: (_spot(c), _drawn(c["spec"]["basicChart"]))
                   for c in tab.charts},
        "links": {spot: titles.get(uri, uri) for spot, cell in filled.items()
                  if (uri := _link(cell))},
        "asked": _google_asked(tab),
    }  # fmt: skip
    cells = {spot: bare(cell.formula) if cell.formula else cell.value
             for spot, cell in filled.items() if cell.value != ""}  # fmt: skip
    return Seen(
        about, cells, {spot: _google_look(cell.format or {}) for spot, cell in filled.items()}
    )


def _hex(style: Json | None) -> str | None:
    if not style:
        return None
    parts = (round(style["rgbColor"].get(name, 0) * 255) for name in ("red", "green", "blue"))
    return "#" + "".join(f"{part:02X}" for part in parts)


def _area(area: Json) -> tuple[int, int, int, int]:
    """Return top, left, bottom, right."""
    return (area.get("startRowIndex", 0), area.get("startColumnIndex", 0),
            area.get("endRowIndex", -1), area.get("endColumnIndex", -1))  # fmt: skip


def _spot(chart: Json) -> Spot:
    cell = chart["position"]["overlayPosition"]["anchorCell"]
    return cell.get("rowIndex", 0), cell.get("columnIndex", 0)


def _drawn(chart: Json) -> set[Spot]:
    """Return the cells whose values a chart shows."""
    areas = [_area(source) for series in chart["series"]
             for source in series["series"]["sourceRange"]["sources"]]  # fmt: skip
    head = chart["headerCount"]
    return {(row, column) for top, left, bottom, right in areas
            for row in range(top + head, bottom) for column in range(left, right)}  # fmt: skip


def _link(cell: Cell) -> str | None:
    return ((cell.format or {}).get("textFormat", {}).get("link") or {}).get("uri")


def _google_rule(rule: Json) -> tuple[int, int, str, str]:
    top, left, _, _ = _area(rule["ranges"][0])
    made = rule["booleanRule"]
    text = made["condition"]["values"][0]["userEnteredValue"]
    return (
        top,
        left,
        bare(text.removeprefix("=")),
        str(_hex(made["format"]["backgroundColorStyle"])),
    )


def _google_asked(tab: Tab) -> dict[int, tuple[str, str]]:
    """Return what is asked for in the cells of each column."""
    found: dict[int, tuple[str, str]] = {}
    for row in tab.rows:
        for column, cell in enumerate(row):
            if cell.validation:
                condition = cell.validation["condition"]
                said = [v["userEnteredValue"] for v in condition.get("values", ())]
                kind = {"ONE_OF_LIST": "list", "ONE_OF_RANGE": "range"}.get(condition["type"])
                found[column] = (kind, bare(",".join(said))) if kind else ("number", "")
    return found


def _google_look(look: Json) -> Json:
    text = look.get("textFormat", {})
    return {
        "font": text.get("fontFamily"), "size": text.get("fontSize"),
        "bold": text.get("bold", False), "underline": text.get("underline", False),
        "ink": _hex(text.get("foregroundColorStyle")),
        "fill": _hex(look.get("backgroundColorStyle")),
        "across": look.get("horizontalAlignment", "").lower(),
        "down": look.get("verticalAlignment", "").lower().replace("middle", "center"),
        "wrap": look.get("wrapStrategy") == "WRAP", "indent": "padding" in look,
        "borders": {at: _hex(line["colorStyle"]) for at, line in look.get("borders", {}).items()},
        "number": _number(look.get("numberFormat", {}).get("pattern")),
    }  # fmt: skip


# -- an .xlsx


def of_xlsx(book: Workbook) -> dict[str, Seen]:
    """Read all worksheets."""
    return {sheet.title: _xlsx(sheet) for sheet in book.worksheets}


def _xlsx(sheet: Worksheet) -> Seen:
    filled = {(cell.row - 1, cell.column - 1): cell for row in sheet.iter_rows() for cell in row
              if cell.value not in (None, "")}  # fmt: skip
    frozen = sheet[sheet.freeze_panes] if sheet.freeze_panes else sheet["A1"]
    widths = {at: each for letter, each in sheet.column_dimensions.items()
              for at in range(each.min - 1, each.max)}  # fmt: skip
    about = {
        "colour": "#" + sheet.sheet_properties.tabColor.rgb[2:],
        "hidden": sheet.sheet_state == "hidden",
        "frozen": (frozen.row - 1, frozen.column - 1),
        "merges": sorted((m.min_row - 1, m.min_col - 1, m.max_row, m.max_col)
                         for m in sheet.merged_cells.ranges),
        "hidden columns": sorted(at for at, each in widths.items() if each.hidden),
        "widths": {at: round((each.width - 5 / 7) * 7 + 5) for at, each in widths.items()},
        "heights": {number - 1: round(each.height / 0.75)
                    for number, each in sheet.row_dimensions.items() if each.height},
        "gridlines": sheet.sheet_view.showGridLines is not False,
        "filter": _corner(sheet.auto_filter.ref),
        "hints": {(area.min_row - 1, area.min_col - 1): each.prompt
                  for each in sheet.data_validations.dataValidation if each.prompt
                  for area in each.sqref.ranges},
        "guarded": sorted({at for each in sheet.data_validations.dataValidation
                           if each.formula1 == "FALSE" for area in each.sqref.ranges
                           for at in range(area.min_col - 1, area.max_col)}),
        "rules": sorted(_xlsx_rules(sheet)),
        "charts": {_said(each): ((each.anchor._from.row, each.anchor._from.col), _shown(each))
                   for each in sheet._charts},
        "links": {(link.row - 1, link.column - 1): _target(link.hyperlink)
                  for link in filled.values() if link.hyperlink},
        "asked": _xlsx_asked(sheet),
    }  # fmt: skip
    return Seen(about, {spot: _xlsx_value(cell) for spot, cell in filled.items()},
                {spot: _xlsx_look(cell) for spot, cell in filled.items()})  # fmt: skip


def _corner(reference: str | None) -> Spot | None:
    match = re.match(r"([A-Z]+)(\d+)", reference or "")
    return (int(match[2]) - 1, 0) if match else None


def _target(link: Any) -> str:
    return str(link.target or link.location.rsplit("!", 1)[0].strip("'").replace("''", "'"))


def _said(chart: Any) -> str:
    return "".join(run.t for line in chart.title.tx.rich.p for run in line.r or ())


def _shown(chart: Any) -> set[Spot]:
    """Return the cells whose values a chart shows."""
    series = [each for part in chart._charts for each in part.ser]
    areas = [range_boundaries((each.val or each.yVal).numRef.f.rsplit("!", 1)[1])
             for each in series]  # fmt: skip
    return {(row - 1, column - 1) for left, top, right, bottom in areas
            for row in range(top, bottom + 1) for column in range(left, right + 1)}  # fmt: skip


def _xlsx_rules(sheet: Worksheet) -> list[tuple[int, int, str, str]]:
    return [
        (area.min_row - 1, area.min_col - 1,
         bare(within(translated(rule.formula[0]), quoted(sheet.title))),
         "#" + rule.dxf.fill.bgColor.rgb[2:])
        for each in sheet.conditional_formatting
        for area in [min(each.sqref.ranges, key=str)]
        for rule in each.rules
    ]  # fmt: skip


def _xlsx_asked(sheet: Worksheet) -> dict[int, tuple[str, str]]:
    found: dict[int, tuple[str, str]] = {}
    for each in sheet.data_validations.dataValidation:
        if each.type not in {"list", "decimal"}:
            continue
        said = (each.formula1 or "").strip('"')
        kind = "number" if each.type == "decimal" else "range" if "!" in said else "list"
        for area in each.sqref.ranges:
            for at in range(area.min_col - 1, area.max_col):
                found[at] = (kind, bare(f"={said}" if kind == "range" else said)
                             if kind != "number" else "")  # fmt: skip
    return found


def _xlsx_value(cell: XlsxCell) -> Any:
    if cell.data_type == "f":
        value = cell.value if isinstance(cell.value, str) else cell.value.text
        return bare("=" + translated(value.removeprefix("=")))
    return to_excel(cell.value) if cell.is_date else cell.value


def _xlsx_look(cell: XlsxCell) -> Json:
    side = {name: getattr(cell.border, name) for name in SIDES}
    fill = cell.fill.fgColor.rgb if cell.fill.fill_type == "solid" else None
    return {
        "font": cell.font.name, "size": int(cell.font.sz), "bold": bool(cell.font.b),
        "underline": bool(cell.font.u), "ink": f"#{cell.font.color.rgb[2:]}",
        "fill": f"#{fill[2:]}" if fill else None,
        "across": cell.alignment.horizontal or "", "down": cell.alignment.vertical or "bottom",
        "wrap": bool(cell.alignment.wrap_text), "indent": bool(cell.alignment.indent),
        "borders": {n: f"#{s.color.rgb[2:]}" for n, s in side.items() if s and s.style},
        "number": _number(cell.number_format),
    }  # fmt: skip


# -- formulas


def _number(pattern: str | None) -> str:
    """Return a number format; Google has to be told of texts, or it guesses what they are."""
    return "General" if pattern in {None, "@"} else str(pattern)


def bare(text: str) -> str:
    """Return a formula whose columns have no end, as they have none in a Google Sheet."""
    ends = re.sub(r"(\$?[A-Z]{1,3}\$?\d+:\$?[A-Z]{1,3})\$?\d+", r"\1", text)
    return loose(ends)
