"""What people do to a workbook: each edit is made by a program that is not under test.

An edit of `BOOK_EDITS` gets the openpyxl workbook, one of `FILE_EDITS` the parts of the file.
It returns what must be true after later syncs: cells that must hold a value, and inputs.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, datetime

from openpyxl.chart import BarChart, Reference
from openpyxl.comments import Comment
from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import Font, PatternFill, Protection
from openpyxl.utils import get_column_letter
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.table import Table, TableStyleInfo

DEALS, PLAN, SCORES, PULSE = "Сделки", "План", "Оценка", "Пульс"


@dataclass
class Promise:
    """What later syncs must not break."""

    cells: dict = field(default_factory=dict)  # (title, address): value
    inputs: dict = field(default_factory=dict)  # (tab, key, column): value or None
    warnings: set = field(default_factory=set)  # ids that the first sync gives
    changes: set = field(default_factory=set)  # parts of ours that must change
    keeps_foreign: bool = True  # every foreign cell stays where it is


BOOK_EDITS, FILE_EDITS = {}, {}


def book(edit):
    BOOK_EDITS[edit.__name__] = edit
    return edit


def file(edit):
    FILE_EDITS[edit.__name__] = edit
    return edit


def row_of(sheet, key, column=1):
    return next(r for r in range(5, sheet.max_row + 1) if sheet.cell(r, column).value == key)


def rename_names(book, old, new):
    for name in book.defined_names.values():
        name.attr_text = name.attr_text.replace(f"'{old}'!", f"'{new}'!")


def move_name(book, name, address):
    book.defined_names[name].attr_text = address


# -- typing


@book
def type_into_human_cells(book):
    sheet = book[DEALS]
    row = row_of(sheet, "D3")
    sheet.cell(row, 5).value = "Да"
    sheet.cell(row, 6).value = "перезвонить <в пятницу> & уточнить"
    sheet.cell(row, 7).value = 0.25
    sheet.cell(row, 8).value = datetime(2026, 12, 24)  # noqa: DTZ001
    return Promise(
        inputs={
            ("deals", "D3", "our_verdict"): "yes",
            ("deals", "D3", "comment"): "перезвонить <в пятницу> & уточнить",
            ("deals", "D3", "agreed"): 0.25,
            ("deals", "D3", "next_step_on"): date(2026, 12, 24),
        }
    )


@book
def clear_human_cell(book):
    sheet = book[DEALS]
    sheet.cell(row_of(sheet, "D2"), 6).value = None
    return Promise(inputs={("deals", "D2", "comment"): None})


@book
def type_word_of_other_language(book):
    sheet = book[DEALS]
    sheet.cell(row_of(sheet, "D6"), 5).value = "нет"
    return Promise(inputs={("deals", "D6", "our_verdict"): "no"})


@book
def type_what_is_not_offered(book):
    sheet = book[DEALS]
    sheet.cell(row_of(sheet, "D6"), 5).value = "может быть"
    sheet.cell(row_of(sheet, "D6"), 7).value = "около ста"
    return Promise(
        inputs={
            ("deals", "D6", "our_verdict"): "может быть",
            ("deals", "D6", "agreed"): "около ста",
        }
    )


@book
def type_a_formula_into_a_human_cell(book):
    sheet = book[DEALS]
    row = row_of(sheet, "D7")
    sheet.cell(row, 7).value = f"=C{row}*2"
    return Promise(cells={(DEALS, f"G{row}"): f"=C{row}*2"})


@book
def type_a_new_plan(book):
    sheet = book[PLAN]
    sheet["C6"], sheet["D6"] = "2026-12", 500
    return Promise(cells={(PLAN, "A6"): "L-0002"}, inputs={("plan", "L-0002", "period"): "2026-12"})


@book
def type_a_plan_far_below(book):
    book[PLAN]["D40"] = 700
    return Promise(cells={(PLAN, "A40"): "L-0002"}, inputs={("plan", "L-0002", "value"): 700})


@book
def type_garbage_into_machine_cells(book):
    sheet = book[DEALS]
    row = row_of(sheet, "D5")
    sheet.cell(row, 2).value = "чепуха"
    sheet.cell(row, 3).value = "=1/0"
    sheet.cell(row, 9).value = 42
    return Promise(cells={(DEALS, f"B{row}"): "=Сделка 5", (DEALS, f"C{row}"): 500})


@book
def type_over_a_report(book):
    book[PULSE]["A5"] = "моя неделя"
    return Promise(cells={(PULSE, "A5"): "2026-W41"}, warnings={"report_overwritten"})


@book
def type_where_a_report_will_grow(book):
    book[PULSE]["B9"] = "заметка под отчётом"
    book[PULSE]["B9"].font = Font(bold=True)
    return Promise(
        cells={(PULSE, "D9"): "заметка под отчётом"},
        warnings={"report_moved"},
        keeps_foreign=False,
    )


# -- rows


@book
def sort_rows(book):
    sheet = book[DEALS]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(5, 11, 1, 9)]
    for at, row in enumerate(sorted(rows, key=lambda row: str(row[1]))):
        for column, value in enumerate(row, 1):
            is_formula = column == 9
            text = re.sub(r"([A-Z])\d+", rf"\g<1>{5 + at}", value) if is_formula else value
            sheet.cell(5 + at, column).value = text
    return Promise()


@book
def filter_and_hide_rows(book):
    sheet = book[DEALS]
    sheet.auto_filter.add_filter_column(1, ["Дом & сад 2"])
    for row in range(6, 11):
        sheet.row_dimensions[row].hidden = True
    return Promise()


@book
def insert_a_blank_row(book):
    book[DEALS].insert_rows(8)
    return Promise()


@book
def insert_rows_above_the_table(book):
    sheet = book[SCORES]
    sheet.insert_rows(1, 2)
    sheet["B1"] = "Наша шапка"
    for name in book.defined_names.values():
        name.attr_text = name.attr_text.replace(f"'{SCORES}'!", "'X'!")
        if "'X'!" in name.attr_text:
            name.attr_text = name.attr_text.replace("'X'!", f"'{SCORES}'!").replace("$4", "$6")
    sheet.auto_filter.ref = "A6:C10"
    return Promise(cells={(SCORES, "B1"): "Наша шапка"})


@book
def delete_rows_from_the_crm(book):
    sheet = book[DEALS]
    sheet.delete_rows(row_of(sheet, "D2"))
    return Promise(inputs={("deals", "D2", "comment"): "ждём договор"})


@book
def delete_a_plan(book):
    book[PLAN].delete_rows(5)
    return Promise(inputs={("plan", "L-0001", "value"): None})


@book
def delete_a_question(book):
    sheet = book[SCORES]
    sheet.delete_rows(row_of(sheet, "Q2"))
    return Promise(inputs={("scorecard", "Q2", "answer"): 1})


@book
def copy_a_row_with_its_key(book):
    sheet = book[DEALS]
    for column in range(1, 10):
        sheet.cell(12, column).value = sheet.cell(6, column).value
    sheet["F12"] = "копия"
    return Promise(cells={(DEALS, "F12"): "копия"}, warnings={"key_twice"})


@book
def add_a_row_without_a_key(book):
    sheet = book[DEALS]
    sheet["B12"], sheet["F12"] = "сделка мимо CRM", "важная"
    return Promise(
        cells={(DEALS, "B12"): "сделка мимо CRM", (DEALS, "F12"): "важная"},
        warnings={"key_blank"},
    )


@book
def retype_a_key_as_a_number(book):
    sheet = book[DEALS]
    sheet["B5"].value = None
    sheet["A20"], sheet["F20"] = 77, "ключ числом"
    return Promise(inputs={("deals", "77", "comment"): "ключ числом"})


# -- columns


@book
def insert_a_column(book):
    sheet = book[DEALS]
    sheet.insert_cols(3)
    sheet["C4"] = "наш балл"
    for row in range(5, 12):
        sheet.cell(row, 3).value = row * 1.5
    for id_, at in zip(
        ("amount", "closed_on", "our_verdict", "comment", "agreed", "next_step_on", "weighted"),
        range(4, 11),
        strict=True,
    ):
        move_name(book, f"smk.deals.{id_}", f"'{DEALS}'!${get_column_letter(at)}$4")
    sheet.auto_filter.ref = "A4:J11"
    return Promise(cells={(DEALS, "C4"): "наш балл", (DEALS, "C7"): 10.5})


@book
def move_a_column(book):
    sheet = book[DEALS]
    sheet.move_range("F4:F11", cols=8)
    move_name(book, "smk.deals.comment", f"'{DEALS}'!$N$4")
    return Promise(inputs={("deals", "D2", "comment"): "ждём договор"})


@book
def rename_headers(book):
    sheet = book[DEALS]
    sheet["C4"], sheet["F4"] = "Деньги", "Что делать"
    return Promise(cells={(DEALS, "C4"): "Деньги", (DEALS, "F4"): "Что делать"})


@book
def add_own_columns_with_formulas(book):
    sheet = book[DEALS]
    sheet["K4"] = "маржа"
    for row in range(5, 12):
        sheet.cell(row, 11).value = f"=C{row}*0.3"
    return Promise(cells={(DEALS, "K4"): "маржа", (DEALS, "K8"): "=C8*0.3"})


@book
def delete_a_human_column(book):
    sheet = book[DEALS]
    sheet.delete_cols(6)
    for id_, at in (("agreed", "F"), ("next_step_on", "G"), ("weighted", "H")):
        move_name(book, f"smk.deals.{id_}", f"'{DEALS}'!${at}$4")
    move_name(book, "smk.deals.comment", f"'{DEALS}'!#REF!")
    return Promise(
        inputs={("deals", "D2", "comment"): "ждём договор", ("deals", "D5", "agreed"): 0.5},
        warnings={"column_restored"},
    )


@book
def delete_a_machine_column(book):
    sheet = book[DEALS]
    sheet.delete_cols(2)
    ids = ("amount", "closed_on", "our_verdict", "comment", "agreed", "next_step_on", "weighted")
    for id_, at in zip(ids, "BCDEFGH", strict=True):
        move_name(book, f"smk.deals.{id_}", f"'{DEALS}'!${at}$4")
    move_name(book, "smk.deals.title", "#REF!")
    return Promise(warnings={"column_restored"})


@book
def delete_the_key_column(book):
    sheet = book[DEALS]
    sheet.delete_cols(1)
    ids = ("title", "amount", "closed_on", "our_verdict", "comment", "agreed", "next_step_on")
    for id_, at in zip((*ids, "weighted"), "ABCDEFGH", strict=True):
        move_name(book, f"smk.deals.{id_}", f"'{DEALS}'!${at}$4")
    move_name(book, "smk.deals.deal_id", "#REF!")
    return Promise(
        inputs={
            ("deals", "D2", "comment"): "ждём договор",
            ("deals", "D5", "our_verdict"): "no",
        },
        warnings={"column_restored"},
    )


@book
def hide_columns_and_widen(book):
    sheet = book[DEALS]
    sheet.column_dimensions["D"].hidden = True
    sheet.column_dimensions["B"].width = 60
    return Promise()


# -- tabs


@book
def rename_tabs(book):
    for old, new in ((DEALS, "Наши сделки"), (PULSE, "It's цифры")):
        book[old].title = new
        quoted = new.replace("'", "''")
        rename_names(book, old, quoted)
    return Promise(inputs={("deals", "D2", "comment"): "ждём договор"})


@book
def reorder_tabs(book):
    book.move_sheet(DEALS, 2)
    return Promise()


@book
def copy_a_tab(book):
    book.copy_worksheet(book[DEALS]).title = "Копия"
    return Promise(cells={("Копия", "A5"): "D2"})


@book
def delete_a_table_tab(book):
    del book[DEALS]
    for name in list(book.defined_names):
        if name.startswith("smk.deals."):
            move_name(book, name, "#REF!")
    return Promise(
        inputs={("deals", "D2", "comment"): "ждём договор", ("deals", "D5", "our_verdict"): "no"},
        warnings={"tab_restored"},
    )


@book
def delete_a_plan_tab(book):
    del book[PLAN]
    for name in list(book.defined_names):
        if name.startswith("smk.plan."):
            del book.defined_names[name]
    return Promise(inputs={("plan", "L-0001", "value"): 300}, warnings={"tab_restored"})


@book
def delete_a_report_tab(book):
    del book[PULSE]
    move_name(book, "smk.pulse", "#REF!")
    return Promise(warnings={"tab_restored"})


@book
def add_own_tab_with_a_chart(book):
    sheet = book.create_sheet("Моё")
    for row in range(1, 6):
        sheet.append([f"п{row}", row * row, f"='{DEALS}'!C{row + 4}"])
    chart = BarChart()
    chart.add_data(Reference(sheet, min_col=2, min_row=1, max_row=5))
    sheet.add_chart(chart, "F2")
    return Promise(cells={("Моё", "B3"): 9, ("Моё", "C1"): f"='{DEALS}'!C5"})


# -- looks and notes


@book
def colour_cells(book):
    sheet = book[DEALS]
    for cell in sheet[7]:
        cell.fill = PatternFill("solid", fgColor="FF00FF")
        cell.font = Font(name="Comic Sans MS", size=14)
    book[PULSE]["B5"].fill = PatternFill("solid", fgColor="00FFFF")
    return Promise()


@book
def comment_cells(book):
    book[DEALS]["C6"].comment = Comment("почему так мало?", "Анна")
    book[DEALS]["M6"].comment = Comment("рядом", "Анна")
    return Promise()


@book
def write_notes_beside_a_report(book):
    sheet = book[PULSE]
    sheet["E3"], sheet["E4"], sheet["A30"] = "смотри сюда", 12.5, "внизу"
    return Promise(
        cells={(PULSE, "E3"): "смотри сюда", (PULSE, "E4"): 12.5, (PULSE, "A30"): "внизу"}
    )


@book
def add_conditional_formats(book):
    rule = CellIsRule(operator="lessThan", formula=["100"], fill=PatternFill(bgColor="FF0000"))
    book[DEALS].conditional_formatting.add("C5:C12", rule)
    book[PULSE].conditional_formatting.add("E3:E9", rule)
    return Promise()


@book
def add_checks(book):
    check = DataValidation(type="list", formula1='"да,нет,потом"')
    check.add("K5:K12")
    book[DEALS].add_data_validation(check)
    return Promise()


@book
def add_names(book):
    book.defined_names["Мой_итог"] = DefinedName("Мой_итог", attr_text=f"'{DEALS}'!$C$5:$C$12")
    return Promise()


@book
def protect_a_tab(book):
    sheet = book[DEALS]
    sheet.protection.sheet = True
    sheet["F6"].protection = Protection(locked=False)
    return Promise()


@book
def merge_own_cells(book):
    book[DEALS]["L5"] = "итоги недели"
    book[DEALS].merge_cells("L5:M8")
    book[PULSE]["E10"] = "и здесь"
    book[PULSE].merge_cells("E10:F11")
    return Promise(cells={(DEALS, "L5"): "итоги недели", (PULSE, "E10"): "и здесь"})


@book
def merge_over_our_rows(book):
    book[DEALS].merge_cells("B6:C7")
    return Promise(inputs={("deals", "D2", "comment"): "ждём договор"}, warnings={"merged"})


@book
def format_as_a_table(book):
    table = Table(displayName="Сделки2", ref="A4:I11")
    table.tableStyleInfo = TableStyleInfo(name="TableStyleMedium9", showRowStripes=True)
    book[DEALS].auto_filter.ref = None
    book[DEALS].add_table(table)
    return Promise()


@book
def freeze_and_print(book):
    sheet = book[DEALS]
    sheet.freeze_panes = "D6"
    sheet.page_setup.orientation = "portrait"
    sheet.print_area = "A1:F40"
    return Promise()


@book
def hide_and_show_tabs(book):
    book[SCORES].sheet_state = "hidden"
    return Promise()


# -- what only the file knows


DEALS_PART = "xl/worksheets/sheet2.xml"
PULSE_PART = "xl/worksheets/sheet1.xml"


def change(parts, name, old, new, count=1):
    assert old in parts[name], (name, old)
    parts[name] = parts[name].replace(old, new, count)


def relate(parts, source, kind, target, id_):
    folder, _, name = source.rpartition("/")
    rels = f"{folder}/_rels/{name}.rels"
    empty = (
        b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        b"</Relationships>"
    )
    item = f'<Relationship Id="{id_}" Type="{kind}" Target="{target}"/>'.encode()
    parts[rels] = parts.get(rels, empty).replace(b"</Relationships>", item + b"</Relationships>")


OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


@file
def threaded_comments(parts):
    parts["xl/threadedComments/threadedComment1.xml"] = (
        b"<ThreadedComments>\xd0\xb4\xd0\xb0</ThreadedComments>"
    )
    parts["xl/persons/person.xml"] = b"<personList/>"
    kind = "http://schemas.microsoft.com/office/2017/10/relationships"
    relate(
        parts,
        DEALS_PART,
        f"{kind}/threadedComment",
        "../threadedComments/threadedComment1.xml",
        "rId91",
    )
    relate(parts, "xl/workbook.xml", f"{kind}/person", "persons/person.xml", "rId92")
    return Promise()


@file
def sparklines_and_data_bars(parts):
    ext = (
        '<extLst><ext xmlns:x14="http://schemas.microsoft.com/office/spreadsheetml/2009/9/main" '
        'uri="{05C60535-1F16-4fd2-B633-F4F36F0B64E0}"><x14:sparklineGroups '
        'xmlns:xm="http://schemas.microsoft.com/office/excel/2006/main"><x14:sparklineGroup>'
        "<x14:sparklines><x14:sparkline><xm:f>'Сделки'!C5:C12</xm:f><xm:sqref>N5</xm:sqref>"
        "</x14:sparkline></x14:sparklines></x14:sparklineGroup></x14:sparklineGroups></ext></extLst>"
    ).encode()
    change(parts, DEALS_PART, b"</worksheet>", ext + b"</worksheet>")
    return Promise()


@file
def pivot_table_and_slicer(parts):
    parts["xl/pivotCache/pivotCacheDefinition1.xml"] = b"<pivotCacheDefinition/>"
    parts["xl/pivotTables/pivotTable1.xml"] = b"<pivotTableDefinition/>"
    parts["xl/slicers/slicer1.xml"] = b"<slicers/>"
    kind = "http://schemas.microsoft.com/office/2007/relationships/slicer"
    relate(parts, DEALS_PART, kind, "../slicers/slicer1.xml", "rId93")
    return Promise()


@file
def custom_xml_and_macro(parts):
    parts["customXml/item1.xml"] = b"<mine/>"
    parts["xl/vbaProject.bin"] = bytes(range(256))
    return Promise()


@file
def picture_and_text_box_on_a_report(parts):
    box = (
        b"<xdr:twoCellAnchor><xdr:from><xdr:col>9</xdr:col><xdr:colOff>0</xdr:colOff>"
        b"<xdr:row>1</xdr:row><xdr:rowOff>0</xdr:rowOff></xdr:from><xdr:to><xdr:col>11</xdr:col>"
        b"<xdr:colOff>0</xdr:colOff><xdr:row>3</xdr:row><xdr:rowOff>0</xdr:rowOff></xdr:to>"
        b'<xdr:sp><xdr:nvSpPr><xdr:cNvPr id="77" name="leads"/></xdr:nvSpPr></xdr:sp>'
        b"<xdr:clientData/></xdr:twoCellAnchor></xdr:wsDr>"
    )
    change(parts, "xl/drawings/drawing1.xml", b"</xdr:wsDr>", box)
    parts["xl/media/image1.png"] = b"\x89PNG\r\n\x1a\n" + bytes(50)
    return Promise()


@file
def shared_formulas_of_excel(parts):
    xml = parts[DEALS_PART]
    first = re.search(rb'<c r="I5"[^>]*><f>([^<]*)</f>', xml)
    text = first[1]
    xml = xml.replace(first[0], first[0].replace(b"<f>", b'<f t="shared" ref="I5:I11" si="0">'))
    for row in range(6, 12):
        found = re.search(rb'<c r="I%d"[^>]*><f>[^<]*</f>' % row, xml)[0]
        xml = xml.replace(found, re.sub(rb"<f>[^<]*</f>", b'<f t="shared" si="0"/>', found))
    assert text
    parts[DEALS_PART] = xml
    return Promise()


@file
def typed_over_the_first_of_shared_formulas(parts):
    shared_formulas_of_excel(parts)
    xml = parts[DEALS_PART]
    found = re.search(rb'<c r="C5"[^>]*>.*?</c>', xml)[0]
    parts[DEALS_PART] = xml.replace(found, b'<c r="C5"><v>1</v></c>')
    return Promise()


@file
def array_formula_over_ours(parts):
    xml = parts[DEALS_PART]
    found = re.search(rb'<c r="B6"[^>]*>.*?</c>', xml)[0]
    new = b'<c r="B6"><f t="array" ref="B6:B7">C6:C7</f><v>1</v></c>'
    parts[DEALS_PART] = xml.replace(found, new)
    return Promise(warnings={"array"})


@file
def calculation_chain(parts):
    parts["xl/calcChain.xml"] = b'<calcChain><c r="I5" i="2"/></calcChain>'
    relate(parts, "xl/workbook.xml", f"{OFFICE}/calcChain", "calcChain.xml", "rId95")
    kind = b"application/vnd.openxmlformats-officedocument.spreadsheetml.calcChain+xml"
    new = b'<Override PartName="/xl/calcChain.xml" ContentType="%b"/></Types>' % kind
    change(parts, "[Content_Types].xml", b"</Types>", new)
    change(parts, "xl/workbook.xml", b' fullCalcOnLoad="1"', b"")
    return Promise()


@file
def attributes_of_vendors(parts):
    xml = parts[DEALS_PART]
    xml = re.sub(rb'<row r="(\d+)"', rb'<row r="\1" x14ac:dyDescent="0.25"', xml)
    space = b"http://schemas.microsoft.com/office/spreadsheetml/2009/9/ac"
    xml = xml.replace(b"<worksheet ", b'<worksheet xmlns:x14ac="%b" ' % space, 1)
    parts[DEALS_PART] = xml
    return Promise()


@file
def prefixed_elements(parts):
    xml = parts[DEALS_PART]
    xml = re.sub(rb"<(/?)(?=[a-zA-Z])(?![\w]+:)", rb"<\1x:", xml)
    xml = xml.replace(b"<x:worksheet xmlns=", b"<x:worksheet xmlns:x=", 1)
    parts[DEALS_PART] = xml
    return Promise()


@file
def calendar_of_1904(parts):
    change(parts, "xl/workbook.xml", b"<workbookPr ", b'<workbookPr date1904="1" ')
    for name in (DEALS_PART, "xl/worksheets/sheet3.xml"):
        parts[name] = re.sub(
            rb"<v>46(\d{3})</v>", lambda m: b"<v>%d</v>" % (int(b"46" + m[1]) - 1462), parts[name]
        )
    return Promise(inputs={("deals", "D2", "next_step_on"): date(2026, 12, 1)})


@file
def own_cells_without_addresses(parts):
    xml = parts["xl/worksheets/sheet4.xml"]
    parts["xl/worksheets/sheet4.xml"] = re.sub(rb'<c r="[A-Z]+\d+"', b"<c", xml)
    return Promise(inputs={("scorecard", "Q2", "answer"): 1})
