"""Tables of the warehouse as those of the model: which column is which field, in whose words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from sheets_sync.model import OBJECTS, SQL_TYPES, FieldKind
from sheets_sync.store_schema import DAYS, OURS, day_of

SOURCE = "from_there"
"""What the company's table is called in our queries."""

ANY, EMPTY = "*", ""
"""In `values`: any other word, and none."""


@dataclass(frozen=True, slots=True)
class Mapped:
    """A table of the warehouse, and which of its columns is which field of an object."""

    model: str
    table: str
    source: str  # as it is told to people
    columns: Mapping[str, str]
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    defaults: Mapping[str, str] = field(default_factory=dict)
    timezone: str = ""  # of times without a zone

    @property
    def query(self) -> str:
        """The query that makes the object's table, as the store has it.

        >>> print(Mapped("touch", "calls", "crm", {"touch_id": "id", "at": "made"}).query)
        ... # doctest: +ELLIPSIS
        select m.*, cast(timezone((select timezone from company), m."at") as date) as "day", ...
        """
        days = [f'{day_of(time, "m.")} as "{day}"' for day, time in DAYS[self.model].items()]
        ours = [f"false as {column.split()[0]}" for column in OURS.get(self.model, ())]
        made = ", ".join([
            "m.*", *days, *ours, f"{_quote(self.source)} as source",
            "cast(null as timestamptz) as loaded_at", "false as is_deleted",
        ])  # fmt: skip
        return f"select {made} from (select {', '.join(self._fields())} from {SOURCE} as s) as m"

    def _fields(self) -> Iterator[str]:
        for name, kind in OBJECTS[self.model].fields.items():
            yield f'cast({self._value(name, kind)} as {SQL_TYPES[kind]}) as "{name}"'

    def _value(self, name: str, kind: FieldKind) -> str:
        if name in self.columns:
            column = f's."{self.columns[name]}"'
            text = f"nullif(trim(cast({column} as varchar)), '')"
            if name in self.values:
                return _meant(text, self.values[name], kind)
            if kind is FieldKind.TIME and self.timezone:
                return f"timezone({_quote(self.timezone)}, cast({column} as timestamp))"
            return text if kind is FieldKind.TEXT else column
        if name in self.defaults:
            return _quote(self.defaults[name])
        if name == OBJECTS[self.model].id:  # rows alike in everything may change places
            order = ", ".join(f's."{column}"' for column in self.columns.values())
            return f"row_number() over (order by {order})"
        return "null"


def _meant(text: str, values: Mapping[str, str], kind: FieldKind) -> str:
    """Return what the words of a column mean; a text that means nothing else is itself."""
    whens = "".join(
        f" when {_quote(word.strip().lower())} then {_said(meaning)}"
        for word, meaning in values.items()
        if word not in {ANY, EMPTY}
    )
    other = text if kind is FieldKind.TEXT else "null"
    other = _said(values[ANY]) if ANY in values else other
    known = f"case lower({text}){whens} else {other} end" if whens else other
    empty = _said(values.get(EMPTY, ""))
    return f"case when {text} is null then {empty} else {known} end"


def _said(meaning: str) -> str:
    return _quote(meaning) if meaning else "null"


def _quote(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
