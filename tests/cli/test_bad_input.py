"""Bad input at the command line: a message of a few lines or a quarantined row, no traceback."""

import csv
import zipfile

import pytest
from openpyxl import load_workbook

from tests.cli.calls import DAY, cli, done
from tests.cli.company import DEAL_HEADERS, deal, write, write_deals, write_leads

MOST_LINES = 4


def bomb(path):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/workbook.xml", "<w/>")
        packed.writestr("xl/worksheets/sheet1.xml", "0" * (30 << 20))


def content(data):
    return lambda path: path.write_bytes(data)


FILES = {
    "empty": content(b""),
    "header only": content(b"Deal ID,Amount\n"),
    "a million columns": content(b"a," * 1_000_000 + b"\n1\n"),
    "zip bomb": bomb,
    "directory": lambda path: path.mkdir(),
    "binary garbage": content(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 99),
    "broken xlsx": content(b"PK\x03\x04 broken"),
    "web page": content(b"<html><table><tr><td>1</td></tr></table>"),
    "missing": str,  # nothing is made
}


@pytest.mark.parametrize("language", ["ru", "en"])
@pytest.mark.parametrize("make", FILES.values(), ids=FILES)
def test_a_file_that_is_no_export(tmp_path, make, language):
    path = tmp_path / "deals.xlsx"
    make(path)
    call = cli("init", tmp_path, "--deals", path, "--lang", language)
    assert call.code == 2
    assert "deals.xlsx" in call.err
    assert len(call.err.splitlines()) <= MOST_LINES
    assert not (tmp_path / "smarketing.toml").exists()


@pytest.mark.parametrize("kind", ["empty", "header only", "zip bomb", "directory"])
def test_a_file_that_goes_bad_between_two_syncs(company, kind):
    path = company / "deals.csv"
    path.unlink()
    FILES[kind](path)
    call = cli("sync", company, "--as-of", DAY)
    assert call.code == 3
    assert "deals.csv" in call.err
    assert len(call.err.splitlines()) <= MOST_LINES
    assert "deals 50, won 20" in call.out, "what was known is still known"


def test_a_wrong_encoding(tmp_path):
    path = tmp_path / "deals.csv"
    path.write_bytes("Номер;Название\n1;Крыша\n2;Дом\n".encode("cp1251"))
    done("init", tmp_path, "--deals", path)
    config = tmp_path / "smarketing.toml"
    text = config.read_text(encoding="utf-8")
    assert '"cp1251"' in text
    for stated in ("utf-8", "klingon"):
        config.write_text(text.replace("cp1251", stated), encoding="utf-8")
        call = cli("sync", tmp_path, "--as-of", DAY)
        assert call.code == 3
        assert "deals.csv" in call.err


def deals_with(folder, changes):
    """Write fifty deals with cells changed, {row: {header: text}}; return the sync's counts."""
    rows = [deal(number) for number in range(50)]
    for place, cells in changes.items():
        for header, text in cells.items():
            rows[place][DEAL_HEADERS.index(header)] = text
    write(folder / "deals.csv", DEAL_HEADERS, rows)
    told = done("sync", folder, "--as-of", DAY, "--json").json
    return told["sources"]["deals.csv"]["objects"]["deal"]


BAD_CELLS = [
    ("Amount", "NaN", True),  # without its amount a row would lower the sum in silence
    ("Amount", "inf", True),
    ("Amount", "-1e400", True),
    ("Amount", "many", True),
    ("Deal ID", "", True),
    ("Created", "31.31.2026", False),
    ("Created", "soon", False),
    ("Closed", "2026-02-30", False),
    ("Name", "x" * 1_000_000, False),
    ("Amount", "-100", False),
]


def test_bad_cells_are_told_with_their_rows(company):
    counts = deals_with(company, {n: {header: bad} for n, (header, bad, _) in enumerate(BAD_CELLS)})
    assert (counts["read"], counts["quarantined"]) == (50, len(BAD_CELLS))
    told = done("metrics", company, "--report", "rejections", "--format", "json").json
    assert {row["line"]: row["column"] for row in told} == {
        n + 2: header for n, (header, *_) in enumerate(BAD_CELLS)
    }
    assert all(row["reason"] for row in told)
    assert all(len(row["value"]) < 1_000 for row in told), "a long cell is told shortened"
    one = done("metrics", company, "--report", "one", "--format", "json", "--as-of", DAY).json[0]
    assert one["deals"] == 50 - sum(is_lost for *_, is_lost in BAD_CELLS)


def test_an_id_that_comes_twice_is_one_deal(company):
    deals_with(company, {1: {"Deal ID": "D0"}})
    one = done("metrics", company, "--report", "one", "--format", "json", "--as-of", DAY).json[0]
    assert one["deals"] == 49


def test_a_date_in_the_future_is_counted_as_such(company):
    deals_with(company, {0: {"Created": "2126-01-01"}})
    rows = done("metrics", company, "--report", "quality_counts", "--format", "json").json
    [count] = [row["count"] for row in rows if row["id"] == "future_dates"]
    assert count == 1


def test_mixed_dates_are_asked_about_and_never_guessed(tmp_path):
    rows = [[f"D{n}", f"0{n % 9 + 1}/04/2026", "100"] for n in range(20)]
    path = write(tmp_path / "deals.csv", ["Deal ID", "Created", "Amount"], rows)
    call = done("init", tmp_path, "--deals", path)
    assert '--dates "Created=' in call.out
    synced = cli("sync", tmp_path, "--as-of", DAY)
    assert synced.code == 3
    assert "Created" in synced.err
    done("init", tmp_path, "--deals", path, "--dates", "Created=dmy", "--force")
    assert done("sync", tmp_path, "--as-of", DAY).code == 0


def test_an_unknown_currency_is_no_money(tmp_path):
    rows = [[f"D{n}", "2026-11-01", "100", "XQQ" if n else "USD", "Won"] for n in range(9)]
    headers = ["Deal ID", "Created", "Amount", "Currency", "Stage"]
    path = write(tmp_path / "deals.csv", headers, rows)
    done("init", tmp_path, "--deals", path)
    call = done("sync", tmp_path, "--as-of", DAY)
    assert len(call.err.splitlines()) <= MOST_LINES
    found = {row["metric"]: row for row in done("metrics", tmp_path, "--format", "json").json}
    assert found["won"]["value"] == 9
    assert found["revenue"]["value"] is None, "eight of nine amounts are in no known money"
    assert found["revenue"]["reason"] == "no_fx"


STARTS = (
    "=1+1", "+1+1", "-1+1", "@SUM(A1)", "\t=1+1", '=HYPERLINK("http://x")', "=cmd|' /C calc'!A0",
)  # fmt: skip


def poison(path, harmless):
    """Begin every text of an export with what a spreadsheet program takes for a formula."""
    with path.open(encoding="utf-8", newline="") as file:
        headers, *rows = csv.reader(file)
    for number, row in enumerate(rows):
        for place, header in enumerate(headers):
            if header not in harmless:
                unique = f" {number}" if "ID" in header else ""
                row[place] = STARTS[number % len(STARTS)] + unique
    write(path, headers, rows)


def test_no_text_of_the_crm_becomes_a_formula(tmp_path):
    leads, deals = write_leads(tmp_path, 40), write_deals(tmp_path, 40)
    poison(leads, {"Created", "Verdict"})
    poison(deals, {"Created", "Closed", "Stage", "Amount"})
    done("init", tmp_path, "--leads", leads, "--deals", deals, "--name", "=1+1")
    for _ in range(2):  # the first write, and the patch of what is there
        done("sync", tmp_path, "--as-of", DAY)
        book = load_workbook(tmp_path / "smarketing.xlsx")
        found = [
            (tab.title, start, cell)
            for tab in book
            for row in tab.iter_rows()
            for cell in row
            for start in STARTS
            if isinstance(cell.value, str) and cell.value.strip().startswith(start.strip())
        ]
        for tab in ("Leads", "Deals"):
            assert {start for title, start, _ in found if title == tab} == set(STARTS)
        assert {cell.data_type for *_, cell in found} == {"s"}
        assert not any(cell.hyperlink for *_, cell in found)
    printed = done("metrics", tmp_path, "--report", "leads", "--format", "csv", "--as-of", DAY).out
    cells = [cell for row in csv.reader(printed.splitlines()) for cell in row]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t"))]
