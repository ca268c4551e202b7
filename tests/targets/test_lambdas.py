"""Every workbook carries the functions as names, and people's own names stay theirs."""

import ironcalc
import pytest
from openpyxl.workbook.defined_name import DefinedName

from formulas.functions import TRACED
from sheets_sync.targets.lambdas import lambdas
from tests.targets import life
from tests.targets.small_book import Workspace as Space

PREFIX = "SMKF."


@pytest.fixture
def space(tmp_path):
    space = Space(tmp_path)
    space.sync(1)
    return space


def functions(space):
    return {
        name: text
        for name, text in life.defined_names(space.path).items()
        if name.startswith(PREFIX)
    }


def test_a_new_workbook_has_them_all(space):
    assert functions(space) == lambdas()
    assert [name.removeprefix(PREFIX) for name in lambdas()] == list(TRACED)


def test_they_compute_in_a_cell_that_people_type_and_no_addin_is_needed(space):
    def call(book):
        sheet = book.create_sheet("Мои расчёты")
        for row, (id_, function) in enumerate(TRACED.items(), start=1):
            arguments = ",".join(map(str, function.example))
            sheet.cell(row, 1, f"={PREFIX}{id_}({arguments})")

    life.edit_book(space.path, call)
    space.sync(2)
    model = ironcalc.load_from_xlsx(str(space.path), "en", "UTC", "en")
    model.evaluate()
    titles = [sheet["name"] for sheet in model.get_worksheets_properties()]
    for row, function in enumerate(TRACED.values(), start=1):
        value = model.get_cell_value(titles.index("Мои расчёты"), row, 1)
        assert value == pytest.approx(function.answer(function.example)), function.id


def test_a_workbook_of_an_earlier_version_gets_them(space):
    def forget(book):
        for name in lambdas():
            del book.defined_names[name]

    life.edit_book(space.path, forget)
    assert functions(space) == {}
    space.sync(1)
    assert functions(space) == lambdas()


def test_what_was_spoiled_is_mended_and_own_names_stay(space):
    def spoil(book):
        book.defined_names[f"{PREFIX}CPL"].attr_text = "LAMBDA(1)"
        for name in (f"{PREFIX}MINE", "SMKF_CPL", "rate"):
            book.defined_names.add(DefinedName(name, attr_text="_xlfn.LAMBDA(_xlpm.x,_xlpm.x<2)"))

    life.edit_book(space.path, spoil)
    space.sync(1)
    names = life.defined_names(space.path)
    assert names[f"{PREFIX}CPL"] == lambdas()[f"{PREFIX}CPL"]
    own = (names[name] for name in (f"{PREFIX}MINE", "SMKF_CPL", "rate"))
    assert set(own) == {"_xlfn.LAMBDA(_xlpm.x,_xlpm.x<2)"}
    written = space.path.read_bytes()
    space.sync(1)
    assert space.path.read_bytes() == written
