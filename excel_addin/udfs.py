"""The functions as Excel calls them through xlwings: one of this module for each described one.

Excel finds them by name, `xlwings addin` writes their Visual Basic, or `excel_addin.visual_basic`
does. What has no value comes back as a marker, which only the latter turns into an error of Excel.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from inspect import Parameter, Signature
from typing import Any

from excel_addin import host
from formulas.functions import FUNCTIONS, Code, Fault, Function, Said, Setting
from formulas.functions.arguments import Cell, Given
from sheets_sync.cli import system_language
from sheets_sync.targets.cells import serial
from templates.functions import argument_text
from templates.scorecard import load as scorecard
from templates.words import Words, load

CATEGORY = "smarketing"
MARK = "#SMK!"
"""What a cell without a value begins with: `#SMK!na|nothing to divide by`."""

ERRORS = {
    "#DIV/0!": Code.NA,
    "#N/A": Code.NA,
    "#NAME?": Code.NA,
    "#NULL!": Code.NA,
    "#NUM!": Code.NUM,
    "#REF!": Code.NA,
    "#VALUE!": Code.VALUE,
}
"""Errors of cells, as xlwings spells them."""


def given(value: Any) -> Given:
    """Return an argument as functions take it: None was left out, a range is a list of rows.

    >>> given(None), given([["1 000,5", None], ["#NUM!", Decimal("2.5")]])[0]
    (None, ['1 000,5', None])
    """
    return None if value is None else [[_cell(cell) for cell in row] for row in value]


def _cell(value: Any) -> Cell:
    if isinstance(value, str):
        return Fault(ERRORS[value]) if value in ERRORS else value
    if isinstance(value, date):
        return serial(value)
    return float(value) if isinstance(value, Decimal) else value


def shown(answer: Any, words: Words) -> Any:
    """Return an answer as a cell shows it, row by row where it spills.

    >>> shown(Fault(Code.NA, "zero_denominator"), load("en"))
    '#SMK!na|nothing to divide by'
    """
    if isinstance(answer, list):
        return [[shown(cell, words) for cell in row] for row in answer]
    if isinstance(answer, Fault):
        why = words(f"function.problem.{answer.problem}", **answer.parts) if answer.problem else ""
        return f"{MARK}{answer.code}|{why}"
    if isinstance(answer, Said):
        return words(answer.text)
    return "" if answer is None else answer


def made(function: Function, words: Words) -> Callable[..., Any]:
    """Make the Python function that Excel calls, with its help."""
    setting = Setting(words.language, scorecard())

    def call(*arguments: Any) -> Any:
        answer = function.answer([given(each) for each in arguments], setting)
        return shown(answer, words)

    kind = Parameter.POSITIONAL_OR_KEYWORD
    call.__name__ = call.__qualname__ = function.name
    call.__doc__ = words(f"function.text.{function.id}")
    call.__annotations__ = {}
    call.__signature__ = Signature(  # type: ignore[attr-defined]
        [
            Parameter(each.name, kind, default=None if each.is_optional else Parameter.empty)
            for each in function.arguments
        ]
    )
    for name in function.parameters:
        help_ = argument_text(function, name, words)
        host.arg(name, ndim=2, err_to_str=True, doc=help_)(call)
    host.func(category=CATEGORY)(call)  # last: each `arg` sets the category back
    return call


_words = load(system_language())
globals().update({each.name: made(each, _words) for each in FUNCTIONS.values()})
