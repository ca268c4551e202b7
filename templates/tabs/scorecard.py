"""Assessment: what both departments answer to each question, and what the data say to it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cache

from formulas.questionnaire import Scale
from formulas.scorecard import NOT_APPLICABLE, UNKNOWN, effective, mean_opinion, points
from templates.answers import EXCLUDED, answer, asked, scored
from templates.scorecard import load
from templates.tab import (
    IS_PROBLEM,
    Cell,
    Column,
    Facts,
    Group,
    Kind,
    Origin,
    Row,
    Status,
    Table,
    Value,
    Wrong,
    human,
    live,
    machine,
    problem,
    says,
)
from templates.tabs.scorecard_result import summary
from templates.words import Words


def rows(facts: Facts, words: Words) -> list[Row]:
    """Return the twenty questions with what the data say to them."""
    measured = {str(row["criterion"]): row for row in facts.tables.get("measured", ())}
    asks = asked(facts)
    names = {section.id: section.names[words.language] for section in asks.sections}
    sections = scored(facts).sections
    found: list[Row] = []
    for criterion in asks.criteria:
        wording, facts_say = criterion.words[words.language], measured.get(criterion.id, {})
        found.append(
            {
                "criterion": criterion.id,
                "section": names[criterion.section],
                "question": wording.question,
                **{
                    f"answer_{point}": text
                    for point, text in enumerate(wording.answers, asks.scale.min)
                },
                "weight": criterion.weight,
                "measured": facts_say.get("measured"),
                "measured_value": facts_say.get("value"),
                "n": facts_say.get("n"),
                "why": facts_say.get("why"),
                "section_points": _number(sections[criterion.section]),
            }
        )
    return found


def above(facts: Facts, words: Words) -> list[Cell]:
    """Return the result over the header, beside the answers: total, band, what to fix first."""
    total, band, fix = summary(facts, words)
    ids = [column.id for column in table(asked(facts).scale).columns]
    return [
        replace(total, column=ids.index("sales")),
        replace(band, column=ids.index("marketing")),
        fix,
    ]


def check(row: Row) -> Iterator[Wrong]:
    """Yield what is wrong with the answers to a question."""
    if row.get("override") is not None and not str(row.get("override_note") or "").strip():
        yield "override", "needs_note"


def _number(value: Fraction | None) -> Value:
    return "" if value is None else float(value)


@dataclass(frozen=True, slots=True)
class _Scoring:
    """What the answers to a question come to on a scale, as cells and in Python alike."""

    scale: Scale

    @property
    def points(self) -> tuple[str, ...]:
        """The points of the scale as people type them."""
        return tuple(str(point) for point in range(self.scale.min, self.scale.max + 1))

    @property
    def choices(self) -> tuple[str, ...]:
        """Everything that may be answered."""
        return (*self.points, UNKNOWN, NOT_APPLICABLE)

    def worth(self, opinion: str) -> Column:
        """Name a hidden column with what an opinion is worth."""

        def value(row: Row) -> Value:
            return _number(points(self.scale, getattr(answer(row), opinion)))

        return live(f"{opinion}_points", self.cell(opinion), value, is_hidden=True)

    def cell(self, cell: str) -> str:
        """Write what an answer is worth, or "" if it is no points."""
        text = f'TRIM({{{cell}}}&"")'
        is_point = ",".join(f'{text}="{point}"' for point in self.points)
        unknown = f'IF({says(cell, UNKNOWN)},{self.scale.unknown_points},"")'
        return f"IF(OR({is_point}),VALUE({text}),{unknown})"

    def overridden(self) -> Column:
        """Name a hidden column with what was decided together, which needs a reason."""

        def value(row: Row) -> Value:
            given = answer(row)
            if not given.override_note.strip():
                return ""
            if given.override == NOT_APPLICABLE:
                return EXCLUDED
            return _number(points(self.scale, given.override))

        excluded = f'IF({says("override", NOT_APPLICABLE)},"{EXCLUDED}",{self.cell("override")})'
        cell = f'IF(TRIM({{override_note}}&"")="","",{excluded})'
        return live("overridden", cell, value, is_hidden=True)

    def effective(self) -> Column:
        """Name the column with the points that count."""
        na = f"OR({says('sales', NOT_APPLICABLE)},{says('marketing', NOT_APPLICABLE)})"
        said = f'IF(COUNT({OPINIONS})>0,AVERAGE({OPINIONS}),IF({na},"{EXCLUDED}",""))'
        measured = f"IF(ISNUMBER({{measured}}),{{measured}},{said})"
        cell = f'IF({{overridden}}<>"",{{overridden}},{measured})'
        return live("effective", cell, self._effective, Kind.NUMBER, width=11)

    def _effective(self, row: Row) -> Value:
        value = effective(self.scale, answer(row))
        return EXCLUDED if value == NOT_APPLICABLE else _number(value)  # type: ignore[arg-type]

    def section(self) -> Column:
        """Name the column with what the section of a question comes to, of 100."""

        def value(row: Row) -> Value:
            return row.get("section_points", "")

        same = "{scorecard.section},{section}"
        known = f'{{scorecard.effective}},">={self.scale.min}"'
        weight = f"SUMIFS({{scorecard.weight}},{same},{known})"
        lost = f"SUMIFS({{scorecard.lost_points}},{same})"
        most = self.scale.max - self.scale.min
        cell = f'IF({weight}=0,"",100*(1-{lost}/({most}*{weight})))'
        return live("section_pct", cell, value, Kind.NUMBER, width=11)

    def lost(self) -> Column:
        """Name the column with the weighted points that a question lacks."""

        def value(row: Row) -> Value:
            found, weight = self._effective(row), row.get("weight")
            if isinstance(found, str) or not isinstance(weight, int | float):
                return ""
            return weight * (self.scale.max - found)  # type: ignore[operator]

        cell = f'IF(ISNUMBER({{effective}}),{{weight}}*({self.scale.max}-{{effective}}),"")'
        return live("lost_points", cell, value, Kind.NUMBER, width=11)

    def gap(self) -> Column:
        """Name the column with how far the departments are apart."""

        def value(row: Row) -> Value:
            given = answer(row)
            if UNKNOWN in (given.sales, given.marketing):
                return ""
            both = points(self.scale, given.sales), points(self.scale, given.marketing)
            return "" if None in both else float(abs(both[0] - both[1]))  # type: ignore[operator]

        unknown = f"{says('sales', UNKNOWN)},{says('marketing', UNKNOWN)}"
        apart = "ABS({sales_points}-{marketing_points})"
        cell = f'IF(OR({unknown},COUNT({OPINIONS})<2),"",{apart})'
        return live("gap", cell, value, Kind.NUMBER, width=15)

    def illusion(self) -> Column:
        """Name the column with how much better people think it is than the data say."""

        def value(row: Row) -> Value:
            opinion, measured = mean_opinion(self.scale, answer(row)), answer(row).measured
            return "" if opinion is None or measured is None else float(opinion - measured)

        both = f"AND(ISNUMBER({{measured}}),COUNT({OPINIONS})>0)"
        cell = f'IF({both},AVERAGE({OPINIONS})-{{measured}},"")'
        return live("illusion", cell, value, Kind.NUMBER, width=17)


OPINIONS = "{sales_points},{marketing_points}"


@cache
def table(scale: Scale) -> Table:
    """Return the tab on which a questionnaire with such answers is filled in."""
    scoring = _Scoring(scale)
    return Table(
        name="scorecard",
        rows=rows,
        above=above,
        check=check,
        group=Group.WORK,
        key="criterion",
        origin=Origin.FIXED,
        columns=(
            machine("criterion", width=6),
            machine("section", width=15),
            machine("question", Kind.LONG_TEXT, width=36),
            *(machine(f"answer_{point}", Kind.LONG_TEXT, width=28) for point in scoring.points),
            human("sales", choices=scoring.choices, width=13),
            human("marketing", choices=scoring.choices, width=13),
            machine("measured", Kind.INTEGER, width=12),
            scoring.effective(),
            scoring.section(),
            machine("measured_value", Kind.LONG_TEXT, width=22),
            machine("n", Kind.INTEGER, width=9),
            machine("why", width=16),
            machine("weight", Kind.INTEGER, width=8),
            scoring.lost(),
            scoring.gap(),
            scoring.illusion(),
            human("override", choices=scoring.choices, width=13),
            human("override_note", Kind.LONG_TEXT, width=28),
            scoring.worth("sales"),
            scoring.worth("marketing"),
            scoring.overridden(),
            problem(),
        ),
        row_rules=(*_rules(scale), IS_PROBLEM),
    )


def _rules(scale: Scale) -> Iterator[tuple[str, str, Status]]:
    """Yield what colours points that are low or high, and opinions that are far from others."""
    width = scale.max - scale.min
    low, high = scale.min + width * 3 / 8, scale.min + width * 3 / 4
    yield "effective", f"AND(ISNUMBER({{effective}}),{{effective}}<{low:g})", Status.BAD
    yield "effective", f"AND(ISNUMBER({{effective}}),{{effective}}>={high:g})", Status.GOOD
    yield "effective", "ISNUMBER({effective})", Status.WARN
    yield "gap", f"AND(ISNUMBER({{gap}}),{{gap}}>={width})", Status.WARN
    yield "illusion", f"AND(ISNUMBER({{illusion}}),{{illusion}}>={width / 2:g})", Status.WARN


TAB = table(load().scale)
