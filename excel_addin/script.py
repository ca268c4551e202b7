"""The functions as JavaScript, for every host that computes them itself."""

from __future__ import annotations

import json
from collections.abc import Mapping
from importlib.resources import files

from formulas.functions import TRACED, Traced
from formulas.functions.arguments import PROBLEMS, Argument, Kind
from formulas.readings.javascript import PRELUDE, condition, javascript
from formulas.readings.number import TELLING
from templates.words import LANGUAGES, Words, load


def source(*path: str) -> str:
    """Return a script that lies beside this file."""
    return files("excel_addin").joinpath(*path).read_text(encoding="utf-8").rstrip()


def literal(value: object) -> str:
    """Write a value as JavaScript.

    >>> literal({"a": (1, None)})
    '{"a": [1, null]}'
    """
    plain = dict(value) if isinstance(value, Mapping) else value
    return json.dumps(plain, ensure_ascii=False)


def problems(words: Words) -> Mapping[str, Mapping[str, str]]:
    """Return why there may be no value: the error that says so, and its words."""
    return {
        id_: {"code": code, "text": words(f"function.problem.{id_}")}
        for id_, code in PROBLEMS.items()
    }


def called(function: Traced) -> str:
    """Write what `compute_` is called with: what is taken, what must hold, what is worked out."""
    names = {name: name for name in function.parameters}
    listed = ", ".join(function.parameters)
    lines = (
        f"  takes: {literal([_takes(argument) for argument in function.arguments])},",
        f"  holds: ({listed}) => {condition(function.domain, names)},",
        f"  work: ({listed}) => {javascript(function, names)},",
        f"  renamed: {literal(function.renamed)},",
    )
    return "{\n" + "\n".join(lines) + "\n}"


def _takes(argument: Argument) -> Mapping[str, object]:
    return {
        "name": argument.name,
        "isOne": argument.kind is Kind.NUMBER,
        "isOptional": argument.is_optional,
        "fallback": argument.default,
    }


def formulas() -> str:
    """Write the functions that the page of the add-in computes itself."""
    texts = {language: problems(load(language)) for language in LANGUAGES}
    parts = (
        "(() => {",
        f"const TEXTS = {literal(texts)};",
        f"const TELLING = {literal(TELLING)};",
        PRELUDE.rstrip(),
        source("cells.js"),
        "const CALLED = {",
        *(f"{function.id}: {called(function)}," for function in TRACED.values()),
        "};",
        source("client", "local.js"),
        "})();",
    )
    return "\n".join(parts) + "\n"
