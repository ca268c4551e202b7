"""Assessment result: what the answers come to, in words, while they are being typed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from formulas.questionnaire import Questionnaire
from formulas.scorecard import Score
from templates.answers import EXCLUDED, asked, given, scored
from templates.assessment import FIXES, Board, Reckoning, place_board, unknown_count
from templates.layout import MARGIN, a1, fixed
from templates.page import Page
from templates.rounds import place_rounds
from templates.tab import (
    Cell,
    ChartKind,
    Facts,
    Grid,
    Group,
    Kind,
    Look,
    Report,
    Row,
    Rule,
    Series,
    Status,
    Value,
)
from templates.words import Words

TOP = 4
"""The row of the total, below the title and what the tab is for."""

WIDTHS = (34, 16, 22, 60, 50)
COLUMNS = 5
SECTION, POINTS, LEVEL, TEXT = range(MARGIN, MARGIN + 4)
REMARKS = ("weakest", "disagreements", "illusions", "unknown_answers", "missing", "not_applicable")


@dataclass(frozen=True, slots=True)
class Result:
    """The page, what is shown on it, and where its parts stand."""

    page: Page
    reckoning: Reckoning
    top: int
    past: Sequence[Row] = ()  # earlier rounds, oldest first

    @property
    def sections(self) -> int:
        """The row of the first section."""
        return self.top + 6

    @property
    def fixes(self) -> int:
        """The row of the first thing to put right."""
        return self.sections + len(self.reckoning.asked.sections) + 2

    @property
    def remarks(self) -> int:
        """The row of the first remark: which section is the weakest."""
        return self.fixes + FIXES + 2

    @property
    def rounds(self) -> int:
        """The row of the first earlier round, where there is one."""
        return self.remarks + len(REMARKS) + 3

    @property
    def bands(self) -> int:
        """The row of the lowest band in the list of bands."""
        room = len(self.past) + 5 if self.past else 0
        return self.remarks + len(REMARKS) + 5 + room

    @property
    def texts(self) -> int:
        """The row of the first section in the list of texts."""
        return self.bands + len(self.reckoning.asked.bands) + 2

    def column(self, column: int, first: int, count: int) -> str:
        """Name cells of a column."""
        return f"{fixed(first, column)}:{fixed(first + count - 1, column)}"


def draw(facts: Facts, words: Words) -> Grid:
    """Draw the result; the scoring itself stands below it, in full."""
    page = Page("scorecard_result", facts, words)
    for column, width in enumerate(WIDTHS, start=MARGIN):
        page.widen(column, width)
    page.head(COLUMNS)
    reckoning = Reckoning(asked(facts), given(facts), scored(facts))
    result = Result(page, reckoning, TOP, facts.tables.get("rounds", ()))
    page.row = result.texts + len(result.reckoning.asked.sections) + 1
    page.note(words("page.scoring"), COLUMNS)
    board = place_board(page, result.reckoning, fixed(result.remarks, POINTS))
    _lists(result)
    _banner(result, board)
    _sections(result, board)
    _fixes(result, board)
    _remarks(result, board)
    page.print_rows = page.row
    if result.past:
        page.row = result.rounds - 2
        place_rounds(
            page,
            result.past,
            reckoning,
            total=fixed(result.top, SECTION),
            band=fixed(result.top, LEVEL),
            chart=(result.remarks - 1, MARGIN + COLUMNS - 1),
        )
        page.print_rows = page.row
    return page.grid()


def _number(value: object) -> Value:
    return "" if value is None else float(value)  # type: ignore[arg-type]


def _banner(result: Result, board: Board) -> None:
    """Write the total, its band, and what the band means."""
    page, words, asks, score = _parts(result)
    page.row = result.top - 1
    page.put(SECTION, words("column.points"), Look.LABEL)
    page.put(LEVEL, words("column.band"), Look.LABEL)
    page.next(18)
    total = board.share(asks.scale)
    page.put(SECTION, _number(score.total), Look.BIG, kind=Kind.NUMBER, formula=total)
    band = next((one for one in asks.bands if one.id == score.band), None)
    names = result.column(POINTS, result.bands, len(asks.bands))
    here = fixed(result.top, SECTION)
    place = fixed(result.bands - 1, LEVEL)
    name = band.names[words.language] if band else words("page.not_assessed")
    page.put(
        LEVEL,
        name,
        Look.BIG,
        span=(1, 2),
        formula=f'IF({place}="","{words("page.not_assessed")}",INDEX({names},{place}))',
    )
    page.next(40)
    texts = result.column(LEVEL, result.bands, len(asks.bands))
    page.put(
        SECTION,
        band.texts[words.language] if band else words("page.assess_now"),
        kind=Kind.LONG_TEXT,
        span=(1, COLUMNS - 1),
        formula=f'IF({place}="","{words("page.assess_now")}",INDEX({texts},{place}))',
    )
    page.next(20)
    _provisional(result, board)
    page.row = result.bands - 1
    page.put(
        LEVEL,
        "" if band is None else asks.bands.index(band) + 1,
        Look.LABEL,
        kind=Kind.INTEGER,
        formula=_band_place(result, here),
    )


def _provisional(result: Result, board: Board) -> None:
    """Say that the total is not final while answers are missing or too few criteria apply."""
    page, words, asks, score = _parts(result)
    last = board.first + len(asks.criteria) - 1
    is_final = f'AND({board.cell("missing", last)}="",{_excluded(board)}<={asks.scale.na_max})'
    text = words("page.provisional")
    page.put(
        SECTION,
        "" if score.final else text,
        Look.LABEL,
        span=(1, COLUMNS - 1),
        formula=f'IF({is_final},"","{text}")',
    )


def _excluded(board: Board) -> str:
    """Count the criteria that do not apply."""
    return f'COUNTIF({board.range("effective")},"{EXCLUDED}")'


def _parts(result: Result) -> tuple[Page, Words, Questionnaire, Score]:
    """Return what most blocks need."""
    reckoning = result.reckoning
    return result.page, result.page.words, reckoning.asked, reckoning.score


def _band_place(result: Result, total: str) -> str:
    """Write which band the total falls in, after the caps."""
    asks = result.reckoning.asked
    edges = result.column(SECTION, result.bands, len(asks.bands))
    points = result.column(POINTS, result.sections, len(asks.sections))
    places = [band.id for band in asks.bands]
    text = f"MATCH({total},{edges},1)"
    for cap in asks.caps:
        low = f'COUNTIF({points},"<{cap.below:g}")>={cap.at_least}'
        is_capped = f"AND({text}={places.index(cap.band) + 1},{low})"
        text = f"IF({is_capped},{places.index(cap.becomes) + 1},{text})"
    return f'IF({total}="","",{text})'


def _sections(result: Result, board: Board) -> None:
    """Write the points of each section, what they mean, and draw them."""
    page, words, asks, score = _parts(result)
    page.row = result.sections - 2
    page.heading(words("page.sections"), COLUMNS - 1)
    for at, name in ((SECTION, "section"), (POINTS, "points"), (LEVEL, "level"), (TEXT, "meaning")):
        page.put(at, words(f"column.{name}"), Look.HEADER)
    page.next(20)
    levels = sorted(asks.levels, key=lambda level: asks.levels[level])
    for place, section in enumerate(asks.sections):
        here, level = fixed(page.row, POINTS), score.levels[section.id]
        page.put(SECTION, section.names[words.language])
        page.put(
            POINTS,
            _number(score.sections[section.id]),
            kind=Kind.NUMBER,
            formula=board.share(asks.scale, a1(page.row, SECTION)),
        )
        texts = [f'"{_level(one, words)}"' for one in levels]
        page.put(
            LEVEL,
            _level(level, words) if level else words("page.not_answered"),
            formula=_by_level(
                here, [asks.levels[one] for one in levels], texts, words("page.not_answered")
            ),
        )
        cells = [a1(result.texts + place, LEVEL + at) for at in range(len(levels))]
        page.put(
            TEXT,
            section.texts[level][words.language] if level else "",
            kind=Kind.LONG_TEXT,
            formula=_by_level(here, [asks.levels[one] for one in levels], cells),
        )
        page.next(36)
    _colour(result, [asks.levels[one] for one in levels])
    area = (result.sections, SECTION, page.row - 1, SECTION)
    points = (result.sections, POINTS, page.row - 1, POINTS)
    page.chart(
        "sections",
        ChartKind.RADAR,
        (Series(words("column.points"), area, points),),
        (result.sections - 1, MARGIN + COLUMNS - 1),
        size=(355, 250),
        value_kind=Kind.INTEGER,
        most=100,
        has_legend=False,
    )


def _level(level: str, words: Words) -> str:
    """Name a level; those of an agency's own questionnaire are named by their file."""
    return words(text) if words.has(text := f"page.level_{level}") else level


def _by_level(points: str, edges: list[float], texts: list[str], unknown: str = "") -> str:
    """Write a choice by the highest level whose lower edge is reached."""
    text = texts[0]
    for edge, better in zip(edges[1:], texts[1:], strict=True):
        text = f"IF({points}>={edge:g},{better},{text})"
    return f'IF({points}="","{unknown}",{text})'


def _colour(result: Result, edges: list[float]) -> None:
    """Colour the points of the sections by their level, as they change."""
    last = result.sections + len(result.reckoning.asked.sections) - 1
    here = a1(result.sections, POINTS)
    best, worst = max(edges), min(edges)
    for edge in reversed(edges):
        is_between = worst < edge < best
        status = Status.WARN if is_between else Status.GOOD if edge == best else Status.BAD
        rule = f"AND(ISNUMBER(${here}),${here}>={edge:g})"
        area = (result.sections, POINTS, last, LEVEL)
        result.page.rules.append(Rule(area, rule, status))


def _fixes(result: Result, board: Board) -> None:
    """Write the three things to put right first."""
    page, words, asks, score = _parts(result)
    page.row = result.fixes - 1
    page.heading(words("page.fix_first"), COLUMNS - 1)
    ids, turns = board.range("criterion"), board.range("turn")
    for place in range(FIXES):
        id_ = score.fix_first[place] if place < len(score.fix_first) else None
        wording = asks.criterion[id_].words[words.language] if id_ else None
        root = f"INDEX({board.range('root_in_turn')},MATCH({place + 1},{turns},0))"
        found = f"MATCH({root},{ids},0)"
        page.put(
            SECTION,
            wording.question if wording else "",
            kind=Kind.LONG_TEXT,
            span=(1, 3),
            formula=f'IFERROR(INDEX({board.range("question")},{found}),"")',
        )
        page.put(
            TEXT,
            wording.fix if wording else "",
            kind=Kind.LONG_TEXT,
            span=(1, 2),
            formula=f'IFERROR(INDEX({board.range("advice")},{found}),"")',
        )
        page.next(32)


def _remarks(result: Result, board: Board) -> None:
    """Write what else the answers say: the weakest section, disputes, illusions, gaps."""
    page, words, asks, score = _parts(result)
    page.row = result.remarks - 1
    page.heading(words("page.remarks"), COLUMNS - 1)
    causes = result.column(POINTS, result.texts, len(asks.sections))
    names = result.column(SECTION, result.texts, len(asks.sections))
    weakest = next((one for one in asks.sections if one.id == score.weakest), None)
    lowest = f'IF(MIN({causes})>=100,"",INDEX({names},MATCH(MIN({causes}),{causes},0)))'
    last = board.first + len(asks.criteria) - 1
    cells: dict[str, tuple[Value, str]] = {
        "weakest": (
            weakest.names[words.language] if weakest else "",
            f'IF(COUNT({causes})=0,"",{lowest})',
        ),
        "disagreements": (", ".join(score.disagreements), board.cell("disagreements", last)),
        "illusions": (", ".join(score.illusions), board.cell("illusions", last)),
        "unknown_answers": (score.unknown, unknown_count()),
        "missing": (", ".join(score.missing), board.cell("missing", last)),
        "not_applicable": (len(score.not_applicable), _excluded(board)),
    }
    none = words("page.none")
    for id_ in REMARKS:
        value, text = cells[id_]
        page.put(SECTION, words(f"column.{id_}"), Look.LABEL)
        page.put(
            POINTS,
            value if value != "" else none,
            span=(1, 2) if isinstance(value, str) else (1, 1),
            kind=Kind.LONG_TEXT,
            formula=f'IF({text}="","{none}",{text})' if isinstance(value, str) else text,
        )
        page.put(TEXT, words(f"page.remark_{id_}", most=asks.scale.na_max), Look.LABEL)
        page.next(20)


def _lists(result: Result) -> None:
    """Place what the result is worded from: the bands, and the texts of the sections."""
    page, words, asks, score = _parts(result)
    page.row = result.bands - 1
    page.put(SECTION, words("page.all_texts"), Look.LABEL)
    page.next()
    for band in asks.bands:
        page.put(SECTION, band.min, kind=Kind.INTEGER)
        page.put(POINTS, band.names[words.language])
        page.put(LEVEL, band.texts[words.language])
        page.next()
    page.row = result.texts
    levels = sorted(asks.levels, key=lambda level: asks.levels[level])
    for place, section in enumerate(asks.sections):
        points = score.sections[section.id]
        source = fixed(result.sections + place, POINTS)
        page.put(SECTION, section.names[words.language])
        if section.is_cause:
            page.put(
                POINTS, _number(points), kind=Kind.NUMBER, formula=f'IF({source}="","",{source})'
            )
        for at, level in enumerate(levels):
            page.put(LEVEL + at, section.texts[level][words.language])
        page.next()


def summary(facts: Facts, words: Words) -> tuple[Cell, ...]:
    """Return the total, its band and the first thing to put right, as cells of another tab."""
    asks, score = asked(facts), scored(facts)
    result = Result(Page("scorecard_result", facts, words), Reckoning(asks, {}, score), TOP)
    band = next((one for one in asks.bands if one.id == score.band), None)
    first = score.fix_first[0] if score.fix_first else None
    question = asks.criterion[first].words[words.language].question if first else ""
    there = "{@scorecard_result}!"
    fix = f"{there}{fixed(result.fixes, SECTION)}"
    said = words("page.fix_at_once", question=question) if question else ""
    before = words("page.fix_at_once", question="")
    return (
        Cell(0, 0, _number(score.total), Kind.NUMBER, Look.TITLE,
             formula=f"{there}{fixed(TOP, SECTION)}"),
        Cell(0, 1, band.names[words.language] if band else words("page.not_assessed"),
             look=Look.TITLE, formula=f"{there}{fixed(TOP, LEVEL)}"),
        Cell(2, 0, said, formula=f'IF({fix}="","","{before}"&{fix})'),
    )  # fmt: skip


REPORT = Report("scorecard_result", Group.READ, draw, is_hidden=True)
