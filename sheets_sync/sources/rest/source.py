"""The runner: reads any CRM that is declared as a connector, and goes on where it was stopped.

A page of ours holds what a few calls brought, and its cursor where the next call goes on; the
store commits both at once. Every listing begins again a little before the newest change that it
knows of, because changes become visible late and because a second holds many of them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256

from sheets_sync.errors import LookAtSource
from sheets_sync.model import Page
from sheets_sync.sources.rest.connector import (
    Connector,
    Dictionary,
    Door,
    Following,
    Json,
    Known,
    Listing,
    Request,
    Rows,
    Sweep,
)
from sheets_sync.sources.rest.oauth import Grant
from sheets_sync.sources.rest.progress import Progress, State, restored
from sheets_sync.sources.rest.records import blank, listed, marks, typed
from sheets_sync.sources.rest.web import Api, Clock, Limiter, limiter_of

READER = 1  # changes when records are to be read again because reading has changed
NIGHTLY = 20 * 3600  # seconds from one look for vanished ids to the next
GROUP, CALLS = 5000, 250  # records, calls: a page holds no more
SHOWN = 200  # characters of a request
MOST_REQUESTS = 100_000  # of one listing
SAME = 3  # times that the very same records may come in a row
SHAPELESS = (AttributeError, TypeError, KeyError, IndexError, ValueError)
TOLERATED, TOLERATED_SHARE = 10, 0.05  # records that cannot be read


@dataclass(frozen=True, slots=True)
class CrmSource:
    """A CRM, read over HTTP; its cursor says how far."""

    connector: Connector
    door: Door
    salt: str = field(repr=False)
    currency: str | None = None
    meanings: Mapping[str, str] = field(default_factory=dict)
    sweep_after: int = NIGHTLY
    clock: Clock = field(default_factory=Clock)
    limiter: Limiter | None = None
    grant: Grant | None = None
    account: str = ""  # tells accounts apart that are at one address

    @property
    def name(self) -> str:
        """Return the name by which the store knows the CRM."""
        return f"{self.connector.name} {self.account or self.door.site.partition('//')[2]}"

    def api(self) -> Api:
        """Return how the CRM is called."""
        limiter = self.limiter or limiter_of(self.connector)
        return Api(self.connector, self.door, limiter, self.clock, grant=self.grant)

    def read(self, since: str | None, /) -> Iterator[Page]:
        """Yield what changed since the cursor `since`; nothing, when nothing changed."""
        state = restored(since, self._reading())
        with self.api() as api:
            known = self._names(api, state)
            state.swept = state.swept or api.now
            run = _Run(api, known, state, since or "")
            for listing in self.connector.listings:
                yield from run.changes(listing)
            if api.now - state.swept >= self.sweep_after:
                yield from run.sweep(self.connector.sweeps)
            yield from run.rest()

    def _reading(self) -> str:
        how = (READER, self.salt, self.currency, sorted(self.meanings.items()))
        return sha256(repr(how).encode()).hexdigest()[:16]

    def _names(self, api: Api, state: State) -> Known:
        """Read the dictionaries; who or what has left keeps its name, a new name is read anew."""
        found: dict[str, dict[str, str]] = {}
        for dictionary in self.connector.dictionaries:
            for record in _all(api, dictionary):
                for name, id_, spelled in dictionary.entries(record):
                    found.setdefault(name, {})[id_] = spelled
        for name, entries in found.items():
            before = state.names.setdefault(name, {})
            if any(before.get(id_, spelled) != spelled for id_, spelled in entries.items()):
                state.forget_marks()
            before.update(entries)
        return Known(self.door.site, self.salt, self.currency, self.meanings, state.names)


def _all(api: Api, listed: Dictionary | Sweep) -> Iterator[Json]:
    """Yield each record of a list; none, of what this CRM does not have."""
    asked = _Asked(api, listed.rows, listed.following)
    try:
        for rows, _ in asked.all(listed.request):
            yield from rows
    except LookAtSource as error:
        if error.id not in listed.excused:
            raise


def existing(api: Api, sweep: Sweep) -> Iterator[tuple[str, str]]:
    """Yield the object and the id of each record that there is."""
    for record in _all(api, sweep):
        for name, id_of in sweep.ids.items():
            found = id_of(record)
            if found is not None:
                yield name, str(found)


@dataclass(slots=True)
class _Asked:
    """Requests of one listing, one after the other; a listing that goes in a circle is an error."""

    api: Api
    rows: Rows
    following: Following
    followed: set[str] = field(default_factory=set)

    def all(self, request: Request | None) -> Iterator[tuple[list[Json], Request | None]]:
        """Yield the records of each answer, with the request that follows."""
        before: list[Json] = []
        times = 1
        while request:
            self._follow(request)
            body = self.api.ask(request)
            try:
                rows = list(self.rows(body))
                following = self.following(request, body, rows)
            except SHAPELESS:
                raise _error("crm_shape", self.api, request) from None
            times = times + 1 if rows and rows == before else 1
            if times > SAME:
                raise _error("crm_repeats", self.api, request)
            before = rows
            yield rows, following
            request = following

    def _follow(self, request: Request) -> None:
        spelled = _spelled(request)
        if spelled in self.followed or len(self.followed) >= MOST_REQUESTS:
            raise _error("crm_repeats", self.api, request)
        self.followed.add(spelled)


def _spelled(request: Request) -> str:
    return json.dumps([request.path, request.params, request.walk], sort_keys=True)


def _error(id_: str, api: Api, request: Request) -> LookAtSource:
    shown = json.dumps(dict(request.params), ensure_ascii=False)[:SHOWN]
    return LookAtSource(id_, site=api.door.site, what=request.path, why=shown)


@dataclass(slots=True)
class _Run:
    """One read of a CRM."""

    api: Api
    known: Known
    state: State
    told: str  # the cursor that the store has, as far as this read knows
    is_begun: bool = False

    def changes(self, listing: Listing) -> Iterator[Page]:
        """Yield what of a listing changed.

        A read that was stopped goes on where it was; what changed behind its back comes after it.
        """
        progress = self.state.of(listing.what)
        if progress.request and not _is_too_bad(progress):
            yield from self._resumed(listing, progress)
        progress.begin(listing.first(self._since(progress), self.api.now), self.api.now)
        yield from self._listed(listing, progress)

    def _since(self, progress: Progress) -> int | None:
        return None if progress.mark is None else progress.mark - self.api.connector.overlap

    def _resumed(self, listing: Listing, progress: Progress) -> Iterator[Page]:
        """Go on with a listing, unless its CRM has forgotten where that was."""
        try:
            yield from self._listed(listing, progress)
        except LookAtSource as error:
            if error.id != "crm_refused":
                raise

    def _listed(self, listing: Listing, progress: Progress) -> Iterator[Page]:
        asked = _Asked(self.api, listing.rows, listing.following)
        batch: list[Json] = []
        calls, beyond = self.api.calls, progress.request
        try:
            for rows, following in asked.all(progress.request):
                for mark in marks(listing, rows):
                    progress.see(mark)
                batch += self._completed(listing, rows, self._since(progress))
                beyond = following
                is_full = len(batch) >= GROUP or self.api.calls - calls >= CALLS
                if is_full or following is None:
                    yield from self._pages(listing, batch, following)
                    batch, calls = [], self.api.calls
        except LookAtSource as error:
            if error.id not in listing.excused:
                if batch and beyond:  # what is in hand need not be asked for again
                    yield from self._pages(listing, batch, beyond)
                raise
            progress.request = None

    def _completed(
        self, listing: Listing, rows: Sequence[Json], since: int | None
    ) -> Sequence[Json]:
        """Ask for what the list does not tell of its records."""
        if listing.more is None or not rows:
            return rows
        asking, body = listing.more(rows, since), None
        request = Request(listing.what)
        followed: set[str] = set()
        while True:
            try:
                request = asking.send(body)
            except StopIteration as done:
                return list(done.value)
            except SHAPELESS:
                raise _error("crm_shape", self.api, request) from None
            if _spelled(request) in followed:
                raise _error("crm_repeats", self.api, request)
            followed.add(_spelled(request))
            body = self._asked(request)

    def _asked(self, request: Request) -> Json:
        try:
            return self.api.ask(request)
        except LookAtSource as error:
            if error.id != "crm_absent":
                raise
            return None

    def _pages(
        self, listing: Listing, records: list[Json], following: Request | None
    ) -> Iterator[Page]:
        """Yield records, as each object that they make; the last page carries the cursor."""
        progress = self.state.of(listing.what)
        pages = []
        for name in listing.objects:
            rows, rejected = typed(listing, name, records, self.known)
            pages.append(Page(name, rows, tuple(rejected), rows_read=len(records)))
        progress.read += len(records)
        progress.lost += max(len(page.rejected) for page in pages)
        if following is None:
            if _is_too_bad(progress):
                raise LookAtSource(
                    "crm_unreadable",
                    site=self.api.door.site,
                    what=listing.what,
                    lost=progress.lost,
                    read=progress.read,
                )
            progress.finish()
        progress.request = following
        if records:
            yield from self._beginning()
            yield from pages[:-1]
            yield replace(pages[-1], cursor=self._cursor())

    def _beginning(self) -> Iterator[Page]:
        """Yield no events: the history of stages is told, and need not be inferred."""
        if not self.is_begun:
            self.is_begun = True
            yield Page("stage_event", blank("stage_event"))

    def sweep(self, sweeps: tuple[Sweep, ...]) -> Iterator[Page]:
        """Yield the ids of all that exist: what is missing among them has been deleted."""
        found: dict[str, set[str]] = {name: set() for sweep in sweeps for name in sweep.ids}
        for sweep in sweeps:
            for name, id_ in existing(self.api, sweep):
                found[name].add(id_)
        for name, ids in found.items():
            yield Page(name, blank(name), ids=listed(ids), is_complete=True)
        self.state.swept = self.api.now

    def rest(self) -> Iterator[Page]:
        """Yield the cursor by itself, if it moved without records."""
        name = next(iter(self.api.connector.listings[0].objects))
        told = self.told
        if self._cursor() != told:
            yield Page(name, blank(name), cursor=self.told)

    def _cursor(self) -> str:
        self.told = self.state.dump()
        return self.told


def _is_too_bad(progress: Progress) -> bool:
    return progress.lost > max(TOLERATED, TOLERATED_SHARE * progress.read)
