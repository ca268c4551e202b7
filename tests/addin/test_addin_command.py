"""`smarketing addin`: what it prints and what it writes."""

import zipfile

import ironcalc
import pytest

from excel_addin.appsscript import project
from excel_addin.visual_basic import module
from formulas.functions import TRACED
from sheets_sync.targets.lambdas import lambdas
from templates.words import load
from tests.cli.calls import cli, done
from tests.targets import life


@pytest.mark.parametrize("language", ["ru", "en"])
def test_the_script_is_printed_or_written(tmp_path, language):
    files = project(load(language))
    assert done("addin", "appsscript", language=language).out == files["Code.gs"]
    folder = tmp_path / "new" / "script"
    said = done("addin", "appsscript", "--output", folder, language=language).out
    assert str(folder) in said
    assert {path.name: path.read_text("utf-8") for path in folder.iterdir()} == files


def test_the_names_are_printed_as_they_are_typed():
    lines = done("addin", "lambdas").out.splitlines()
    assert [line.split("\t")[0] for line in lines] == list(lambdas())
    assert all(line.split("\t")[1].startswith("=LAMBDA(") for line in lines)
    assert not any("_xl" in line for line in lines)
    book = ironcalc.create("typed", "en", "UTC", "en")
    for row, (line, function) in enumerate(zip(lines, TRACED.values(), strict=True), start=1):
        arguments = ",".join(map(str, function.example))
        book.set_user_input(0, row, 1, f"{line.split(chr(9))[1]}({arguments})")
    book.evaluate()
    for row, function in enumerate(TRACED.values(), start=1):
        expected = function.answer(function.example)
        assert book.get_cell_value(0, row, 1) == pytest.approx(expected), function.id


def test_the_names_come_in_a_workbook_whose_calls_compute(tmp_path):
    path = tmp_path / "names.xlsx"
    done("addin", "lambdas", "--output", path)
    assert life.defined_names(path) == lambdas()
    model = ironcalc.load_from_xlsx(str(path), "en", "UTC", "en")
    model.evaluate()
    cached = life.load(path)["smarketing"]
    with zipfile.ZipFile(path) as file:
        assert file.read("xl/worksheets/sheet1.xml").count(b"cm=") == len(TRACED), "no @ in Excel"
    for row, function in enumerate(TRACED.values(), start=1):
        expected = pytest.approx(function.answer(function.example))
        assert model.get_cell_value(0, row, 3) == expected
        assert function.workbook_name in cached.cell(row, 2).value


@pytest.mark.parametrize("language", ["ru", "en"])
def test_the_module_is_printed_or_written_as_excel_reads_it(tmp_path, language):
    text = module(load(language))
    assert done("addin", "udfs", language=language).out == text
    path = tmp_path / "smk_udfs.bas"
    assert "smk_help" in done("addin", "udfs", "--output", path, language=language).out
    assert path.read_bytes() == text.replace("\n", "\r\n").encode("ascii")


def test_what_there_is_not_is_told(tmp_path):
    assert cli("addin").code == 2
    wrong = cli("addin", "vba")
    assert wrong.code == 2
    assert "lambdas" in wrong.err
    assert cli("addin", "lambdas", "--output", tmp_path).code == 2
