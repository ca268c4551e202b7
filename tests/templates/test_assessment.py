"""The nine golden assessments: live cells and Python say the same."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import ironcalc as engine
import pytest

from formulas.scorecard import NOT_APPLICABLE, UNKNOWN
from sheets_sync.targets.xlsx_new import write_new
from templates.answers import said, scored
from templates.scorecard import load as questionnaire
from templates.tabs import scorecard
from templates.tabs.scorecard_result import REMARKS
from templates.words import load
from tests.oracles import ironcalc
from tests.templates import made_up
from tests.templates.test_drawn import sheets

GOLDEN = json.loads(
    Path(__file__).parents[1].joinpath("golden", "scorecard.json").read_text(encoding="utf-8")
)
IDS = [criterion.id for criterion in questionnaire().criteria]
RU = load("ru")


def both(value: object, *ids: str) -> dict:
    return {id_: {"sales": value, "marketing": value} for id_ in ids or IDS}


CASES = {
    "all_0": both(0),
    "all_1": both(1),
    "all_2": both(2),
    "unknown_all": both(UNKNOWN),
    "motivation_zero_rest_max": both(2) | both(0, "M1", "M2", "M3", "M4"),
    "quality_chain_zero": both(2) | both(0, "Q1", "Q2", "Q3"),
    "disagree_and_illusion": both(1)
    | {"Q3": {"sales": 0, "marketing": 2}, "C1": {"sales": 2, "marketing": 2, "measured": 0}},
    "one_na_one_missing": {
        id_: row for id_, row in (both(1) | both(NOT_APPLICABLE, "R4")).items() if id_ != "M2"
    },
    "all_1_unweighted": both(1),
}


def facts(name: str):
    rows = CASES[name]
    measured = [
        {"criterion": id_, "measured": row["measured"]}
        for id_, row in rows.items()
        if "measured" in row
    ]
    tables = {
        "typed.scorecard": [{"criterion": id_, **row} for id_, row in rows.items()],
        "measured": measured,
    }
    settings = {**made_up.EMPTY.settings, "simple_weights": name.endswith("unweighted")}
    return replace(made_up.EMPTY, tables=tables, settings=settings)


def typed(name: str) -> dict:
    """Return the answers as they stand in the cells."""
    return {
        "scorecard": {
            id_: {side: row[side] for side in ("sales", "marketing")}
            for id_, row in CASES[name].items()
        }
    }


@pytest.mark.parametrize("name", CASES)
def test_python_scores_what_people_typed(name):
    found, golden = scored(facts(name)), GOLDEN[name]
    assert found.total == pytest.approx(golden["total"], abs=0.06)
    assert (found.band, list(found.fix_first)) == (golden["band"], golden["fix_first"])
    assert found.unknown == golden["unknown"]


@pytest.mark.parametrize("name", CASES)
def test_cells_score_what_people_typed(name, tmp_path):
    """The workbook is drawn from no answers at all; then the answers are typed into its cells."""
    path, golden = tmp_path / "typed.xlsx", GOLDEN[name]
    blank = replace(facts(name), tables={"measured": facts(name).tables["measured"]})
    write_new(path, sheets(blank, RU), RU, "RUB")
    model = engine.load_from_xlsx(str(path), "en", "UTC", "en")
    titles = [sheet["name"] for sheet in model.get_worksheets_properties()]
    columns = [column.id for column in scorecard.TAB.columns]
    for id_, row in CASES[name].items():
        for side in ("sales", "marketing"):
            value = row[side]
            text = RU(f"choice.{value}") if isinstance(value, str) else str(value)
            at = (titles.index("Оценка"), 5 + IDS.index(id_), 1 + columns.index(side))
            model.set_user_input(*at, text)
    model.evaluate()
    page = _Page(model, titles.index("Итог оценки"))
    asks = questionnaire()
    band = asks.band[golden["band"]].names["ru"]
    assert page.below(RU("column.points")) == pytest.approx(golden["total"], abs=0.06)
    assert page.below(RU("column.band")) == band
    is_final = not golden["missing"]
    assert (page.cells[7, 2] or "") == ("" if is_final else RU("page.provisional"))
    for section in asks.sections:
        points = page.right_of(section.names["ru"], 1)
        assert points == pytest.approx(golden["sections"][section.id], abs=0.06)
    advice = [asks.criterion[id_].words["ru"].fix for id_ in golden["fix_first"]]
    assert page.fixes() == advice + [""] * (3 - len(advice))
    weakest = golden["weakest"]
    none = RU("page.none")
    wanted = {
        "weakest": asks.section[weakest].names["ru"] if weakest else none,
        "disagreements": ", ".join(golden["disagreements"]) or none,
        "illusions": ", ".join(golden["illusions"]) or none,
        "unknown_answers": golden["unknown"],
        "missing": ", ".join(golden["missing"]) or none,
        "not_applicable": 1 if name == "one_na_one_missing" else 0,
    }
    assert {id_: page.right_of(RU(f"column.{id_}"), 1) for id_ in REMARKS} == wanted


@pytest.mark.parametrize("name", CASES)
def test_cells_carry_what_python_says(name, tmp_path):
    path = tmp_path / "drawn.xlsx"
    write_new(path, sheets(facts(name), RU, typed(name)), RU, "RUB")
    assert ironcalc(path).differences == ()


class _Page:
    """The page of the result, as it is calculated."""

    def __init__(self, model, sheet: int) -> None:
        self.cells = {
            (row, column): model.get_cell_value(sheet, row, column)
            for row in range(1, 45)
            for column in range(1, 8)
        }

    def right_of(self, text: str, steps: int):
        row, column = next(spot for spot, value in self.cells.items() if value == text)
        value = self.cells[row, column + steps]
        return "" if value is None else value

    def below(self, text: str):
        """Return the cell below a label that stands over it."""
        row, column = next(spot for spot, value in self.cells.items() if value == text)
        return self.cells[row + 1, column]

    def fixes(self) -> list[str]:
        first = next(row for (row, _), value in self.cells.items() if value == RU("page.fix_first"))
        return [self.cells[first + place, 5] or "" for place in (1, 2, 3)]


def test_an_answer_is_read_as_it_is_typed():
    assert [said(text) for text in ("Не знаю", "don't know", "unknown")] == [UNKNOWN] * 3
    assert [said(text) for text in (1, "1", True, None, "?", "не применимо")] == [
        1, 1, None, None, None, NOT_APPLICABLE,
    ]  # fmt: skip
