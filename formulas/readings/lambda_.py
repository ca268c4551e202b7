"""A formula read as a LAMBDA: a name of the workbook that works without any add-in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from formulas.functions.arguments import Argument, Kind
from formulas.readings.cell import Sheet, cell, condition, term
from formulas.term import Traced

if TYPE_CHECKING:
    from formulas.functions import Traced as Function


def lambda_(formula: Traced) -> str:
    """Write a formula as a LAMBDA of single numbers; #N/A is unknown.

    >>> from formulas.cost import customer_cost
    >>> lambda_(customer_cost).replace("_xlpm.", "")
    '_xlfn.LAMBDA(spend,customers,IF(COUNT(spend,customers)<2,NA(),IFERROR(spend/customers,NA())))'
    """
    cells = {name: f"_xlpm.{name}" for name in formula.parameters}
    return f"_xlfn.LAMBDA({','.join(cells.values())},{cell(formula, cells, unknown='NA()')})"


def function(traced: Function) -> str:
    """Write a custom function as a LAMBDA: it reads and sums what it is given, or shows an error.

    Its arguments are looked at in their order; an optional one is 0 when it is left out.
    """
    sums = Sheet({each.name: f"{_name(each)}_sum" for each in traced.arguments}, ",")
    needed = [f"{_name(each)}_count" for each in traced.arguments if not each.is_optional]
    steps = (
        f"_xlpm.read,{_read()}",
        *(step for each in traced.arguments for step in _taken(each)),
        *(_refusing(argument) for argument in traced.arguments),
        f"IF(MIN({','.join(needed)})=0,NA()",
        f"IF({condition(traced.domain, sums)},IFERROR({term(traced.tree, sums)},NA()),#NUM!",
    )
    names = (f"_xl{'op' if each.is_optional else 'pm'}.{each.name}" for each in traced.arguments)
    ends = ")" * (2 * len(traced.arguments) + 4)
    return f"_xlfn.LAMBDA({','.join(names)},_xlfn.LET({','.join(steps)}{ends}"


def _name(argument: Argument) -> str:
    return f"_xlpm.{argument.name}"


def _read() -> str:
    """Write what reads a cell: a number or an error as it is, "" for nothing, "x" for no number.

    A sign stands before the digits or the exponent, for NUMBERVALUE takes one behind them, too.
    """
    cell, said = "_xlpm.cell", "_xlpm.said"
    spaces = (('" "', '""'), ("_xlfn.UNICHAR(160)", '""'), ("_xlfn.UNICHAR(8239)", '""'))
    plain = _replaced(cell, (*spaces, ('","', '"."'), ("_xlfn.UNICHAR(8722)", '"-"')))
    unsigned = f'IF(OR(LEFT({said})="-",LEFT({said})="+"),MID({said},2,LEN({said})),{said})'
    digits = tuple((f'"{sign}"', '""') for sign in ("e+", "e-", *"0123456789.e"))
    number = f'IFERROR(_xlfn.NUMBERVALUE({said},"."," "),"x")'
    text = f'IF({said}="","",IF({_replaced(f"LOWER({unsigned})", digits)}<>"","x",{number}))'
    of_text = f"_xlfn.LET({said},{plain},{text})"
    other = f'IF(ISTEXT({cell}),{of_text},IF({cell}="","","x"))'
    return f"_xlfn.LAMBDA({cell},IF(OR(ISERROR({cell}),ISNUMBER({cell})),{cell},{other}))"


def _replaced(text: str, pairs: Iterable[tuple[str, str]]) -> str:
    for old, new in pairs:
        text = f"SUBSTITUTE({text},{old},{new})"
    return text


def _taken(argument: Argument) -> Iterator[str]:
    """Yield the names for what the cells of an argument hold, for their sum and their count."""
    name = _name(argument)
    read, total, count = f"{name}_read", f"{name}_sum", f"{name}_count"
    cells = f"_xlfn.MAP({name},_xlpm.read)"
    numbers = f'IF(SUMPRODUCT(--({name}<>""))=0,0,{_summed(read, "ISNUMBER", "1,0")})'
    if argument.is_optional:
        cells, numbers = (f"IF(_xlfn.ISOMITTED({name}),0,{each})" for each in (cells, numbers))
    yield f"{read},{cells}"
    yield f"{total},{_summed(read, 'ISTEXT', '0,_xlpm.each')}"
    yield f"{count},{numbers}"


def _summed(cells: str, claim: str, values: str) -> str:
    """Sum over cells one of two values."""
    each = f"_xlfn.LAMBDA(_xlpm.each,IF({claim}(_xlpm.each),{values}))"
    return f"SUM(_xlfn.MAP({cells},{each}))"


def _refusing(argument: Argument) -> str:
    """Begin an IF: pass an error on, refuse what is no number or more of them than are taken."""
    name = _name(argument)
    total, count = f"{name}_sum", f"{name}_count"
    others = f'SUM(_xlfn.MAP({name}_read,_xlfn.LAMBDA(_xlpm.each,--(_xlpm.each="x"))))'
    is_wrong = f"AND({count}=0,{others}>0)"
    if argument.kind is Kind.NUMBER:
        is_wrong = f"OR({is_wrong},{count}>1)"
    return f"IF(ISERROR({total}),{total},IF({is_wrong},#VALUE!"
