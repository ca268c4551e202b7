"""A formula read as a LAMBDA: a name of the workbook that works without any add-in."""

from __future__ import annotations

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
    """Write a custom function as a LAMBDA: it sums what it is given and shows typed errors.

    Its arguments are looked at in their order; an optional one is 0 when it is left out.
    """
    sums = Sheet({argument.name: _sum(argument) for argument in traced.arguments}, ",")
    needed = [f"COUNT(_xlpm.{each.name})" for each in traced.arguments if not each.is_optional]
    steps = (
        *(_refusing(argument, sums) for argument in traced.arguments),
        f"IF(MIN({','.join(needed)})=0,NA()",
        f"IF({condition(traced.domain, sums)},IFERROR({term(traced.tree, sums)},NA()),#NUM!",
    )
    names = (f"_xl{'op' if each.is_optional else 'pm'}.{each.name}" for each in traced.arguments)
    return f"_xlfn.LAMBDA({','.join((*names, *steps))}{')' * (2 * len(traced.arguments) + 3)}"


def _sum(argument: Argument) -> str:
    name = f"_xlpm.{argument.name}"
    return f"IF(_xlfn.ISOMITTED({name}),0,SUM({name}))" if argument.is_optional else f"SUM({name})"


def _refusing(argument: Argument, sums: Sheet) -> str:
    """Begin an IF: pass an error on, refuse what is no number or more of them than are taken."""
    name, total = f"_xlpm.{argument.name}", sums.cells[argument.name]
    is_wrong = f'AND(COUNT({name})=0,SUMPRODUCT(--({name}<>""))>0)'
    if argument.kind is Kind.NUMBER:
        is_wrong = f"OR({is_wrong},COUNT({name})>1)"
    if argument.is_optional:
        is_wrong = f"IF(_xlfn.ISOMITTED({name}),FALSE,{is_wrong})"
    return f"IF(ISERROR({total}),{total},IF({is_wrong},#VALUE!"
