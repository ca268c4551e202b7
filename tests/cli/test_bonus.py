"""A bonus is computed, approved in the workbook, and stays so while the CRM goes on."""

from datetime import date

import pytest
from openpyxl import load_workbook
from python_calamine import CalamineWorkbook

from tests.cli.calls import done
from tests.cli.company import write

HEADERS = ("Lead ID", "Created", "Source", "Owner", "Verdict", "Verdict date")
BOOK = "smarketing.xlsx"


def leads(folder, fates):
    """Write 133 leads of May: 90 are good and 40 are not, unless their fate is another one."""
    rows = []
    for number in range(133):
        day = f"2026-05-{number % 28 + 1:02}"
        usual = ("qualified" if number < 90 else "unqualified", day) if number < 130 else ("", "")
        rows.append([f"L{number}", day, "direct", "Anna", *fates.get(number, usual)])
    return write(folder / "leads.csv", HEADERS, rows)


def type_into(folder, tab, key, **cells):
    """Type into the row whose first cells say `key`, else into the first free one."""
    book = load_workbook(folder / BOOK)
    sheet = book[tab]
    places = {str(cell.value): cell.column for cell in sheet[4]}
    row = next(
        row for row in range(5, sheet.max_row + 1)
        if key is None or key in [sheet.cell(row, column).value for column in range(1, 4)]
    )  # fmt: skip
    for header, value in cells.items():
        sheet.cell(row, places[header.replace("_", " ")], value)
    book.save(folder / BOOK)


def month(folder, key):
    """Return the row of a month by its headers, as a spreadsheet program has cached it."""
    sheet = CalamineWorkbook.from_path(folder / BOOK).get_sheet_by_name("Bonus")
    rows = sheet.to_python(skip_empty_area=False)
    [found] = [row for row in rows if key in row]
    return dict(zip(rows[3], found, strict=True))


def sync(folder, day):
    done("sync", folder, "--as-of", day)


@pytest.fixture(scope="module")
def life(tmp_path_factory):
    """Return the rows of May and June as they stood after each sync."""
    folder = tmp_path_factory.mktemp("life")
    done("init", folder, "--leads", leads(folder, {}))
    sync(folder, "2026-06-10")
    rule = {"Marketer": "Vera", "In_force_from": date(2026, 5, 1), "Paid_for": "qualified leads"}
    type_into(folder, "Bonus rules", None, **rule, Rate_a_qualified_lead=500)
    sync(folder, "2026-06-10")
    computed = month(folder, "2026-05|Vera")

    type_into(folder, "Bonus", "2026-05|Vera", Approved_by="Anna", Approved_on=date(2026, 6, 10))
    leads(folder, {130: ("qualified", "2026-06-09"), 0: ("unqualified", "2026-06-09")})
    sync(folder, "2026-06-10")
    approved = month(folder, "2026-05|Vera")

    late = dict.fromkeys((130, 131, 132), ("qualified", "2026-06-20"))
    leads(folder, {**late, 0: ("unqualified", "2026-06-09"), 1: ("spam", "2026-05-20")})
    sync(folder, "2026-07-10")
    return computed, approved, month(folder, "2026-05|Vera"), month(folder, "2026-06|Vera")


def test_the_month_is_computed_and_waits_for_a_head(life):
    computed, *_ = life
    assert computed["State"] == "ready to approve"
    assert (computed["Qualified, paid for"], computed["To pay"]) == (90, 45_000)
    assert computed["By the old rule"] == 133 * 500


def test_the_head_approves_what_was_on_the_page_and_not_what_came_with_that_sync(life):
    _, approved, *_ = life
    assert approved["State"] == "approved"
    assert (approved["Qualified, paid for"], approved["To pay"]) == (90, 45_000)


def test_the_approved_month_stays_whatever_the_crm_says_later(life):
    _, approved, later, _ = life
    assert {**later, "Worth knowing": ""} == {**approved, "Worth knowing": ""}


def test_the_difference_is_in_the_next_open_month(life):
    """Three more were decided late, two turned out bad: one more lead than was paid for."""
    *_, june = life
    assert june["State"] == "ready to approve"
    assert (june["+ earlier months"], june["To pay"]) == (500, 500)
