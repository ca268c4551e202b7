"""Tabs as data: what a tab holds, who writes each cell of it, and how it looks.

A `Table` has a key column and rows; every column has one writer. A `Report` is a grid with
charts that the machine owns. Neither knows a file format: a target turns them into cells.
Positions are zero-based `(row, column)`; formulas are Excel text with `,` and English names.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from formulas.questionnaire import Questionnaire
from templates.brand import UNBRANDED, Brand, Hue
from templates.words import LANGUAGES, Words, load

Value = str | int | float | bool | Decimal | date | datetime | None
"""What a cell may hold; None is an empty cell, and unknown is never 0."""

Row = Mapping[str, Value]


class Kind(StrEnum):
    """How the value of a cell is shown."""

    ANY = "any"  # whatever people type, as they typed it
    TEXT = "text"
    LONG_TEXT = "long_text"
    INTEGER = "integer"
    NUMBER = "number"
    MONEY = "money"
    SHARE = "share"
    FINE_SHARE = "fine_share"  # of very many: digits enough to tell it from nothing
    RATIO = "ratio"
    DAYS = "days"
    FIGURE = "figure"  # whatever its unit, which differs from row to row
    LIMIT = "limit"  # of such, what a person sets: a share up to 1, an amount above
    DATE = "date"
    DATETIME = "datetime"
    MONTH = "month"
    LINK = "link"


class Group(StrEnum):
    """What a tab is for; its colour and its place among the others."""

    READ = "read"
    WORK = "work"
    SETUP = "setup"
    RECORD = "record"


class Writer(StrEnum):
    """Who writes the cells of a column; whatever else people add is foreign."""

    MACHINE = "machine"
    HUMAN = "human"
    FORMULA = "formula"


class Origin(StrEnum):
    """Where the rows of a table come from."""

    FED = "fed"
    FIXED = "fixed"
    MINTED = "minted"


class Status(StrEnum):
    """What a colour means."""

    GOOD = "good"
    WARN = "warn"
    BAD = "bad"
    TOO_GOOD = "too_good"
    UNKNOWN = "unknown"


class Look(StrEnum):
    """The part a cell plays on a page, as a typographer would name it."""

    PLAIN = "plain"
    TITLE = "title"
    SUBTITLE = "subtitle"
    HEADING = "heading"
    HEADER = "header"
    TOTAL = "total"
    BIG = "big"
    LABEL = "label"
    NOTE = "note"
    INPUT = "input"


@dataclass(frozen=True, slots=True)
class Live:
    """A live formula of a column: its cell text, and the same in Python for the cached value.

    `cell` names cells of the same row as `{column_id}`, ranges of tables as `{table.column_id}`
    and texts in the workbook's language as `{=choice.yes}`. `value` takes the row (human cells
    included, and what `rows` told beyond the columns) and returns the value; where the column has
    choices, the id of one of them.
    """

    cell: str
    value: Callable[[Row], Value]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table. Its header is the word `column.<table>.<id>`, or `column.<id>`.

    A column that people's own rows bring into being has a `title` of theirs instead.
    The hint of a human column is `hint.<table>.<id>`.
    """

    id: str
    writer: Writer
    kind: Kind = Kind.TEXT
    choices: tuple[str, ...] = ()  # word ids (`choice.<id>`) offered as a dropdown
    choices_from: str = ""  # `table.column` whose texts are offered as a dropdown
    live: Live | None = None
    width: float = 14
    is_hidden: bool = False
    title: str = ""
    is_tracked: bool = False  # its first value and the day of its last change are facts too


def says(cell: str, *choices: str) -> str:
    """Write the claim of a formula that a cell holds one of some choices, in any language.

    >>> says("status", "yes")
    'OR({status}="да",{status}="yes")'
    """
    texts = (load(language)(f"choice.{choice}") for choice in choices for language in LANGUAGES)
    claims = (f'{{{cell}}}="{text}"' for text in dict.fromkeys(texts))
    return f"OR({','.join(claims)})"


def machine(id: str, kind: Kind = Kind.TEXT, **more: object) -> Column:  # noqa: A002
    """Name a column that the sync writes."""
    return Column(id, Writer.MACHINE, kind, **more)  # type: ignore[arg-type]


def human(id: str, kind: Kind = Kind.TEXT, **more: object) -> Column:  # noqa: A002
    """Name a column that people write and the sync only reads."""
    return Column(id, Writer.HUMAN, kind, **more)  # type: ignore[arg-type]


def live(
    id: str,  # noqa: A002
    cell: str,
    value: Callable[[Row], Value],
    kind: Kind = Kind.TEXT,
    **more: object,
) -> Column:
    """Name a column of live formulas."""
    return Column(id, Writer.FORMULA, kind, live=Live(cell, value), **more)  # type: ignore[arg-type]


def first_given(
    id: str,  # noqa: A002
    ours: str,
    theirs: str,
    width: float,
    choices: tuple[str, ...],
) -> Column:
    """Name a column with what people here say, one of the choices, else what is known otherwise."""

    def value(row: Row) -> Value:
        return row.get(ours) or row.get(theirs) or ""

    return live(
        id, f'IF({{{ours}}}<>"",{{{ours}}},{{{theirs}}}&"")', value, width=width, choices=choices
    )


Wrong = tuple[str, str]
"""A human column whose value cannot be used, and why: the text `problem.<id>`."""


def nothing_wrong(row: Row) -> Iterable[Wrong]:  # noqa: ARG001
    """Return what is wrong with the human cells of a row of a table that takes them all."""
    return ()


def problem() -> Column:
    """Name the column that says in words what of a row's human cells cannot be used.

    The sync fills it in; a table with human columns has one.
    """
    return machine("problem", Kind.LONG_TEXT, width=32)


IS_PROBLEM: tuple[str, str, Status] = ("problem", '{problem}<>""', Status.BAD)
"""The colour rule of that column."""


@dataclass(frozen=True, slots=True)
class Rule:
    """Colour by value: cells of `area` for which `formula` (relative to its first cell) holds."""

    area: tuple[int, int, int, int]  # first row, first column, last row, last column, inclusive
    formula: str
    status: Status


def no_rows(facts: Facts, words: Words) -> Sequence[Row]:  # noqa: ARG001
    """Return the rows of a table that only people fill."""
    return ()


def nothing_above(facts: Facts, words: Words) -> Sequence[Cell]:  # noqa: ARG001
    """Return the cells above the header of a table that has only a title there."""
    return ()


def nothing_typed(words: Words) -> Mapping[str, Row]:  # noqa: ARG001
    """Return the human cells of a table that starts empty."""
    return {}


@dataclass(frozen=True, slots=True)
class Table:
    """A tab of rows with a key. Its rows may be sorted, filtered and moved by people."""

    name: str
    group: Group
    key: str
    origin: Origin
    columns: tuple[Column, ...]
    is_hidden: bool = False
    prefix: str = ""  # of minted keys: "L" makes L-0001; rows may be minted among fed ones
    blank_rows: int = 0  # prepared for people to type into (minted tables)
    row_rules: tuple[
        tuple[str, str, Status], ...
    ] = ()  # column id, formula with {column_id}, status
    rows: Callable[[Facts, Words], Sequence[Row]] = no_rows  # keys and machine cells, in order
    starter: Callable[[Words], Mapping[str, Row]] = nothing_typed  # human cells by key, at set-up
    check: Callable[[Row], Iterable[Wrong]] = nothing_wrong  # of a row's human cells together
    is_all_or_nothing: bool = False  # a row with a wrong cell does not count at all
    above: Callable[[Facts, Words], Sequence[Cell]] = nothing_above
    """Live formulas above the header, which stays in view: their columns are places in `columns`,
    their rows are 0, beside the title, 1, beside the hint, and 2."""

    def mints(self, key: str) -> bool:
        """Tell whether a row was begun by a person, and is theirs to delete.

        >>> people = Table("people", Group.SETUP, "person", Origin.FED, (), prefix="U")
        >>> people.mints("U-0001"), people.mints("Ольга Ким")
        (True, False)
        """
        begun = re.fullmatch(rf"{re.escape(self.prefix)}-\d+", key) if self.prefix else None
        return self.origin is Origin.MINTED or begun is not None

    @property
    def column(self) -> Mapping[str, Column]:
        """The columns by id."""
        return {column.id: column for column in self.columns}


def heading(table: Table, column: str, words: Words) -> str:
    """Return the header of a column: its title, the table's own word for it, or the usual one."""
    own = f"column.{table.name}.{column}"
    title = table.column[column].title
    return title or words(own if words.has(own) else f"column.{column}")


class ChartKind(StrEnum):
    """The shapes a chart may take."""

    COLUMN = "column"
    BAR = "bar"
    STACKED_COLUMN = "stacked_column"
    STACKED_BAR = "stacked_bar"
    LINE = "line"
    SCATTER = "scatter"
    RADAR = "radar"


Area = tuple[int, int, int, int]
"""First row, first column, last row, last column, inclusive, on the same tab."""


@dataclass(frozen=True, slots=True)
class Series:
    """One series of a chart."""

    name: str
    categories: Area
    values: Area
    colour: str = Hue.ACCENT  # or `#RRGGBB`
    as_kind: ChartKind | None = None  # another shape than the chart's: a line over columns
    is_invisible: bool = False  # the lower part of an interval
    is_dashed: bool = False
    point_colours: tuple[str | None, ...] = ()
    labels: Area | None = None  # cells whose text labels the points
    show_values: bool = False
    is_drop: bool = False  # a line from each point straight down to the axis, and nothing else


@dataclass(frozen=True, slots=True)
class Chart:
    """A native chart, anchored at a cell."""

    id: str
    kind: ChartKind
    title: str
    series: tuple[Series, ...]
    at: tuple[int, int]
    size: tuple[int, int] = (560, 300)  # pixels
    value_kind: Kind = Kind.NUMBER
    value_title: str = ""
    category_title: str = ""
    has_legend: bool = True
    gap: int = 60
    is_log: bool = False  # counts that differ a thousandfold
    most: float | None = None  # where the axis of values ends; None: where the program likes


@dataclass(frozen=True, slots=True)
class Sparkline:
    """A chart as small as its empty cell, of a row or a column of numbers."""

    at: tuple[int, int]
    values: Area
    is_last_pale: bool = False  # it may still change


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a report: a value, or a live formula with its value.

    An empty cell with a status is a swatch: it is filled with the status' full colour.
    """

    row: int
    column: int
    value: Value = None
    kind: Kind = Kind.TEXT
    look: Look = Look.PLAIN
    status: Status | None = None
    formula: str | None = None
    span: tuple[int, int] = (1, 1)  # rows and columns that are merged into it
    link: str | None = None  # the name of a tab, or a URL


@dataclass(frozen=True, slots=True)
class Grid:
    """A drawn report."""

    cells: tuple[Cell, ...]
    widths: tuple[float, ...] = ()
    heights: Mapping[int, float] | None = None
    charts: tuple[Chart, ...] = ()
    rules: tuple[Rule, ...] = ()
    sparklines: tuple[Sparkline, ...] = ()
    freeze: tuple[int, int] = (0, 0)
    print_rows: int = 0  # rows that go to paper; 0: all of them
    breaks: tuple[int, ...] = ()  # rows that begin a new sheet of paper
    is_landscape: bool = True
    brand: Brand = UNBRANDED


@dataclass(frozen=True, slots=True)
class Facts:
    """What the tabs are drawn from: result tables by name, and what holds for all of them.

    `tables["typed.<tab>"]` are the rows that people filled in, with their key, `first_seen` (the
    day) and only such values as can be used; of a tracked column also `first.<column>`, its first
    such value, and `since.<column>`, the day since when it holds what it holds.
    """

    tables: Mapping[str, Sequence[Row]]
    company: str
    currency: str
    as_of: date  # the last day that is counted
    synced_at: datetime
    settings: Mapping[str, Value]
    questionnaire: Questionnaire | None = None  # an agency's own
    brand: Brand = UNBRANDED


@dataclass(frozen=True, slots=True)
class Report:
    """A tab that the machine owns and writes whole."""

    name: str
    group: Group
    draw: Callable[[Facts, Words], Grid]
    is_hidden: bool = False


Tab = Table | Report
