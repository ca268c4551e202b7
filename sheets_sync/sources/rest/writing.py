"""What a CRM takes from us: values of fields of its records, and tasks; as data."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sheets_sync.sources.rest.connector import (
        Call,
        Following,
        Json,
        Request,
        Rows,
        Telling,
    )


@dataclass(frozen=True, slots=True)
class Field:
    """A field of records: what people call it, and what it takes."""

    title: str
    options: Mapping[str, str] | None = None  # what its list holds, by id; None: any text
    is_plain: bool = True  # one text or one item of a list, and not only for reading


@dataclass(frozen=True, slots=True)
class Records:
    """How one kind of record is read and written, field by field.

    `read` asks for some records by their ids, at most `at_once`, with some fields. A value is a
    text, or the id of an item of a list; None is an empty field.
    """

    fields: Callable[[], Telling]
    """Asks which fields there are."""
    field: Callable[[Json], tuple[str, Field]]
    """The id of a field and what it is, of what `fields` lists."""
    read: Callable[[Sequence[str], Sequence[str]], Request]
    rows: Rows
    id_of: Callable[[Json], str]
    value: Callable[[Json, str], str | None]
    write: Callable[[str, str, str | None, Field], Call]
    """Writes a value into a field of the record with an id; None empties it."""
    at_once: int = 50


@dataclass(frozen=True, slots=True)
class Errand:
    """A task that somebody is to have in the CRM; `mark` is by what it is found again."""

    kind: str  # of the record: lead, deal
    record: str
    text: str
    due: datetime
    owner: str | None  # an id of the CRM
    mark: str


@dataclass(frozen=True, slots=True)
class Told:
    """A task as the CRM has it."""

    id: str
    text: str  # with the mark in it
    due: str
    is_done: bool


@dataclass(frozen=True, slots=True)
class Tasks:
    """How tasks of a record are looked up, made and taken back."""

    people: str
    """The dictionary of those who may have a task."""
    find: Callable[[str, str], Telling]
    """Asks for the tasks of a record, by its kind and id."""
    told: Callable[[Json], Told]
    make: Callable[[Errand], Call]
    drop: Callable[[str], Call]
    """Takes back the task with an id; where a CRM deletes none, it is ended."""


@dataclass(frozen=True, slots=True)
class Writing:
    """What is written to one CRM; a lead that has become a deal is written there if `deal` is."""

    records: Mapping[str, Records]
    tasks: Tasks


def every(request: Request, rows: Rows, following: Following) -> Telling:
    """Ask for a list to its end."""
    found: list[Json] = []
    asked: Request | None = request
    while asked:
        body = yield asked
        page = rows(body) if body else []
        found += page
        asked = following(asked, body, page) if body else None
    return found
