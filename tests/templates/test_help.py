"""The help says what to fill in from the tabs, and what numbers mean from the formulas."""

from dataclasses import replace

import pytest

from formulas.functions import TRACED
from formulas.registry import FORMULAS
from templates.tab import Report, Table, Writer
from templates.tabs import TABS
from templates.tabs import help as guide
from templates.words import LANGUAGES, load
from tests.templates import made_up


def texts(links=None, language="ru"):
    facts = replace(made_up.RICH, settings={**made_up.RICH.settings, "links": links})
    return {cell.value: cell for cell in guide.REPORT.draw(facts, load(language)).cells}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_column_of_people_and_every_formula_is_there(language):
    words, shown = load(language), texts(language=language)
    for tab in TABS:
        for column in tab.columns if isinstance(tab, Table) else ():
            if column.writer is Writer.HUMAN:
                assert words(f"hint.{tab.name}.{column.id}") in shown
                assert words(f"tab.{tab.name}") in shown
    assert all(words(f"formula.text.{name}") in shown for name in FORMULAS)


def test_a_formula_is_read_as_words():
    assert "расход ÷ новые клиенты" in texts()


@pytest.mark.parametrize(
    ("language", "call", "example"),
    [
        ("ru", "SMKF.PIPELINEGAP(в работе; план; факт; доля побед)",
         "=SMKF.PIPELINEGAP(1500; 3000; 1200; 0,25)\n→ 5 700"),
        ("en", "SMKF.QUALIFIEDSHARE(qualified, unqualified, [spam])",
         "=SMKF.QUALIFIEDSHARE(90, 30, 10)\n→ 0.69"),
    ],
)  # fmt: skip
def test_every_function_of_a_cell_is_there_with_an_example(language, call, example):
    words = load(language)
    shown = {str(value).replace("\N{NO-BREAK SPACE}", " ") for value in texts(language=language)}
    assert {call, example} <= shown
    assert all(words(f"function.text.{id_}") in shown for id_ in TRACED)


def test_reading_is_a_title_with_a_link():
    shown = texts("Книга: https://example.org/book; https://example.org/talk\nПросто совет")
    assert shown["Книга"].link == "https://example.org/book"
    assert shown["https://example.org/talk"].link == "https://example.org/talk"
    assert shown["Просто совет"].link is None


def test_a_newcomer_is_told_of_the_help_on_the_first_page():
    overview = TABS[0]
    assert isinstance(overview, Report)
    cells = overview.draw(made_up.RICH, load("ru")).cells
    assert "Справка" in {cell.value for cell in cells}
    assert any("«Справка»" in str(cell.value) for cell in cells)
