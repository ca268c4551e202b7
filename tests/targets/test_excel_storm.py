"""People act between any two calls of Excel: nothing of theirs is lost, and all ends exact."""

from __future__ import annotations

import random

import pytest

from sheets_sync.errors import TargetNotWritten
from tests.targets import life, people, small_book
from tests.targets.excel_desk import Desk, check
from tests.targets.excel_fake import Excel
from tests.targets.people import DEALS, PLAN


@pytest.fixture(scope="module")
def first(tmp_path_factory):
    return life.first(tmp_path_factory.mktemp("first"))


@pytest.fixture
def desk(first, tmp_path):
    space = life.again(first, tmp_path)
    with Excel(life.load(space.path), str(space.path)).running() as excel:
        yield Desk(space, excel)


class Acts:
    """People at the workbook while it is written; the model is what they typed, by key."""

    def __init__(self, desk, seed):
        self.desk, self.chance = desk, random.Random(seed)  # noqa: S311 - no secret
        self.comments = {"D2": "ждём договор"}
        self.plans = [300]
        self.number = 0

    def deals(self):
        sheet = self.desk.book[
            self.desk.book.defined_names["smk.deals.deal_id"].attr_text.split("!")[0].strip("'")
        ]
        rows = {sheet.cell(row, self.at("deal_id")).value: row for row in range(5, 60)}
        return sheet, {key: row for key, row in rows.items() if key}

    def at(self, column):
        text = self.desk.book.defined_names[f"smk.deals.{column}"].attr_text
        return life.range_boundaries(text.rpartition("!")[2].replace("$", ""))[0]

    def comment(self):
        sheet, rows = self.deals()
        key = self.chance.choice(sorted(rows))
        self.number += 1
        self.comments[key] = f"слово {self.number}"
        sheet.cell(rows[key], self.at("comment")).value = self.comments[key]

    def plan(self):
        sheet = self.desk.book[PLAN]
        row = next(r for r in range(5, 99) if sheet.cell(r, 4).value is None)
        self.number += 1
        sheet.cell(row, 4).value = 1000 + self.number
        self.plans.append(1000 + self.number)

    def sort(self):
        sheet, rows = self.deals()
        numbers = sorted(rows.values())
        width = sheet.max_column
        held = [[sheet.cell(row, at).value for at in range(1, width + 1)] for row in numbers]
        types = [[sheet.cell(row, at).data_type for at in range(1, width + 1)] for row in numbers]
        order = list(range(len(held)))
        self.chance.shuffle(order)
        for row, old in zip(numbers, order, strict=True):
            for at in range(width):
                cell = sheet.cell(row, at + 1)
                cell.value = held[old][at]
                if held[old][at] is not None:
                    cell.data_type = types[old][at]

    def insert_a_row(self):
        sheet, rows = self.deals()
        row = self.chance.choice(sorted(rows.values()))
        sheet.insert_rows(row)
        self.desk.state.inserted(sheet.title, row, is_row=True)

    def insert_a_column(self):
        sheet, _ = self.deals()
        at = self.chance.randint(2, 8)
        sheet.insert_cols(at)
        self.desk.state.inserted(sheet.title, at, is_row=False)
        for column in small_book.DEALS.columns:
            place = self.at(column.id)
            if place >= at:
                letter = sheet.cell(4, place + 1).column_letter
                text = f"'{sheet.title}'!${letter}$4"
                people.move_name(self.desk.book, f"smk.deals.{column.id}", text)

    def spoil(self):
        sheet, rows = self.deals()
        sheet.cell(self.chance.choice(sorted(rows.values())), self.at("amount")).value = "чепуха"

    def rename(self):
        sheet, _ = self.deals()
        title = self.chance.choice([DEALS, "Наши сделки"])
        old, sheet.title = sheet.title, title
        people.rename_names(self.desk.book, old, title)

    def act(self, _call=None):
        if self.chance.random() < 0.04:
            acts = (self.comment, self.comment, self.plan, self.sort, self.insert_a_row,
                    self.insert_a_column, self.spoil, self.rename)  # fmt: skip
            self.chance.choice(acts)()

    def lost(self, inputs):
        """Return what was typed and is not there any more, or somewhere else."""
        said = {k: row["comment"] for k, row in inputs["deals"].items() if "comment" in row}
        plans = sorted(row["value"] for row in inputs["plan"].values())
        return [] if (said, plans) == (self.comments, sorted(self.plans)) else [said, plans]


@pytest.mark.parametrize("seed", range(25))
def test_whatever_people_do_between_two_calls_nothing_is_lost(desk, seed):
    acts, stopped = Acts(desk, seed), set()
    for step in (1, 2, 3):
        desk.state.before = acts.act
        try:
            desk.sync(step)
        except TargetNotWritten as error:
            stopped.add(error.id)
    assert stopped <= {"live_incomplete"}, "a tab was renamed while its names were read"
    desk.state.before = lambda _: None
    done = desk.sync(3)
    assert acts.lost(done.inputs) == []
    check(desk.book, 3)
    desk.state.writes.clear()
    desk.sync(3)
    assert desk.state.writes == []
