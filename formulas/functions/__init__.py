"""The custom functions of a spreadsheet, each described once; every host is made from them."""

from formulas.functions.arguments import Code, Fault, Said
from formulas.functions.catalogue import FUNCTIONS, TRACED
from formulas.functions.function import Function, Setting, Traced

__all__ = ["FUNCTIONS", "TRACED", "Code", "Fault", "Function", "Said", "Setting", "Traced"]
