"""Our worksheet beside the one of XlsxWriter."""

from __future__ import annotations

from io import BytesIO
from zipfile import ZipFile

import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st
from xlsxwriter.worksheet import Worksheet

from sheets_sync.targets.cells import Stored, stored
from sheets_sync.targets.xlsx_sheet import Sheet
from sheets_sync.targets.xlsx_tables import write_stored

OPTIONS = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
CELLS = st.lists(
    st.none()
    | st.booleans()
    | st.integers(-(10**20), 10**20).map(stored)
    | st.floats().map(stored)
    | st.text(max_size=5).map(stored)
    | st.sampled_from(["", "#N/A", "a & b <c>", '"quoted"', "_x0041_", " room "]),
    max_size=40,
)


def written(kind: type[Worksheet], fill) -> bytes:
    """Return the part of a sheet that is filled in."""
    file = BytesIO()
    with xlsxwriter.Workbook(file, OPTIONS) as book:
        sheet = book.add_worksheet("Deals", kind)
        sheet.set_row(3, 40)
        fill(sheet, book.add_format({"bold": True}), book.add_format({"italic": True}))
    return ZipFile(file).read("xl/worksheets/sheet1.xml")


@given(values=CELLS, is_input=st.booleans(), formula=st.sampled_from(['B{}&"<"', "{}<>1"]))
@settings(max_examples=30, deadline=None)
def test_a_column_is_written_as_xlsxwriter_writes_its_cells(values, is_input, formula):
    def by_column(sheet, plain, slanted):
        sheet.fill(2, 1, values, plain, is_input=is_input)
        sheet.calculate(2, 3, values, slanted, lambda row: formula.format(row + 1))

    def by_cell(sheet, plain, slanted):
        for row, value in enumerate(values, 2):
            if value is not None or is_input:
                write_stored(sheet, row, 1, value, plain)
        for row, value in enumerate(values, 2):
            shown: Stored = "" if value is None else value
            sheet.write_formula(row, 3, "=" + formula.format(row + 1), slanted, shown)

    assert written(Sheet, by_column) == written(Worksheet, by_cell)
