"""What every reading of a formula makes of the same rows of arguments."""

import atexit
import json
import shutil
import subprocess
from decimal import Decimal
from functools import cache
from math import isclose
from random import Random

import ironcalc
import pyarrow as pa

from formulas.expression import Unit, formula
from formulas.readings.cell import cell
from formulas.readings.javascript import PRELUDE, javascript
from formulas.readings.lambda_ import lambda_
from formulas.readings.sql import sql
from formulas.term import (
    UNKNOWN,
    Tree,
    Unknown,
    ceiling,
    first_known,
    maximum,
    minimum,
    where,
)

TYPES = {
    "double": pa.float64(),
    "decimal": pa.decimal128(24, 6),
    "bigint": pa.int64(),
}


@cache
def connection():
    """Open one database for all questions; when Python ends, DuckDB wants to be let go."""
    import duckdb

    atexit.register(connection.cache_clear)
    return duckdb.connect(config={"threads": 1})


def synthetic(function):
    """Trace a formula made up to be hard to write down."""
    return formula(Unit.RATIO)(function)


SYNTHETIC = [
    synthetic(function)
    for function in (
        lambda a, b, d: a - (b - d),
        lambda a, b, d: a - (b + d),
        lambda a, b, d: a - b - d,
        lambda a, b, d: a / (b / d),
        lambda a, b, d: a / (b * d),
        lambda a, b, d: a / b / d,
        lambda a, b, d: a * (b + d),
        lambda a, b, d: (a - b) * d,
        lambda a, b, d: a * (b / d),
        lambda a, b: -a * b,
        lambda a, b: -(a * b),
        lambda a, b: -(a - b),
        lambda a, b: a - (-1) * -b,
        lambda a, b: -(a * -b) - (-b),
        lambda a: 2 - a,
        lambda a: 3 / a,
        lambda a: 5 + a * 2,
        lambda a: 0.95 * a - 0.001,
        lambda a: a * -0.5,
        lambda a: -2 * a - -3,
        lambda a, b: 1 / (a - b),
        lambda a, b, d: where(a >= b, d, -d),
        lambda a, b, d: where(a < b, d - 1, d + 1) * 2,
        lambda a, b, d: where((a > 0) & (b <= d), a, b),
        lambda a, b, d: where((a < 0) | (b >= d), a, b),
        lambda a, b, d: where((a < 0) | ((b > 0) & (d > 0)), a - b, b - d),
        lambda a, b, d: where(b > 0, a / b, d),
        lambda a, b, d: where(a / b > d, a, d),
        lambda a, b: where(a > b, a - b, UNKNOWN),
        lambda a, b: where(a > b, UNKNOWN, b - a) / 2,
        lambda a, b: minimum(a, b) - maximum(a, 10),
        lambda a, b, d: maximum(minimum(a, b), d),
        lambda a, b: minimum(a / b, b / a),
        lambda a, b: ceiling(a / b),
        lambda a, b: 1 - ceiling(a * b),
        lambda a, b: first_known(a, b + 1),
        lambda a, b, d: first_known(a, b) / d,
        lambda a, b, d: first_known(a / b, d),
        lambda a, b, d: first_known(a, first_known(b, d)),
        lambda a, b, d: first_known(where(a > b, a, UNKNOWN), d) - 1,
        lambda a, b, d: first_known(a - b, 7) * d,
        lambda a, b, d: first_known(where(a > 0, a, b), d),
    )
]

REACHED = synthetic(lambda fact, plan, share: where(fact >= share * plan, 1, 0))
MISSED = synthetic(lambda fact, plan, share: where(fact < share * plan, 1, 0))
BEYOND = synthetic(lambda fact, plan, share: where(fact > share * plan, 1, 0))
WITHIN = synthetic(lambda fact, plan, share: where(fact <= share * plan, 1, 0))
THRESHOLDS = (REACHED, MISSED, BEYOND, WITHIN)

NEEDED = synthetic(lambda amount, share: ceiling(amount / share))


def rows(traced, kind, count, seed):
    """Make up arguments: unknown, zero, negative, whole, decimal, share, large."""
    chance = Random(f"{seed} {kind}")  # noqa: S311 - no secret
    return [{name: _argument(chance, kind) for name in traced.parameters} for _ in range(count)]


def _argument(chance, kind):
    sort = chance.random()
    if sort < 0.07:
        return None
    if sort < 0.17:
        return 0
    if sort < 0.5:
        return chance.randint(-20, 20)
    if sort < 0.7 or kind == "bigint":
        return chance.randint(-(10**9), 10**9)
    digits = chance.choice((1, 2, 4))
    written = Decimal(chance.randint(-(10**7), 10**7)).scaleb(-digits)
    if kind == "decimal":
        return written
    return float(written) if sort < 0.85 else chance.uniform(-2, 2)


def on_threshold(count):
    """Make up facts at exactly 70 to 130 % of a plan, and the shares as people write them."""
    chance = Random(110)  # noqa: S311 - no secret
    made = []
    for _ in range(count):
        percent, plan = chance.randint(70, 130), chance.randint(1, 10**6)
        fact = float(Decimal(percent * plan) / 100)
        made.append({"fact": fact, "plan": plan, "share": percent / 100})
    return made


def on_whole(count):
    """Make up amounts that a share divides without rest, as people write them."""
    chance = Random(145)  # noqa: S311 - no secret
    made = []
    for _ in range(count):
        percent, whole = chance.randint(1, 99), chance.randint(1, 10**5)
        amount = float(Decimal(percent * whole) / 100)
        made.append({"amount": amount, "share": percent / 100, "whole": whole})
    return made


def by_number(traced, given):
    return [traced(*(row[name] for name in traced.parameters)) for row in given]


def by_function(traced, given):
    """Call the plain function; what raises, for both branches are worked out, is `...`."""
    return [_called(traced, row) for row in given]


def _called(traced, row):
    arguments = [row[name] for name in traced.parameters]
    if None in arguments:
        return ...
    try:
        value = traced.function(*map(float, arguments))
    except (ZeroDivisionError, TypeError):
        return ...
    if isinstance(value, Tree):
        return None if isinstance(value, Unknown) else ...
    return value


def by_sql(traced, given, kind="double"):
    """Ask DuckDB."""
    columns = {name: _column([row[name] for row in given], kind) for name in traced.parameters}
    columns["place"] = pa.array(range(len(given)))
    connection().register("given", pa.table(columns))
    text = sql(traced, {name: f"given.{name}" for name in traced.parameters})
    found = connection().execute(f"select {text} from given order by place").fetchall()
    return [value for (value,) in found]


def _column(values, kind):
    if kind == "double":
        values = [None if value is None else float(value) for value in values]
    return pa.array(values, TYPES[kind])


def by_cells(questions, locale="en", separator=",", write=None):
    """Ask IronCalc about many formulas at once: a row of a sheet for each row of arguments."""
    book = ironcalc.create("agreement", locale, "UTC", "en")
    row = 0
    for traced, given in questions:
        width = len(traced.parameters)
        for arguments in given:
            row += 1
            for place, name in enumerate(traced.parameters, start=1):
                if arguments[name] is not None:
                    book.update_cell_with_number(0, row, place, float(arguments[name]))
            text = (write or cell)(traced, cells(traced, row), separator)
            book.set_user_input(0, row, width + 1, f"={text}")
    book.evaluate()
    answers, row = [], 0
    for traced, given in questions:
        width = len(traced.parameters)
        answers.append(
            [_shown(book.get_cell_value(0, row + i, width + 1)) for i in range(1, len(given) + 1)]
        )
        row += len(given)
    return answers


def cells(traced, row):
    """Name the cells of the arguments in a row."""
    return {name: f"{'ABCDEFGH'[at]}{row}" for at, name in enumerate(traced.parameters)}


def _shown(value):
    return None if value == "" else value


def by_javascript(questions):
    """Ask Node about many formulas at once."""
    asked = [
        f"{json.dumps([_plain(row) for row in given])}"
        f".map(({{{', '.join(traced.parameters)}}}) => {_javascript(traced)})"
        for traced, given in questions
    ]
    return node(f"{PRELUDE}\nconsole.log(JSON.stringify([{','.join(asked)}]))")


def _javascript(traced):
    return javascript(traced, {name: name for name in traced.parameters})


def _plain(row):
    return {name: None if value is None else float(value) for name, value in row.items()}


def node(program):
    """Run a program in Node and return the JSON that it prints."""
    found = shutil.which("node")
    assert found, "install nodejs: tests/install_oracles.sh"
    done = subprocess.run([found, "-"], input=program, text=True, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def by_lambdas(questions):
    """Ask IronCalc to call each formula as a LAMBDA; #N/A is unknown."""
    return [
        [None if value == "#N/A" else value for value in answers]
        for answers in by_cells(questions, write=_called_lambda)
    ]


def _called_lambda(traced, arguments, _separator):
    return f"{lambda_(traced)}({','.join(arguments.values())})".replace("_xlfn.", "").replace(
        "_xlpm.", ""
    )


def differing(given, first, second):
    """Return the rows of which two readings say different things."""
    return [
        (row, one, other)
        for row, one, other in zip(given, first, second, strict=True)
        if ... not in (one, other) and not _same(row, one, other)
    ]


def _same(row, one, other):
    if one is None or other is None:
        return one is other
    if isinstance(one, str) or isinstance(other, str):
        return one == other
    size = max((abs(float(value)) for value in row.values() if value is not None), default=0)
    return isclose(one, other, rel_tol=1e-12, abs_tol=size * 1e-15)
