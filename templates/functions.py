"""The custom functions in words: how a call is typed, what an argument is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from formulas.functions import Function
from formulas.functions.arguments import Given
from templates.words import Words


def called(name: str, arguments: Iterable[str], words: Words) -> str:
    """Write a call as it is typed: where a comma begins the decimals, a semicolon separates."""
    separator = "; " if words.texts["format.separators"][1] == "," else ", "
    return f"{name}({separator.join(arguments)})"


def argument_text(function: Function, name: str, words: Words) -> str:
    """Say what an argument is: in the words of the function, or of all functions."""
    own = f"function.argument.{function.id}.{name}"
    return words(own if words.has(own) else f"function.argument.{name}")


def example(function: Function) -> str:
    """Write the example of a function as the formula of an English Excel.

    >>> from formulas.functions import FUNCTIONS
    >>> example(FUNCTIONS["BONUS"]), example(FUNCTIONS["METRIC"])
    ('=SMK_BONUS(160,100,500,,1.3,1.5)', '=SMK_METRIC("leads","2026-11")')
    """
    return f"={function.name}({','.join(map(_typed, function.example))})"


def typed_example(function: Function, words: Words) -> str:
    """Write the example as people type it, with cells where it takes a range.

    >>> from formulas.functions import FUNCTIONS
    >>> from templates.words import load
    >>> typed_example(FUNCTIONS["BONUS"], load("ru"))
    '=SMK_BONUS(160; 100; 500; ; 1,3; 1,5)'
    >>> typed_example(FUNCTIONS["CONVBYMANAGER"], load("en"))
    '=SMK_CONVBYMANAGER(A2:A4, B2:B4, 1)'
    """
    decimal = words.texts["format.separators"][1]
    given = (_named(place, each, decimal) for place, each in enumerate(function.example))
    return f"={called(function.name, given, words)}"


def _named(place: int, given: Given, decimal: str) -> str:
    if isinstance(given, Sequence) and not isinstance(given, str):
        first, last = "ABCDEFGH"[place], "ABCDEFGHIJKLMNOPQRSTUVWXYZ"[place + len(given[0]) - 1]
        return f"{first}2:{last}{len(given) + 1}"
    return _typed(given).replace(".", decimal) if isinstance(given, float) else _typed(given)


def _typed(given: Given) -> str:
    if given is None:
        return ""
    if isinstance(given, str):
        return f'"{given}"'
    if isinstance(given, Sequence):
        return "{" + ";".join(",".join(map(_typed, row)) for row in given) + "}"
    return str(given)


def signature(name: str, function: Function, words: Words) -> str:
    """Write a call with the arguments by name; those in brackets may be left out.

    >>> from formulas.functions import FUNCTIONS
    >>> from templates.words import load
    >>> signature("SMK_CONVCI", FUNCTIONS["CONVCI"], load("ru"))
    'SMK_CONVCI(оплаты; заявки; [доверие])'
    """
    labels = (
        (words(f"function.label.{each.name}"), each.is_optional) for each in function.arguments
    )
    return called(name, (f"[{label}]" if may else label for label, may in labels), words)
