"""Every tab is drawn from nothing, from a little and from a whole firm, and its formulas hold."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from sheets_sync.targets.xlsx_new import write_new
from sheets_sync.workbook import ReportSheet, Sheet, TableSheet
from templates.tab import Facts, Grid, Report, Table
from templates.tabs import TABS
from templates.words import LANGUAGES, Words, load
from tests.oracles import ironcalc
from tests.templates import made_up

FACTS = {"empty": made_up.EMPTY, "sparse": made_up.SPARSE, "rich": made_up.RICH}
REPORTS = [tab for tab in TABS if isinstance(tab, Report)]


def sheets(facts: Facts, words: Words, typed: dict | None = None) -> list[Sheet]:
    """Draw all tabs."""
    return [
        ReportSheet(tab, tab.draw(facts, words))
        if isinstance(tab, Report)
        else TableSheet(tab, tab.rows(facts, words), (typed or {}).get(tab.name, {}))
        for tab in TABS
    ]


def answers(facts: Facts) -> dict:
    """Return the assessment as it was typed."""
    return {
        "scorecard": {
            row["criterion"]: {"sales": row["sales"], "marketing": row["marketing"]}
            for row in facts.tables.get("typed.scorecard", ())
        }
    }


@pytest.fixture(params=FACTS)
def facts(request):
    return FACTS[request.param]


@pytest.fixture(params=LANGUAGES)
def words(request):
    return load(request.param)


@pytest.mark.parametrize("report", REPORTS, ids=lambda report: report.name)
def test_reports_write_each_cell_once_and_chart_what_they_wrote(report, facts, words):
    grid = report.draw(facts, words)
    taken: set[tuple[int, int]] = set()
    for cell in grid.cells:
        spots = {
            (cell.row + down, cell.column + right)
            for down in range(cell.span[0])
            for right in range(cell.span[1])
        }
        assert not spots & taken, (report.name, cell)
        taken |= spots
    written = {(cell.row, cell.column) for cell in grid.cells}
    for chart in grid.charts:
        for series in chart.series:
            for area in (series.values, series.categories, *filter(None, [series.labels])):
                assert written & spread(area), (report.name, chart.id, series.name)


def spread(area: tuple[int, int, int, int]) -> set[tuple[int, int]]:
    top, left, bottom, right = area
    return {(row, column) for row in range(top, bottom + 1) for column in range(left, right + 1)}


@pytest.mark.parametrize("report", REPORTS, ids=lambda report: report.name)
def test_reports_say_nothing_in_the_language_of_machines(report, words):
    """Ids are words with underscores or dots between them; people see none."""
    for cell in report.draw(made_up.RICH, words).cells:
        text = cell.value if isinstance(cell.value, str) else ""
        assert not re.search(r"\b[a-z]+_[a-z_]+\b", text.replace("not_money", "")), cell


def test_who_is_shy_of_the_word_for_the_unknown_meets_it_nowhere():
    """What stands for «ХЗ» is a setting; the settings themselves say what it stands for."""
    words = load("ru").softened("н/д")
    shy = replace(made_up.RICH, settings={**made_up.RICH.settings, "unknown_text": "н/д"})
    said = " ".join(str(cell.value) for report in REPORTS for cell in report.draw(shy, words).cells)
    said += " ".join(
        f"{words(f'tab_hint.{tab.name}')} {tab.rows(shy, words)}"
        for tab in TABS
        if isinstance(tab, Table) and tab.name != "settings"
    )
    assert "н/д" in said
    assert "ХЗ" not in said


def test_charts_do_not_lie_over_cells_that_print(facts, words):
    for report in REPORTS:
        grid = report.draw(facts, words)
        for chart in grid.charts:
            top, bottom = chart.at[0], chart.at[0] + chart.size[1] // 20
            below = [
                cell
                for cell in grid.cells
                if top < cell.row < bottom and chart.at[1] <= cell.column and cell.value is not None
                and left(grid, cell.column) < left(grid, chart.at[1]) + chart.size[0]
            ]  # fmt: skip
            assert below == [] or height(grid, top, bottom) > chart.size[1], (report.name, chart.id)


def left(grid: Grid, column: int) -> float:
    return sum(width * 7 + 5 for width in grid.widths[:column])


def height(grid: Grid, top: int, bottom: int) -> float:
    return sum((grid.heights or {}).get(row, 15) / 0.75 for row in range(top, bottom))


def test_formulas_calculate_to_what_the_cells_carry(facts, words, tmp_path):
    path = tmp_path / "drawn.xlsx"
    write_new(path, sheets(facts, words, answers(facts)), words, facts.currency)
    opinion = ironcalc(path)
    assert opinion.compared > 400
    assert opinion.errors == 0
    assert opinion.differences == ()


def test_closed_deals_alone_make_a_page_of_sellers(words):
    tables = {**made_up.RICH.tables, "managers": made_up.managers("closed")}
    grid = REPORTS[[report.name for report in REPORTS].index("managers")].draw(
        replace(made_up.RICH, tables=tables), words
    )
    texts = {cell.value for cell in grid.cells}
    assert words("page.managers_closed") in texts
    assert words("column.manager_conversion") not in texts


def test_the_articles_month_stands_on_the_first_page():
    """130 leads with a verdict, 90 of them qualified: 69.2 %, by a formula over its parts."""
    grid = REPORTS[0].draw(made_up.RICH, load("ru"))
    (big,) = [cell for cell in grid.cells if cell.formula and cell.value == 90 / 130]
    parts = {cell.value for cell in grid.cells if cell.column == big.column + 1}
    assert {90, 40} <= parts
