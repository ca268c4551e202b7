"""A worksheet that takes formulas as they are written."""

from __future__ import annotations

from xlsxwriter.worksheet import Worksheet


class Sheet(Worksheet):  # type: ignore[misc]
    """A worksheet of XlsxWriter without its thirty searches in every formula.

    They look for functions that newer programs know, to mark them; ours are marked already.
    """

    def _prepare_formula(self, formula: str, expand_future_functions: bool = False) -> str:  # noqa: ARG002
        return formula.removeprefix("=")
