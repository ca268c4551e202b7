"""The functions for Google Sheets: an Apps Script project, made from their one description.

It holds those that compute in the page; nothing leaves the sheet.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from importlib.resources import files

from formulas.functions import TRACED, Traced
from formulas.functions.arguments import PROBLEMS, Argument, Kind
from formulas.readings.javascript import PRELUDE, condition, javascript
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
    runtime = files("excel_addin").joinpath("cells.js").read_text(encoding="utf-8")
    problems = {
        id_: {"code": said, "text": words(f"function.problem.{id_}")}
        for id_, said in PROBLEMS.items()
    }
    listed = [
        f"{signature(function.name, function, words)}\n{words(f'function.text.{function.id}')}"
        for function in TRACED.values()
    ]
    constants = {
        "PROBLEMS": problems,
        "TELLING": TELLING,
        "MENU": {"list": words("addin.menu_list")},
        "LISTED": listed,
    }
    parts = (
        f"// {words('addin.generated')}",
        *(f"const {name} = {_json(value)};" for name, value in constants.items()),
        PRELUDE.rstrip(),
        runtime.rstrip(),
        *(_function(function, words) for function in TRACED.values()),
    )
    return "\n\n".join(parts) + "\n"


def _function(function: Traced, words: Words) -> str:
    """Write one function with its help, and what it is called with."""
    names = {name: name for name in function.parameters}
    listed = ", ".join(function.parameters)
    called = (
        f"  takes: {_json([_takes(argument) for argument in function.arguments])},",
        f"  holds: ({listed}) => {condition(function.domain, names)},",
        f"  work: ({listed}) => {javascript(function, names)},",
        f"  renamed: {_json(function.renamed)},",
    )
    help_ = "\n".join(f" * {line}".rstrip() for line in _help(function, words))
    return (
        f"const {function.id}_ = {{\n" + "\n".join(called) + "\n};\n\n"
        f"/**\n{help_}\n */\n"
        f"function {function.name}({listed}) {{\n"
        f"  return answer_({function.id}_, [...arguments]);\n}}"
    )


def _takes(argument: Argument) -> Mapping[str, object]:
    return {
        "name": argument.name,
        "isOne": argument.kind is Kind.NUMBER,
        "isOptional": argument.is_optional,
        "fallback": argument.default,
    }


def _help(function: Traced, words: Words) -> Iterator[str]:
    """Yield the lines of help that Google Sheets shows while one types."""
    yield words(f"function.text.{function.id}")
    yield ""
    for argument in function.arguments:
        name = f"[{argument.name}]" if argument.is_optional else argument.name
        yield f"@param {{number}} {name} {argument_text(function, argument.name, words)}"
    yield f"@return {{number}} {words(f'unit.{function.unit}')}"
    yield "@customfunction"


def _json(value: object) -> str:
    """Write a value as JavaScript."""
    plain = dict(value) if isinstance(value, Mapping) else value
    return json.dumps(plain, ensure_ascii=False)
