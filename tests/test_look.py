"""The demo as people see it: every text fits its cell, in one language, and no cell is an error."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path

import pytest

from sheets_sync.config import load as load_config
from sheets_sync.demo.workspace import settle
from sheets_sync.sync import Outcome, sync
from sheets_sync.targets import lettering
from sheets_sync.targets.heights import report_heights
from sheets_sync.targets.xlsx_reports import printed
from sheets_sync.targets.xlsx_styles import NUMERIC
from sheets_sync.workspace import Workspace
from templates.tab import Cell, Grid, Kind, Look, Report, Table, Writer, heading
from templates.tabs import TABS
from templates.words import LANGUAGES, UNKNOWN, Words, load
from tests.cli import company
from tests.cli.calls import done

LAST_DAY, NOW = date(2026, 11, 22), datetime(2026, 11, 23, 8, tzinfo=UTC)
WRAPPED = {Look.HEADER, Look.NOTE}
SIZES = {Look.TITLE: 18, Look.HEADING: 12, Look.BIG: 22, Look.NOTE: 9}
BOLD = {Look.TITLE, Look.HEADING, Look.HEADER, Look.TOTAL, Look.BIG}
LINE = 1.22
"""The height of a line of text, in its size."""

WIDE, NARROW = set("MWmw@%ЖМФШЩЮжмфшщюыЫ—…"), set("iljtfrI.,:;'|!()[]/· ")
CODES = re.compile(
    r"https?://\S+|\S+\.(csv|xlsx|toml)\b|\b[A-Z]{1,2}-?\d+|\d{4}-W\d+|\butm_\w+"
    r"|\b[0-9a-f]{12,}|smarketing \w+|\bSMK(F\.|_)\w+"
)
"""Addresses, files, keys, weeks, functions: words of no language."""

LATIN, CYRILLIC = re.compile(r"[A-Za-z]{2,}"), re.compile(r"[А-Яа-яЁё]")
FOREIGN = {
    "run", "rate", "pipeline", "CRM", "CPL", "CPQL", "CAC", "ROMI", "ICE", "BANT", "CHAMP", "SEO",
    "UTM", "SLA", "CSV", "TSV", "XLSX", "SQL", "JSON", "Excel", "Google", "Sheets", "RUB", "USD",
    "EUR", "KZT", "BYN", "Br", "ID", "Europe", "Moscow", "smarketing", "toml", "com", "org", "http",
    "https", "example", "NaN", "md", "html", "true", "false", "BOM", "UTF", "API", "meeting",
}  # fmt: skip
"""Latin words that a Russian reader expects: abbreviations, names, codes."""


@dataclass(frozen=True)
class Book:
    outcome: Outcome
    words: Words

    def grids(self) -> Iterator[tuple[str, Grid]]:
        for tab in TABS:
            if isinstance(tab, Report):
                yield tab.name, tab.draw(self.outcome.facts, self.words)

    def tables(self) -> Iterator[tuple[Table, list[dict]]]:
        for tab in TABS:
            if isinstance(tab, Table):
                yield tab, [dict(row) for row in tab.rows(self.outcome.facts, self.words)]

    def texts(self) -> Iterator[tuple[str, str]]:
        """Yield where each text stands, and the text."""
        for name, grid in self.grids():
            for cell in grid.cells:
                if isinstance(cell.value, str):
                    yield f"{name}!{cell.row}:{cell.column}", cell.value
            for chart in grid.charts:
                for text in (chart.title, chart.value_title, chart.category_title):
                    yield f"{name} {chart.id}", text
        for table, rows in self.tables():
            for row in rows:
                for id_, value in row.items():
                    is_code = id_ in {table.key, "numbers_hash"}
                    if isinstance(value, str) and id_ in table.column and not is_code:
                        yield f"{table.name}.{id_}", value


LITTLE = ("deals", "won_deals", "leads")


@pytest.fixture(scope="module")
def books(tmp_path_factory):
    """Return the book of a language's demo or of a little firm; each is made when first wanted."""

    @cache
    def made(of: str) -> Book:
        folder, words = tmp_path_factory.mktemp(of), load("en" if of in LITTLE else of)
        if of in LITTLE:
            set_up_little(folder, of)
        else:
            settle(folder, LAST_DAY, words)
        return Book(sync(Workspace(folder, load_config(folder, words)), now=NOW), words)

    return made


def set_up_little(folder: Path, of: str) -> None:
    kind = "leads" if of == "leads" else "deals"
    path = company.write_leads(folder) if kind == "leads" else company.write_deals(folder)
    if of == "won_deals":
        rows = [row for row in map(company.deal, range(200)) if row[4] == "Won"]
        company.write(path, company.DEAL_HEADERS, rows)
    done("init", folder, f"--{kind}", path)


@pytest.fixture(params=LANGUAGES)
def book(request, books) -> Book:
    return books(request.param)


@pytest.fixture(params=LITTLE)
def little(request, books) -> Book:
    """A firm of which little is known: deals alone, all of them won, or leads alone."""
    return books(request.param)


def width(text: str, cell: Cell) -> float:
    """Estimate how many columns' characters a text takes."""
    letters = sum(1.45 if c in WIDE else 0.55 if c in NARROW else 1.0 for c in text)
    capitals = sum(c.isupper() for c in text) * 0.2
    scale = SIZES.get(cell.look, 10) / 10 * (1.1 if cell.look in BOLD else 1.0)
    return (letters + capitals) * scale * 0.98


def shown(cell: Cell, words: Words, currency: str) -> str:
    """Write a cell as it is shown, roughly."""
    match cell.value:
        case None | bool() | str() as text:
            return text if isinstance(text, str) else ""
        case date() as day:
            return "00.00.0000 00:00" if isinstance(day, datetime) else "00.00.0000"
        case value if cell.kind is Kind.MONEY:
            return words.money(value, currency)
        case value if cell.kind is Kind.SHARE:
            return words.share(float(value))
        case value:
            return words.number(value, 0 if cell.kind in {Kind.INTEGER, Kind.DAYS} else 2)


def across(grid: Grid, cell: Cell) -> float:
    columns = range(cell.column, cell.column + cell.span[1])
    return sum(grid.widths[at] if at < len(grid.widths) else 8.43 for at in columns)


def wrapped(text: str, cell: Cell, room: float) -> int:
    """Count the lines of a text that breaks between words; a longer word breaks anywhere."""
    lines, filled = 1, 0.0
    for word in text.split():
        length = width(word, cell)
        if filled and filled + 0.5 + length > room:
            lines, filled = lines + 1, 0.0
        filled += length + (0.5 if filled else 0.0)
        lines, filled = lines + int(filled // (room + 1e-9)), filled % (room + 1e-9)
    return lines


def cut(grid: Grid, words: Words, currency: str) -> Iterator[tuple[Cell, float, float]]:
    """Yield the cells whose text is cut off, with its width and the room it has."""
    taken = {(cell.row, cell.column) for cell in grid.cells if cell.value not in {None, ""}}
    heights = report_heights(grid)
    for cell in grid.cells:
        text, room = shown(cell, words, currency), across(grid, cell)
        needed = width(text, cell)
        if not text or (grid.print_rows and cell.row >= grid.print_rows):
            continue  # below what is printed stand the numbers of charts
        if cell.look in WRAPPED or cell.kind is Kind.LONG_TEXT:
            lines = wrapped(text, cell, room * 1.04)
            size = SIZES.get(cell.look, 10)
            height = heights.get(cell.row, 15.0)
            longest = max((width(word, cell) for word in text.split()), default=0)
            if cell.look is Look.HEADER and longest > room + 0.5:
                yield cell, longest, room
            elif cell.span[0] == 1 and lines * size * LINE > height + 3:
                yield cell, lines * size * LINE, height
        elif needed > room + 0.5:
            right = cell.column + cell.span[1]
            is_number = not isinstance(cell.value, str)
            if is_number or cell.span[1] > 1 or (cell.row, right) in taken or cell.column == 0:
                yield cell, needed, room
            elif needed > (beyond := room + sum(grid.widths[right : printed(grid)[1] + 1])):
                yield cell, needed, beyond  # cut off at the edge of the paper


def test_every_text_of_a_page_fits_its_cell(book):
    assert cuts(book) == []


def test_every_text_of_a_page_that_knows_little_fits_its_cell(little):
    assert cuts(little) == []


def cuts(book: Book) -> list[tuple]:
    currency = book.outcome.facts.currency
    return [
        (name, cell.row, cell.column, str(cell.value)[:60], round(needed), round(room))
        for name, grid in book.grids()
        for cell, needed, room in cut(grid, book.words, currency)
    ]


def blocks(grid: Grid) -> Iterator[tuple[Cell, list[Cell]]]:
    """Yield each header with the cells below it, down to the first row that has none."""
    last = grid.print_rows or printed(grid)[0] + 1
    at = {(cell.row, cell.column): cell for cell in grid.cells if cell.row < last}
    for head in at.values():
        if head.look is not Look.HEADER or not head.value:
            continue
        below, row = [], head.row + 1
        while cell := at.get((row, head.column)):
            below.append(cell)
            row += 1
        yield head, below


def test_no_column_of_a_page_is_nothing_but_dashes(book, little):
    for each in (book, little):
        found = [
            (name, head.value)
            for name, grid in each.grids()
            for head, below in blocks(grid)
            if below and all(cell.value == UNKNOWN for cell in below)
        ]
        assert found == []


def test_no_page_has_a_hole(book, little):
    """Rows without anything stand only beside or below a chart."""
    for each in (book, little):
        for name, grid in each.grids():
            heights = report_heights(grid)
            last = grid.print_rows or max(cell.row for cell in grid.cells)
            filled = {cell.row for cell in grid.cells} | set(covered(grid, heights))
            empty = [heights.get(row, 15.0) for row in range(last) if row not in filled]
            assert sum(empty) < 0.2 * sum(heights.get(row, 15.0) for row in range(last)), name
            gaps = "".join(" " if row in filled else "." for row in range(last)).split()
            assert max(map(len, gaps), default=0) <= 3, (name, gaps)


def covered(grid: Grid, heights: Mapping[int, float]) -> Iterator[int]:
    """Yield the rows that charts lie on."""
    for chart in grid.charts:
        row, left = chart.at[0], chart.size[1] * 0.75
        while left > 0:
            yield row
            left -= heights.get(row, 15.0)
            row += 1


def test_headers_of_a_page_stand_apart(book):
    """Two of them that fill their columns to the edge read as one."""
    found = [
        (name, head.value)
        for name, grid in book.grids()
        for head, _ in blocks(grid)
        if is_full(head, across(grid, head))
    ]
    assert found == []


def test_headers_of_tables_stand_apart(book):
    """A text begins with a space, a number ends at the edge."""
    found = []
    for table, _ in book.tables():
        for column in table.columns:
            room = column.width - (0.0 if column.kind in NUMERIC else 1.3)
            head = Cell(0, 0, heading(table, column.id, book.words), look=Look.HEADER)
            if not column.is_hidden and is_full(head, room):
                found.append((table.name, column.id, head.value))
    assert found == []


def is_full(head: Cell, room: float) -> bool:
    """Tell whether a header fills its column, even where letters are a little narrower."""
    full, line = 0.0, 0.0
    for word in str(head.value).split():
        taken = lettering.width(word) * 1.08
        line = line + 0.5 + taken if line and line + 0.5 + taken <= room * 1.06 else taken
        full = max(full, line)
    return full > room - 0.3


def test_numbers_and_days_of_tables_fit_their_columns(book):
    """Programs show ### for what is too wide."""
    words, currency, found = book.words, book.outcome.facts.currency, set()
    for table, rows in book.tables():
        for column in table.columns:
            values = [row.get(column.id) for row in rows] if column.kind in NUMERIC else []
            texts = [spelled(value, column.kind, words, currency) for value in values]
            widest = max(map(lettering.width, texts), default=0.0)
            if widest > column.width - 0.2 and not column.is_hidden:
                found.add((table.name, column.id, max(texts, key=lettering.width)))
    assert found == set()


def spelled(value: object, kind: Kind, words: Words, currency: str) -> str:
    """Write a value as its column shows it."""
    if kind is Kind.MONTH:  # whichever comes one day
        return max((f"{words(f'month.{n}')} 2026" for n in range(1, 13)), key=lettering.width)
    return shown(Cell(0, 0, value, kind), words, currency)  # type: ignore[arg-type]


def test_headers_of_tables_fit_their_columns(book):
    words, found = book.words, []
    for table, _ in book.tables():
        for column in table.columns:
            own = f"column.{table.name}.{column.id}"
            header = words(own if words.has(own) else f"column.{column.id}")
            longest = max(header.split(), key=len)
            cell = Cell(0, 0, longest, look=Look.HEADER)
            if width(longest, cell) > column.width + 1 and not column.is_hidden:
                found.append((table.name, column.id, longest))
    assert found == []


def test_the_hint_over_a_table_is_no_longer_than_the_table(book):
    """On paper the rest of it would be cut off."""
    words, found = book.words, []
    for table, _ in book.tables():
        writers = {column.writer for column in table.columns}
        legend = [words(f"workbook.legend.{writer}") for writer in Writer if writer in writers]
        text = " ".join([words(f"tab_hint.{table.name}"), *legend])
        room = sum(column.width + 0.7 for column in table.columns if not column.is_hidden)
        found += [table.name] if lettering.width(text) > room else []
    assert found == []


def test_the_title_of_a_table_stands_in_a_column_that_is_seen():
    tables = [tab for tab in TABS if isinstance(tab, Table)]
    assert [tab.name for tab in tables if tab.columns[0].is_hidden] == []


def test_words_that_the_program_writes_fit_the_columns_of_tables(book):
    """What comes from the CRM may be any length; states, reasons and origins are ours."""
    own = {"stuck_why", "row_state", "canonical_stage", "p_origin", "crm_verdict", "changed"}
    found = {
        (table.name, id_, value)
        for table, rows in book.tables()
        for row in rows
        for id_, value in row.items()
        if id_ in own
        and isinstance(value, str)
        and width(value, Cell(0, 0)) > table.column[id_].width + 0.5
    }
    assert found == set()


def test_no_cell_is_an_error(book):
    assert [text for text in book.texts() if re.fullmatch(r"#[A-Z/0!?]+", text[1])] == []


def test_an_english_workbook_has_no_russian_word_and_a_russian_one_no_english(book):
    made_up = " ".join(t for id_, t in book.words.texts.items() if id_.startswith("demo."))
    allowed = FOREIGN | set(LATIN.findall(made_up))
    found = sorted({
        (where, text)
        for where, text in book.texts()
        if (CYRILLIC.search(text) if book.words.language == "en" else foreign(text, allowed))
    })  # fmt: skip
    assert found == []


def foreign(text: str, allowed: set[str]) -> list[str]:
    """Return the Latin words of a Russian text that nobody expects there."""
    text = CODES.sub("", text)
    expected = {word.casefold() for word in allowed}
    return [word for word in LATIN.findall(text) if word.casefold() not in expected]


CODE = (
    "config.", "setup.", "demo.", "cli.", "error.", "source.", "format.", "init.", "currency.",
    "questionnaire.", "reject.", "workbook.short_date", "warning.", "addin.", "crm.",
    "function.argument.", "handbook.", "message.", "setting.problem.no_recipients", "writeback.",
)  # fmt: skip
"""Texts of the command line, of files and of functions name commands, keys and choices."""


def test_all_texts_are_in_their_language():
    english, russian = (load(language).texts for language in ("en", "ru"))
    assert [id_ for id_, text in english.items() if CYRILLIC.search(text)] == []
    strange = {
        id_: foreign(re.sub(r"\{[^}]*\}", "", text), FOREIGN)
        for id_, text in russian.items()
        if not id_.startswith(CODE)
    }
    assert {id_: words for id_, words in strange.items() if words} == {}
