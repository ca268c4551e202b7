"""Help: what to fill in and where, what every number means and how it comes about, what to read."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from formulas.functions import TRACED, Traced
from formulas.readings.words import words as said
from formulas.registry import FORMULAS
from templates.functions import argument_text, called, signature
from templates.layout import MARGIN, shown
from templates.page import Page
from templates.tab import Facts, Grid, Group, Kind, Look, Report, Row
from templates.words import Words

COLUMNS = 4
WIDTHS = (30, 26, 70, 70)
TO_FILL = (
    shown("help_tab", Kind.LONG_TEXT, WIDTHS[0], unknown=None),
    shown("help_column", Kind.LONG_TEXT, WIDTHS[1]),
    shown("help_hint", Kind.LONG_TEXT, WIDTHS[2]),
)
NUMBERS = (
    shown("help_number", Kind.LONG_TEXT, WIDTHS[0]),
    shown("help_unit", Kind.LONG_TEXT, WIDTHS[1], unknown=""),
    shown("help_meaning", Kind.LONG_TEXT, WIDTHS[2]),
    shown("help_formula", Kind.LONG_TEXT, WIDTHS[3], unknown=""),
)
FUNCTIONS = (
    shown("help_function", Kind.LONG_TEXT, WIDTHS[0]),
    shown("help_example", Kind.LONG_TEXT, WIDTHS[1]),
    shown("help_meaning", Kind.LONG_TEXT, WIDTHS[2]),
    shown("help_arguments", Kind.LONG_TEXT, WIDTHS[3]),
)
ADDRESS = re.compile(r"https?://\S+")


def draw(facts: Facts, words: Words) -> Grid:
    """Draw what to fill in, what the numbers mean, and what to read."""
    page = Page("help", facts, words)
    for place, width in enumerate(WIDTHS):
        page.widen(MARGIN + place, width)
    page.head(COLUMNS)
    page.signature(range(MARGIN, MARGIN + len(TO_FILL)))
    page.heading(words("page.help_to_fill"), COLUMNS)
    page.note(words("page.help_to_fill_note"), COLUMNS)
    page.table(TO_FILL, _to_fill(facts.tables.get("to_fill", ()), words))
    page.begin_sheet()
    page.heading(words("page.help_numbers"), COLUMNS)
    page.note(words("page.help_numbers_note"), COLUMNS)
    page.table(NUMBERS, [*_formulas(words), *_others(words)])
    page.begin_sheet()
    page.heading(words("page.help_functions"), COLUMNS)
    page.note(words("page.help_functions_note"), COLUMNS)
    page.table(FUNCTIONS, _functions(words))
    page.begin_sheet()
    page.heading(words("page.help_reading"), COLUMNS)
    _reading(page, str(facts.settings.get("links") or ""))
    return page.grid()


def _to_fill(columns: Sequence[Row], words: Words) -> Iterator[Row]:
    """Yield the human columns of every tab, the tab's name beside the first of them."""
    before = None
    for row in columns:
        tab, column = row["tab"], row["column"]
        own = f"column.{tab}.{column}"
        yield {
            "help_tab": words(f"tab.{tab}") if tab != before else None,
            "help_column": words(own if words.has(own) else f"column.{column}"),
            "help_hint": words(f"hint.{tab}.{column}"),
        }
        before = tab


def _formulas(words: Words) -> Iterator[Row]:
    """Yield the formulas of the registry, read as words."""
    for name, formula in FORMULAS.items():
        metric = f"metric.{name}"
        yield {
            "help_number": words(metric if words.has(metric) else f"formula.name.{name}"),
            "help_unit": words(f"unit.{formula.unit}"),
            "help_meaning": words(f"formula.text.{name}"),
            "help_formula": said(formula, words),
        }


def _others(words: Words) -> Iterator[Row]:
    """Yield the numbers that are counted from rows or by steps, and have no formula."""
    for id_ in words.texts:
        table, _, name = id_.partition(".")
        if table == "meaning":
            named = next(
                f"{of}.{name}" for of in ("metric", "measure") if words.has(f"{of}.{name}")
            )
            yield {"help_number": words(named), "help_meaning": words(id_)}


def _functions(words: Words) -> Iterator[Row]:
    """Yield the functions that compute in any cell of the workbook."""
    for function in TRACED.values():
        yield {
            "help_function": signature(function.workbook_name, function, words),
            "help_example": _example(function, words),
            "help_meaning": words(f"function.text.{function.id}"),
            "help_arguments": "\n".join(
                f"{words(f'function.label.{name}')} — {argument_text(function, name, words)}"
                for name in function.parameters
            ),
        }


def _example(function: Traced, words: Words) -> str:
    """Write a call that can be typed, and what it gives."""
    point = words.texts["format.separators"][1]
    typed = (f"{value:g}".replace(".", point) for value in map(Decimal, map(str, function.example)))
    value = function.answer(function.example)
    digits = 0 if isinstance(value, float) and value.is_integer() else 2
    result = words.number(value if isinstance(value, float) else None, digits)
    return f"={called(function.workbook_name, typed, words)}\n→ {result}"


def _reading(page: Page, links: str) -> None:
    """List what the agency recommends: one a line or after a semicolon, a title before a link."""
    words = page.words
    listed = [part.strip() for part in re.split(r"[\n;]+", links) if part.strip()]
    for part in listed:
        found = ADDRESS.search(part)
        title = ADDRESS.sub("", part).strip(" -–—:,") or part
        page.put(MARGIN, title, span=(1, COLUMNS), link=found and found.group())
        page.next()
    if not listed:
        page.put(MARGIN, words("page.help_no_reading"), Look.NOTE, span=(1, COLUMNS))
        page.next()


REPORT = Report("help", Group.READ, draw, is_hidden=True)
