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


@cache
def measures() -> Mapping[str, str]:
    """Return the text of every measure, by name."""
    return dict(_measures())


def _measures() -> Iterator[tuple[str, str]]:
    for file in sorted(files("sheets_sync").joinpath("measures").iterdir(), key=lambda f: f.name):
        if file.name.endswith(".sql"):
            yield file.name.removesuffix(".sql"), file.read_text(encoding="utf-8")


def make_cube(connection: DuckDBPyConnection) -> None:
    """Sum every measure."""
    connection.execute(
        "create or replace temp table summed"
        " (measure varchar, cut varchar, day date, part varchar, value decimal(38, 2))"
    )
    for name, text in measures().items():
        connection.execute(_SUM.format(name=name, text=text))
    columns = ", ".join(
        f"cast(sum(value) filter (where measure = '{name}') as {sql_type(name)}) as {name}"
        for name in measures()
    )
    for cut in ("all", *PARTS):
        connection.execute(
            f"create or replace table cube_{cut} as select day, part, {columns}"
            f" from summed where cut = '{cut}' group by day, part"
        )
    connection.execute(_KNOWN)
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
    measure,
    sum(value) filter (where cut = 'all') as total,
    min(day) as first,
    max(day) as last,
    coalesce(bool_or(cut = 'channel' and part is not null), false) as channel,
    coalesce(bool_or(cut = 'campaign' and part is not null), false) as campaign,
    coalesce(bool_or(cut = 'manager' and part is not null), false) as manager
from summed
where value is not null
group by measure
"""

_SUM = """
insert into summed
select
    '{name}',
    case
        when grouping(channel) = 0 then 'channel'
        when grouping(campaign) = 0 then 'campaign'
        when grouping(manager) = 0 then 'manager'
        else 'all'
    end,
    day,
    case
        when grouping(channel) = 0 then channel
        when grouping(campaign) = 0 then campaign
        when grouping(manager) = 0 then manager
    end,
    sum({name})
from ({text})
group by grouping sets ((day), (day, channel), (day, campaign), (day, manager))
"""
