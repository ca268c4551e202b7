"""The names that need no add-in, for a workbook that is not ours."""

from __future__ import annotations

from io import BytesIO

from formulas.functions import TRACED
from sheets_sync.targets.lambdas import lambdas
from templates.words import Words


def typed(text: str) -> str:
    """Return a name's formula as it is typed into the Name Manager of an English Excel.

    >>> typed("_xlfn.LAMBDA(_xlpm.a,_xlop.b,_xlpm.a+_xlpm.b)")
    '=LAMBDA(a,[b],a+b)'
    """
    head, *optional = text.split("_xlop.")
    marked = head + "".join(f"[{each.replace(',', '],', 1)}" for each in optional)
    return f"={marked.replace('_xlfn.', '').replace('_xlpm.', '')}"


def workbook(words: Words) -> bytes:
    """Make a workbook with one sheet that calls every function.

    Excel takes the names along when the sheet is moved or copied into another workbook.
    """
    from xlsxwriter import Workbook

    made = BytesIO()
    with Workbook(made) as book:
        for name, text in lambdas().items():
            book.define_name(name, f"={text}")
        sheet = book.add_worksheet("smarketing")
        sheet.set_column(0, 1, 44)
        for row, function in enumerate(TRACED.values()):
            call = f"{function.workbook_name}({','.join(map(str, function.example))})"
            sheet.write_string(row, 0, words(f"function.text.{function.id}"))
            sheet.write_string(row, 1, f"={call}")
            value = function.answer(function.example)
            sheet.write_dynamic_array_formula(row, 2, row, 2, f"={call}", None, value)
    return made.getvalue()
