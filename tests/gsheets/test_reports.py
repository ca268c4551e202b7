"""A report in a spreadsheet, and what people write and colour beside it."""

from copy import deepcopy
from dataclasses import replace

import pytest

from sheets_sync.targets.gsheets.looks import colour
from templates.brand import Brand
from tests.sheets_emulator.book import COLUMNS, ROWS, Cell
from tests.targets import small_book


def ids(exchange):
    return [warning.id for warning in exchange.warnings]


def test_a_report_is_set_right_and_texts_beside_it_stay(desk):
    desk.sync()
    pulse = desk.grid("pulse")
    pulse.put(4, 1, Cell("мимо"))
    pulse.put(4, 9, Cell("моё"))
    done = desk.sync()
    assert pulse.cell(4, 1).value == 10
    assert pulse.cell(4, 9).value == "моё"
    assert ids(done) == ["report_overwritten"]


def branded(inputs, _hidden):
    """Draw the small workbook as an agency's."""
    report, *tables = small_book.sheets(0, inputs)
    return [replace(report, grid=replace(report.grid, brand=Brand(accent="#FFD000"))), *tables]


def test_a_brand_recolours_the_report_and_nothing_of_people(desk):
    desk.sync()
    pulse = desk.grid("pulse")
    mine = Cell("моё", format={"backgroundColorStyle": colour("#2F6DB5")})
    pulse.put(4, 9, mine)
    plan = deepcopy(desk.grid("plan").rows)
    desk.exchange(branded)
    header = pulse.cell(2, 1).format
    assert header["backgroundColorStyle"] == colour("#FFD000")
    assert header["textFormat"]["foregroundColorStyle"] == colour("#000000")
    assert pulse.charts[0]["spec"]["basicChart"]["series"][0]["colorStyle"] == colour("#AD8D00")
    assert pulse.cell(4, 9) == mine
    assert desk.grid("plan").rows == plan


def test_a_report_does_not_grow_over_a_text_of_people(desk):
    desk.sync()
    pulse = desk.grid("pulse")
    pulse.put(8, 0, Cell("наше собрание"))
    done = desk.sync(1)
    assert ids(done) == ["foreign_in_report"]
    assert pulse.cell(8, 0).value == "наше собрание"
    pulse.put(8, 0, Cell(None))
    assert ids(desk.sync(1)) == []
    assert pulse.cell(8, 0).value == "Итого"


def test_a_text_in_a_row_inserted_into_a_report_is_not_lost(desk):
    desk.sync()
    pulse = desk.grid("pulse")
    desk.book.insert(pulse, ROWS, 4, 1, before=True)
    pulse.put(4, 0, Cell("важная строка"))
    done = desk.sync(1)
    assert ids(done) == ["foreign_in_report"]
    assert pulse.cell(4, 0).value == "важная строка"


@pytest.mark.parametrize("dimension", [ROWS, COLUMNS])
def test_a_text_that_slides_under_a_report_while_it_is_written_is_kept(desk, dimension):
    desk.sync()
    pulse = desk.grid("pulse")
    pulse.put(*((10, 1) if dimension == ROWS else (4, 5)), Cell("наше собрание"))
    acts = iter([bool, lambda: desk.book.delete(pulse, dimension, 0, 4)])  # not before deals come
    desk.world.before = lambda _n, method: method == "batchUpdate" and next(acts, bool)()
    desk.sync(1)
    assert [cell.value for row in pulse.rows for cell in row].count("наше собрание") == 1


def test_a_report_of_an_older_version_is_anchored_before_it_is_written(desk):
    desk.sync()
    found = desk.book.metadata
    desk.book.metadata = {id_: each for id_, each in found.items() if each.key != "smk.end"}
    before = len(desk.world.log)
    desk.sync(1)
    assert desk.grid("pulse").cell(8, 0).value == "Итого"
    assert desk.methods(before).count("batchUpdate") == 3
    ends = [m.index for m in desk.book.metadata.values() if (m.key, m.kind) == ("smk.end", "ROW")]
    assert sorted(ends) == [8, desk.grid("pulse").row_count - 1]


def test_charts_of_ours_come_back_and_those_of_people_stay(desk):
    desk.sync()
    pulse = desk.grid("pulse")
    theirs = {**pulse.charts[0], "chartId": 7}
    pulse.charts[:] = [theirs]
    desk.sync(1)
    assert len(pulse.charts) == 2
    assert theirs in pulse.charts


def test_colour_rules_come_back_and_those_of_people_stay(desk):
    desk.sync()
    rules = desk.grid().rules
    condition = {"type": "CUSTOM_FORMULA", "values": [{"userEnteredValue": "=$A1=7"}]}
    where = [{"sheetId": desk.grid().id}]
    theirs = {"ranges": where, "booleanRule": {"condition": condition, "format": {}}}
    ours = list(rules)
    rules[:] = [theirs]
    desk.sync()
    assert rules == [*ours, theirs]
    desk.book.move(desk.grid(), COLUMNS, 2, 3, 7)
    before = len(desk.world.log)
    desk.sync()
    assert "batchUpdate" not in desk.methods(before)
    assert [rule["ranges"][0].get("startColumnIndex") for rule in rules] == [6, None]
