"""A new workbook, read by programs that did not write it."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from datetime import date, datetime
from zipfile import ZipFile

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from sheets_sync.targets.cells import LONGEST, plain
from sheets_sync.targets.lambdas import lambdas
from sheets_sync.targets.places import Place, Places, located, titles
from sheets_sync.targets.xlsx_new import write_new
from sheets_sync.workbook import ReportSheet, TableSheet
from templates.tab import Chart, ChartKind, Grid, Group, Kind, Origin, Series, Table, human, machine
from templates.words import LANGUAGES, load
from tests import oracles
from tests.targets import made_up

DEALS = "Сделки отдела 'А"
FIRST = 5


@pytest.fixture(scope="module", params=LANGUAGES)
def path(request, tmp_path_factory):
    made = tmp_path_factory.mktemp("new") / "made up.xlsx"
    currency = {"ru": "RUB", "en": "USD"}[request.param]
    write_new(made, made_up.sheets(), made_up.words(request.param), currency)
    return made


@pytest.fixture
def book(path):
    return openpyxl.load_workbook(path)


@pytest.fixture
def is_russian(book):
    return "₽" in book[DEALS].cell(FIRST + 1, column("amount")).number_format


def column(id_: str, table: Table = made_up.DEALS) -> int:
    return [column.id for column in table.columns].index(id_) + 1


@pytest.mark.parametrize("program", [oracles.ironcalc, oracles.libreoffice])
def test_other_programs_calculate_the_values_that_are_cached(path, program):
    opinion = program(path)
    assert opinion.compared == 40 * 2 + 25 + 4
    assert (opinion.errors, opinion.differences) == (0, ())


@pytest.mark.parametrize("program", [oracles.ironcalc, oracles.libreoffice])
def test_a_wrong_cached_value_is_noticed(tmp_path, program):
    sheet = made_up.sheets()[0]
    cells = [replace(c, value=1.0) if c.formula == "SUM(E28:E47)" else c for c in sheet.grid.cells]
    wrong = replace(sheet, grid=replace(sheet.grid, cells=tuple(cells)))
    write_new(
        tmp_path / "w.xlsx", [wrong, *made_up.sheets()[1:]], made_up.words("ru"), currency="RUB"
    )
    assert [d.address for d in program(tmp_path / "w.xlsx").differences] == ["E48"]


def test_same_tabs_same_bytes(path, tmp_path, is_russian):
    language, currency = ("ru", "RUB") if is_russian else ("en", "USD")
    write_new(tmp_path / "again.xlsx", made_up.sheets(), made_up.words(language), currency)
    assert (tmp_path / "again.xlsx").read_bytes() == path.read_bytes()


def test_values_come_back(path):
    rows = CalamineWorkbook.from_path(path).get_sheet_by_name(DEALS).to_python()[FIRST - 1 :]
    for number, row in enumerate(rows):
        deal = made_up.deal(number)
        read = dict(zip((c.id for c in made_up.DEALS.columns), row, strict=True))
        assert read["deal_id"] == deal["deal_id"]
        assert read["title"] == plain(deal["title"])
        assert read["amount"] == ("" if deal["amount"] is None else float(deal["amount"]))
        assert read["chance"] == deal["chance"]
        assert read["created_at"] == deal["created_at"]
        assert read["closed_on"] == (deal["closed_on"] or "")
        assert read["month"] == date(2026, 9, 1)
    assert len(rows) == 40


def test_what_people_typed_is_put_back(book):
    assert book[DEALS].cell(FIRST + 2, column("our_verdict")).value == "не знаем"
    assert book[DEALS].cell(FIRST + 2, column("agreed")).value == 120_000
    plan = [[cell.value for cell in row[:3]] for row in book["План"].iter_rows(5, 10)]
    assert plan[0] == ["L-0001", "2026-01", 101]
    assert plan[4:] == [["L-0005", "2026-05", 105], [None, None, None]]


def test_hostile_text_is_text_and_nothing_else(path):
    book = openpyxl.load_workbook(path)
    titles_ = [book[DEALS].cell(FIRST + n, column("title")) for n in range(len(made_up.HOSTILE))]
    assert {cell.data_type for cell in titles_} == {"s"}
    assert not any(cell.hyperlink for row in book[DEALS].iter_rows() for cell in row)
    assert len(titles_[9].value) == LONGEST
    report = book["Пять показателей"]
    assert (report["B51"].data_type, report["B51"].value) == ("s", "=1+1")
    links = {cell.coordinate: cell.hyperlink.target or cell.hyperlink.location
             for row in report.iter_rows() for cell in row if cell.hyperlink}  # fmt: skip
    assert links == {
        "B49": "'Сделки отдела ''А'!A1",
        "C49": "'План'!A1",
        "B52": "https://example.org/",
    }
    formulas = {text for (sheet, _), (text, _) in oracles.formulas(path).items() if sheet == DEALS}
    assert all(text.startswith("IF(") for text in formulas)


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.text(st.characters(codec=None) | st.sampled_from("=+-@\t\n\r'\"<&_x"), max_size=40),
        min_size=1,
        max_size=30,
    )
)
def test_any_text_comes_back(tmp_path_factory, texts):
    table = Table("plan", Group.WORK, "plan_id", Origin.FED, (machine("plan_id"), human("value")))
    rows = [{"plan_id": f"{n}", "value": text} for n, text in enumerate(texts)]
    made = tmp_path_factory.mktemp("any") / "any.xlsx"
    write_new(made, [TableSheet(table, rows)], made_up.words("en"), "USD")
    sheet = openpyxl.load_workbook(made)["План"]
    read = [sheet.cell(FIRST + n, 2).value or "" for n in range(len(texts))]
    assert read == [plain(text) for text in texts]
    assert oracles.formulas(made) == {}


@given(st.text(st.characters(codec=None), max_size=80).map(lambda text: text * 900))
@settings(max_examples=50)
def test_a_text_fits_a_cell(text):
    fit = plain(text)
    assert len(fit.encode("utf-16-le")) // 2 <= LONGEST
    assert plain(fit) == fit
    ET.fromstring(f"<a>{fit.replace('&', '').replace('<', '')}</a>")  # noqa: S314


def test_formats_are_those_of_the_language(book, is_russian):
    sheet = book[DEALS]
    formats = {id_: sheet.cell(FIRST + 1, column(id_)).number_format
               for id_ in ("amount", "chance", "closed_on", "created_at", "month")}  # fmt: skip
    russian = {
        "amount": '#,##0"\xa0₽"',
        "chance": "0.0%",
        "closed_on": "dd.mm.yyyy",
        "created_at": "dd.mm.yyyy hh:mm",
        "month": "[$-419]mmmm yyyy",
    }
    english = {
        "amount": '"$"#,##0',
        "chance": "0.0%",
        "closed_on": "yyyy-mm-dd",
        "created_at": "yyyy-mm-dd hh:mm",
        "month": "[$-409]mmmm yyyy",
    }
    assert formats == (russian if is_russian else english)


def test_dropdowns_reach_below_the_rows_and_refuse_nothing(book):
    checks = {str(check.sqref): check for check in book[DEALS].data_validations.dataValidation}
    choices = checks["P5:P544"]
    assert choices.formula1 == '"целевая,нецелевая,не знаем"'
    assert {check.errorStyle for check in checks.values()} - {None} == {"information", "warning"}
    assert checks["P4"].prompt == "Ваш вердикт важнее вердикта из CRM."
    assert (checks["R5:R544"].type, checks["S5:S544"].type) == ("decimal", "decimal")


def test_cells_of_the_program_warn_and_refuse_nothing(book):
    """Whoever types there is told that the next sync replaces it, and may go on."""
    for sheet in book.worksheets:
        assert not sheet.protection.sheet
    warned = {
        sheet.title: [
            str(check.sqref)
            for check in sheet.data_validations.dataValidation
            if (check.type, check.errorStyle, check.formula1) == ("custom", "warning", "FALSE")
        ]
        for sheet in book.worksheets
    }
    assert "A5:A544" in warned[DEALS]
    assert not {"P5:P544", "R5:R544", "S5:S544"} & set(warned[DEALS])
    assert warned["Пять показателей"] == ["A1:K53"]


def test_every_column_and_report_has_a_name(book):
    names = {name: defined.attr_text for name, defined in book.defined_names.items()}
    assert names["smk.deals.deal_id"] == "'Сделки отдела ''А'!$A$4"
    assert names["smk.plan.double"] == "'План'!$D$4"
    assert names["smk.pulse"] == "'Пять показателей'!$A$1:$K$53"
    tables = (made_up.DEALS, made_up.PLAN, made_up.SPARE)
    expected = {f"smk.{table.name}.{c.id}" for table in tables for c in table.columns}
    assert set(names) == expected | {"smk.pulse", *lambdas()}


def test_layout(book):
    sheet = book[DEALS]
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("B5", "A4:U44")
    assert [sheet.cell(row, 1).value for row in (1, 3, 4)] == ["Сделки отдела 'А'", None, "Deal id"]
    assert book.sheetnames[-1] == "History_"
    assert [s.sheet_state for s in book.worksheets] == ["visible", "visible", "visible", "hidden"]
    assert sheet.column_dimensions["O"].hidden
    fills = {
        sheet.cell(4, column(id_)).fill.fgColor.rgb for id_ in ("title", "comment", "weighted")
    }
    assert len(fills) == 3
    assert sheet.page_setup.fitToHeight == 0
    assert sheet.print_title_rows == "$4:$4"


def test_one_typeface(path):
    with ZipFile(path) as file:
        fonts = file.read("xl/styles.xml").decode().split("</fonts>")[0]
        charts = "".join(file.read(n).decode() for n in file.namelist() if "charts/chart" in n)
    assert set(re.findall(r'<name val="([^"]+)"', fonts)) == {"Arial"}
    assert set(re.findall(r'<a:latin typeface="([^"]+)"', charts)) == {"Arial"}
    assert fonts.count("<scheme") <= 1  # the link style that XlsxWriter always adds


def test_charts_are_native_and_complete(path):
    with ZipFile(path) as file:
        charts = [file.read(n).decode() for n in file.namelist() if "charts/chart" in n]
        drawing = file.read("xl/drawings/drawing1.xml").decode()
    assert re.findall(r'<xdr:cNvPr id="\d+" name="(\w+)"', drawing) == [
        "share", "revenue", "leads", "sellers", "interval", "price", "radar",
    ]  # fmt: skip
    kinds = [set(re.findall(r"<c:(bar|line|scatter|radar)Chart>", chart)) for chart in charts]
    both, bar = {"bar", "line"}, {"bar"}
    assert kinds == [both, {"line"}, both, bar, bar, {"scatter"}, {"radar"}]
    assert "<c:f>=1+1" not in "".join(charts)
    assert charts[5].count("<c:ser>") == 7  # a series a labelled point
    assert all("<c:title>" in chart for chart in charts)


def test_structure(path, snapshot, is_russian):
    """The parts that a reader sees, as text; look at a rendered page before updating it."""
    book = openpyxl.load_workbook(path)
    seen = {
        sheet.title: {
            "cells": [
                f"{cell.coordinate} {cell.value} [{cell.number_format}]"[:200]
                for row in sheet.iter_rows(max_row=7 if sheet.title == DEALS else 6)
                for cell in row
                if cell.value is not None
            ],
            "rules": [[str(area.sqref), [rule.formula for rule in area.rules]]
                      for area in sheet.conditional_formatting],
            "merged": sorted(str(area) for area in sheet.merged_cells.ranges),
            "footer": [sheet.oddFooter.left.text, sheet.oddFooter.right.text],
        }
        for sheet in book.worksheets
    }  # fmt: skip
    assert seen == snapshot(name="ru" if is_russian else "en")


def test_titles_are_what_excel_accepts():
    texts = {"tab.a": "x" * 40, "tab.b": "X" * 40, "tab.c": "a/b:c?*[d]\\", "tab.d": "'q'"}
    named = titles("abcd", replace(load("en"), texts=texts))
    assert list(named.values()) == ["x" * 31, "X" * 29 + " 2", "a b c   d", "q"]


def test_formulas_find_columns_of_other_tables():
    plan = Place("It's", {"id": 0, "value": 27}, 4, 8)
    places = Places({"plan": 'a"b'}, {"plan": plan}, {"choice.yes": 'so "so"'})
    text = 'SUMIFS({plan.value},{plan.id},{id})&"{value} {@plan}"&MAXIFS(1)&_xlfn.MAXIFS(2)&{1,2}'
    assert located(text, places, plan.columns)(9) == (
        "SUMIFS('It''s'!$AB$5:$AB$9,'It''s'!$A$5:$A$9,A10)&\"{value} 'a\"\"b'\""
        "&_xlfn.MAXIFS(1)&_xlfn.MAXIFS(2)&{1,2}"
    )
    assert located("IF({id},{=choice.yes})", places, plan.columns)(9) == 'IF(A10,"so ""so""")'
    with pytest.raises(KeyError):
        located("{plan.nothing}", places)


def test_choices_that_no_dropdown_holds_are_refused(tmp_path):
    table = Table("plan", Group.WORK, "plan_id", Origin.FED,
                  (machine("plan_id"), human("value", choices=("yes",))))  # fmt: skip
    words = made_up.words("en")
    words = replace(words, texts={**words.texts, "choice.yes": "yes, please"})
    with pytest.raises(ValueError, match="yes, please"):
        write_new(tmp_path / "x.xlsx", [TableSheet(table, [])], words, "USD")


def test_a_chart_of_three_shapes_is_refused(tmp_path):
    area = (0, 0, 1, 0)
    shapes = (ChartKind.LINE, ChartKind.SCATTER)
    series = tuple(Series(shape, area, area, as_kind=shape) for shape in shapes)
    grid = Grid((), charts=(Chart("c", ChartKind.COLUMN, "c", series, (0, 0)),))
    with pytest.raises(ValueError, match="c"):
        write_new(
            tmp_path / "x.xlsx", [ReportSheet(made_up.PULSE, grid)], made_up.words("en"), "USD"
        )


def test_moments_with_a_zone_keep_their_clock(tmp_path):
    table = Table("plan", Group.WORK, "plan_id", Origin.FED, (machine("plan_id", Kind.DATETIME),))
    moment = datetime.fromisoformat("2026-11-23T18:00:00+03:00")
    write_new(
        tmp_path / "x.xlsx", [TableSheet(table, [{"plan_id": moment}])], made_up.words("en"), "USD"
    )
    sheet = openpyxl.load_workbook(tmp_path / "x.xlsx").worksheets[0]
    assert sheet["A5"].value == datetime(2026, 11, 23, 18)  # noqa: DTZ001


def test_pages_are_drawn_in_the_reader_s_locale(tmp_path):
    made = tmp_path / "plan.xlsx"
    write_new(made, made_up.sheets()[2:], made_up.words("ru"), "RUB")
    pages = oracles.render(made, tmp_path / "pages", dots=30, locale="ru-RU")
    assert [page.name for page in pages] == ["plan-1.png"]
    assert pages[0].read_bytes()[1:4] == b"PNG"


def test_only_the_page_goes_to_paper(tmp_path):
    sheets = [ReportSheet(made_up.PULSE, made_up.report(is_short=True)), *made_up.sheets()[1:]]
    write_new(tmp_path / "x.xlsx", sheets, made_up.words("ru"), "RUB")
    sheet = openpyxl.load_workbook(tmp_path / "x.xlsx").worksheets[0]
    assert sheet.print_area == "'Пять показателей'!$A$1:$M$25"
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert sheet.page_setup.fitToHeight is None  # which is 1
