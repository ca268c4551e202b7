"""Files that are no tables, or not these tables: an error in words, never a traceback."""

import zipfile
from io import BytesIO

import pytest
from openpyxl import Workbook

from sheets_sync.errors import FixConfig, LookAtSource, SmarketingError
from sheets_sync.sources import container
from sheets_sync.sources.files import FileSource
from sheets_sync.sources.guessing import guess
from sheets_sync.sources.mapping import FileMapping
from templates.words import load

WORDS = [load("ru"), load("en")]


def with_rows(content, rows):
    """Return the workbook with these rows below its first one."""
    made = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as old, zipfile.ZipFile(made, "w") as new:
        for name in old.namelist():
            new.writestr(
                name, old.read(name).replace(b"</sheetData>", f"{rows}</sheetData>".encode())
            )
    return made.getvalue()


def said(error):
    assert all(error.say(words) for words in WORDS)
    return error.id


def archive(**parts):
    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in parts.items():
            packed.writestr(name.replace("__", "/").replace("_xml", ".xml"), content)
    return file.getvalue()


def workbook(rows):
    book = Workbook()
    for row in rows:
        book.active.append(row)
    file = BytesIO()
    book.save(file)
    return file.getvalue()


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (b"", "file_empty"),
        (b"\xef\xbb\xbf\r\n", "file_empty"),
        (b"deal id,amount\n", "file_no_rows"),
        (b"PK\x03\x04 broken", "file_damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "file_damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + container.ENCRYPTED, "file_encrypted"),
        (b"<html><table><tr><td>1</td></tr></table>", "file_is_html"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 9, "file_not_table"),
        (archive(readme="hello"), "file_not_table"),
        (b"a," * 1_000_000 + b"\n1\n", "file_too_many_columns"),
        (b",".join(b"c%d" % n for n in range(3_000)) + b"\n1\n", "file_too_many_columns"),
        (b'deal id,title\n1,"never closed\n' + b"2,x\n" * 3_000, "file_quotes"),
    ],
)
def test_files_that_cannot_be_read(tmp_path, content, error):
    path = tmp_path / "file.xlsx"
    path.write_bytes(content)
    with pytest.raises(FixConfig) as raised:
        guess(path, "deals")
    assert said(raised.value) == error


def test_a_missing_file(tmp_path, read):
    mapping = FileMapping(object="deals", path="none.csv", columns={"deal_id": "id"})
    with pytest.raises(LookAtSource) as raised:
        read(mapping, tmp_path)
    assert said(raised.value) == "file_missing"


def test_a_zip_bomb(tmp_path):
    path = tmp_path / "bomb.xlsx"
    path.write_bytes(archive(xl__workbook_xml="<w/>", xl__worksheets__sheet1_xml="0" * (30 << 20)))
    assert path.stat().st_size < 100_000
    with pytest.raises(FixConfig) as raised:
        guess(path, "deals")
    assert said(raised.value) == "file_zip_bomb"


@pytest.mark.parametrize(
    "cells",
    [
        '<row r="2"><c r="XFD1048576"><v>1</v></c></row>',
        '<row r="2"><c r="xfd1048576"><v>1</v></c></row>',
        '<row r="2"><c r="A99999999"><v>1</v></c></row>',  # where the cell says, not its row
        '<row r="99999999"><c><v>1</v></c></row>',
        '<row r="2"><c r="XFD2"><v>1</v></c></row><row r="3"><c r="A60000"><v>1</v></c></row>',
    ],
)
def test_a_lone_cell_in_the_far_corner(tmp_path, cells):
    path = tmp_path / "far.xlsx"
    path.write_bytes(with_rows(workbook([["deal id"]]), cells))
    with pytest.raises(FixConfig) as raised:
        guess(path, "deals")
    assert said(raised.value) == "file_too_many_cells"


@pytest.mark.parametrize("cell", ["BE900000", "XFD3000", "A1048576"])
def test_a_large_sheet_that_fits(tmp_path, cell):
    path = tmp_path / "large.xlsx"
    path.write_bytes(with_rows(workbook([["deal id"]]), f'<row><c r="{cell}"><v>1</v></c></row>'))
    assert container.examine(path).kind is container.Kind.SHEET


def test_a_cut_workbook(tmp_path):
    path = tmp_path / "cut.xlsx"
    content = workbook([["deal id", "amount"], *([str(n), n] for n in range(500))])
    for end in (30, 200, len(content) // 2, len(content) - 30):
        path.write_bytes(content[:end])
        with pytest.raises(SmarketingError) as raised:
            guess(path, "deals")
        assert said(raised.value) == "file_damaged"


def test_the_wrong_encoding_is_named(take, read, tmp_path):
    mapping = take("ID сделки;Сумма;Менеджер\n1;5;Юля\n").mapping
    (tmp_path / "file.csv").write_bytes("ID сделки;Сумма;Менеджер\n1;5;Юля\n".encode("cp1251"))
    with pytest.raises(LookAtSource) as raised:
        read(mapping, tmp_path)
    assert said(raised.value) == "file_encoding"
    assert raised.value.parts["found"] == "cp1251"
    russian = mapping.model_copy(update={"encoding": "cp1251"})
    assert read(russian, tmp_path).column("manager") == ["Юля"]
    (tmp_path / "file.csv").write_text("ID сделки;Сумма;Менеджер\n1;5;Юля\n", encoding="utf-8")
    with pytest.raises(LookAtSource) as raised:
        read(russian, tmp_path)
    assert raised.value.parts["found"] == "utf-8"


def test_a_cell_of_a_megabyte(take):
    long = "я" * 500_000
    found = take(f"deal id,title,amount\n1,{long},5\n2,x,6\n{long},y,7\n")
    assert found.column("title") == [None, "x"]
    assert found.reasons() == {"too_long": 2}
    assert {r.line: r.is_row_lost for r in found.rejected} == {2: False, 4: True}
    assert max(len(rejection.value) for rejection in found.rejected) <= 200


def test_nan_and_infinity_are_no_amounts(take):
    found = take("deal id,amount\n1,NaN\n2,inf\n3,-Infinity\n4,1e400\n5," + "9" * 30 + "\n6,5\n")
    assert found.column("deal_id") == ["6"]
    assert found.reasons() == {"not_finite": 3, "not_a_number": 1, "too_large": 1}


def test_mixed_date_formats_are_asked_about(tmp_path, read):
    path = tmp_path / "deals.csv"
    path.write_text("deal id,created at\n1,13/04/2026\n2,04/13/2026\n3,2026-04-13\n")
    guessed = guess(path, "deals", name="deals.csv")
    assert [question.id for question in guessed.questions] == ["ask_date_mixed"]
    with pytest.raises(FixConfig) as raised:
        read(guessed.mapping, tmp_path)
    assert said(raised.value) == "date_ambiguous"
    stated = guessed.mapping.model_copy(update={"dates": {"created_at": "dmy"}})
    found = read(stated, tmp_path)
    assert [moment is None for moment in found.column("created_at")] == [False, True, False]
    assert found.reasons() == {"not_a_date": 1}


def test_more_rejections_than_are_carried(take):
    found = take("deal id,amount\n" + "".join(f"{n},x\n" for n in range(10_050)) + "a,5\n")
    assert len(found.rejected) == 10_001
    assert (found.rejected[-1].line, found.rejected[-1].value) == (0, "50")


def test_a_bomb_that_lies_about_its_size(tmp_path):
    path = tmp_path / "liar.xlsx"
    content = archive(xl__workbook_xml="<w/>", xl__worksheets__sheet1_xml="0" * (30 << 20))
    path.write_bytes(
        content.replace((30 << 20).to_bytes(4, "little"), (1000).to_bytes(4, "little"))
    )
    with pytest.raises(FixConfig) as raised:
        guess(path, "deals")
    assert said(raised.value) == "file_damaged"


def test_ids_that_a_spreadsheet_has_rounded(tmp_path):
    path = tmp_path / "ids.xlsx"
    path.write_bytes(workbook([["deal id", "amount"], [4_876_876_000_000_000_123, 5]]))
    with pytest.raises(LookAtSource) as raised:
        list(FileSource(guess(path, "deals").mapping, tmp_path, "salt").read(None))
    assert said(raised.value) == "id_damaged"
