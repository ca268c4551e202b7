"""The pen: reads and writes single values and tasks of any CRM whose writing is declared."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sheets_sync.errors import LookAtSource
from sheets_sync.sources.rest.source import SHAPELESS
from sheets_sync.sources.rest.writing import Field

if TYPE_CHECKING:
    from sheets_sync.sources.rest.connector import Json, Request, Telling
    from sheets_sync.sources.rest.web import Api
    from sheets_sync.sources.rest.writing import Errand, Told, Writing

PASSING = frozenset({"crm_busy", "crm_unreachable"})
"""Errors after which nobody knows whether something was written."""


@dataclass(slots=True)
class Writer:
    """A CRM that is being written to; every method raises `LookAtSource` where it refuses."""

    api: Api
    writing: Writing
    _fields: dict[str, Mapping[str, Field]] = field(default_factory=dict)

    def fields(self, kind: str) -> Mapping[str, Field]:
        """Return the fields that records of a kind have, by id."""
        if kind not in self._fields:
            records = self.writing.records[kind]
            with self._legible():
                self._fields[kind] = dict(map(records.field, self._told(records.fields())))
        return self._fields[kind]

    def values(
        self, kind: str, ids: Sequence[str], fields: Sequence[str]
    ) -> dict[str, dict[str, str | None]]:
        """Return the values of some fields, by record; a record that is gone is absent."""
        records = self.writing.records[kind]
        found: dict[str, dict[str, str | None]] = {}
        for place in range(0, len(ids), records.at_once):
            body = self._asked(records.read(ids[place : place + records.at_once], fields))
            with self._legible():
                for record in records.rows(body) if body else ():
                    values = {name: records.value(record, name) for name in fields}
                    found[records.id_of(record)] = values
        return found

    def write(self, kind: str, id_: str, name: str, value: str | None) -> None:
        """Write a value into a field; None empties it."""
        told = self.fields(kind).get(name, Field(name))
        self.api.put(self.writing.records[kind].write(id_, name, value, told))

    def task(self, kind: str, id_: str, mark: str) -> Told | None:
        """Return the task of a record that bears a mark."""
        tasks = self.writing.tasks
        with self._legible():
            found = map(tasks.told, self._told(tasks.find(kind, id_)))
            return next((each for each in found if mark in each.text), None)

    def make(self, errand: Errand) -> Told | None:
        """Make a task, unless there is one that bears its mark; return it as the CRM has it."""

        def found() -> Told | None:
            return self.task(errand.kind, errand.record, errand.mark)

        return self.api.put_new(self.writing.tasks.make(errand), found) or found()

    def drop(self, id_: str) -> None:
        """Take a task back."""
        self.api.put(self.writing.tasks.drop(id_))

    def _told(self, asking: Telling) -> Sequence[Json]:
        """Ask for all that a list tells; one that goes in a circle is an error."""
        body: Json = None
        followed: list[Request] = []
        while True:
            try:
                request = asking.send(body)
            except StopIteration as done:
                found: Sequence[Json] = done.value
                return found
            if request in followed:
                site, why = self.api.door.site, str(dict(request.params))
                raise LookAtSource("crm_repeats", site=site, what=request.path, why=why)
            followed.append(request)
            body = self._asked(request)

    def _asked(self, request: Request) -> Json:
        """Return an answer, None of what there is not."""
        try:
            return self.api.ask(request)
        except LookAtSource as error:
            if error.id != "crm_absent":
                raise
            return None

    @contextmanager
    def _legible(self) -> Iterator[None]:
        try:
            yield
        except SHAPELESS as wrong:
            raise LookAtSource(
                "crm_shape", site=self.api.door.site, what="", why=type(wrong).__name__
            ) from None
