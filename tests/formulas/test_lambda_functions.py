"""The names of a workbook compute what Python computes, with the same errors."""

import re
from math import isclose

import ironcalc
import pytest
import xlsxwriter

from formulas.functions import TRACED, Fault
from formulas.readings import lambda_
from tests.addin.asked import COUNT, asked
from tests.formulas.calls import WIDTH, shown


def book(path, write):
    """Write a workbook that calls every function: a sheet each, the answer in its first column."""
    with xlsxwriter.Workbook(path) as made:
        for id_, function in TRACED.items():
            made.define_name(f"SMKF.{id_}", f"={write(function)}")
            sheet = made.add_worksheet(id_)
            for row, given in enumerate(asked(function)):
                areas = [_put(sheet, row, at, each) for at, each in enumerate(given)]
                while areas and areas[-1] is None:
                    areas.pop()
                arguments = ",".join(area or "" for area in areas)
                sheet.write_formula(row, 0, f"=SMKF.{id_}({arguments})")


def _put(sheet, row, place, given):
    """Write the cells of an argument and return their address; None is none."""
    if given is None:
        return None
    first = 1 + place * WIDTH
    for at, cell in enumerate(given[0], start=first):
        if isinstance(cell, Fault):
            sheet.write_formula(row, at, f"={shown(cell)}")
        elif cell is not None:
            sheet.write(row, at, cell)
    return xlsxwriter.utility.xl_range(row, first, row, first + len(given[0]) - 1)


def differing(path):
    """Return the calls that the workbook answers differently."""
    model = ironcalc.load_from_xlsx(str(path), "en", "UTC", "en")
    model.evaluate()
    found = []
    for sheet, (id_, function) in enumerate(TRACED.items()):
        for row, given in enumerate(asked(function), start=1):
            expected = shown(function.answer(given))
            told = model.get_cell_value(sheet, row, 1)
            if not same(expected, told):
                found.append((id_, given, expected, told))
    return found


def same(one, other):
    if isinstance(one, str) or isinstance(other, str):
        return one == other
    return isclose(one, other, rel_tol=1e-12, abs_tol=1e-9)


def test_a_workbook_computes_what_python_computes(tmp_path):
    path = tmp_path / "calls.xlsx"
    book(path, lambda_.function)
    assert differing(path) == []


def test_the_made_up_calls_meet_every_error_and_mostly_a_value():
    for function in TRACED.values():
        answers = [shown(function.answer(given)) for given in asked(function)]
        assert {"#N/A", "#VALUE!", "#NUM!"} <= set(answers)
        assert sum(isinstance(answer, float) for answer in answers) > COUNT / 4, function.id


MISPRINTS = {
    "errors are covered up": (r"OR\(ISERROR\((\S+?)\),", r"OR(ISTEXT(\1),"),
    "a text is unknown": (r">0\)", ">99)"),
    "two numbers are one": (r",\S+?_count>1\)", ")"),
    "blank is zero": (r"\)=0,NA\(\)", ")=99,NA()"),
    "no domain": (r"#NUM!", "NA()"),
    "shows errors": (r"IFERROR\((?!_xlfn)", "IF(TRUE,"),
    "left out is unknown": (r"ISOMITTED\((\S+?)\),0", r"ISOMITTED(\1),NA()"),
    "a comma is no point": (r'",","\."', '",",","'),
    "a narrow space stays": (r"UNICHAR\(160\)", "UNICHAR(161)"),
    "a percentage is a share": (r'"\."(,"")\)', r'"."\1),"%",""'),
}


@pytest.mark.parametrize("misprint", MISPRINTS)
def test_a_misprint_in_a_name_is_found(misprint, tmp_path):
    path = tmp_path / "calls.xlsx"
    book(path, lambda function: re.sub(*MISPRINTS[misprint], lambda_.function(function)))
    assert differing(path)


@pytest.mark.parametrize("function", TRACED.values(), ids=TRACED)
def test_a_name_is_what_a_file_of_excel_holds(function):
    text = lambda_.function(function)
    assert len(text) <= 8192
    assert text.count("(") == text.count(")")
    assert "[" not in text, "a file marks what may be left out by _xlop."
    for argument in function.arguments:
        assert (f"_xlop.{argument.name}" in text) is argument.is_optional
    bare = re.sub(r'_xlfn\.|_xl[op]p?m?\.\w+|"[^"]*"', "", text)
    assert set(re.findall(r"[A-Za-z_]\w*(?=\()", bare)) <= {
        *("LAMBDA", "LET", "MAP", "IF", "ISERROR", "ISNUMBER", "ISTEXT", "SUM", "OR", "AND", "NA"),
        *("SUMPRODUCT", "MIN", "MAX", "IFERROR", "ISOMITTED", "SUBSTITUTE", "UNICHAR"),
        *("NUMBERVALUE", "LOWER", "LEFT", "MID", "LEN"),
    }
