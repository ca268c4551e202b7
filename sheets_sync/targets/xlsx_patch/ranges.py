"""What follows the rows of a table as they grow: filters, colours by value, checks, columns."""

from __future__ import annotations

import re

from sheets_sync.targets.places import ROOM, letters
from sheets_sync.targets.xlsx_patch import markup, reference
from sheets_sync.targets.xlsx_patch.markup import Edit, Element, with_attribute
from sheets_sync.targets.xlsx_patch.reference import Area
from sheets_sync.targets.xlsx_patch.sheet import SheetPart

_BEFORE_CHECKS = (
    b"conditionalFormatting",
    b"phoneticPr",
    b"mergeCells",
    b"customSheetViews",
    b"dataConsolidate",
    b"sortState",
    b"autoFilter",
    b"scenarios",
    b"protectedRanges",
    b"sheetProtection",
    b"sheetCalcPr",
)


def dimension(sheet: SheetPart, bottom: int, right: int) -> list[Edit]:
    """Let the stated extent of a sheet hold the new cells."""
    found = sheet.one(b"dimension")
    if not found or b"ref" not in found.attributes:
        return []
    old = reference.area(found.attributes[b"ref"].decode())
    new = Area(old.top, old.left, max(old.bottom, bottom), max(old.right, right))
    if new == old:
        return []
    return [with_attribute(sheet.xml, found, b"ref", str(new).encode())]


def filtered(sheet: SheetPart, header: int, bottom: int, right: int) -> tuple[list[Edit], str]:
    """Let the filter over our header reach the last row; return its new range."""
    found = sheet.one(b"autoFilter")
    if not found or b"ref" not in found.attributes:
        return [], ""
    old = reference.area(found.attributes[b"ref"].decode())
    new = Area(old.top, old.left, max(old.bottom, bottom), _reached(old.right, right))
    if old.top != header or new == old:
        return [], ""
    address = str(new)
    edits = [with_attribute(sheet.xml, found, b"ref", address.encode())]
    return edits, address


def _reached(right: int, wanted: int) -> int:
    """Take in a new column only if it stands beside the filter."""
    return wanted if wanted == right + 1 else right


def grown(sheet: SheetPart, columns: set[int], old_last: int, new_last: int) -> list[Edit]:
    """Let checks and colours by value that covered the last row cover the new ones."""
    if new_last <= old_last:
        return []
    edits = []
    for name in (b"conditionalFormatting", b"dataValidation"):
        for item in sheet.after(name):
            text = item.attributes.get(b"sqref", b"").decode()
            parts = [_longer(part, columns, old_last, new_last) for part in text.split()]
            if (new := " ".join(parts)) != text:
                edits.append(with_attribute(sheet.xml, item, b"sqref", new.encode()))
    return edits


def _longer(text: str, columns: set[int], old_last: int, new_last: int) -> str:
    """Return a range that reaches the new last row if it reached the old one."""
    area = reference.area(text)
    is_ours = any(area.left <= column <= area.right for column in columns)
    if not is_ours or not area.top < old_last <= area.bottom < new_last:
        return text
    bottom = new_last if area.bottom == old_last else new_last + ROOM
    return str(Area(area.top, area.left, bottom, area.right))


def object_grown(
    xml: bytes, header: int, key_column: int, old_last: int, new_last: int
) -> list[Edit]:
    """Let a table that people made over our rows take in the new ones."""
    table = markup.element(xml, b"table")
    if not table or b"totalsRowCount" in table.attributes:
        return []
    old = reference.area(table.attributes[b"ref"].decode())
    if old.top != header or old.bottom != old_last or not old.holds(header, key_column):
        return []
    new = str(Area(old.top, old.left, new_last, old.right)).encode()
    found = [table, markup.element(xml, b"autoFilter", table.inner)]
    return [with_attribute(xml, item, b"ref", new) for item in found if item]


def column_width(sheet: SheetPart, column: int, model: dict[bytes, bytes]) -> list[Edit]:
    """Give a column that is brought back its width, unless it has one."""
    whole = sheet.one(b"cols")
    width = model.get(b"width", b"14")
    hidden = b' hidden="1"' if model.get(b"hidden") == b"1" else b""
    name = sheet.named(b"col")
    number = column + 1
    new = b'<%b min="%d" max="%d" width="%b"%b customWidth="1"/>'
    text = new % (name, number, number, width, hidden)
    if not whole:
        start = sheet.data.start
        return [Edit(start, start, b"<%bs>%b</%bs>" % (name, text, name))]
    at = whole.inner
    for item in markup.elements(sheet.xml, name, whole.inner, whole.inner_end):
        if int(item.attributes[b"min"]) <= number <= int(item.attributes[b"max"]):
            return []
        if int(item.attributes[b"max"]) < number:
            at = item.end
    return [Edit(at, at, text)]


def checks_copied(
    sheet: SheetPart, model: SheetPart, columns: dict[int, int], last: int
) -> list[Edit]:
    """Copy the checks of columns that are brought back; `columns` maps theirs to ours."""
    copies = []
    for item in model.after(b"dataValidation"):
        areas = reference.areas(item.attributes[b"sqref"].decode())
        at = columns.get(areas[0].left)
        if at is None:
            continue
        bottom = areas[0].bottom if areas[0].top == areas[0].bottom else last + ROOM
        new = str(Area(areas[0].top, at, bottom, at)).encode()
        text = item.text(model.xml)
        opening = Element(item.name, 0, item.inner - item.start, 0, 0, item.attributes)
        text = markup.apply(text, [with_attribute(text, opening, b"sqref", new)])
        copies.append(_reprefixed(text, sheet.prefix))
    return added_checks(sheet, copies)


def added_checks(sheet: SheetPart, checks: list[bytes]) -> list[Edit]:
    """Add checks to a sheet, where checks belong."""
    if not checks:
        return []
    whole = sheet.one(b"dataValidations")
    name = sheet.named(b"dataValidations")
    if whole and whole.inner < whole.end:
        count = len(sheet.after(b"dataValidation")) + len(checks)
        edit = with_attribute(sheet.xml, whole, b"count", str(count).encode())
        return [edit, Edit(whole.inner_end, whole.inner_end, b"".join(checks))]
    text = b'<%b count="%d">%b</%b>' % (name, len(checks), b"".join(checks), name)
    at = behind(sheet, _BEFORE_CHECKS)
    return [Edit(at, at, text)]


def behind(sheet: SheetPart, names: tuple[bytes, ...]) -> int:
    """Return where an element belongs that follows those named."""
    found = [item.end for name in names for item in sheet.after(name)]
    return max(found, default=sheet.data.end)


def _reprefixed(xml: bytes, prefix: bytes) -> bytes:
    """Write elements without a prefix with that of another part."""
    return re.sub(rb"(</?)(?=\w+[\s/>])", rb"\1" + prefix, xml) if prefix else xml


def column_letters(columns: set[int]) -> str:
    """List columns for people.

    >>> column_letters({1, 0})
    'A, B'
    """
    return ", ".join(letters(column) for column in sorted(columns))
