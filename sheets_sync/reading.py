"""The published facts of the last sync, opened for reading while a sync may be writing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from sheets_sync.checking import checked
from sheets_sync.drawing import facts_of, filled_in
from sheets_sync.errors import FixConfig
from sheets_sync.metrics import Metric, compute, parse_period
from sheets_sync.reports import REPORTS, told
from sheets_sync.store import open_counted, open_published
from sheets_sync.store_compute import is_current
from sheets_sync.workspace import Workspace, last_day
from templates.tabs import asking

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sheets_sync.workbook import Inputs
    from templates.tab import Facts, Row, Value


@dataclass(frozen=True, slots=True)
class Reading:
    """The facts of a workspace as of a day."""

    workspace: Workspace
    connection: Any
    as_of: date
    now: datetime
    settings: Mapping[str, Value]
    usable: Inputs  # of what people typed

    @property
    def currency(self) -> str:
        """The currency of the workbook."""
        return str(self.settings["currency"])

    def metrics(self, period: str | None, by: tuple[str, ...]) -> list[Metric]:
        """Compute the metrics of a period, or of their natural windows."""
        days = parse_period(period) if period else None
        if by:
            return compute(
                self.connection,
                period=days,
                as_of=self.as_of,
                by=by,
                currency=self.currency,
                settings=self.settings,
            )
        state = self.workspace.state
        with self.connection.cursor() as cursor:
            return told(
                cursor,
                period=days,
                as_of=self.as_of,
                today=self.workspace.local(self.now, self.settings).date(),
                currency=self.currency,
                settings=self.settings,
                typed=filled_in(state, self.usable),
                history=state.frozen(),
            )

    def facts(self) -> Facts:
        """Compute every result table."""
        state = self.workspace.state
        with self.connection.cursor() as cursor:
            return facts_of(
                self.workspace,
                state,
                cursor,
                self.usable,
                now=self.now,
                as_of=self.as_of,
                runs=state.runs(),
            )

    def report(self, name: str) -> Sequence[Row]:
        """Compute one result table.

        Raises:
            FixConfig: there is no such table.
        """
        if name not in REPORTS:
            raise FixConfig("unknown_report", name=name, known=", ".join(REPORTS))
        return self.facts().tables[name]


@contextmanager
def open_reading(workspace: Workspace, now: datetime, as_of: date | None) -> Iterator[Reading]:
    """Open the facts of the last sync.

    Raises:
        FixConfig: the workspace has never been synced, or was by an older version.
    """
    tabs = asking((), workspace.questionnaire.scale)
    usable, _ = checked(workspace.state.recall(), tabs)
    settings = workspace.settings(usable)
    try:
        engine = workspace.engine
        connection = (
            open_counted(workspace.hidden, engine) if engine else open_published(workspace.hidden)
        )
    except OSError:
        raise FixConfig("never_synced", folder=workspace.folder) from None
    try:
        if not is_current(connection):
            raise FixConfig("older_facts", folder=workspace.folder)
        day = as_of or last_day(connection, workspace.local(now, settings).date(), settings)
        yield Reading(workspace, connection, day, now, settings, usable)
    finally:
        connection.close()
