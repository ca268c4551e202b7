"""The measures summed by day, and by day and one of channel, campaign and manager.

Any period, and any one `--by`, is then a sum over a small table: `cube_all`, `cube_channel`,
`cube_campaign`, `cube_manager`, each with a column a measure.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

PARTS = ("channel", "campaign", "manager")
CUTS = ("all", *PARTS)
"""The tables of the cube."""


@cache
def measures() -> Mapping[str, str]:
    """Return the text of every measure, by name."""
    return dict(_measures())


def _measures() -> Iterator[tuple[str, str]]:
    for file in sorted(files("sheets_sync").joinpath("measures").iterdir(), key=lambda f: f.name):
        if file.name.endswith(".sql"):
            yield file.name.removesuffix(".sql"), file.read_text(encoding="utf-8")


@dataclass(frozen=True, slots=True)
class Summed:
    """What a measure sums: `1` or a column, of which rows, by which of their days."""

    table: str
    day: str
    parts: tuple[str, ...]  # that its rows know of
    value: str
    rows: str  # their condition


@cache
def summed(measure: str) -> Summed:
    """Read what a measure sums from its text.

    >>> of = summed("won")
    >>> of.table, of.day, of.value, of.rows
    ('deals_now', 'won_on', '1', "status = 'won'")
    """
    found = _TEXT.search(measures()[measure])
    if found is None:
        raise ValueError(measure)
    *parts, day = found["keys"].split(", ")
    value = "1" if found["value"] == "count(*)" else found["value"][4:-1]
    return Summed(found["table"], day, tuple(parts), value, found["rows"] or "true")


def make_cube(connection: DuckDBPyConnection) -> None:
    """Sum every measure."""
    sums = ", ".join(f"cast(sum({name}) as {sql_type(name)}) as {name}" for name in measures())
    for part in PARTS:
        counted = " union all ".join(_counted(part))
        connection.execute(
            f"create or replace table cube_{part} as select day, part, {sums}"
            f" from ({counted}) as counted group by day, part"
        )
    connection.execute(  # each of the cuts has every row
        "create or replace table cube_all as select day, cast(null as varchar) as part,"
        f" {sums} from cube_channel group by day"
    )
    connection.execute(f"create or replace table cube_known as {_known()}")


def _counted(cut: str) -> Iterator[str]:
    """Yield the sums over each table by day and part: all measures of a day in one pass."""
    together: dict[tuple[str, str, str], list[str]] = defaultdict(list)
    for name in measures():
        of = summed(name)
        together[of.table, of.day, cut if cut in of.parts else "cast(null as varchar)"] += [name]
    for (table, day, part), names in together.items():
        values = ", ".join(
            f"cast({_sum(summed(name)) if name in names else 'null'} as {sql_type(name)}) as {name}"
            for name in measures()
        )
        rows = " or ".join(dict.fromkeys(f"({summed(name).rows})" for name in names))
        yield (
            f"select {day} as day, {part} as part, {values} from {table} where {rows}"
            f" group by {day}, {part}"
        )


def _sum(of: Summed) -> str:
    return f"sum(case when {of.rows} then {of.value} end)"


def _known() -> str:
    """Return SQL of each measure's sum, its first and last day, and which parts its rows know."""

    def each(text: str) -> str:
        return f"[{', '.join(text.format(name) for name in measures())}]"

    is_some = each("count({}) > 0")
    parts = (
        f"unnest((select {is_some} from cube_{part} where part is not null)) as {part}"
        for part in PARTS
    )
    days = (
        f"unnest({each(f'{end}(day) filter (where {{}} is not null)')}) as {name}"
        for end, name in (("min", "first"), ("max", "last"))
    )
    sums = f"unnest({each('cast(sum({}) as decimal(38, 2))')}) as total"
    named = f"unnest({each(chr(39) + '{}' + chr(39))}) as measure"
    made = ", ".join((named, sums, *days, *parts))
    return f"select * from (select {made} from cube_all) as told where total is not null"


def is_money(measure: str) -> bool:
    """Tell whether a measure sums amounts, not rows.

    >>> is_money("revenue"), is_money("won")
    (True, False)
    """
    return re.search(r"sum\(\w+_base\)", measures()[measure]) is not None


def sql_type(measure: str) -> str:
    """Return the type of a measure's sums."""
    return "decimal(18, 2)" if is_money(measure) else "bigint"


_TEXT = re.compile(
    r"(?P<value>count\(\*\)|sum\(\w+\)) as \w+\s+from (?P<table>\w+)"
    r"(?:\s+where (?P<rows>.+?))?\s+group by (?P<keys>[\w, ]+)\s*$",
    re.DOTALL,
)
