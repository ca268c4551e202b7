"""Assessment: twenty questions, three answers to each, and what the data say to the same."""

from __future__ import annotations

from fractions import Fraction

from formulas.scorecard import NOT_APPLICABLE, UNKNOWN, effective, mean_opinion, points
from templates.answers import EXCLUDED, SAID, SCALE, answer, asked
from templates.tab import (
    Column,
    Facts,
    Group,
    Kind,
    Origin,
    Row,
    Status,
    Table,
    Value,
    human,
    live,
    machine,
)
from templates.words import Words

ANSWERS = ("0", "1", "2", UNKNOWN, NOT_APPLICABLE)


def rows(facts: Facts, words: Words) -> list[Row]:
    """Return the twenty questions with what the data say to them."""
    measured = {str(row["criterion"]): row for row in facts.tables.get("measured", ())}
    asks = asked(facts)
    names = {section.id: section.names[words.language] for section in asks.sections}
    found: list[Row] = []
    for criterion in asks.criteria:
        wording, facts_say = criterion.words[words.language], measured.get(criterion.id, {})
        found.append(
            {
                "criterion": criterion.id,
                "section": names[criterion.section],
                "question": wording.question,
                **{f"answer_{place}": text for place, text in enumerate(wording.answers)},
                "weight": criterion.weight,
                "measured": facts_say.get("measured"),
                "measured_value": facts_say.get("value"),
                "n": facts_say.get("n"),
            }
        )
    return found


def _number(value: Fraction | None) -> Value:
    return "" if value is None else float(value)


def _is(cell: str, id_: str) -> str:
    """Write the claim that a cell holds an answer that is no number, in any language."""
    texts = [text for text, meant in SAID.items() if meant == id_]
    return "OR(" + ",".join(f'{{{cell}}}="{text}"' for text in texts) + ")"


def _points(cell: str) -> str:
    """Write what an answer is worth, or "" if it is no points."""
    number = f'VALUE({{{cell}}}&"")'
    on_scale = f'IF(AND({number}>={SCALE.min},{number}<={SCALE.max}),{number},"")'
    return f'IFERROR({on_scale},IF({_is(cell, UNKNOWN)},{SCALE.unknown_points},""))'


def _worth(id: str, opinion: str) -> Column:  # noqa: A002
    """Name a hidden column with what an opinion is worth."""

    def value(row: Row) -> Value:
        return _number(points(SCALE, getattr(answer(row), opinion)))

    return live(id, _points(opinion), value, is_hidden=True)


def _overridden(row: Row) -> Value:
    given = answer(row)
    if not given.override_note.strip():
        return ""
    if given.override == NOT_APPLICABLE:
        return EXCLUDED
    return _number(points(SCALE, given.override))


def _effective(row: Row) -> Value:
    value = effective(SCALE, answer(row))
    return EXCLUDED if value == NOT_APPLICABLE else _number(value)  # type: ignore[arg-type]


def _gap(row: Row) -> Value:
    said_here = answer(row)
    if UNKNOWN in (said_here.sales, said_here.marketing):
        return ""
    both = points(SCALE, said_here.sales), points(SCALE, said_here.marketing)
    return "" if None in both else float(abs(both[0] - both[1]))  # type: ignore[operator]


def _illusion(row: Row) -> Value:
    opinion, measured = mean_opinion(SCALE, answer(row)), answer(row).measured
    return "" if opinion is None or measured is None else float(opinion - measured)


def _lost(row: Row) -> Value:
    value = _effective(row)
    weight = row.get("weight")
    if isinstance(value, str) or not isinstance(weight, int | float):
        return ""
    return weight * (SCALE.max - value)  # type: ignore[operator]


_OVERRIDDEN = f"""IF(TRIM({{override_note}}&"")="","",IF({_is("override", NOT_APPLICABLE)},\
"{EXCLUDED}",{_points("override")}))"""
_OPINION = "AVERAGE({sales_points},{marketing_points})"
_BY_OPINION = f"""IF(COUNT({{sales_points}},{{marketing_points}})>0,{_OPINION},\
IF(OR({_is("sales", NOT_APPLICABLE)},{_is("marketing", NOT_APPLICABLE)}),"{EXCLUDED}",""))"""

TAB = Table(
    name="scorecard",
    rows=rows,
    group=Group.WORK,
    key="criterion",
    origin=Origin.FIXED,
    columns=(
        machine("criterion", width=6),
        machine("section", width=15),
        machine("question", Kind.LONG_TEXT, width=36),
        machine("answer_0", Kind.LONG_TEXT, width=28),
        machine("answer_1", Kind.LONG_TEXT, width=28),
        machine("answer_2", Kind.LONG_TEXT, width=34),
        human("sales", choices=ANSWERS, width=13),
        human("marketing", choices=ANSWERS, width=13),
        machine("measured", Kind.INTEGER, width=10),
        live(
            "effective",
            f'IF({{overridden}}<>"",{{overridden}},'
            f"IF(ISNUMBER({{measured}}),{{measured}},{_BY_OPINION}))",
            _effective,
            Kind.NUMBER,
            width=9,
        ),
        machine("measured_value", Kind.LONG_TEXT, width=22),
        machine("n", Kind.INTEGER, width=9),
        machine("weight", Kind.INTEGER, width=6),
        live(
            "lost_points",
            f'IF(ISNUMBER({{effective}}),{{weight}}*({SCALE.max}-{{effective}}),"")',
            _lost,
            Kind.NUMBER,
            width=9,
        ),
        live(
            "gap",
            f"IF(OR({_is('sales', UNKNOWN)},{_is('marketing', UNKNOWN)},"
            'COUNT({sales_points},{marketing_points})<2),"",ABS({sales_points}-{marketing_points}))',
            _gap,
            Kind.NUMBER,
            width=13,
        ),
        live(
            "illusion",
            f"IF(AND(ISNUMBER({{measured}}),COUNT({{sales_points}},{{marketing_points}})>0),"
            f'{_OPINION}-{{measured}},"")',
            _illusion,
            Kind.NUMBER,
            width=13,
        ),
        human("override", choices=ANSWERS, width=13),
        human("override_note", width=28),
        _worth("sales_points", "sales"),
        _worth("marketing_points", "marketing"),
        live("overridden", _OVERRIDDEN, _overridden, is_hidden=True),
    ),
    row_rules=(
        ("effective", "AND(ISNUMBER({effective}),{effective}<0.75)", Status.BAD),
        ("effective", "AND(ISNUMBER({effective}),{effective}>=1.5)", Status.GOOD),
        ("effective", "ISNUMBER({effective})", Status.WARN),
        ("gap", f"AND(ISNUMBER({{gap}}),{{gap}}>={SCALE.max - SCALE.min})", Status.WARN),
        ("illusion", "AND(ISNUMBER({illusion}),{illusion}>=1)", Status.WARN),
    ),
)
