"""What the rule says of every lead, computed in the store.

The engine of `formulas` is asked once for each different value of a field, and once for each
different set of answers; the rest is done by joins. So SQL never has an opinion of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from formulas.operators import asks, plain
from formulas.qualification import Gate, LeadVerdict, Rule, Sign, decide
from sheets_sync.model import OBJECTS, SQL_TYPES
from sheets_sync.store_insert import insert
from templates.rule import unspelled

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

CONTACT = "case when l.contact_key is not null then true end"
"""Whether there is a way to the person: contacts themselves are not stored."""

KINDS = {name: SQL_TYPES[kind] for name, kind in OBJECTS["lead"].fields.items()}

ANSWER = {"1": True, "2": False, "0": None}
"""A digit of a set of answers."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A gate or a sign, and where its answers are found."""

    row: Gate | Sign
    place: int

    @property
    def answer(self) -> str:
        """The SQL of the answer: of the field, else of what people said."""
        of_field = f"f{self.place}.answer" if self.row.field else "cast(null as boolean)"
        return (
            of_field
            if isinstance(self.row, Gate)
            else f"coalesce({of_field}, s{self.place}.answer)"
        )

    @property
    def digit(self) -> str:
        """The SQL of its digit in the set of answers."""
        return f"case when {self.answer} then '1' when not {self.answer} then '2' else '0' end"

    @property
    def joins(self) -> Iterator[str]:
        """The SQL that brings its answers to a lead."""
        if self.row.field:
            yield (
                f"left join asked_field_{self.place} as f{self.place}"
                f" on f{self.place}.value is not distinct from {field(self.row.field)}"
            )
        if isinstance(self.row, Sign):
            yield (
                f"left join sign_said as s{self.place} on s{self.place}.lead_id = l.lead_id"
                f" and s{self.place}.sign = {quote(self.row.id)}"
            )


def field(name: str) -> str:
    """Return the SQL of a field that a rule may ask.

    >>> field("region")
    'l."region"'
    """
    return CONTACT if name == "contact" else f'l."{name}"'


def quote(text: str) -> str:
    """Write a text as SQL does.

    >>> quote("it's")
    "'it''s'"
    """
    return "'" + text.replace("'", "''") + "'"


def judge_leads(connection: DuckDBPyConnection) -> None:
    """Make `rule_finding`: of each lead what the rule says, and under which version.

    A lead that was decided under an older version stays with it, as long as that decides it.
    """
    rules = connection.execute("select version, spelled from rule order by version").fetchall()
    held = {
        number
        for (number,) in connection.execute("select distinct version from rule_kept").fetchall()
    }
    if not rules:
        connection.execute(_FINDING)
    older: list[str] = []
    for number, spelled in rules:
        if number == rules[-1][0]:
            found = _found_by(connection, number, unspelled(spelled)[0], _free(older))
            united = " union all ".join([*(f"select * from {each}" for each in older), found])
            connection.execute(f"create or replace table rule_finding as {united}")
        elif number in held:
            whose = _HELD.format(number=number)
            found = _found_by(connection, number, unspelled(spelled)[0], whose)
            name = f"found_{number}"
            decided = f"select * from ({found}) as f where verdict <> 'pending'"
            connection.execute(f"create or replace temp table {name} as {decided}")
            older.append(name)
    for name in ("rule_code", *older):
        connection.execute(f"drop table if exists {name}")


_FINDING = """
create or replace table rule_finding (
    source varchar, lead_id varchar, version integer, verdict varchar, reason varchar,
    missing varchar, points double, code varchar
)
"""


def _found_by(connection: DuckDBPyConnection, number: int, rule: Rule, whose: str) -> str:
    """Judge some leads by one version; return the query of what it found."""
    asked = [Asked(row, place) for place, row in enumerate(rule.rows)]
    for each in asked:
        if each.row.field:
            _answer_field(connection, each)
    code = " || ".join(each.digit for each in asked)
    joins = "\n".join(join for each in asked for join in each.joins)
    connection.execute(
        f"create or replace temp table rule_code as select l.source, l.lead_id, {code} as code"
        f" from lead as l {joins} where not l.is_deleted and {whose}"
    )
    codes = [
        each for (each,) in connection.execute("select distinct code from rule_code").fetchall()
    ]
    _fill(connection, "rule_said", _SAID, [_found(rule, asked, each) for each in codes])
    return (
        f"select c.source, c.lead_id, cast({number} as integer) as version, s.verdict, s.reason,"
        " s.missing, s.points, c.code"
        " from rule_code as c join rule_said as s on s.code = c.code"
    )


def _free(made: Sequence[str]) -> str:
    """Return the SQL of leads that no older version has decided."""
    held = [
        f"not exists (select 1 from {each} as r"
        " where r.source = l.source and r.lead_id = l.lead_id)"
        for each in made
    ]
    return " and ".join(held) or "true"


_HELD = """exists (
    select 1 from rule_kept as k where k.lead_id = l.lead_id and k.version = {number}
)"""
_SAID = "code varchar, verdict varchar, reason varchar, missing varchar, points double"


def _answer_field(connection: DuckDBPyConnection, asked: Asked) -> None:
    """Ask the engine about every value that a field has."""
    found = connection.execute(f"select distinct {field(asked.row.field)} from lead as l")
    values = [value for (value,) in found.fetchall()]
    answers = [asks(asked.row.op, value, asked.row.value) for value in values]
    kind = "boolean" if asked.row.field == "contact" else KINDS[asked.row.field]
    _fill(
        connection,
        f"asked_field_{asked.place}",
        f"value {kind}, answer boolean",
        list(zip(values, answers, strict=True)),
    )


def _found(rule: Rule, asked: Sequence[Asked], code: str) -> tuple[object, ...]:
    """Return what a rule says of a set of answers."""
    answers = {each.row.id: ANSWER[code[each.place]] for each in asked}
    found = decide(rule, answers, answers)
    return (code, found.verdict.value, found.reason, " ".join(found.missing) or None, found.points)


def decided(connection: DuckDBPyConnection, number: int) -> list[str]:
    """Return the leads that a version of the rule has decided."""
    sql = "select distinct lead_id from rule_finding where version = ? and verdict <> ?"
    rows = connection.execute(sql, [number, LeadVerdict.PENDING.value]).fetchall()
    return [lead_id for (lead_id,) in rows]


def map_reasons(connection: DuckDBPyConnection) -> None:
    """Make `reason_of`: the reason that each text of the CRM means; what means none is itself."""
    meant = dict(connection.execute("select text, reason from reason_meaning").fetchall())
    texts = connection.execute(
        "select distinct target_reason from lead where target_reason is not null"
    ).fetchall()
    rows = [(text, meant.get(plain(text), text)) for (text,) in texts]
    _fill(connection, "reason_of", "text varchar, reason varchar", rows, kind="table")


def _fill(
    connection: DuckDBPyConnection,
    name: str,
    columns: str,
    rows: Iterable[tuple[object, ...]],
    *,
    kind: str = "temp table",
) -> None:
    """Make a table of the given rows."""
    connection.execute(f"create or replace {kind} {name} ({columns})")
    insert(connection, name, list(rows))
