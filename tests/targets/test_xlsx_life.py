"""Any interleaving of edits and syncs converges and loses nothing that was typed."""

from __future__ import annotations

import random
import re
import shutil
import tempfile
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from tests.targets import life, small_book

DEALS, PLAN, PULSE = "Сделки", "План", "Пульс"
texts = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1, max_size=8)
KEYS = [f"D{number}" for number in range(2, 9)]


class Life(RuleBasedStateMachine):
    """People type, sort, insert, move, rename, delete; the model is what they typed, by key."""

    def __init__(self):
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.step = 0
        self.comments, self.plans, self.notes = {}, {}, set()
        self.is_synced = True

    def teardown(self):
        shutil.rmtree(self.folder)

    @initialize()
    def begin(self):
        self.space = small_book.Workspace(self.folder)
        self.space.sync(0)

    def edit(self, change):
        book = life.load(self.space.path)
        change(book)
        book.save(self.space.path)
        self.is_synced = False

    def places(self, book):
        found = {}
        for name, defined in book.defined_names.items():
            if name.startswith("smk.deals."):
                title, _, address = defined.attr_text.rpartition("!")
                letters = re.match(r"\$([A-Z]+)", address)[1]
                found[name[10:]] = letters
        return book[title.strip("'")], found

    def line(self, sheet, places, key):
        for row in range(5, sheet.max_row + 1):
            if sheet[f"{places['deal_id']}{row}"].value == key:
                return row
        return None

    @rule(key=st.sampled_from(KEYS), text=texts)
    def comment_a_deal(self, key, text):
        def change(book):
            sheet, places = self.places(book)
            row = self.line(sheet, places, key)
            if row:
                sheet[f"{places['comment']}{row}"].value = text
                sheet[f"{places['comment']}{row}"].data_type = "s"
                self.comments[key] = text.strip()

        self.edit(change)

    @rule(value=st.integers(1, 10**6))
    def type_a_plan(self, value):
        def change(book):
            sheet = book[PLAN]
            row = next(r for r in range(5, 60) if sheet.cell(r, 4).value is None)
            sheet.cell(row, 4).value = value
            self.plans[value] = self.plans.get(value, 0) + 1

        self.edit(change)

    @rule(seed=st.integers(0, 99))
    def shuffle_rows(self, seed):
        def change(book):
            sheet, _ = self.places(book)
            rows = list(range(5, sheet.max_row + 1))
            held = [[cell.value for cell in sheet[row]] for row in rows]
            random.Random(seed).shuffle(held)  # noqa: S311
            for row, values in zip(rows, held, strict=True):
                for column, value in enumerate(values, 1):
                    sheet.cell(row, column).value = value

        self.edit(change)

    @rule(key=st.sampled_from(KEYS), text=texts)
    def spoil_a_machine_cell(self, key, text):
        def change(book):
            sheet, places = self.places(book)
            if row := self.line(sheet, places, key):
                sheet[f"{places['title']}{row}"].value = "x" + text

        self.edit(change)

    @rule(key=st.sampled_from(KEYS))
    def delete_a_row(self, key):
        def change(book):
            sheet, places = self.places(book)
            if row := self.line(sheet, places, key):
                is_known = self.space.memory["inputs.deals"].find(f'"{key}"') >= 0
                if key in self.comments and not (self.is_synced and is_known):
                    return  # typed since the last sync: gone for good, by their own hand
                sheet.delete_rows(row)

        self.edit(change)

    @rule(text=texts)
    def note_beside_the_report(self, text):
        def change(book):
            sheet = book[PULSE]
            row = next(r for r in range(3, 99) if sheet.cell(r, 5).value is None)
            sheet.cell(row, 5).value = f"заметка {text}"
            self.notes.add(f"заметка {text}")

        self.edit(change)

    @rule(text=texts)
    def note_below_the_report(self, text):
        def change(book):
            sheet = book[PULSE]
            row = sheet.max_row + 2
            sheet.cell(row, 2).value = f"внизу {text}"
            self.notes.add(f"внизу {text}")

        self.edit(change)

    @rule(title=st.sampled_from([DEALS, "Наши сделки", "2026"]))
    def rename_the_tab(self, title):
        def change(book):
            sheet, _ = self.places(book)
            old = sheet.title
            sheet.title = title
            for name in book.defined_names.values():
                name.attr_text = name.attr_text.replace(f"'{old}'!", f"'{title}'!")

        self.edit(change)

    @precondition(lambda self: self.is_synced)
    @rule()
    def delete_the_tab(self):
        def change(book):
            sheet, _ = self.places(book)
            del book[sheet.title]
            for name, defined in book.defined_names.items():
                if name.startswith("smk.deals."):
                    defined.attr_text = "#REF!"

        self.edit(change)
        self.sync()

    @precondition(lambda self: self.is_synced)
    @rule()
    def delete_the_comments(self):
        def change(book):
            sheet, places = self.places(book)
            at = sheet[f"{places['comment']}4"].column
            sheet.delete_cols(at)
            for name, defined in book.defined_names.items():
                if name.startswith("smk.deals."):
                    column = sheet[f"{places[name[10:]]}4"].column
                    new = sheet.cell(4, column - (column > at)).column_letter
                    defined.attr_text = f"'{sheet.title}'!${new}$4"
            book.defined_names["smk.deals.comment"].attr_text = "#REF!"

        self.edit(change)
        self.sync()

    @rule(steps=st.integers(0, 1))
    def sync(self, steps=0):
        self.step += steps
        self.done = self.space.sync(self.step)
        self.is_synced = True
        typed = {
            key: row["comment"]
            for key, row in self.done.inputs["deals"].items()
            if "comment" in row
        }
        assert typed == self.comments
        plans = [row["value"] for row in self.done.inputs["plan"].values()]
        assert sorted(plans) == sorted(v for v, n in self.plans.items() for _ in range(n))

    @invariant()
    def a_second_sync_changes_nothing(self):
        if not self.is_synced:
            return
        before = self.space.path.read_bytes()
        again = self.space.sync(self.step)
        assert not again.cells_changed
        assert self.space.path.read_bytes() == before
        book = life.load(self.space.path)
        life.check_machine_cells(book, self.step)
        life.check_report(book, self.step)
        shown = {cell.value for row in book[PULSE] for cell in row}
        assert self.notes <= shown


Life.TestCase.settings = settings(max_examples=8, stateful_step_count=12, deadline=None)
TestLife = Life.TestCase
