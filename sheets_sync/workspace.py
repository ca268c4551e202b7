"""A workspace: a folder with a config, the facts, and the workbook."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from sheets_sync import inputs as typed
from sheets_sync.config import HIDDEN, Config, Crm
from sheets_sync.cron import next_time, parse
from sheets_sync.errors import FixConfig
from sheets_sync.questionnaires import questionnaire
from sheets_sync.sources.adspend import check_levels
from sheets_sync.sources.casting import Circumstances
from sheets_sync.sources.files import FileSource
from sheets_sync.sources.rest.secret import read_secret
from sheets_sync.state import State, open_state
from sheets_sync.store import Store, open_store
from sheets_sync.warehouse.backend import connect
from sheets_sync.warehouse.engine import Engine
from templates.settings import read_settings
from templates.words import load

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from formulas.questionnaire import Questionnaire
    from sheets_sync.model import Source
    from sheets_sync.sources.google_sheet import SheetSource
    from sheets_sync.sources.rest.opening import ClosedCrm
    from sheets_sync.sources.rest.source import CrmSource
    from sheets_sync.sources.rest.yandex_direct import DirectSource
    from sheets_sync.sources.tables import TableSource
    from sheets_sync.workbook import Inputs
    from templates.tab import Value
    from templates.words import Words

OLD_EXPORT = timedelta(days=31)
"""Data that end earlier than this are shown as of their own end, and that is said."""


@dataclass(frozen=True, slots=True)
class Workspace:
    """Where one company's numbers live."""

    folder: Path
    config: Config
    copy: Path | None = None  # where to work when the folder is not to be changed

    @property
    def hidden(self) -> Path:
        """Where the facts and the state lie."""
        return (self.copy or self.folder) / HIDDEN

    @property
    def workbook(self) -> Path:
        """The workbook's file."""
        path = self.config.workbook.path
        return self.copy / Path(path).name if self.copy else self.folder / path

    @property
    def place(self) -> str:
        """Where people open the workbook: its path, or its address."""
        sheets = self.config.sheets
        return sheets.address if sheets else str(self.workbook)

    @property
    def company(self) -> str:
        """The company's name."""
        return self.config.company.name or self.folder.resolve().name

    @property
    def recipients(self) -> list[str]:
        """Who may get messages."""
        return [each.name for each in self.config.messages]

    @property
    def questionnaire(self) -> Questionnaire:
        """What the assessment asks: an agency's own questions, or those of the product."""
        own = self.config.scorecard.file
        return questionnaire(self.folder / own if own else None)

    @property
    def state(self) -> State:
        """What is remembered from sync to sync."""
        return open_state(self.hidden)

    def sources(self, today: date | None = None) -> list[Source]:
        """Return where records come from; days after `today` are noted as future.

        Raises:
            FixConfig: what the config says of them does not do.
        """
        engine = self.engine
        there = engine.sources() if engine else []
        files = self.files(today, self.hidden / "files")
        return [*files, *self.tables(today), *self.ads(today), *self.crms(), *there]

    @property
    def engine(self) -> Engine | None:
        """What counts, where that is not this machine.

        Raises:
            FixConfig: a table of the warehouse is brought here, too.
        """
        said = self.config.engine
        if said is None:
            return None
        brought = {each.model for each in (*self.config.files, *self.config.tables)}
        if self.config.crm:
            brought |= {"lead", "deal", "stage_event"}
        if self.config.ads:
            brought.add("ad_spend")
        if twice := sorted(brought & set(said.mapped)):
            raise FixConfig("engine_twice", name=", ".join(twice))
        secret = read_secret(said.secret, self.folder) if said.secret else ""
        return Engine(partial(connect, said.url, said.place, secret), said.mapped)

    def files(self, today: date | None = None, memory: Path | None = None) -> list[Source]:
        """Return the files; days after `today` are noted as future, known rows kept in `memory`.

        Raises:
            FixConfig: two files of one advertising cabinet would count the same money twice.
        """
        check_levels((*self.config.files, *self.config.tables))
        company = self.config.company
        paths, salt = [mapping.path for mapping in self.config.files], self._salt()
        return [
            FileSource(
                mapping,
                self.folder,
                salt,
                company.timezone,
                company.currency,
                today,
                is_again=mapping.path in paths[:place],
                memory=memory,
            )
            for place, mapping in enumerate(self.config.files)
        ]

    def tables(self, today: date | None = None) -> list[TableSource | SheetSource]:
        """Return the tables of databases and the tabs of Google Sheets."""
        if not self.config.tables:
            return []
        from sheets_sync.sources.elsewhere import Place, open_tables

        company, sheets = self.config.company, self.config.sheets
        place = Place(self.folder, *((sheets.key, sheets.impersonate) if sheets else ()))
        around = Circumstances(company.timezone, self._salt(), today, company.currency)
        return open_tables(self.config.tables, place, around)

    def ads(self, today: date | None = None) -> list[DirectSource]:
        """Return the advertising accounts that are read over their API.

        Raises:
            FixConfig: the money of one would be counted twice.
        """
        if not self.config.ads:
            return []
        from sheets_sync.sources.rest.yandex_direct import open_direct

        around = Circumstances("UTC", "", today, self.config.company.currency)
        found = [
            open_direct(ads.login, ads.secret, ads.address, self.folder, around, vat=ads.vat)
            for ads in self.config.ads
        ]
        tables = (*self.config.files, *self.config.tables)
        names = [*(each.cabinet for each in tables), *(each.name for each in found)]
        for each in found:
            if names.count(each.name) > 1:
                raise FixConfig("spend_twice", cabinet=each.name)
        return found

    def crms(self) -> list[CrmSource | ClosedCrm]:
        """Return the CRMs that are read over their API; one without its secret says so when read.

        Raises:
            FixConfig: two of them are the same.
        """
        if not self.config.crm:
            return []
        found = [self._crm(crm) for crm in self.config.crm]
        names = [source.name for source in found]
        if again := {name for name in names if names.count(name) > 1}:
            raise FixConfig("crm_twice", name=again.pop())
        return found

    def _crm(self, crm: Crm) -> CrmSource | ClosedCrm:
        """Open a CRM, or the name by which it was last known."""
        from sheets_sync.sources.rest.opening import ClosedCrm, Company, open_crm

        company = Company(self._salt(), self.config.company.currency, dict(self.config.stages))
        place = f"crm.{crm.kind}.{crm.address}.{crm.secret}"
        try:
            source = open_crm(
                crm.kind,
                address=crm.address,
                secret=crm.secret,
                folder=self.folder,
                company=company,
            )
        except FixConfig as error:
            known = self.state.get(place) or f"{crm.kind} {crm.address}".strip()
            return ClosedCrm(known, error)
        self.state.put(place, source.name)
        return source

    def _salt(self) -> str:
        """Return the salt of this workspace's contacts."""
        state = self.state
        salt = state.get("salt") or secrets.token_hex(16)
        state.put("salt", salt)
        return salt

    def settings(self, inputs: Inputs) -> dict[str, Value]:
        """Return the settings in use: what people typed, else the config, else the default."""
        company = self.config.company
        configured: dict[str, Value] = {
            "language": company.language,
            "currency": company.currency,
            "timezone": company.timezone,
        }
        values, _ = read_settings(
            typed.typed_settings(inputs),
            configured=configured,
            words=load(company.language),
            recipients=self.recipients,
        )
        return values

    def words(self, inputs: Inputs) -> Words:
        """Return the words of the workbook's language."""
        settings = self.settings(inputs)
        words, unknown = load(str(settings["language"])), settings["unknown_text"]
        return words.softened(str(unknown)) if unknown else words

    def store(self, settings: Mapping[str, Value]) -> Store:
        """Open the facts."""
        return open_store(
            self.hidden,
            timezone=str(settings["timezone"]),
            currency=str(settings["currency"]),
            country=self.config.company.country,
            dup_days=int(str(settings["dup_days"])),
            engine=self.engine,
        )

    def next_sync(self, now: datetime) -> datetime | None:
        """Return when it is synced by itself after a moment; None where the config does not say."""
        schedule, zone = self.config.schedule, ZoneInfo(self.config.company.timezone)
        return next_time(parse(schedule.sync), zone, now) if schedule else None

    def local(self, moment: datetime, settings: Mapping[str, Value]) -> datetime:
        """Return a moment on the company's clock, without its zone."""
        return moment.astimezone(ZoneInfo(str(settings["timezone"]))).replace(tzinfo=None)


def last_day(connection: DuckDBPyConnection, today: date, settings: Mapping[str, Value]) -> date:
    """Return the last day that counts: yesterday, or the end of an old export."""
    latest = today if settings["include_today"] else today - timedelta(days=1)
    [(newest,)] = connection.execute(
        "select max(day) from (select created_on as day from lead union all"
        " select created_on from deal union all select closed_on from deal) where day <= ?",
        [today],
    ).fetchall()
    return newest if newest and newest < latest - OLD_EXPORT else latest
