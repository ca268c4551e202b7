"""The measures summed by day, and by day and one of channel, campaign and manager.

Any period, and any one `--by`, is then a sum over a small table: `cube_all`, `cube_channel`,
`cube_campaign`, `cube_manager`, each with a column a measure.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

PARTS = ("channel", "campaign", "manager")
CUTS = {"all": 0b111, "channel": 0b011, "campaign": 0b101, "manager": 0b110}
"""The tables of the cube, by what `grouping` of the parts says of their rows."""


@cache
def measures() -> Mapping[str, str]:
    """Return the text of every measure, by name."""
    return dict(_measures())


def _measures() -> Iterator[tuple[str, str]]:
    for file in sorted(files("sheets_sync").joinpath("measures").iterdir(), key=lambda f: f.name):
        if file.name.endswith(".sql"):
            yield file.name.removesuffix(".sql"), file.read_text(encoding="utf-8")


def make_cube(connection: DuckDBPyConnection) -> None:
    """Sum every measure; measures and cuts are numbers while that lasts."""
    counted = " union all ".join(
        f"select cast({place} as utinyint) as measure, channel, campaign, manager, day,"
        f" cast({name} as decimal(18, 2)) as value from ({text})"
        for place, (name, text) in enumerate(measures().items())
    )
    connection.execute(_SUM.format(counted=counted))
    columns = ", ".join(
        f"cast(sum(case when measure = {place} then value end) as {sql_type(name)}) as {name}"
        for place, name in enumerate(measures())
    )
    for cut, number in CUTS.items():
        connection.execute(
            f"create or replace table cube_{cut} as select day, part, {columns}"
            f" from summed where cut = {number} group by day, part"
        )
    names = ", ".join(f"({place}, '{name}')" for place, name in enumerate(measures()))
    connection.execute(_KNOWN.format(names=names, **CUTS))
    connection.execute("drop table summed")


def is_money(measure: str) -> bool:
    """Tell whether a measure sums amounts, not rows.

    >>> is_money("revenue"), is_money("won")
    (True, False)
    """
    return re.search(r"sum\(\w+_base\)", measures()[measure]) is not None


def sql_type(measure: str) -> str:
    """Return the type of a measure's sums."""
    return "decimal(18, 2)" if is_money(measure) else "bigint"


# Of each measure: the sum, the first and the last day, and whether rows know each of the parts.
_KNOWN = """
create or replace table cube_known as
select
    n.name as measure,
    sum(s.value) filter (where s.cut = {all}) as total,
    min(s.day) as first,
    max(s.day) as last,
    coalesce(bool_or(s.cut = {channel} and s.part is not null), false) as channel,
    coalesce(bool_or(s.cut = {campaign} and s.part is not null), false) as campaign,
    coalesce(bool_or(s.cut = {manager} and s.part is not null), false) as manager
from summed as s
join (values {names}) as n (place, name) on n.place = s.measure
where s.value is not null
group by n.name
"""

_SUM = """
create or replace temp table summed as
select
    measure,
    4 * grouping(channel) + 2 * grouping(campaign) + grouping(manager) as cut,
    day,
    coalesce(channel, campaign, manager) as part,
    sum(value) as value
from ({counted}) as counted
group by grouping sets (
    (measure, day), (measure, day, channel), (measure, day, campaign), (measure, day, manager)
)
"""
