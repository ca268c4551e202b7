"""The page of the docs that lists the functions; `make docs` writes it."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

from formulas.functions import FUNCTIONS, Function, Traced
from formulas.functions.arguments import PROBLEMS
from templates.functions import argument_text, called, signature
from templates.words import LANGUAGES, Words, load

_PART = re.compile(r"'?\{\w+\}'?")  # of a text: what it speaks of


def page(words: Words) -> str:
    """Write the page in the language of the words.

    >>> page(load("en")).splitlines()[0]
    '# Functions for cells'
    """
    return "\n".join((*_head(words), *_functions(words), *_problems(words)))


def pages() -> dict[str, str]:
    """Return the pages by their names in the folder of the docs."""
    return {
        f"functions{'' if language == 'en' else f'.{language}'}.md": page(load(language))
        for language in LANGUAGES
    }


def _head(words: Words) -> Iterator[str]:
    yield f"# {words('handbook.title')}"
    yield ""
    yield words("handbook.intro")
    yield ""


def _functions(words: Words) -> Iterator[str]:
    for function in FUNCTIONS.values():
        yield f"## {function.name}"
        yield ""
        yield words(f"function.text.{function.id}")
        yield ""
        yield f"`={signature(function.name, function, words)}`"
        yield ""
        yield f"| {words('handbook.argument')} | {words('handbook.meaning')} |"
        yield "|---|---|"
        for argument in function.arguments:
            text = argument_text(function, argument.name, words)
            label = words(f"function.label.{argument.name}")
            yield f"| {f'[{label}]' if argument.is_optional else label} | {text} |"
        yield ""
        yield " ".join(_notes(function, words))
        yield ""


def _notes(function: Function, words: Words) -> Iterator[str]:
    """Yield what it gives, an example, and where it does not need an add-in."""
    if function.is_stored:
        yield words("handbook.stored")
        return
    yield words("handbook.gives", unit=words(f"unit.{function.unit}"))
    if isinstance(function, Traced):
        given = [_number(each, words) for each in function.example]
        example = called(function.name, given, words)
        answer = function.answer(function.example)
        value = _number(round(float(str(answer)), 4), words)
        yield words("handbook.example", call=f"`={example}`", value=value)
        yield words("handbook.anywhere", name=f"`{function.workbook_name}`")


def _number(value: float, words: Words) -> str:
    """Write a number as it is typed."""
    return f"{value:.10g}".replace(".", words.texts["format.separators"][1])


def _problems(words: Words) -> Iterator[str]:
    yield f"## {words('handbook.errors')}"
    yield ""
    yield f"| {words('handbook.shown')} | {words('handbook.why')} |"
    yield "|---|---|"
    for problem, code in PROBLEMS.items():
        text = _PART.sub("…", words.texts[f"function.problem.{problem}"])
        yield f"| {words(f'handbook.code.{code}')} | {text} |"
    yield ""


def main(folder: Path) -> None:
    """Write the pages into a folder."""
    for name, text in pages().items():
        (folder / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
