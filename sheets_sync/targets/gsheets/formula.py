"""Formulas of the templates as every Google Sheet reads them, whatever its locale."""

from __future__ import annotations

import re

OPEN_ROW = 9_999_999
"""A last row that stands for no end: `$B$5:$B$9999999` becomes `$B$5:$B`."""

_PIECE = re.compile(
    r"""(?P<text>"(?:[^"]|"")*"|'(?:[^']|'')*')|(?P<number>(?<![\w.$])\d+\.\d+(?![\w.]))"""
    rf"|(?P<open>\$?{OPEN_ROW}(?!\d))|(?P<newer>_xlfn\.)|(?P<comma>,)"
)


def translated(formula: str) -> str:
    """Write a formula with `;` and without a decimal point, both of which locales read differently.

    >>> translated("IF(A1<0.95,'Plan, old'!B2,SUM($C$5:$C$9999999))")
    "IF(A1<(95/100);'Plan, old'!B2;SUM($C$5:$C))"
    """
    return _PIECE.sub(_piece, formula)


def _piece(found: re.Match[str]) -> str:
    if found["text"]:
        return found["text"]
    if found["number"]:
        whole, _, digits = found["number"].partition(".")
        return f"({int(whole + digits)}/{10 ** len(digits)})"
    return ";" if found["comma"] else ""


_LOOSE = re.compile(r"""("(?:[^"]|"")*"|'(?:[^']|'')*')""")


def loose(formula: str) -> str:
    """Return a formula without what Google may spell otherwise than it was sent.

    >>> loose("=if(A1, 'Plan'!B2)"), loose("=IF(A1;Plan!B2)")
    ('=IF(A1;PLAN!B2)', '=IF(A1;PLAN!B2)')
    """
    pieces = _LOOSE.split(formula)
    return "".join(
        (_titled(piece) if piece.startswith("'") else piece) if at % 2 else _spelled(piece)
        for at, piece in enumerate(pieces)
    )


def _titled(piece: str) -> str:
    return piece[1:-1].upper()


def _spelled(piece: str) -> str:
    return re.sub(r"\s+", "", piece).replace(",", ";").upper()


def within(formula: str, title: str) -> str:
    r"""Write a formula for a colour rule, which may name no tab, not even its own.

    Other tabs are reached through INDIRECT.

    >>> within("COUNTIF('Plan'!$B$5:$B;B5)>SUM('Other'!$C$5:$C)", "'Plan'")
    'COUNTIF($B$5:$B;B5)>SUM(INDIRECT("\'Other\'!$C$5:$C"))'
    """
    own = formula.replace(f"{title}!", "")
    return re.sub(r"'(?:[^']|'')*'![$A-Z\d:]+", lambda far: f'INDIRECT("{far[0]}")', own)
