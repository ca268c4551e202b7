"""The scoring of the questionnaire as live cells, beside its reading in Python.

People type answers on the tab `scorecard`; everything here follows at once, without the program.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from formulas.questionnaire import Criterion, Questionnaire, Scale
from formulas.scorecard import (
    NOT_APPLICABLE,
    UNKNOWN,
    Answer,
    Score,
    disagree,
    effective,
    is_illusion,
)
from templates.answers import EXCLUDED, SAID
from templates.layout import MARGIN, a1, fixed
from templates.page import Page
from templates.tab import Kind, Look, Value

COLUMNS = (
    "criterion", "section", "weight", "effective", "counted", "lost_points", "root", "urgency",
    "rank", "root_in_turn", "turn", "disagreements", "illusions", "missing", "question", "advice",
)  # fmt: skip
FIXES = 3


def _known(value: Value) -> Value:
    return "" if value is None else value


@dataclass(frozen=True, slots=True)
class Board:
    """Where the scoring stands on the page: one row a criterion."""

    first: int
    criteria: tuple[Criterion, ...]

    def row(self, criterion: str) -> int:
        """Return the row of a criterion."""
        return self.first + [one.id for one in self.criteria].index(criterion)

    def cell(self, column: str, row: int) -> str:
        """Name a cell."""
        return a1(row, MARGIN + COLUMNS.index(column))

    def range(self, column: str, *, until: int | None = None) -> str:
        """Name the cells of a column, or those above the row `until`."""
        at = MARGIN + COLUMNS.index(column)
        last = self.first + len(self.criteria) - 1 if until is None else until - 1
        return f"{fixed(self.first, at)}:{fixed(last, at)}"

    def sum(self, column: str, section: str = "") -> str:
        """Write the sum of a column, of one section if its cell is named."""
        if not section:
            return f"SUM({self.range(column)})"
        return f"SUMIFS({self.range(column)},{self.range('section')},{section})"

    def share(self, scale: Scale, section: str = "") -> str:
        """Write the points as 0 to 100 of what could be had."""
        lost, weight = self.sum("lost_points", section), self.sum("counted", section)
        return f'IF({weight}=0,"",100*(1-{lost}/({scale.max - scale.min}*{weight})))'


@dataclass(frozen=True, slots=True)
class Reckoning:
    """The scoring in Python: what each cell of the board shows."""

    asked: Questionnaire
    answers: Mapping[str, Answer]
    score: Score

    def points(self, id: str) -> Value:  # noqa: A002
        """Return the effective points as a cell shows them."""
        found = effective(self.asked.scale, self.answers.get(id, Answer()))
        return EXCLUDED if found == NOT_APPLICABLE else "" if found is None else float(found)

    def lost(self, criterion: Criterion) -> Value:
        """Return the weighted points that a criterion lacks."""
        points = self.points(criterion.id)
        return "" if isinstance(points, str) else criterion.weight * (self.asked.scale.max - points)  # type: ignore[operator]

    def root(self, id: str) -> str:  # noqa: A002
        """Follow dependencies in the lower half of the scale to what has to come first."""
        for other in self.asked.criterion[id].depends_on:
            points = self.points(other)
            if not isinstance(points, str) and points < middle(self.asked):  # type: ignore[operator]
                return self.root(other)
        return id

    def urgency(self, criterion: Criterion, place: int) -> Value:
        """Return what orders the criteria: the weakest section, then losses, then the file."""
        lost = self.lost(criterion)
        if isinstance(lost, str) or lost == 0:
            return ""
        is_weakest = criterion.section == self.score.weakest
        return 1000 * is_weakest + 10 * lost - place / 100  # type: ignore[operator]


def middle(asked: Questionnaire) -> float:
    """Return the middle of the scale."""
    return (asked.scale.min + asked.scale.max) / 2


def place_board(page: Page, reckoning: Reckoning, weakest: str) -> Board:
    """Place the scoring from the current row on; `weakest` names the cell of that section."""
    words, asked = page.words, reckoning.asked
    for at, name in enumerate(COLUMNS, start=MARGIN):
        page.put(at, words(f"column.{name}"), Look.HEADER)
    page.next(30)
    board = Board(page.row, asked.criteria)
    turns = _turns(reckoning)
    names = {section.id: section.names[words.language] for section in asked.sections}
    lists = {name: _running(reckoning, name) for name in ("disagreements", "illusions", "missing")}
    for place, criterion in enumerate(asked.criteria):
        wording = criterion.words[words.language]
        row: dict[str, tuple[Value, str | None]] = {
            "criterion": (criterion.id, None),
            "section": (names[criterion.section], None),
            "weight": (criterion.weight, None),
            **_points(board, reckoning, criterion, place, weakest),
            **_turn(board, turns[place], place),
            **_lists(board, asked, lists, place),
            "question": (wording.question, None),
            "advice": (wording.fix, None),
        }
        for at, name in enumerate(COLUMNS, start=MARGIN):
            value, text = row[name]
            kind = Kind.NUMBER if isinstance(value, float) else Kind.TEXT
            page.put(at, value, kind=kind, formula=text)
        page.next()
    return board


def _points(
    board: Board, reckoning: Reckoning, criterion: Criterion, place: int, weakest: str
) -> dict[str, tuple[Value, str]]:
    """Return the points of a criterion, what it lacks, its root and how urgent it is."""
    here, best = board.first + place, reckoning.asked.scale.max
    points, lost = board.cell("effective", here), board.cell("lost_points", here)
    weight, section = board.cell("weight", here), board.cell("section", here)
    found = f"MATCH({board.cell('criterion', here)},{{scorecard.criterion}},0)"
    root = board.cell("criterion", here)
    for other in reversed(criterion.depends_on):
        at = board.row(other)
        low = f"{board.cell('effective', at)}<{middle(reckoning.asked):g}"
        known = f"ISNUMBER({board.cell('effective', at)})"
        root = f"IF(AND({known},{low}),{board.cell('root', at)},{root})"
    urgency = f"1000*({section}={weakest})+10*{lost}-{place}/100"
    return {
        "effective": (
            reckoning.points(criterion.id),
            f'IFERROR(INDEX({{scorecard.effective}},{found}),"")',
        ),
        "counted": (
            0 if isinstance(reckoning.points(criterion.id), str) else criterion.weight,
            f"IF(ISNUMBER({points}),{weight},0)",
        ),
        "lost_points": (
            reckoning.lost(criterion),
            f'IF(ISNUMBER({points}),{weight}*({best}-{points}),"")',
        ),
        "root": (reckoning.root(criterion.id), root),
        "urgency": (
            reckoning.urgency(criterion, place),
            f'IF(ISNUMBER({lost}),IF({lost}>0,{urgency},""),"")',
        ),
    }


@dataclass(frozen=True, slots=True)
class _Turn:
    rank: Value
    root: Value
    turn: Value


def _turns(reckoning: Reckoning) -> list[_Turn]:
    """Return, most urgent first, which criterion comes next and whether its root is new."""
    criteria = reckoning.asked.criteria
    urgencies = [reckoning.urgency(one, place) for place, one in enumerate(criteria)]
    order = sorted(
        (place for place, value in enumerate(urgencies) if value != ""),
        key=lambda place: -urgencies[place],  # type: ignore[operator]
    )
    turns: list[_Turn] = []
    seen: list[str] = []
    for place in order:
        root = reckoning.root(criteria[place].id)
        is_new = root not in seen
        seen += [root] if is_new else []
        turns.append(_Turn(place + 1, root, len(seen) if is_new else ""))
    return turns + [_Turn("", "", "")] * (len(criteria) - len(turns))


def _turn(board: Board, turn: _Turn, place: int) -> dict[str, tuple[Value, str]]:
    here, urgency = board.first + place, board.range("urgency")
    rank, root = board.cell("rank", here), board.cell("root_in_turn", here)
    next_turn = "1"
    if place:
        above = board.range("root_in_turn", until=here)
        count = f"MAX({board.range('turn', until=here)})+1"
        next_turn = f'IF(COUNTIF({above},{root})=0,{count},"")'
    return {
        "rank": (turn.rank, f'IFERROR(MATCH(LARGE({urgency},{place + 1}),{urgency},0),"")'),
        "root_in_turn": (turn.root, f'IF({rank}="","",INDEX({board.range("root")},{rank}))'),
        "turn": (turn.turn, f'IF({root}="","",{next_turn})'),
    }


def _running(reckoning: Reckoning, name: str) -> list[str]:
    """Return the growing lists of criteria that are in dispute, overrated or unanswered."""
    scale = reckoning.asked.scale
    claims = {
        "disagreements": lambda id_: disagree(scale, reckoning.answers.get(id_, Answer())),
        "illusions": lambda id_: is_illusion(scale, reckoning.answers.get(id_, Answer())),
        "missing": lambda id_: reckoning.points(id_) == "",
    }
    grown, texts = "", []
    for criterion in reckoning.asked.criteria:
        if claims[name](criterion.id):
            grown = f"{grown}, {criterion.id}" if grown else criterion.id
        texts.append(grown)
    return texts


def _lists(
    board: Board, asked: Questionnaire, lists: Mapping[str, Sequence[str]], place: int
) -> dict[str, tuple[Value, str]]:
    here = board.first + place
    id_, width = board.cell("criterion", here), asked.scale.max - asked.scale.min
    found = f"MATCH({id_},{{scorecard.criterion}},0)"
    claims = {
        "disagreements": f"N(IFERROR(INDEX({{scorecard.gap}},{found}),0))>={width}",
        "illusions": f"N(IFERROR(INDEX({{scorecard.illusion}},{found}),0))>={width / 2:g}",
        "missing": f'{board.cell("effective", here)}=""',
    }
    cells: dict[str, tuple[Value, str]] = {}
    for name, claim in claims.items():
        above = board.cell(name, here - 1) if place else ""
        grown = f'IF({above}="","",{above}&", ")&{id_}' if place else id_
        cells[name] = (lists[name][place], f"IF({claim},{grown},{above or _EMPTY})")
    return cells


_EMPTY = '""'


def unknown_count() -> str:
    """Write how many criteria have «не знаю» from either side."""
    texts = [text for text, meant in SAID.items() if meant == UNKNOWN]
    sides = [
        f'({{scorecard.{side}}}="{text}")' for side in ("sales", "marketing") for text in texts
    ]
    return f"SUMPRODUCT(--(({'+'.join(sides)})>0))"
