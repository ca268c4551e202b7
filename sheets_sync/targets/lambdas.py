"""The names that compute in a workbook without any add-in: SMKF.RUNRATE and the like."""

from __future__ import annotations

from functools import cache


@cache
def lambdas() -> dict[str, str]:
    """Return what each name stands for, as a file holds it.

    >>> lambdas()["SMKF.CPL"][:36]
    '_xlfn.LAMBDA(_xlpm.spend,_xlpm.leads'
    """
    from formulas.functions import TRACED
    from formulas.readings.lambda_ import function

    return {traced.workbook_name: function(traced) for traced in TRACED.values()}
