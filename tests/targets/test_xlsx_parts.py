"""Parts that other programs put into the workbook, and other ways to write the same XML."""

from __future__ import annotations

from functools import partial

import pytest

from tests.targets import life, people


@pytest.fixture(scope="module")
def first(tmp_path_factory):
    return life.first(tmp_path_factory.mktemp("first"))


@pytest.fixture
def space(first, tmp_path):
    return life.again(first, tmp_path)


@pytest.mark.parametrize("name", people.FILE_EDITS)
def test_parts_of_other_programs_stay(space, name):
    life.live_together(space, name, partial(life.edit_file, edit=people.FILE_EDITS[name]))


OFFICE_EDIT = """
deals = book.Sheets.getByName("Сделки")
deals.Rows.insertByIndex(6, 1)
deals.Columns.insertByIndex(2, 1)
deals.getCellByPosition(2, 3).String = "наш балл"
deals.getCellRangeByName("G8").String = "от LibreOffice"
deals.Name = "Все сделки"
pulse = book.Sheets.getByName("Пульс")
pulse.Rows.insertByIndex(4, 1)
pulse.getCellByPosition(0, 4).String = "между строк"
pulse.Columns.insertByIndex(1, 1)
book.Sheets.removeByName("Оценка")
"""


def edit_in_libreoffice(path):
    from tests.targets import libreoffice

    libreoffice.save(path, path.parent, OFFICE_EDIT)
    return people.Promise(
        cells={("Все сделки", "C4"): "наш балл"},
        inputs={
            ("deals", "D4", "comment"): "от LibreOffice",
            ("deals", "D2", "comment"): "ждём договор",
            ("scorecard", "Q2", "answer"): 1,
        },
        warnings={"tab_restored", "report_moved"},
        keeps_foreign=False,
        changes={"xl/drawings/drawing1.xml"},  # the chart is put back over its report
    )


@pytest.mark.libreoffice
def test_a_workbook_that_libreoffice_saved(space):
    life.live_together(space, "libreoffice", edit_in_libreoffice)
    xml = life.parts_of(space.path)["xl/charts/chart1.xml"].decode()
    assert "'Пульс'!$B$4:$B$12" in xml
