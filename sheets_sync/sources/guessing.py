"""A proposal of how to read a file: what it took for what, and what somebody has to state."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from sheets_sync.errors import FixConfig, LookAtSource
from sheets_sync.model import FieldKind
from sheets_sync.sources.casting import kind_of
from sheets_sync.sources.container import Kind, examine
from sheets_sync.sources.desk import desk
from sheets_sync.sources.formats import (
    currencies_in,
    date_order,
    holds_dates,
    is_percent,
    number_format,
    words_in,
)
from sheets_sync.sources.grid import sheet_names, sheet_rows
from sheets_sync.sources.headers import currency_of, find_header, match_headers, vat_of
from sheets_sync.sources.identity import id_headers
from sheets_sync.sources.mapping import ANY, BORN, EMPTY, KEY, MODEL, FileMapping, NumberFormat
from sheets_sync.sources.meanings import meaning_of, status_values, verdict_values
from sheets_sync.sources.plaintext import (
    as_utf8,
    detect_delimiter,
    detect_encoding,
    head_records,
    read_head,
)
from sheets_sync.sources.raw import Layout, Raw, load_raw
from sheets_sync.sources.vocabulary import plain, words_of

if TYPE_CHECKING:
    import duckdb

TOP = 30  # rows in which the header is looked for
ENOUGH = 2  # known headers make a header row


@dataclass(frozen=True, slots=True)
class Note:
    """Something that was taken: the id of a text (`source.<id>`) and its parts."""

    id: str
    parts: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Question:
    """Something that somebody has to state, for a field: one of the choices."""

    id: str
    parts: Mapping[str, object]
    field: str
    choices: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Guess:
    """A proposed mapping, what it rests on, and what is still open."""

    mapping: FileMapping
    notes: tuple[Note, ...]
    questions: tuple[Question, ...]
    currency: str | None = None  # of all its money, where that is one


@dataclass(slots=True)
class _Draft:
    """A mapping in the making."""

    model: str
    raw: Raw
    columns: dict[str, str]
    connection: duckdb.DuckDBPyConnection
    stated: dict[str, object] = field(default_factory=dict)
    dates: dict[str, str] = field(default_factory=dict)
    numbers: dict[str, NumberFormat] = field(default_factory=dict)
    values: dict[str, dict[str, str]] = field(default_factory=dict)
    nulls: dict[str, tuple[str, ...]] = field(default_factory=dict)
    defaults: dict[str, str] = field(default_factory=dict)
    currency: str | None = None
    notes: list[Note] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)

    def place(self, name: str) -> str:
        return self.column_of(self.columns[name])

    def column_of(self, header: str) -> str:
        return f"c{self.raw.headers.index(header)}"

    def note(self, text: str, **parts: object) -> None:
        self.notes.append(Note(text, parts))

    def ask(self, text: str, name: str, choices: tuple[str, ...], **parts: object) -> None:
        self.questions.append(Question(text, parts, name, choices))


def guess(path: Path, object: str, *, name: str | None = None) -> Guess:  # noqa: A002
    """Propose how to read a file of leads, deals, spend or history.

    `name` is the path that the config gives it.
    """
    model = MODEL[object]
    try:
        layout, known = find_layout(path, model)
        with desk(path) as connection:
            raw = load_raw(connection, path, layout)
            draft = _Draft(model, raw, match_headers(raw.headers, model), connection)
            if known < ENOUGH:
                draft.note("header_unknown", row=layout.header_row)
            _fill(draft, path)
    except LookAtSource as error:  # at `init` the command names the wrong file
        raise FixConfig(error.id, **error.parts) from None
    if not raw.rows:
        raise FixConfig("file_no_rows", file=path.name)
    mapping = FileMapping.model_validate(
        {
            "object": object,
            "path": name or str(path),
            "encoding": layout.encoding,
            "delimiter": layout.delimiter,
            "sheet": layout.sheet,
            "header_row": layout.header_row,
            "columns": draft.columns,
            "dates": draft.dates,
            "numbers": draft.numbers,
            "values": draft.values,
            "nulls": draft.nulls,
            "defaults": draft.defaults,
            **draft.stated,
        }
    )
    notes = (_layout_note(layout, raw), *draft.notes)
    return Guess(mapping, notes, tuple(draft.questions), draft.currency)


def answer(mapping: FileMapping, question: Question, choice: str) -> FileMapping:
    """Return the mapping with a question answered."""
    name = question.field
    if question.id.startswith("ask_date"):
        return mapping.model_copy(update={"dates": {**mapping.dates, name: choice}})
    if question.id.startswith("ask_decimal"):
        thousands = "." if choice == "," else ","
        form = NumberFormat.model_validate({"decimal": choice, "thousands": thousands})
        return mapping.model_copy(update={"numbers": {**mapping.numbers, name: form}})
    return mapping.model_copy(update={"columns": {**mapping.columns, name: choice}})


def find_layout(path: Path, model: str) -> tuple[Layout, int]:
    """Tell where in a file the table lies, and how many of its headers are known."""
    container = examine(path)
    if container.kind is Kind.SHEET:
        best, most = Layout(), -1
        for sheet in sheet_names(path):
            top = list(islice(sheet_rows(path, sheet, container), TOP))
            row, known = find_header([(line, list(cells)) for line, cells in top], model)
            if known > most:
                best, most = Layout(sheet=sheet, header_row=row), known
        return best, most
    encoding = detect_encoding(path)
    head = read_head(path, encoding)
    delimiter = detect_delimiter(head)
    with as_utf8(path, encoding) as text:
        top = head_records(text, delimiter, TOP)
    if not top:
        raise LookAtSource("file_empty", file=path.name)
    row, known = find_header(top, model)
    return Layout(encoding, delimiter, None, row), known


def _layout_note(layout: Layout, raw: Raw) -> Note:
    if layout.sheet is not None:
        return Note(
            "took_sheet", {"sheet": layout.sheet, "row": layout.header_row, "rows": raw.rows}
        )
    delimiter = "TAB" if layout.delimiter == "\t" else layout.delimiter
    parts = {"encoding": layout.encoding, "delimiter": delimiter, "row": layout.header_row}
    return Note("took_text", {**parts, "rows": raw.rows})


def _fill(draft: _Draft, path: Path) -> None:
    _find_key(draft)
    if draft.model == "ad_spend":
        _find_cabinet(draft, path)
    for find in _MEANINGS.get(draft.model, ()):
        find(draft)
    for name in list(draft.columns):
        kind = kind_of(draft.model, name)
        if kind in {FieldKind.DATE, FieldKind.TIME}:
            _find_date(draft, name)
        elif kind in {FieldKind.MONEY, FieldKind.REAL, FieldKind.INTEGER}:
            _find_number(draft, name)
    _find_currency(draft)
    if "manager" in draft.columns:
        draft.nulls["manager"] = words_of("nobody")
    used = set(draft.columns.values())
    for name, header in draft.columns.items():
        draft.note("took_column", column=header, field=name)
    if unused := [header for header in draft.raw.headers if header not in used]:
        draft.note("unused_columns", columns=", ".join(unused[:20]))


def _find_key(draft: _Draft) -> None:
    key = KEY[draft.model]
    stand_in = {"deal": "lead_id", "lead": "deal_id"}.get(draft.model)
    if key not in draft.columns and stand_in in draft.columns:
        draft.columns = {key: draft.columns[stand_in], **draft.columns}
        draft.note(f"{key}_is_{stand_in}", column=draft.columns[stand_in])
    if key in draft.columns:
        return
    free = tuple(header for header in draft.raw.headers if header not in draft.columns.values())
    found = id_headers(draft.connection, {each: draft.column_of(each) for each in free})
    born = BORN.get(draft.model)
    if len(found) == 1:
        draft.columns = {key: found[0], **draft.columns}
    elif born in draft.columns and not found:
        draft.note("no_id", column=draft.columns[born])
    else:
        draft.ask("ask_column", key, tuple(found) or free or draft.raw.headers, field=key)


def _find_status(draft: _Draft) -> None:
    for name in ("status", "stage"):
        if name not in draft.columns:
            continue
        header = draft.columns[name]
        values = status_values(words_in(draft.connection, draft.place(name)))
        if values:
            draft.columns["status"] = header
            draft.values["status"] = values
            won, lost = (
                ", ".join(word for word, meaning in values.items() if meaning == wanted) or "—"
                for wanted in ("won", "lost")
            )
            draft.note("took_status", column=header, won=won, lost=lost)
            return
    if "closed_at" in draft.columns and "stage" not in draft.columns:
        draft.columns["status"] = draft.columns["closed_at"]
        draft.values["status"] = {ANY: "won", EMPTY: "open"}
        draft.note("status_by_date", column=draft.columns["closed_at"])
        return
    draft.columns.pop("status", None)
    if "stage" in draft.columns:
        draft.columns["status"] = draft.columns["stage"]
        draft.values["status"] = {ANY: "open"}
    draft.defaults["status"] = "open"
    draft.note("status_unknown")


def _find_verdict(draft: _Draft) -> None:
    for name in ("quality", "stage"):
        if name not in draft.columns:
            continue
        words = words_in(draft.connection, draft.place(name))
        verdicts = verdict_values(words, is_stage=name == "stage")
        if not verdicts:
            continue
        header = draft.columns[name]
        target, spam = verdicts
        draft.columns["is_target"] = header
        draft.values["is_target"] = target
        if spam:
            draft.columns["is_spam"] = header
            draft.values["is_spam"] = spam
        good, bad = (
            ", ".join(word for word, flag in target.items() if flag == wanted) or "—"
            for wanted in ("true", "false")
        )
        draft.note("took_verdict", column=header, target=good, other=bad)
        return
    draft.note("verdict_unknown")


def _find_tests(draft: _Draft) -> None:
    for name in ("stage", "quality", "channel"):
        if name not in draft.columns or "is_test" in draft.columns:
            continue
        words = words_in(draft.connection, draft.place(name))
        tests = [word for word in words if meaning_of(word, ("test",))]
        if tests:
            draft.columns["is_test"] = draft.columns[name]
            draft.values["is_test"] = {**dict.fromkeys(tests, "true"), ANY: "false"}
            draft.note("took_test", column=draft.columns[name], words=", ".join(tests))


def _find_entity(draft: _Draft) -> None:
    if "entity" in draft.columns:
        draft.values["entity"] = {"lead": "lead", "лид": "lead", "заявка": "lead", ANY: "deal"}
    else:
        header = plain(draft.columns.get("entity_id", ""))
        is_lead = any(word in header for word in ("lead", "лид", "заявк"))
        draft.defaults["entity"] = "lead" if is_lead else "deal"


def _find_date(draft: _Draft, name: str) -> None:
    found = date_order(draft.connection, draft.place(name))
    if not holds_dates(draft.connection, draft.place(name), found.format):
        draft.note("no_dates", column=draft.columns.pop(name))
        return
    draft.dates[name] = found.format
    parts = {"column": draft.columns[name], "count": found.count, "example": found.example}
    if found.format == "ambiguous":
        draft.ask(f"ask_{found.reason}", name, ("dmy", "mdy"), **parts)
    elif found.reason != "date_plain":
        draft.note(f"took_{found.reason}", order=found.format, **parts)


def _find_number(draft: _Draft, name: str) -> None:
    place = draft.place(name)
    form, found = number_format(draft.connection, place)
    if form.decimal == "ambiguous" and kind_of(draft.model, name) is FieldKind.INTEGER:
        form = (
            NumberFormat(decimal=".", thousands=",")
            if "," in found.example
            else NumberFormat(decimal=",", thousands=".")
        )
    if kind_of(draft.model, name) is FieldKind.REAL and is_percent(draft.connection, place):
        form = form.model_copy(update={"is_percent": True})
    if "micros" in plain(draft.columns[name]):
        form = form.model_copy(update={"is_micros": True})
    draft.numbers[name] = form
    parts = {"column": draft.columns[name], "count": found.count, "example": found.example}
    if form.decimal == "ambiguous":
        draft.ask(f"ask_{found.reason}", name, (".", ","), **parts)
    elif found.reason != "decimal_whole":
        draft.note(f"took_{found.reason}", sign=form.decimal, **parts)


def _find_currency(draft: _Draft) -> None:
    money = next((name for name in ("amount", "cost") if name in draft.columns), None)
    if money is None:
        return
    header = draft.columns[money]
    named = currency_of(header)
    beside = currencies_in(draft.connection, draft.place(money))
    if "currency" in draft.columns:
        beside = currencies_in(draft.connection, draft.place("currency"))
        draft.currency = beside.pop() if len(beside) == 1 else None
    elif len(beside) > 1:
        draft.columns["currency"] = header
        draft.note("currency_beside", column=header, currency=", ".join(sorted(beside)))
    elif named or beside:
        draft.currency = draft.defaults["currency"] = named or beside.pop()
        draft.note("took_currency", column=header, currency=draft.currency)


PLATFORMS = {  # how the header of the cost, or of the campaign, tells the platform
    "amount spent": "meta",
    "cost micros": "google_ads",
    "impr": "google_ads",
    "currency code": "google_ads",
    "потрачено": "vk_ads",
    "spent": "vk_ads",
    "shows": "vk_ads",
    "№ кампании": "yandex_direct",
    "campaignid": "yandex_direct",
    "campaignname": "yandex_direct",
}


def _find_cabinet(draft: _Draft, path: Path) -> None:
    known = {plain(header) for header in draft.raw.headers}
    if "cabinet" not in draft.columns:
        platform = next((name for mark, name in PLATFORMS.items() if mark in known), path.stem)
        draft.stated["cabinet"] = platform
        draft.note("took_cabinet", cabinet=platform)
    levels = (
        ("ad", "ad"),
        ("adgroup", "group"),
        ("campaign", "campaign"),
        ("campaign_id", "campaign"),
    )
    draft.stated["level"] = next(
        (level for name, level in levels if name in draft.columns), "account"
    )
    if "cost" not in draft.columns:
        free = tuple(header for header in draft.raw.headers if header not in draft.columns.values())
        draft.ask("ask_column", "cost", free or draft.raw.headers, field="cost")
        return
    vat = vat_of(draft.columns["cost"])
    draft.stated["vat"] = vat
    draft.note({True: "vat_included", False: "vat_excluded", None: "vat_unknown"}[vat])


_MEANINGS: Mapping[str, tuple[Callable[[_Draft], None], ...]] = {
    "lead": (_find_verdict, _find_tests),
    "deal": (_find_status,),
    "stage_event": (_find_entity,),
}
