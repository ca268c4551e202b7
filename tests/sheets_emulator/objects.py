"""The requests about what lies on a grid: merges, protection, names, rules, charts, filters."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

from tests.sheets_emulator.book import Book, Json, Tab
from tests.sheets_emulator.discovery import InvalidError, parsed


def _tab(book: Book, area: Json) -> Tab:
    tab = book.tab(area.get("sheetId", 0))
    tab.bounds(area)
    return tab


def _meets(tab: Tab, one: Json, other: Json) -> bool:
    a, b = tab.bounds(one), tab.bounds(other)
    return a[0] < b[1] and b[0] < a[1] and a[2] < b[3] and b[2] < a[3]


def _holds(tab: Tab, one: Json, other: Json) -> bool:
    a, b = tab.bounds(one), tab.bounds(other)
    return a[0] <= b[0] and b[1] <= a[1] and a[2] <= b[2] and b[3] <= a[3]


def merge(book: Book, body: Json, _: Json) -> None:
    tab = _tab(book, body["range"])
    top, bottom, left, right = tab.bounds(body["range"])
    if body.get("mergeType", "MERGE_ALL") == "MERGE_ROWS":
        parts = [(row, row + 1, left, right) for row in range(top, bottom)]
    elif body.get("mergeType") == "MERGE_COLUMNS":
        parts = [(top, bottom, column, column + 1) for column in range(left, right)]
    else:
        parts = [(top, bottom, left, right)]
    for part in parts:
        names = ("startRowIndex", "endRowIndex", "startColumnIndex", "endColumnIndex")
        area = {"sheetId": tab.id, **dict(zip(names, part, strict=True))}
        met = [each for each in tab.merges if _meets(tab, area, each)]
        if any(not _holds(tab, area, each) for each in met):
            raise InvalidError("You must select all cells in a merged range to merge them")
        tab.merges = [each for each in tab.merges if each not in met or each == area]
        for spot in list(tab.spots(area))[1:]:
            if tab.cell(*spot).value is not None:
                tab.put(*spot, tab.cell(*spot)._replace(value=None, formula=None))
        if area not in tab.merges:
            tab.merges.append(area)


def unmerge(book: Book, body: Json, _: Json) -> None:
    tab = _tab(book, body["range"])
    tab.merges = [each for each in tab.merges if not _meets(tab, each, body["range"])]


def add_protected(book: Book, body: Json, _: Json) -> Json:
    new = copy.deepcopy(body["protectedRange"])
    tab = _tab(book, new["range"])
    new.setdefault("protectedRangeId", next(book.numbers))
    if any(
        p["protectedRangeId"] == new["protectedRangeId"] for t in book.tabs for p in t.protected
    ):
        raise InvalidError("a protected range of that id exists")
    if new.get("warningOnly") and new.get("editors"):
        raise InvalidError("warningOnly takes no editors")
    tab.protected.append(new)
    return {"addProtectedRange": {"protectedRange": new}}


def update_protected(book: Book, body: Json, _: Json) -> None:
    new = body["protectedRange"]
    for tab in book.tabs:
        for each in tab.protected:
            if each["protectedRangeId"] == new["protectedRangeId"]:
                each |= {name: new.get(name) for name in parsed(body["fields"])}
                return
    raise InvalidError("no such protected range")


def delete_protected(book: Book, body: Json, _: Json) -> None:
    for tab in book.tabs:
        for each in tab.protected:
            if each["protectedRangeId"] == body["protectedRangeId"]:
                tab.protected.remove(each)
                return
    raise InvalidError("no such protected range")


def add_named(book: Book, body: Json, _: Json) -> Json:
    new = copy.deepcopy(body["namedRange"])
    _tab(book, new["range"])
    new.setdefault("namedRangeId", str(next(book.numbers)))
    if new["namedRangeId"] in book.named or any(
        n["name"] == new["name"] for n in book.named.values()
    ):
        raise InvalidError(f"a named range {new['name']} exists")
    book.named[new["namedRangeId"]] = new
    return {"addNamedRange": {"namedRange": new}}


def update_named(book: Book, body: Json, _: Json) -> None:
    new = body["namedRange"]
    if new["namedRangeId"] not in book.named:
        raise InvalidError("no such named range")
    book.named[new["namedRangeId"]] |= {name: new[name] for name in parsed(body["fields"])}


def delete_named(book: Book, body: Json, _: Json) -> None:
    if book.named.pop(body["namedRangeId"], None) is None:
        raise InvalidError("no such named range")


def add_rule(book: Book, body: Json, _: Json) -> None:
    rule = copy.deepcopy(body["rule"])
    tabs = {_tab(book, area).id for area in rule["ranges"]}
    if len(tabs) != 1:
        raise InvalidError("a rule lies on one tab")
    for value in rule.get("booleanRule", {}).get("condition", {}).get("values", ()):
        if "!" in value.get("userEnteredValue", "").replace("'!", "!").split("INDIRECT")[0]:
            raise InvalidError("Conditional format rule cannot reference a different sheet.")
    rules = book.tab(tabs.pop()).rules
    at = body.get("index", 0)
    if at > len(rules):
        raise InvalidError("no such place among the rules")
    rules.insert(at, rule)


def update_rule(book: Book, body: Json, _: Json) -> None:
    rules = book.tab(body.get("sheetId", 0)).rules
    if body.get("index", 0) >= len(rules):
        raise InvalidError("no such rule")
    rules[body.get("index", 0)] = copy.deepcopy(body["rule"])


def delete_rule(book: Book, body: Json, _: Json) -> None:
    rules = book.tab(body.get("sheetId", 0)).rules
    if body.get("index", 0) >= len(rules):
        raise InvalidError("no such rule")
    del rules[body.get("index", 0)]


def add_chart(book: Book, body: Json, _: Json) -> Json:
    new = copy.deepcopy(body["chart"])
    new.setdefault("chartId", next(book.numbers))
    if any(c["chartId"] == new["chartId"] for tab in book.tabs for c in tab.charts):
        raise InvalidError("a chart of that id exists")
    spot = new["position"]["overlayPosition"]["anchorCell"]
    tab = book.tab(spot.get("sheetId", 0))
    if spot.get("rowIndex", 0) >= tab.row_count or spot.get("columnIndex", 0) >= tab.column_count:
        raise InvalidError("a chart outside of the grid")
    tab.charts.append(new)
    return {"addChart": {"chart": new}}


def _chart(book: Book, id_: int) -> tuple[Tab, Json]:
    for tab in book.tabs:
        for each in tab.charts:
            if each["chartId"] == id_:
                return tab, each
    raise InvalidError(f"no chart with id {id_}")


def update_chart(book: Book, body: Json, _: Json) -> None:
    _chart(book, body["chartId"])[1]["spec"] = copy.deepcopy(body["spec"])


def move_object(book: Book, body: Json, _: Json) -> None:
    _chart(book, body["objectId"])[1]["position"] = copy.deepcopy(body["newPosition"])


def delete_object(book: Book, body: Json, _: Json) -> None:
    tab, chart = _chart(book, body["objectId"])
    tab.charts.remove(chart)


def set_filter(book: Book, body: Json, _: Json) -> None:
    area = body["filter"].get("range", {})
    tab = _tab(book, area)
    names = ("startRowIndex", "endRowIndex", "startColumnIndex", "endColumnIndex")
    whole = {"sheetId": tab.id, **dict(zip(names, tab.bounds(area), strict=True))}
    tab.filter = {**copy.deepcopy(body["filter"]), "range": whole}


def clear_filter(book: Book, body: Json, _: Json) -> None:
    book.tab(body.get("sheetId", 0)).filter = None


def add_view(book: Book, body: Json, _: Json) -> Json:
    new = copy.deepcopy(body["filter"])
    new.setdefault("filterViewId", next(book.numbers))
    _tab(book, new["range"]).views.append(new)
    return {"addFilterView": {"filter": new}}


def delete_view(book: Book, body: Json, _: Json) -> None:
    for tab in book.tabs:
        tab.views = [v for v in tab.views if v["filterViewId"] != body["filterId"]]


def add_group(book: Book, body: Json, _: Json) -> Json:
    tab = book.tab(body["range"].get("sheetId", 0))
    tab.groups.append({"range": body["range"], "depth": 1})
    return {"addDimensionGroup": {"dimensionGroups": tab.groups}}


def delete_group(book: Book, body: Json, _: Json) -> Json:
    tab = book.tab(body["range"].get("sheetId", 0))
    tab.groups = [g for g in tab.groups if g["range"] != body["range"]]
    return {"deleteDimensionGroup": {"dimensionGroups": tab.groups}}


def add_banding(book: Book, body: Json, _: Json) -> Json:
    new = copy.deepcopy(body["bandedRange"])
    new.setdefault("bandedRangeId", next(book.numbers))
    _tab(book, new["range"]).banding.append(new)
    return {"addBanding": {"bandedRange": new}}


def nothing(_book: Book, _body: Json, _quirks: Json) -> None:
    """Accept what changes nothing that is kept here."""


OBJECTS: dict[str, Callable[[Book, Json, Json], Any]] = {
    "mergeCells": merge, "unmergeCells": unmerge, "addProtectedRange": add_protected,
    "updateProtectedRange": update_protected, "deleteProtectedRange": delete_protected,
    "addNamedRange": add_named, "updateNamedRange": update_named, "deleteNamedRange": delete_named,
    "addConditionalFormatRule": add_rule, "updateConditionalFormatRule": update_rule,
    "deleteConditionalFormatRule": delete_rule, "addChart": add_chart,
    "updateChartSpec": update_chart, "updateEmbeddedObjectPosition": move_object,
    "deleteEmbeddedObject": delete_object, "setBasicFilter": set_filter,
    "clearBasicFilter": clear_filter, "addFilterView": add_view, "deleteFilterView": delete_view,
    "addDimensionGroup": add_group, "deleteDimensionGroup": delete_group, "addBanding": add_banding,
    "autoResizeDimensions": nothing,
}  # fmt: skip
