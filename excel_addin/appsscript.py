"""The functions for Google Sheets: an Apps Script project, made from their one description.

It holds those that compute in the page; nothing leaves the sheet.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from excel_addin.script import called, literal, problems, source
from formulas.functions import TRACED, Traced
from formulas.readings.javascript import PRELUDE
from formulas.readings.number import TELLING
from templates.functions import argument_text, signature
from templates.words import Words

MANIFEST = {"timeZone": "Etc/GMT", "exceptionLogging": "STACKDRIVER", "runtimeVersion": "V8"}


def project(words: Words) -> Mapping[str, str]:
    """Return the files of the project, in the language of the words.

    >>> from templates.words import load
    >>> sorted(project(load("en")))
    ['Code.gs', 'appsscript.json']
    """
    return {"Code.gs": code(words), "appsscript.json": f"{json.dumps(MANIFEST, indent=2)}\n"}


def code(words: Words) -> str:
    """Write the script."""
    listed = [
        f"{signature(function.name, function, words)}\n{words(f'function.text.{function.id}')}"
        for function in TRACED.values()
    ]
    constants = {
        "PROBLEMS": problems(words),
        "TELLING": TELLING,
        "MENU": {"list": words("addin.menu_list")},
        "LISTED": listed,
    }
    parts = (
        f"// {words('addin.generated')}",
        *(f"const {name} = {literal(value)};" for name, value in constants.items()),
        PRELUDE.rstrip(),
        source("cells.js"),
        source("sheet.js"),
        *(_function(function, words) for function in TRACED.values()),
    )
    return "\n\n".join(parts) + "\n"


def _function(function: Traced, words: Words) -> str:
    """Write one function with its help, and what it is called with."""
    listed = ", ".join(function.parameters)
    help_ = "\n".join(f" * {line}".rstrip() for line in _help(function, words))
    return (
        f"const {function.id}_ = {called(function)};\n\n"
        f"/**\n{help_}\n */\n"
        f"function {function.name}({listed}) {{\n"
        f"  return answer_({function.id}_, [...arguments]);\n}}"
    )


def _help(function: Traced, words: Words) -> Iterator[str]:
    """Yield the lines of help that Google Sheets shows while one types."""
    yield words(f"function.text.{function.id}")
    yield ""
    for argument in function.arguments:
        name = f"[{argument.name}]" if argument.is_optional else argument.name
        yield f"@param {{number}} {name} {argument_text(function, argument.name, words)}"
    yield f"@return {{number}} {words(f'unit.{function.unit}')}"
    yield "@customfunction"
