"""The calls that every host is asked: the same made-up rows for each function."""

from random import Random

from formulas.functions.arguments import Kind
from tests.formulas.calls import calls

COUNT = 300
ODD = (
    "abc", True, "1 000,5", "1\N{NO-BREAK SPACE}200", "\N{MINUS SIGN}3", "12 руб.", " ", "2.5",
    46349, "23.11.2026", "2026-11-23", "+7", "5-", "1e3", "12%", ".5", "$5",
)  # fmt: skip
SELLERS = ("Анна", "Олег", "Ира ", None, 7)
WHOLE = {"before": (0, 100), "before_total": (90, 200), "after": (0, 100), "after_total": (90, 200)}
TEXTS = {Kind.TEXT: ("leads", "channels", None), Kind.PERIOD: ("2026-11", 46349, "2026-W47", "x")}
POINTS = (0, 1, 2, "1", "?", "хз", "n/a", None)


def asked(function, count=COUNT):
    """Make up the calls of a function, those that take columns and choices too."""
    chance = Random(function.id)  # noqa: S311 - no secret
    return [_given(function, given, chance) for given in calls(function, count, ODD)]


def _given(function, given, chance):
    height = chance.randint(1, 40)
    made = []
    for argument, each in zip(function.arguments, given, strict=True):
        is_usual = chance.random() < 0.9 and each is not None
        if argument.kind is Kind.CHOICE and is_usual:
            made.append([[chance.choice((*argument.choices, "odds", None))]])
        elif argument.kind is Kind.COLUMN and is_usual:
            usual = SELLERS if argument.name == "manager" else (0, 1, None, "1", True)
            made.append([[chance.choice(usual)] for _ in range(height)])
        elif argument.name in WHOLE and is_usual:
            made.append([[chance.randint(*WHOLE[argument.name])]])
        elif argument.kind in TEXTS and is_usual:
            made.append([[chance.choice(TEXTS[argument.kind])]])
        elif argument.kind is Kind.CELLS and is_usual:
            columns = chance.choice((1, 2))
            made.append([[chance.choice(POINTS) for _ in range(columns)] for _ in range(20)])
        else:
            made.append(each)
    return made
