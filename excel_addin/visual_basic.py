r"""A module of Visual Basic that calls the functions through xlwings and shows errors as errors.

xlwings can write such a module itself; there, what has no value is a text, which SUM passes over.
All of it is ASCII, for Excel reads a module in the code page of the machine: other letters of the
help are written `\0442`.
"""

from __future__ import annotations

from collections.abc import Iterator

from formulas.functions import FUNCTIONS, Function
from templates.functions import argument_text
from templates.words import Words

MODULE = "excel_addin.udfs"
CATEGORY = "smarketing"
_CHUNK = 900
"""Letters of a text in one line; Excel takes lines of up to 1,023."""

_HEAD = """\
Attribute VB_Name = "smk_udfs"
' smarketing addin udfs
Option Explicit

Private Function Shown(ByVal answer As Variant) As Variant
    Dim i As Long, j As Long
    If IsArray(answer) Then
        For i = LBound(answer, 1) To UBound(answer, 1)
            For j = LBound(answer, 2) To UBound(answer, 2)
                answer(i, j) = ShownCell(answer(i, j))
            Next j
        Next i
        Shown = answer
    Else
        Shown = ShownCell(answer)
    End If
End Function

Private Function ShownCell(ByVal cell As Variant) As Variant
    ShownCell = cell
    If VarType(cell) <> vbString Then Exit Function
    If Left$(cell, 8) = "#SMK!na|" Then ShownCell = CVErr(xlErrNA)
    If Left$(cell, 9) = "#SMK!num|" Then ShownCell = CVErr(xlErrNum)
    If Left$(cell, 11) = "#SMK!value|" Then ShownCell = CVErr(xlErrValue)
End Function

Private Function Said(ByVal written As String) As String
    Dim at As Long
    at = 1
    Do While at <= Len(written)
        If Mid$(written, at, 1) = "\\" Then
            Said = Said & ChrW$(CLng("&H" & Mid$(written, at + 1, 4) & "&"))
            at = at + 5
        Else
            Said = Said & Mid$(written, at, 1)
            at = at + 1
        End If
    Loop
End Function
"""


def module(words: Words) -> str:
    """Write the module, with its help in the language of the words.

    >>> from templates.words import load
    >>> print(module(load("en")).splitlines()[0])
    Attribute VB_Name = "smk_udfs"
    """
    functions = FUNCTIONS.values()
    helps = "\n".join(f"    help_{function.id}" for function in functions)
    parts = (
        _HEAD,
        *(_call(function) for function in functions),
        f"Public Sub smk_help()\n{helps}\nEnd Sub\n",
        *(_help(function, words) for function in functions),
    )
    return "\n".join(parts)


def written(text: str) -> str:
    r"""Write a text in ASCII, as the module reads it.

    >>> written('до "1 %"')
    '\\0434\\043e ""1 %""'
    """
    return "".join(_letter(letter) for letter in text)


def _letter(letter: str) -> str:
    if letter == '"':
        return '""'
    if " " <= letter <= "~" and letter != "\\":
        return letter
    units = letter.encode("utf-16-be")
    return "".join(f"\\{units[at : at + 2].hex()}" for at in range(0, len(units), 2))


def _call(function: Function) -> str:
    """Write one function."""
    name = function.name
    listed = ", ".join(
        f"Optional {each.name}" if each.is_optional else each.name for each in function.arguments
    )
    given = ", ".join(function.parameters)
    called = f'"{MODULE}", "{name}", Array({given}), ThisWorkbook, Application.Caller'
    lines = (
        f"Public Function {name}({listed})",
        "    If TypeOf Application.Caller Is Range Then On Error GoTo failed",
        f"    {name} = Shown(XLPy.CallUDF({called}))",
        "    Exit Function",
        "failed:",
        f"    {name} = CVErr(xlErrValue)",
        "End Function",
    )
    return "\n".join(lines) + "\n"


def _help(function: Function, words: Words) -> str:
    """Write what tells Excel the help of one function."""
    texts = [argument_text(function, name, words) for name in function.parameters]
    lines = [
        f"Private Sub help_{function.id}()",
        f"    Dim text As String, about({len(texts) - 1}) As Variant",
        *_text("text", words(f"function.text.{function.id}")),
    ]
    for place, text in enumerate(texts):
        lines += _text(f"about({place})", text)
    lines += (
        f'    Application.MacroOptions Macro:="{function.name}", Description:=text, _',
        f'        Category:="{CATEGORY}", ArgumentDescriptions:=about',
        "End Sub",
    )
    return "\n".join(lines) + "\n"


def _text(name: str, text: str) -> Iterator[str]:
    """Yield the lines that put a text together."""
    pieces, before = [""], ""
    for piece in map(_letter, text):
        if len(pieces[-1]) + len(piece) > _CHUNK:
            pieces.append("")
        pieces[-1] += piece
    for piece in pieces:
        yield f'    {name} = {before}Said("{piece}")'
        before = f"{name} & "
