"""The functions for Google Sheets: an Apps Script project, made from their one description.

Those that can be traced compute in the sheet, and nothing leaves it; the others, and the numbers of
the last sync, ask the server of the add-in, once a cell.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from excel_addin.script import called, literal, problems, source
from formulas.functions import FUNCTIONS, Function, Traced
from formulas.functions.arguments import Kind
from formulas.readings.javascript import PRELUDE
from formulas.readings.number import TELLING
from templates.functions import argument_text, signature
from templates.words import Words

MANIFEST = {"timeZone": "Etc/GMT", "exceptionLogging": "STACKDRIVER", "runtimeVersion": "V8"}

REMOTE = ("away", "not_connected", "syncing", "url", "key")
KEPT, STORED_KEPT = 600, 60  # seconds


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
        for function in FUNCTIONS.values()
    ]
    constants = {
        "PROBLEMS": problems(words),
        "TELLING": TELLING,
        "MENU": {name: words(f"addin.menu_{name}") for name in ("list", "sync", "connect")},
        "REMOTE": {
            "language": words.language,
            **{name: words(f"addin.remote.{name}") for name in REMOTE},
        },
        "LISTED": listed,
    }
    parts = (
        f"// {words('addin.generated')}",
        *(f"const {name} = {literal(value)};" for name, value in constants.items()),
        PRELUDE.rstrip(),
        source("cells.js"),
        source("sheet.js"),
        source("remote.js"),
        *(_function(function, words) for function in FUNCTIONS.values()),
    )
    return "\n\n".join(parts) + "\n"


def _function(function: Function, words: Words) -> str:
    """Write one function with its help, and what it is called with."""
    listed = ", ".join(function.parameters)
    help_ = "\n".join(f" * {line}".rstrip() for line in _help(function, words))
    is_local = isinstance(function, Traced)
    needs = called(function) if isinstance(function, Traced) else _asked(function)
    work = "answer_" if is_local else "remote_"
    return (
        f"const {function.id}_ = {needs};\n\n"
        f"/**\n{help_}\n */\n"
        f"function {function.name}({listed}) {{\n"
        f"  return {work}({function.id}_, [...arguments]);\n}}"
    )


def _asked(function: Function) -> str:
    """Write what the server is asked with, and how many seconds an answer is kept."""
    ones = [argument.kind is Kind.NUMBER for argument in function.arguments]
    seconds = STORED_KEPT if function.is_stored else KEPT
    return literal({"id": function.id, "isOne": ones, "seconds": seconds})


def _help(function: Function, words: Words) -> Iterator[str]:
    """Yield the lines of help that Google Sheets shows while one types."""
    kind = "number" if isinstance(function, Traced) else "*"
    yield words(f"function.text.{function.id}")
    yield ""
    for argument in function.arguments:
        name = f"[{argument.name}]" if argument.is_optional else argument.name
        yield f"@param {{{kind}}} {name} {argument_text(function, argument.name, words)}"
    yield f"@return {{{kind}}} {words(f'unit.{function.unit}')}"
    yield "@customfunction"
