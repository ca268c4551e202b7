"""One request of the add-in: many calls in, as many results out.

    {"v": 1, "lang": "ru", "ranges": {"1": [[10], [20]]},
     "calls": [{"id": "CPL", "args": [{"$": "1"}, 130]}]}
    {"v": 1, "store": "a1b2", "results": [{"value": 0.23}]}

A range that several calls share travels once and is named by `{"$": id}`; its numbers are looked
for once. Equal calls are computed once. A cell is null, a number, a text, a truth value or
`{"error": "na"}`; a result is a value, a spill of rows, or an error with a message.
"""

from __future__ import annotations

import json
import marshal
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import isfinite
from typing import Any

from formulas.functions import Code, Fault, Function, Said
from formulas.functions.arguments import Cell, Given, Grid
from templates.words import LANGUAGES, Words

VERSION = 1
LONGEST = 80
"""Characters of a given value that a message repeats."""
SCALARS = frozenset((type(None), bool, int, float, str))
CODES = {code.value: Fault(code) for code in Code}

Result = Mapping[str, Any]
Answer = Callable[[Function, Sequence[Given]], Result]


class Unusable(Exception):
    """A request that is not answered: the status, and the text `addin.problem.<id>`."""

    def __init__(self, status: int, id: str, **parts: object) -> None:  # noqa: A002
        """Say why."""
        super().__init__(id)
        self.status = status
        self.id = id
        self.parts = parts


@dataclass(frozen=True, slots=True)
class Limits:
    """How much one request may ask for."""

    calls: int = 5_000
    cells: int = 1_000_000
    answer: int = 16 * 2**20  # bytes, roughly


LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class Batch:
    """A request whose form has been looked at."""

    language: str
    calls: Sequence[Mapping[str, Any]]
    ranges: Mapping[str, Grid]
    cells: int


def decode(body: bytes, limits: Limits = LIMITS) -> Batch:
    """Read a request.

    >>> decode(b'{"v": 1, "ranges": {"1": [[1], [2]]}, "calls": []}').ranges
    {'1': [[1], [2]]}

    Raises:
        Unusable: it is none, or asks for too much.
    """
    try:
        found = json.loads(body.decode("utf-8"), parse_constant=_no_number)
    except RecursionError:
        raise Unusable(400, "too_deep") from None
    except ValueError:
        raise Unusable(400, "not_json") from None
    if not isinstance(found, dict):
        raise Unusable(400, "wrong_form", place="{}")
    if found.get("v") != VERSION:
        raise Unusable(400, "old_client")
    calls, ranges = found.get("calls"), found.get("ranges", {})
    if not isinstance(calls, list) or not all(map(_is_call, calls)):
        raise Unusable(400, "wrong_form", place="calls")
    if not isinstance(ranges, dict):
        raise Unusable(400, "wrong_form", place="ranges")
    if len(calls) > limits.calls:
        raise Unusable(413, "too_many_calls", count=limits.calls)
    grids = {id_: _grid(rows) for id_, rows in ranges.items()}
    cells = sum(len(grid) * len(grid[0]) for grid in grids.values())
    cells += sum(_size(each) for call in calls for each in call["args"])
    if cells > limits.cells:
        raise Unusable(413, "too_many_cells", count=limits.cells)
    language = found.get("lang")
    return Batch(language if language in LANGUAGES else "en", calls, grids, cells)


def _no_number(_: str) -> None:
    raise ValueError


def _is_call(call: object) -> bool:
    return (
        isinstance(call, dict)
        and isinstance(call.get("id"), str)
        and isinstance(call.get("args"), list)
    )


def _size(given: object) -> int:
    if not isinstance(given, list):
        return 1
    return sum(len(row) for row in given if isinstance(row, list))


def _grid(rows: object) -> Grid:
    """Read a range: rows of the same width, of cells."""
    if not isinstance(rows, list) or not rows:
        raise Unusable(400, "wrong_form", place="ranges")
    read = Grid()
    for row in rows:
        if not isinstance(row, list) or not row or len(row) != len(rows[0]):
            raise Unusable(400, "wrong_form", place="ranges")
        is_plain = SCALARS.issuperset(map(type, row))
        read.append(row if is_plain else [_cell(cell) for cell in row])
    return read


def _cell(cell: object) -> Cell:
    if isinstance(cell, dict) and len(cell) == 1:
        fault = CODES.get(str(cell.get("error")))
        if fault:
            return fault
    if type(cell) not in SCALARS:
        raise Unusable(400, "wrong_form", place="cell")
    return cell  # type: ignore[return-value]


@dataclass(slots=True)
class Answered:
    """The results of a batch, in the order of its calls."""

    results: list[Result] = field(default_factory=list)
    computed: int = 0
    size: int = 0


def respond(
    batch: Batch,
    functions: Mapping[str, Function],
    answer: Answer,
    words: Words,
    limits: Limits = LIMITS,
) -> Answered:
    """Answer the calls of a batch, equal ones once; `answer` computes one, and raises nothing.

    >>> from formulas.functions import FUNCTIONS
    >>> from templates.words import load
    >>> asked = decode(b'{"v": 1, "calls": [{"id": "CPL", "args": [100, 8]}]}')
    >>> english = load("en")
    >>> answer = lambda called, given: spoken(called.answer(given), english)
    >>> respond(asked, FUNCTIONS, answer, english).results
    [{'value': 12.5}]

    Raises:
        Unusable: a call is none, or the answer is larger than the limit.
    """
    done = Answered()
    known: dict[tuple[str, bytes], Result] = {}
    for call in batch.calls:
        id_, arguments = call["id"], call["args"]
        same = id_, marshal.dumps(arguments, 2)
        result = known.get(same)
        if result is None:
            function = functions.get(id_)
            if function is None:
                said = words("addin.problem.no_such_function", name=_clipped(id_))
                result = {"error": Code.NA.value, "message": said}
            else:
                given = [
                    each if type(each) in SCALARS else _given(each, batch.ranges)
                    for each in arguments
                ]
                result = answer(function, given)
            known[same] = result
            done.computed += 1
        done.size += _weight(result)
        if done.size > limits.answer:
            raise Unusable(413, "answer_too_large")
        done.results.append(result)
    return done


def _given(each: Any, ranges: Mapping[str, Grid]) -> Given:
    """Return a range, or the range that is named."""
    if isinstance(each, dict) and len(each) == 1 and "$" in each:
        grid = ranges.get(str(each["$"]))
        if grid is None:
            raise Unusable(400, "wrong_form", place="$")
        return grid
    return _grid(each) if isinstance(each, list) else _cell(each)


def spoken(answer: Any, words: Words) -> Result:
    """Say an answer as it goes over the wire.

    >>> from templates.words import load
    >>> spoken([[0.5, Said("function.note.too_few")]], load("en"))
    {'value': [[0.5, 'too few leads']]}
    """
    if isinstance(answer, Fault):
        return error(answer, words)
    if isinstance(answer, list):
        return {"value": [[_said(cell, words) for cell in row] for row in answer]}
    return {"value": _said(answer, words)}


def error(fault: Fault, words: Words) -> Result:
    """Say an error; one that was only passed on has no words of its own."""
    if fault.problem is None:
        return {"error": fault.code.value}
    parts = {name: _part(part, words) for name, part in fault.parts.items()}
    said = words(f"function.problem.{fault.problem}", **parts)
    return {"error": fault.code.value, "message": said}


def _said(cell: Any, words: Words) -> Any:
    if isinstance(cell, float):
        if not isfinite(cell):
            raise ArithmeticError
        return cell
    if isinstance(cell, Said):
        return words(cell.text)
    return error(cell, words) if isinstance(cell, Fault) else cell


def _part(part: object, words: Words) -> str:
    if isinstance(part, bool):
        return str(part).lower()
    return words(part.text) if isinstance(part, Said) else _clipped(part)


def _clipped(part: object) -> str:
    text = str(part)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def _weight(result: Result) -> int:
    """Estimate the bytes of a result."""
    value = result.get("value")
    if not isinstance(value, list):
        return 64
    return sum(_lengths(row) for row in value)


def _lengths(row: Iterable[Any]) -> int:
    return sum(len(cell) + 4 if isinstance(cell, str) else 12 for cell in row)


def encode(results: Sequence[Result], store: str) -> bytes:
    """Write the answer to a request.

    >>> encode([{"value": 1}], "a1b2")
    b'{"v":1,"store":"a1b2","results":[{"value":1}]}'
    """
    answer = {"v": VERSION, "store": store, "results": results}
    return json.dumps(answer, separators=(",", ":"), allow_nan=False).encode()
