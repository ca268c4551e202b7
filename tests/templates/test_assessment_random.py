"""Five hundred sets of answers: live cells and Python come to the same."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import ironcalc as engine
import pytest

from formulas.scorecard import NOT_APPLICABLE, UNKNOWN
from sheets_sync.checking import checked
from sheets_sync.targets.xlsx_new import write_new
from sheets_sync.workbook import ReportSheet, TableSheet
from templates.answers import asked, scored
from templates.scorecard import load as questionnaire
from templates.tabs import scorecard, scorecard_result
from templates.words import load
from tests.templates import made_up

SETS = 500
RU = load("ru")
ASKED = questionnaire()
IDS = [criterion.id for criterion in ASKED.criteria]
COLUMNS = [column.id for column in scorecard.TAB.columns]
SAID = ("0", "1", "2", "0", "1", "2", RU("choice.unknown"), RU("choice.na"), "", "1.5", "3", "да")
MEASURED = (None, None, 0, 1, 2)
SIDES = ("sales", "marketing", "override")


def answers(random: Random) -> dict[str, dict]:
    """Make up what stands in the cells, most of it answers and some of it not."""
    rows = {}
    for id_ in IDS:
        row = {side: random.choice(SAID) for side in SIDES[:2]}
        row["override"] = random.choice(SAID) if random.random() < 0.15 else ""
        row["override_note"] = random.choice(("", "так решили")) if row["override"] else ""
        row["measured"] = random.choice(MEASURED)
        rows[id_] = row
    return rows


def in_python(rows: dict[str, dict]):
    """Score what people typed as a sync does: what cannot be used is left out."""
    spoken = {RU("choice.unknown"): UNKNOWN, RU("choice.na"): NOT_APPLICABLE}
    typed = {
        id_: {name: spoken.get(row[name], row[name]) for name in (*SIDES, "override_note")
              if row[name]}
        for id_, row in rows.items()
    }  # fmt: skip
    usable, _ = checked({"scorecard": typed}, [scorecard.TAB])
    tables = {
        "typed.scorecard": [{"criterion": id_, **row} for id_, row in usable["scorecard"].items()],
        "measured": [{"criterion": id_, "measured": row["measured"]} for id_, row in rows.items()],
    }
    return scored(replace(made_up.EMPTY, tables=tables))


class Book:
    """A workbook of the two tabs, into which answers are typed."""

    def __init__(self, path) -> None:
        facts = made_up.EMPTY
        sheets = [
            TableSheet(scorecard.TAB, scorecard.TAB.rows(facts, RU),
                       above=scorecard.TAB.above(facts, RU)),
            ReportSheet(scorecard_result.REPORT, scorecard_result.REPORT.draw(facts, RU)),
        ]  # fmt: skip
        write_new(path, sheets, RU, "RUB")
        self.model = engine.load_from_xlsx(str(path), "en", "UTC", "en")

    def type(self, rows: dict[str, dict]) -> None:
        for place, id_ in enumerate(IDS):
            for name in (*SIDES, "override_note", "measured"):
                value = rows[id_][name]
                at = 0, 5 + place, 1 + COLUMNS.index(name)
                self.model.set_user_input(*at, "" if value is None else str(value))
        self.model.evaluate()

    def cell(self, sheet: int, row: int, column: int):
        value = self.model.get_cell_value(sheet, row, column)
        return "" if value is None else value


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    return Book(tmp_path_factory.mktemp("random") / "book.xlsx")


def test_live_cells_and_python_agree_on_whatever_is_answered(book):
    random = Random(20261125)  # noqa: S311
    seen = set()
    for _ in range(SETS):
        rows = answers(random)
        book.type(rows)
        score = in_python(rows)
        seen.add((score.band, score.capped))
        total = book.cell(1, 5, 2)
        assert total == ("" if score.total is None else pytest.approx(float(score.total))), rows
        band = ASKED.band[score.band].names["ru"] if score.band else RU("page.not_assessed")
        assert book.cell(1, 5, 4) == band, rows
        for place, section in enumerate(ASKED.sections):
            share = score.sections[section.id]
            wanted = "" if share is None else pytest.approx(float(share))
            assert book.cell(1, 11 + place, 3) == wanted, (section.id, rows)
        fixes = [ASKED.criterion[id_].words["ru"].question for id_ in score.fix_first]
        found = [book.cell(1, 18 + place, 2) for place in range(3)]
        assert found == fixes + [""] * (3 - len(fixes)), rows
    assert len(seen) > 2


def test_the_result_stands_over_the_answers(book):
    rows = {id_: dict.fromkeys((*SIDES, "override_note"), "") | {"measured": None} for id_ in IDS}
    rows |= {id_: {**rows[id_], "sales": "2", "marketing": "2"} for id_ in IDS}
    rows["Q1"] = {**rows["Q1"], "sales": "0", "marketing": "0"}
    book.type(rows)
    score = in_python(rows)
    assert score.fix_first == ("Q1",)
    assert book.cell(0, 1, 1 + COLUMNS.index("sales")) == pytest.approx(float(score.total))
    assert book.cell(0, 1, 1 + COLUMNS.index("marketing")) == ASKED.band[score.band].names["ru"]
    question = asked(made_up.EMPTY).criterion["Q1"].words["ru"].question
    assert book.cell(0, 3, 1) == RU("page.fix_at_once", question=question)


def test_what_is_no_answer_is_named():
    typed = {"scorecard": {"M1": {"sales": "1.5", "marketing": 3.0, "override": "2"}}}
    usable, problems = checked(typed, [scorecard.TAB])
    assert usable["scorecard"]["M1"] == {}
    assert {(problem.column, problem.id) for problem in problems} == {
        ("sales", "not_a_choice"),
        ("marketing", "not_a_choice"),
        ("override", "needs_note"),
    }
