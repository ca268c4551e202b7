"""Telling people: what is due after a sync goes out, and what became of it is kept and said."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, time
from pathlib import Path
from typing import TYPE_CHECKING

from sheets_sync.errors import FixConfig
from sheets_sync.letterbook import Letterbook, Stage
from sheets_sync.messages import delivery
from sheets_sync.messages.deciding import Decision, Letter, Quiet, decide
from sheets_sync.messages.failing import failing
from sheets_sync.messages.occasions import failures, kept_norms, meetings, occasions, working
from sheets_sync.sources.rest.secret import read_secret
from sheets_sync.state import Run
from templates.messages import Rule, written
from templates.settings import EVERYBODY, NO_HOURS, NOBODY
from templates.tab import Facts

if TYPE_CHECKING:
    from sheets_sync.workspace import Workspace
    from templates.tab import Value
    from templates.words import Words

SOURCE = "messages"
"""Under which name the sync log tells of messages."""

LOOKED_AT = 200
"""Records of syncs in which two failures in a row are looked for."""


Carrier = Callable[[str, str, Path | None, str], delivery.Problem | None]
"""Brings a text, and a page with it, to an address in somebody's name; returns why it did not."""


@dataclass(frozen=True, slots=True)
class Told:
    """What became of the messages, in words: what was sent or waits, and what went wrong."""

    said: Sequence[str] = ()
    warnings: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Post:
    """A workspace that tells people what the facts of a moment give to tell.

    Facts without tables are those of a sync that failed: then only that is told.
    """

    workspace: Workspace
    facts: Facts
    now: datetime
    carry: Carrier = delivery.deliver

    @property
    def words(self) -> Words:
        """The words of the workbook."""
        return self.workspace.words(self.workspace.state.recall("settings"))

    @property
    def link(self) -> str:
        """Where people open the workbook, if that is the same for all of them."""
        sheets = self.workspace.config.sheets
        return sheets.address if sheets else ""

    @property
    def letterbook(self) -> Letterbook:
        """What was told before."""
        return Letterbook(self.workspace.state)

    def decision(self) -> tuple[Decision, set[str]]:
        """Return what is due now, and the occasions that are over."""
        state, entries = self.workspace.state, self.letterbook.entries()
        fails = failing(state.syncs(LOOKED_AT), state.runs(LOOKED_AT))
        found = failures(fails, self.words, self.facts.synced_at)
        over = kept_norms(self.facts) | working((id_ for id_, _ in entries), fails)
        if self.facts.tables:
            found += occasions(self.facts, self.words, self.link)
        decision = decide(
            found,
            recipients(self.facts.settings, self.workspace.recipients),
            {key: entry for key, entry in entries.items() if key[0] not in over},
            now=self.facts.synced_at,
            quiet=quiet(self.facts.settings),
            began=self._began(),
        )
        return decision, over

    def _began(self) -> datetime:
        return self.workspace.local(self.letterbook.began() or self.now, self.facts.settings)

    def send_due(self) -> Told:
        """Send what is due now; keep and say what became of it."""
        decision, over = self.decision()
        self.letterbook.begin(self.now)
        self.letterbook.forget(over, self.now)
        missed = [self._miss(letter) for letter in decision.missed]
        waiting = list(self._waits(decision.waiting))
        sent = self._send_all(decision.send)
        return Told([*waiting, *sent.said], [*missed, *sent.warnings])

    def text(self, letter: Letter) -> str:
        """Return the text of a message."""
        texts = [occasion.text for occasion in letter.occasions]
        return written(
            letter.rule, texts, self.facts, self.words, link=self.link, is_again=letter.is_again
        )

    def send_brief(self, page: Path | None) -> Told:
        """Send the digest of the coming meeting, and its page where a service takes one.

        A person asked for it, so it goes at any hour, and again if it has gone before.
        """
        *_, coming = meetings(self.facts, self.words, self.link)
        names = recipients(self.facts.settings, self.workspace.recipients)[Rule.DIGEST]
        return self._send_all([Letter(name, Rule.DIGEST, (coming,)) for name in names], page)

    def _send_all(self, letters: Sequence[Letter], page: Path | None = None) -> Told:
        said: list[str] = []
        warnings: list[str] = []
        for letter in letters:
            is_sent, text = self._send(letter, page)
            self._note(text)
            (said if is_sent else warnings).append(text)
        return Told(said, warnings)

    def _send(self, letter: Letter, page: Path | None) -> tuple[bool, str]:
        """Send a message, with what is intended kept before and what came of it after."""
        begun = Stage.BEGUN_AGAIN if letter.is_again else Stage.BEGUN
        self._keep(letter, begun)
        why, is_known = self.deliver(letter.recipient, self.text(letter), page)
        if why is None:
            self._keep(letter, Stage.SENT)
        elif is_known:
            self._keep(letter, Stage.BEGUN if letter.is_again else Stage.FAILED)
        return why is None, self.outcome(letter.rule, letter.recipient, why)

    def deliver(self, recipient: str, text: str, page: Path | None) -> tuple[str | None, bool]:
        """Send a text; return why it did not arrive, in words, and whether that is certain."""
        [place] = [each.to for each in self.workspace.config.messages if each.name == recipient]
        try:
            address = read_secret(place, self.workspace.folder)
        except FixConfig as error:
            return error.say(self.words), True
        problem = self.carry(address, text, page, self.workspace.config.brand.name)
        if problem is None:
            return None, True
        id_, code = problem
        why = self.words(f"message.problem.{id_}", code=code, place=place)
        return why, id_ != delivery.UNKNOWN

    def _keep(self, letter: Letter, stage: Stage) -> None:
        ids = [occasion.id for occasion in letter.occasions]
        self.letterbook.write(ids, letter.recipient, stage, self.now)

    def _miss(self, letter: Letter) -> str:
        """Give a message up, and say so."""
        [occasion] = letter.occasions
        is_interrupted = letter.is_again and occasion.until > self.facts.synced_at
        id_ = "message.interrupted" if is_interrupted else f"message.missed.{letter.rule}"
        text = self.words(id_, what=self.name(letter.rule), to=letter.recipient)
        self._note(text)
        self._keep(letter, Stage.MISSED)
        return text

    def _waits(self, letters: Sequence[Letter]) -> Iterator[str]:
        until = str(self.facts.settings["quiet_hours"]).partition("-")[2]
        for letter in letters:
            what = self.name(letter.rule)
            yield self.words("message.waits", what=what, to=letter.recipient, until=until)

    def outcome(self, rule: Rule, recipient: str, why: str | None) -> str:
        """Say what became of a message."""
        text = "message.sent" if why is None else "message.failed"
        return self.words(text, what=self.name(rule), to=recipient, why=why)

    def name(self, rule: Rule) -> str:
        """Return what a message is called."""
        return self.words(f"message.name.{rule}")

    def past(self, newest: int) -> list[tuple[datetime, str]]:
        """Return what became of the newest messages, newest first, on the company's clock."""
        runs = self.workspace.state.runs(newest, SOURCE)
        return [
            (self.workspace.local(run.started, self.facts.settings), run.message) for run in runs
        ]

    def _note(self, text: str) -> None:
        """Keep what became of a message for the sync log."""
        self.workspace.state.note([Run(self.now, self.now, SOURCE, message=text)])


def tell_people(workspace: Workspace, facts: Facts, now: datetime) -> Told:
    """Send what is due after a sync; whatever goes wrong with that is said, and stops nothing."""
    if workspace.copy or not workspace.recipients:
        return Told()
    post = Post(workspace, facts, now)
    try:
        return post.send_due()
    except (OSError, sqlite3.Error) as error:
        return Told(warnings=[post.words("message.broken", why=error)])


@contextmanager
def failure_told(workspace: Workspace, now: datetime) -> Iterator[None]:
    """Send what is due if a sync fails."""
    try:
        yield
    except Exception:
        with suppress(Exception):  # what went wrong may keep messages from going out, too
            tell_people(workspace, _nothing_known(workspace, now), now)
        raise


def _nothing_known(workspace: Workspace, now: datetime) -> Facts:
    """Return the facts of a sync that failed."""
    settings = workspace.settings(workspace.state.recall("settings"))
    local = workspace.local(now, settings)
    currency = str(settings["currency"])
    return Facts({}, workspace.company, currency, local.date(), local, settings)


def recipients(settings: Mapping[str, Value], names: Sequence[str]) -> dict[Rule, Sequence[str]]:
    """Return who gets what.

    >>> recipients({f"{rule}_to": "to_none" for rule in Rule} | {"tasks_to": "boss"}, ["boss"])
    ... # doctest: +ELLIPSIS
    {<Rule.DIGEST...>: [], <Rule.NORMS...>: [], <Rule.FAILURES...>: [], <Rule.TASKS...>: ['boss']}
    """
    return {rule: _named(str(settings[f"{rule}_to"]), names) for rule in Rule}


def _named(said: str, names: Sequence[str]) -> list[str]:
    if said in {EVERYBODY, NOBODY}:
        return list(names) if said == EVERYBODY else []
    chosen = said.split(", ")
    return [name for name in names if name in chosen]


def quiet(settings: Mapping[str, Value]) -> Quiet:
    """Return the quiet hours.

    >>> quiet({"quiet_hours": "21:00-07:00"}), quiet({"quiet_hours": "no"})
    ((datetime.time(21, 0), datetime.time(7, 0)), None)
    """
    said = str(settings["quiet_hours"])
    if said == NO_HOURS:
        return None
    start, _, end = said.partition("-")
    return time.fromisoformat(start), time.fromisoformat(end)
