"""What people do to a table while it is synced, and what must not happen to what is theirs."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence

from templates.tab import Table, Writer
from tests.sheets_emulator.book import COLUMNS, EMPTY, ROWS, Book, Cell, Tab

START = 46_300


class People:
    """People at a spreadsheet, and what they know of it."""

    def __init__(self, book: Book, chance: random.Random, table: Table, *, is_harder: bool):
        self.book, self.chance, self.table = book, chance, table
        self.is_harder = is_harder
        self.typed = 0
        self.labels: dict[str, object] = {}
        self.acts = [
            self.note, self.note, self.note, self.sort, self.insert_rows, self.delete_row,
            self.move_column, self.rename, self.insert_column, self.override, self.past_the_end,
            self.foreign_note,
        ]  # fmt: skip
        if is_harder:
            self.acts += [self.copy_row, self.blank_key, self.mistype_key]

    # -- where things are

    @property
    def tab(self) -> Tab:
        head = next(m for m in self.book.metadata.values() if m.key == "smk.head")
        return self.book.tab(head.sheet)  # type: ignore[arg-type]

    @staticmethod
    def columns(book: Book) -> dict[str, int]:
        """Return where our columns are."""
        found = [m for m in book.metadata.values() if m.key == "smk.col"]
        return {m.value.partition(".")[2]: m.index for m in found}

    @staticmethod
    def header(book: Book) -> int:
        return next(m.index for m in book.metadata.values() if m.key == "smk.head")

    def keyed(self, book: Book, tab: Tab) -> list[tuple[int, str]]:
        at = self.columns(book)[self.table.key]
        first = self.header(book) + 1
        return [
            (row, str(tab.cell(row, at).value))
            for row in range(first, len(tab.rows))
            if tab.cell(row, at).value is not None
        ]

    def begin(self) -> None:
        """Remember how the headers are called."""
        head = self.header(self.book)
        self.labels = {
            id_: self.tab.cell(head, at).value for id_, at in self.columns(self.book).items()
        }

    def write(self, row: int, column: int, value: object) -> None:
        self.tab.put(row, column, self.tab.cell(row, column)._replace(value=value, formula=None))

    def text(self) -> str:
        self.typed += 1
        return f"н{self.typed}"

    # -- what they do

    def act(self) -> None:
        self.chance.choice(self.acts)()

    def _row(self) -> int | None:
        rows = self.keyed(self.book, self.tab)
        return self.chance.choice(rows)[0] if rows else None

    def note(self) -> None:
        row = self._row()
        at = self.columns(self.book)[self.chance.choice(["comment", "agreed"])]
        if row is not None:
            self.write(row, at, self.text())

    def foreign_note(self) -> None:
        row, ours = self._row(), set(self.columns(self.book).values())
        free = [at for at in range(self.tab.column_count) if at not in ours]
        if free and row is not None:
            self.write(row, self.chance.choice(free), self.text())

    def sort(self) -> None:
        at = self.chance.choice(list(self.columns(self.book).values()))
        order = self.chance.choice(["ASCENDING", "DESCENDING"])
        area = {"startRowIndex": self.header(self.book) + 1, "endRowIndex": len(self.tab.rows)}
        if area["endRowIndex"] > area["startRowIndex"]:
            self.book.sort(self.tab, area, [{"dimensionIndex": at, "sortOrder": order}])

    def insert_rows(self) -> None:
        at = self.chance.randrange(0, len(self.tab.rows) + 1)
        count = self.chance.randint(1, 3)
        self.book.insert(self.tab, ROWS, at, count, before=at > self.header(self.book) + 1)

    def delete_row(self) -> None:
        row = self._row()
        if row is not None:
            self.book.delete(self.tab, ROWS, row, 1)

    def move_column(self) -> None:
        count = self.tab.column_count
        start, to = self.chance.randrange(count), self.chance.randrange(count + 1)
        self.book.move(self.tab, COLUMNS, start, start + 1, to)

    def rename(self) -> None:
        id_ = self.chance.choice(list(self.labels))
        self.labels[id_] = self.text()
        self.write(self.header(self.book), self.columns(self.book)[id_], self.labels[id_])

    def insert_column(self) -> None:
        if self.tab.column_count < len(self.table.columns) + 4:
            at = self.chance.randrange(self.tab.column_count + 1)
            self.book.insert(self.tab, COLUMNS, at, 1, before=at > 0)

    def override(self) -> None:
        row = self._row()
        id_ = self.chance.choice(["title", "amount", "closed_on", "weighted"])
        if row is not None:
            self.write(row, self.columns(self.book)[id_], f"o{self.chance.randrange(10**6)}")

    def past_the_end(self) -> None:
        rows = self.keyed(self.book, self.tab)
        row = max((row for row, _ in rows), default=self.header(self.book)) + 1
        if row < self.tab.row_count:
            self.write(row, self.columns(self.book)["comment"], self.text())

    def copy_row(self) -> None:
        row = self._row()
        if row is not None and row + 1 < self.tab.row_count:
            self.book.insert(self.tab, ROWS, row + 1, 1, before=True)
            for at in range(self.tab.column_count):
                self.tab.put(row + 1, at, self.tab.cell(row, at))

    def blank_key(self) -> None:
        row = self._row()
        if row is not None:
            self.write(row, self.columns(self.book)[self.table.key], None)

    def mistype_key(self) -> None:
        row = self._row()
        if row is not None:
            self.write(row, self.columns(self.book)[self.table.key], self.text())

    # -- what must not happen

    def theirs(self, book: Book) -> list[tuple[object, ...]]:
        """Return what is of people, row by row, with the key beside it."""
        tab = book.tab(self.tab.id)
        at, human = (
            self.columns(book),
            {c.id for c in self.table.columns if c.writer is Writer.HUMAN},
        )
        ours = {place for id_, place in at.items() if id_ not in human}
        free = [column for column in range(tab.column_count) if column not in ours]
        key, head = at[self.table.key], self.header(book)
        rows = (row for row in range(len(tab.rows)) if row != head)
        return [(tab.cell(r, key).value, *(tab.cell(r, c).value for c in free)) for r in rows]

    def harmed(self, past: Book, now: Book) -> Iterator[str]:
        """Yield what a write of ours did to what is of people: only new rows may be added."""
        if not any(m.key == "smk.head" for m in past.metadata.values()):
            return
        before, after = self.theirs(past), iter(self.theirs(now))
        for line in before:
            for other in after:
                if other == line:
                    break
                if any(cell is not None for cell in other[1:]):
                    yield "lost"
                    return
            else:
                if any(cell is not None for cell in line):
                    yield "moved"
                    return

    def wrong(self, rows: Sequence[Mapping[str, object]]) -> Iterator[str]:
        """Yield what is not as it should be once there is peace."""
        tab, at = self.tab, self.columns(self.book)
        want = {str(row[self.table.key]): row for row in rows}
        head = self.header(self.book)
        for id_, label in self.labels.items():
            if tab.cell(head, at[id_]).value != label:
                yield "header"
        keyed = self.keyed(self.book, tab)
        yield from ("missing" for key in want if key not in {k for _, k in keyed})
        if not self.is_harder:
            yield from ("twice" for _ in range(len(keyed) - len({k for _, k in keyed})))
        for row, key in keyed:
            for id_ in ("title", "amount", "closed_on"):
                if key in want and tab.cell(row, at[id_])[0] != want[key][id_]:
                    yield "wrong"
            yield from self._formula(tab, row, at, is_ours=key in want)
            if tab.cell(row, at["title"]).formula:
                yield "live"

    @staticmethod
    def _formula(tab: Tab, row: int, at: Mapping[str, int], *, is_ours: bool) -> Iterator[str]:
        letter = chr(ord("A") + at["amount"])
        if is_ours and tab.cell(row, at["weighted"]).formula != f"={letter}{row + 1}*2":
            yield "wrong"


__all__ = ["EMPTY", "Cell", "People"]
