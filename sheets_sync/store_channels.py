"""The channel of each row as people have it: by the first rule that fits, under the name they gave.

The table `channel_said` holds the rows whose channel is another than their source says, with
`base`, the channel before it was renamed, and the rule that gave it; `channel_rule` the rules,
and for one that never comes to its turn the rule that stands before it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from formulas.operators import Op, asks
from sheets_sync.model import ORIGIN
from sheets_sync.store_insert import insert

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

FIELDS: Mapping[str, Collection[str]] = {
    "lead": ORIGIN,
    "deal": ORIGIN,
    "ad_spend": ("channel", "campaign", "cabinet"),
}
"""What rows of an object have that a rule may look at."""

Marks = tuple[str | None, ...]


@dataclass(frozen=True, slots=True)
class Rule:
    """Rows whose field answers the question belong to the channel."""

    id: str
    field: str
    op: Op
    value: str | None
    channel: str

    def fits(self, text: str | None) -> bool:
        """Tell whether a mark answers the question."""
        return asks(self.op, text, self.value) is True


def fitting(rules: Sequence[Rule], seen: Sequence[Mapping[str, str | None]]) -> list[list[Rule]]:
    """Return for each set of marks the rules that fit, in order; each text is asked of once.

    >>> rules = [Rule("R-1", "utm_source", Op.IN, "ya; yandex", "Директ")]
    >>> [[rule.channel for rule in each] for each in fitting(rules, [{"utm_source": "Yandex"}])]
    [['Директ']]
    """
    texts = {
        rule.id: {text for text in {marks.get(rule.field) for marks in seen} if rule.fits(text)}
        for rule in rules
    }
    return [[rule for rule in rules if marks.get(rule.field) in texts[rule.id]] for marks in seen]


def shadows(fitted: Sequence[Sequence[Rule]]) -> dict[str, str]:
    """Return the rules that fit somewhere but never first, each with the rule most often before it.

    >>> broad = Rule("R-1", "campaign", Op.CONTAINS, "brand", "Директ")
    >>> narrow = Rule("R-2", "campaign", Op.EQUALS, "brand_msk", "Бренд")
    >>> shadows([[broad, narrow], [broad]])
    {'R-2': 'R-1'}
    """
    before: dict[str, Counter[str]] = {}
    firsts = {rules[0].id for rules in fitted if rules}
    for first, *others in filter(None, fitted):
        for later in others:
            before.setdefault(later.id, Counter())[first.id] += 1
    return {
        later: counted.most_common(1)[0][0]
        for later, counted in before.items()
        if later not in firsts
    }


def say_channels(connection: DuckDBPyConnection) -> None:
    """Make the tables `channel_said` and `channel_rule`."""
    rules = [
        Rule(id_, field, Op(op), value, channel)
        for id_, field, op, value, channel in connection.execute(RULES).fetchall()
    ]
    used = sorted({rule.field for rule in rules})
    seen: list[dict[str, str | None]] = []
    if rules:
        found = connection.execute(f"select distinct {', '.join(used)} from ({_marks()})")
        seen = [dict(zip(used, row, strict=True)) for row in found.fetchall()]
    fitted = fitting(rules, seen)
    hits = [
        (*marks.values(), first[0].id, first[0].channel)
        for marks, first in zip(seen, fitted, strict=True)
        if first
    ]
    columns = "".join(f"{name} varchar, " for name in used)
    connection.execute(f"create or replace temp table hit ({columns}rule varchar, given varchar)")
    insert(connection, "hit", hits)
    connection.execute(f"create or replace table channel_said as {_said(used)}")
    connection.execute("drop table hit")
    behind = shadows(fitted)
    connection.execute(
        "create or replace table channel_rule (rule_id varchar, shadowed_by varchar)"
    )
    insert(connection, "channel_rule", [(rule.id, behind.get(rule.id)) for rule in rules])


def _marks() -> str:
    """Select what rules may look at, of all objects."""
    every = dict.fromkeys(name for fields in FIELDS.values() for name in fields)
    columns = {
        made: ", ".join(name if name in fields else f"null as {name}" for name in every)
        for made, fields in FIELDS.items()
    }
    return " union all ".join(f"select {of} from {made}" for made, of in columns.items())


def _said(used: Sequence[str]) -> str:
    return " union all ".join(
        SAID.format(
            made=made,
            id={"lead": "lead_id", "deal": "deal_id", "ad_spend": "row_id"}[made],
            fits=" and ".join(
                f"h.{name} is not distinct from {f'x.{name}' if name in fields else 'null'}"
                for name in used
            )
            or "false",
            is_marked=_is_marked(made, used),
        )
        for made, fields in FIELDS.items()
    )


def _is_marked(made: str, used: Sequence[str]) -> str:
    """A deal without any mark of its own is where its lead came from."""
    if made != "deal":
        return "true"
    marks = [f"x.{name}" for name in used if name in FIELDS[made]]
    return f"coalesce({', '.join(marks)}) is not null" if marks else "false"


RULES = """
select rule_id, field, op, value, trim(channel)
from typed_channel_rules
where field is not null and op is not null and channel is not null and coalesce("on", 'yes') = 'yes'
    and (value is not null or op in ('is_set', 'is_empty'))
order by "order" nulls last, rule_id
"""

SAID = """
select
    '{made}' as object, x.source, x.{id} as id, h.rule,
    coalesce(h.given, nullif(trim(x.channel), '')) as base,
    coalesce(nullif(trim(n.name), ''), h.given, nullif(trim(x.channel), '')) as channel
from {made} as x
left join hit as h on {fits} and {is_marked}
left join typed_channel_list as n
    on n.channel_id = lower(coalesce(h.given, trim(x.channel)))
    and nullif(trim(n.name), '') is not null
where h.rule is not null or n.name is not null
"""
"""The rows of an object whose channel is another than their source says."""
