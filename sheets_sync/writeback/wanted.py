"""What the workbook wants of a CRM: verdicts, reasons and tasks that people typed there."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from hashlib import sha256
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from formulas.operators import plain
from sheets_sync import rules
from sheets_sync.reports.tasks import CARD
from sheets_sync.writeback.audit import Cell
from templates.tabs.tasks import is_open

if TYPE_CHECKING:
    from sheets_sync.config import Write
    from sheets_sync.reading import Reading
    from sheets_sync.state import Change
    from templates.tab import Row

QUALIFIED, TASK = "qualified", "task"
TYPED = {
    ("leads", "our_verdict"), ("leads", "our_reason"),
    ("disputes", "outcome"), ("disputes", "outcome_reason"),
    ("tasks", "text"), ("tasks", "owner"), ("tasks", "due"),
}  # fmt: skip
BEGINNING = datetime.min.replace(tzinfo=UTC)
END_OF_DAY = time(23, 59)


@dataclass(frozen=True, slots=True)
class Recipient:
    """A CRM that takes what people typed, as the config has it."""

    name: str
    write: Write
    kinds: frozenset[str]  # of records whose fields are written
    people: str  # the dictionary of those who may have a task


@dataclass(frozen=True, slots=True)
class Note:
    """Why something that was typed is not written: the text `writeback.<id>`."""

    id: str
    parts: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Wish:
    """A value that somebody typed and the CRM should hold."""

    cell: Cell
    said: str  # an id of a verdict or a reason; the text of a task
    at: datetime  # when it was typed
    due: datetime | None = None  # of a task
    owner: str = ""  # of a task, as typed


def wishes(reading: Reading, recipients: Sequence[Recipient]) -> Iterator[Wish | Note]:
    """Yield what CRMs should hold by the last sync; a lead that two of them have, in neither."""
    pasts = reading.workspace.state.pasts(TYPED)
    by_name = {recipient.name: recipient for recipient in recipients}
    said = dict(_said(reading, pasts))
    leads = _leads(reading, by_name, said)
    crms = Counter(lead_id for lead_id, *_ in leads)
    for lead_id in (each for each, count in crms.items() if count > 1):
        yield Note("two_crms", {"key": lead_id})
    for lead_id, crm, deal_id in leads:
        if crms[lead_id] > 1:
            continue
        recipient, (verdict, reason, at) = by_name[crm], said[lead_id]
        is_deal = "deal" in recipient.kinds
        place = ("deal", deal_id) if deal_id and is_deal else ("lead", lead_id)
        for what, field, word in (
            ("verdict", recipient.write.verdict, verdict),
            ("reason", recipient.write.reason, reason),
        ):
            if field and word:
                yield Wish(Cell(crm, what, lead_id, *place, field.field), word, at)
    if any(recipient.write.tasks for recipient in recipients):
        yield from _tasks(reading, by_name, pasts)


Pasts = Mapping[tuple[str, str, str], Sequence["Change"]]
Said = tuple[str | None, str | None, datetime]


def _said(reading: Reading, pasts: Pasts) -> Iterator[tuple[str, Said]]:
    """Yield what people decided of leads: a settled dispute is told last, and outranks."""
    reasons = rules.reasons(reading.usable, reading.workspace.words(reading.usable))
    for lead_id, verdict, reason in rules.overrides(reading.usable, reasons):
        at = _typed_at(pasts, "leads", lead_id)
        yield lead_id, (verdict, None if verdict == QUALIFIED else reason, at)
    for lead_id, dispute, outcome, reason in rules.settled(reading.usable, reasons):
        at = _typed_at(pasts, "disputes", dispute)
        yield lead_id, (outcome, None if outcome == QUALIFIED else reason, at)


def _typed_at(pasts: Pasts, tab: str, key: str) -> datetime:
    columns = (column for name, column in TYPED if name == tab)
    changes = (pasts.get((tab, key, column), ()) for column in columns)
    return max((past[-1].changed_at for past in changes if past), default=BEGINNING)


def _leads(
    reading: Reading, recipients: Iterable[str], leads: Iterable[str]
) -> list[tuple[str, str, str | None]]:
    """Return of which CRM leads are, and which deals they have become; of no CRM, none."""
    sql = """
        select lead_id, source, deal_id from lead
        where not is_deleted
        and source in (select unnest(?)) and lead_id in (select unnest(?))
        order by source, lead_id
        """
    found: list[tuple[str, str, str | None]] = reading.connection.execute(
        sql, [[*recipients], [*leads]]
    ).fetchall()
    return found


def _tasks(reading: Reading, recipients: Mapping[str, Recipient], pasts: Pasts) -> Iterator[Wish]:
    """Yield the open tasks whose text names a deal or a lead of a CRM that takes tasks."""
    rows = {key: row for key, row in reading.usable.get("tasks", {}).items() if is_open(row)}
    named = {key: CARD.findall(str(row["text"])) for key, row in rows.items()}
    cards = _cards(reading, [name for name, each in recipients.items() if each.write.tasks], named)
    salt = str(reading.workspace.state.get("salt"))
    for key, row in rows.items():
        card = next(filter(None, map(cards.get, named[key])), None)
        if card is None:
            continue
        crm, kind, record = card
        cell = Cell(crm, TASK, key, kind, record, mark(salt, key))
        at = _typed_at(pasts, "tasks", key)
        yield Wish(cell, str(row["text"]), at, _due(reading, row), str(row.get("owner") or ""))


def mark(salt: str, key: str) -> str:
    """Return by what a task is found again in the CRM.

    >>> mark("salt", "T-0001")
    'smarketing T-0001 751d'
    """
    return f"smarketing {key} {sha256(f'{salt}:{key}'.encode()).hexdigest()[:4]}"


def _due(reading: Reading, row: Row) -> datetime | None:
    due, zone = row.get("due"), ZoneInfo(str(reading.settings["timezone"]))
    return datetime.combine(due, END_OF_DAY, zone) if isinstance(due, date) else None


def _cards(
    reading: Reading, crms: Sequence[str], named: Mapping[str, Sequence[str]]
) -> dict[str, tuple[str, str, str]]:
    """Return the CRM, the kind and the id of the records that tasks name; a deal before a lead."""
    sql = """
        select lead_id, source, 'lead', lead_id from lead
        where not is_deleted
        and source in (select unnest($crms)) and lead_id in (select unnest($ids))
        union all
        select deal_id, source, 'deal', deal_id from deal
        where not is_deleted
        and source in (select unnest($crms)) and deal_id in (select unnest($ids))
        order by 3 desc, 2 desc
        """
    ids = sorted({id_ for each in named.values() for id_ in each})
    rows = reading.connection.execute(sql, {"crms": [*crms], "ids": ids}).fetchall()
    return {id_: (crm, kind, record) for id_, crm, kind, record in rows}


def people(reading: Reading, recipient: Recipient) -> dict[str, tuple[str, str]]:
    """Return the id and the name of those who may have a task, by what they are called here."""
    rows = reading.connection.execute(
        "select cursor from cursor where source = ?", [recipient.name]
    ).fetchall()
    names = json.loads(rows[0][0])["names"].get(recipient.people, {}) if rows else {}
    known = {plain(name): (id_, name) for id_, name in names.items()}
    given = {
        plain(str(row["name"])): known[plain(person)]
        for person, row in reading.usable.get("people", {}).items()
        if row.get("name") and plain(person) in known
    }
    return {**given, **known}
