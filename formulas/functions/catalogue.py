"""All custom functions by id."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import reduce
from itertools import pairwise
from operator import and_
from types import MappingProxyType

from formulas import conversion, cost, funnel, pace, pipeline
from formulas.expression import CELL_LIKE, RESERVED, Formula, Unit
from formulas.functions import plain, stored
from formulas.functions.arguments import Argument, Given, Kind
from formulas.functions.function import Compute, Function, Traced
from formulas.term import Condition, Constant, NotTraceable, Parameter

Rising = tuple[str | float, ...]
"""Arguments and numbers that may not fall, from 0 on: ("won", "leads") is 0 ≤ won ≤ leads."""


def total(name: str, unit: Unit = Unit.COUNT) -> Argument:
    """Take a number, or the sum of a range."""
    return Argument(name, Kind.TOTAL, unit)


def one(name: str, unit: Unit) -> Argument:
    """Take one number."""
    return Argument(name, Kind.NUMBER, unit)


def maybe(name: str, unit: Unit, default: float | None = None) -> Argument:
    """Take one number, or what it is when it is left out."""
    return Argument(name, Kind.NUMBER, unit, is_optional=True, default=default)


def choice(name: str, choices: tuple[str, ...], default: str | None = None) -> Argument:
    """Take one of a few words, or what it is when it is left out."""
    return Argument(name, Kind.CHOICE, Unit.CHOICE, True, choices, default)


def traced(
    id_: str,
    formula: Formula,
    arguments: tuple[Argument, ...],
    domain: Sequence[Rising],
    example: tuple[float, ...],
    renamed: Mapping[str, str] | None = None,
) -> Traced:
    """Make a function of a formula; the arguments stand for its parameters, in their order."""
    terms = [Parameter(argument.name) for argument in _legal(arguments)]
    return Traced(
        id=id_,
        arguments=arguments,
        unit=formula.unit,
        tree=formula(*terms),
        domain=reduce(and_, (claim for rising in domain for claim in _claims(rising))),
        renamed=renamed or {},
        example=example,
    )


def _claims(rising: Rising) -> Iterator[Condition]:
    """Yield 0 ≤ first, first ≤ second, and so on."""
    terms = [
        Constant(0),
        *(Parameter(of) if isinstance(of, str) else Constant(of) for of in rising),
    ]
    for low, high in pairwise(terms):
        yield low <= high


def computed(
    id_: str,
    compute: Compute,
    arguments: tuple[Argument, ...],
    unit: Unit,
    example: tuple[Given, ...],
    columns: tuple[str, ...] = (),
) -> Function:
    """Make a function that cannot be traced."""
    return Function(
        id=id_,
        arguments=_legal(arguments),
        unit=unit,
        compute=compute,
        example=example,
        columns=columns,
    )


def kept(
    id_: str,
    compute: Compute,
    arguments: tuple[Argument, ...],
    example: tuple[Given, ...],
    *,
    is_table: bool = False,
) -> Function:
    """Make a function that reads the numbers of the last sync."""
    return Function(
        id=id_,
        arguments=_legal(arguments),
        unit=Unit.FACT,
        compute=compute,
        example=example,
        is_stored=True,
        is_table=is_table,
    )


def text(name: str, *, is_optional: bool = False) -> Argument:
    """Take one text."""
    return Argument(name, Kind.TEXT, Unit.CHOICE, is_optional)


def _legal(arguments: tuple[Argument, ...]) -> tuple[Argument, ...]:
    """Refuse names that a spreadsheet or another language would misread."""
    for argument in arguments:
        if CELL_LIKE.fullmatch(argument.name) or argument.name in RESERVED:
            raise NotTraceable(f"{argument.name}: means something in a spreadsheet or a language")
    return arguments


FACT, PLAN = total("fact", Unit.FACT), total("plan", Unit.FACT)
ELAPSED, TOTAL = one("elapsed", Unit.DAYS), one("total", Unit.DAYS)
PIPELINE, RATE = total("pipeline", Unit.MONEY), one("win_rate", Unit.SHARE)
WON, LEADS, QUALIFIED = total("won"), total("leads"), total("qualified")
SPEND = total("spend", Unit.MONEY)
PERIOD = Argument("period", Kind.PERIOD, Unit.DAYS)
SPAM = Argument("spam", Kind.TOTAL, Unit.COUNT, is_optional=True, default=0)

FUNCTIONS: Mapping[str, Function] = MappingProxyType(
    {
        function.id: function
        for function in (
            traced(
                "RUNRATE",
                pace.run_rate,
                (FACT, PLAN, ELAPSED, TOTAL),
                (("plan",), ("elapsed", "total")),
                (50, 150, 10, 22),
            ),
            traced(
                "FORECAST",
                pace.forecast,
                (FACT, ELAPSED, TOTAL),
                (("elapsed", "total"),),
                (50, 10, 22),
            ),
            traced(
                "NEEDPERDAY",
                pace.need_per_day,
                (FACT, PLAN, ELAPSED, TOTAL),
                (("plan",), ("elapsed", "total")),
                (1200, 3000, 9, 20),
            ),
            traced(
                "COVERAGE",
                pipeline.coverage_raw,
                (PIPELINE, PLAN, FACT),
                (("pipeline",), ("plan",)),
                (1500, 3000, 1200),
                {"zero_denominator": "plan_met"},
            ),
            traced(
                "PIPELINEGAP",
                pipeline.short_open,
                (PIPELINE, PLAN, FACT, RATE),
                (("pipeline",), ("plan",), ("win_rate", 1)),
                (1500, 3000, 1200, 0.25),
            ),
            traced(
                "CONVERSION",
                conversion.lead_conversion,
                (WON, LEADS),
                (("won", "leads"),),
                (18, 90),
            ),
            computed(
                "CONVCI",
                plain.conversion_limits,
                (WON, LEADS, maybe("level", Unit.SHARE, 0.95)),
                Unit.SHARE,
                (18, 90),
                ("low", "high"),
            ),
            computed(
                "CONVBYMANAGER",
                plain.by_manager,
                (
                    Argument("manager", Kind.COLUMN, Unit.CHOICE),
                    Argument("won", Kind.COLUMN, Unit.COUNT),
                    maybe("n_min", Unit.COUNT, 20),
                ),
                Unit.SHARE,
                ([["Anna"], ["Anna"], ["Oleg"]], [[1], [0], [1]], 1),
                ("manager", "share", "n", "low", "high", "note"),
            ),
            traced(
                "QUALIFIEDSHARE",
                funnel.qualified_share,
                (QUALIFIED, total("unqualified"), SPAM),
                (("qualified",), ("unqualified",), ("spam",)),
                (90, 30, 10),
            ),
            traced(
                "CPL",
                cost.cost_per_lead,
                (SPEND, LEADS),
                (("leads",),),
                (260_000, 130),
            ),
            traced(
                "CPQL",
                cost.cost_per_qualified,
                (SPEND, QUALIFIED),
                (("qualified",),),
                (260_000, 90),
            ),
            traced(
                "CAC",
                cost.customer_cost,
                (SPEND, total("clients")),
                (("clients",),),
                (90_000, 30),
            ),
            computed(
                "BONUS",
                plain.bonus_money,
                (
                    QUALIFIED,
                    total("plan"),
                    one("rate", Unit.MONEY),
                    maybe("threshold", Unit.RATIO),
                    maybe("cap", Unit.RATIO),
                    maybe("accelerator", Unit.RATIO),
                ),
                Unit.MONEY,
                (160, 100, 500, None, 1.3, 1.5),
            ),
            computed(
                "LIFT",
                plain.lift,
                (
                    total("before"),
                    total("before_total"),
                    total("after"),
                    total("after_total"),
                    choice("kind", ("share", "count"), "share"),
                    maybe("min_effect", Unit.SHARE, 0),
                ),
                Unit.SHARE,
                (90, 130, 99, 130),
                ("effect", "low", "high", "p", "verdict"),
            ),
            computed(
                "SCORE",
                plain.alignment,
                (Argument("answers", Kind.CELLS, Unit.POINTS), choice("lang", ("ru", "en"))),
                Unit.POINTS,
                ([[2, 1, 1, 0, 2, 1, 1, 2, 0, 1, 1, 2, 1, 1, 0, 1, 2, 1, 1, 1]],),
                ("total", "band", "advice"),
            ),
            kept(
                "METRIC",
                stored.metric,
                (
                    text("metric"),
                    PERIOD,
                    text("split", is_optional=True),
                    text("value", is_optional=True),
                ),
                ("leads", "2026-11"),
            ),
            kept(
                "TABLE",
                stored.table,
                (text("report"), PERIOD),
                ("channels", "2026-11"),
                is_table=True,
            ),
        )
    }
)

TRACED: Mapping[str, Traced] = MappingProxyType(
    {id_: function for id_, function in FUNCTIONS.items() if isinstance(function, Traced)}
)
"""Those that every host can compute by itself."""
