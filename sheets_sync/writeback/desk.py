"""A CRM that is open for writing: what it would hold by what people typed, and why it cannot."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING

from formulas.operators import plain
from sheets_sync import rules
from sheets_sync.errors import FixConfig, LookAtSource, SmarketingError
from sheets_sync.sources.rest import writing_of
from sheets_sync.sources.rest.writer import Writer
from sheets_sync.sources.rest.writing import Errand
from sheets_sync.writeback.audit import Cell
from sheets_sync.writeback.wanted import BEGINNING, TASK, Note, Recipient, Wish, people
from templates.tabs.leads import VERDICTS

if TYPE_CHECKING:
    from sheets_sync.reading import Reading
    from sheets_sync.sources.rest.writing import Field
    from templates.reasons import Reasons
    from templates.words import Words


@dataclass(frozen=True, slots=True)
class Goal:
    """What a field should hold, or a task that should be there."""

    wish: Wish
    after: str
    title: str  # of the field; empty for a task
    labels: Mapping[str, str] = field(default_factory=dict)  # what its list calls values
    errand: Errand | None = None

    @property
    def cell(self) -> Cell:
        """The field, or the task."""
        return self.wish.cell

    def shown(self, value: str | None) -> str:
        """Return a value as people know it."""
        return "" if value is None else self.labels.get(value, value)


@dataclass(frozen=True, slots=True)
class Desk:
    """A CRM that is open for writing."""

    recipient: Recipient
    writer: Writer
    people: Mapping[str, tuple[str, str]]
    reasons: Reasons
    words: Words  # of the workbook

    def held(self, cells: Iterable[Cell]) -> dict[Cell, str | None]:
        """Return what fields hold now, and tasks as they are; None is nothing, gone is absent."""
        held: dict[Cell, str | None] = {}
        by_kind: dict[str, list[Cell]] = {}
        for cell in cells:
            if cell.what == TASK:
                task = self.writer.task(cell.kind, cell.record, cell.field)
                held[cell] = None if task is None else json.dumps(asdict(task), ensure_ascii=False)
            else:
                by_kind.setdefault(cell.kind, []).append(cell)
        for kind, some in by_kind.items():
            ids, fields = ({cell.record for cell in some}, {cell.field for cell in some})
            values = self.writer.values(kind, sorted(ids), sorted(fields))
            held |= {c: values[c.record][c.field] for c in some if c.record in values}
        return held

    def shown(self, cell: Cell, value: str | None) -> str:
        """Return a value as people of the CRM know it."""
        if value is None:
            return ""
        if cell.what == TASK:
            return str(json.loads(value)["text"])
        told = self.writer.fields(cell.kind).get(cell.field)
        return (told.options or {}).get(value, value) if told else value

    def goal(self, wish: Wish) -> Goal | Note:
        """Return what a wish comes to in this CRM, or why it comes to nothing."""
        return self._task(wish) if wish.cell.what == TASK else self._value(wish)

    def lacks(self) -> Iterator[Note]:
        """Yield what is wrong with the fields that the config names, whatever people type."""
        write = self.recipient.write
        named = (
            ("verdict", write.verdict, VERDICTS),
            ("reason", write.reason, tuple(self.reasons.labels)),
        )
        for what, taken, words in named:
            for kind in sorted(self.recipient.kinds) if taken else ():
                cell = Cell(self.recipient.name, what, "", kind, "", taken.field if taken else "")
                found = [self.goal(Wish(cell, said, BEGINNING)) for said in words]
                notes = [each for each in found if isinstance(each, Note)]
                if notes and notes[0].id == "not_in_list":
                    said = ", ".join(str(note.parts["said"]) for note in notes)
                    yield Note("list_lacks", {**notes[0].parts, "said": said})
                else:
                    yield from notes[:1]

    def _value(self, wish: Wish) -> Goal | Note:
        told = self.writer.fields(wish.cell.kind).get(wish.cell.field)
        if told is None:
            return Note("no_field", {"crm": wish.cell.crm, "field": wish.cell.field})
        if not told.is_plain:
            return Note("not_plain", {"crm": wish.cell.crm, "field": told.title})
        word = self._word(wish)
        after = _of_list(word, told)
        if after is None:
            known = ", ".join((told.options or {}).values())
            parts = {"said": self._label(wish), "what": wish.cell.what, "known": known}
            return Note("not_in_list", {**parts, "field": told.title, "word": wish.said})
        return Goal(wish, after, told.title, told.options or {})

    def _word(self, wish: Wish) -> str:
        """Return what the config says the CRM calls a verdict or a reason, else what we do."""
        write = self.recipient.write
        taken = write.verdict if wish.cell.what == "verdict" else write.reason
        values = taken.values.items() if taken else ()
        given = {self.reasons.id_of(str(name)): str(word) for name, word in values}
        return given.get(wish.said) or self._label(wish)

    def _label(self, wish: Wish) -> str:
        if wish.cell.what == "verdict":
            return self.words(f"choice.{wish.said}")
        return self.reasons.label(wish.said) or wish.said

    def _task(self, wish: Wish) -> Goal | Note:
        key, cell = wish.cell.key, wish.cell
        if wish.due is None:
            return Note("no_due", {"key": key})
        id_, name = self.people.get(plain(wish.owner), (None, ""))
        if wish.owner and id_ is None:
            return Note("no_person", {"key": key, "owner": wish.owner, "crm": cell.crm})
        errand = Errand(cell.kind, cell.record, wish.said, wish.due, id_, cell.field)
        after = " · ".join(filter(None, (wish.said, self.words.day(wish.due.date()), name)))
        return Goal(wish, after, "", errand=errand)


def _of_list(word: str, told: Field) -> str | None:
    """Return the value that a word is in a field, by its id or by its name; None if none.

    >>> from sheets_sync.sources.rest.writing import Field
    >>> verdicts = Field("Verdict", {"45": "Qualified", "46": "Spam"})
    >>> _of_list("qualified", verdicts), _of_list("46", verdicts), _of_list("maybe", verdicts)
    ('45', '46', None)
    >>> _of_list("maybe", Field("Verdict"))
    'maybe'
    """
    if told.options is None:
        return word
    if word in told.options:
        return word
    named = {plain(label): id_ for id_, label in told.options.items()}
    return named.get(plain(word))


@contextmanager
def open_desks(reading: Reading) -> Iterator[tuple[list[Desk], list[SmarketingError]]]:
    """Open each CRM that takes what people typed; beside them the errors of those that do not open.

    Raises:
        FixConfig: none does.
    """
    workspace = reading.workspace
    words = workspace.words(reading.usable)
    reasons = rules.reasons(reading.usable, words)
    desks, errors = [], []
    named = zip(workspace.config.crm, workspace.crms(), strict=True)
    taking = [(crm.kind, crm.write, source) for crm, source in named if crm.write]
    if not taking:
        raise FixConfig("writeback_off")
    with ExitStack() as stack:
        for kind, write, source in taking:
            try:
                api = stack.enter_context(source.api())
            except SmarketingError as error:
                errors.append(error)
                continue
            writing = writing_of(kind)
            kinds = frozenset(writing.records)
            recipient = Recipient(source.name, write, kinds, writing.tasks.people)
            writer = Writer(api, writing)
            desks.append(Desk(recipient, writer, people(reading, recipient), reasons, words))
        yield desks, errors


def goals(
    desk: Desk, wishes: Iterable[Wish], errors: list[SmarketingError]
) -> tuple[list[Goal], list[Note]]:
    """Return what a CRM should hold, and what cannot be; nothing, where it does not answer."""
    try:
        found = [desk.goal(wish) for wish in wishes if wish.cell.crm == desk.recipient.name]
    except LookAtSource as error:
        errors.append(error)
        return [], []
    return (
        [each for each in found if isinstance(each, Goal)],
        [each for each in found if isinstance(each, Note)],
    )
