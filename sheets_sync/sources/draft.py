"""A mapping in the making: what each column is taken for, and what somebody has to state."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sheets_sync.model import FieldKind
from sheets_sync.sources.casting import kind_of
from sheets_sync.sources.formats import (
    currencies_in,
    date_order,
    holds_dates,
    is_percent,
    number_format,
    words_in,
)
from sheets_sync.sources.headers import currency_of, vat_of
from sheets_sync.sources.identity import id_headers
from sheets_sync.sources.mapping import ANY, BORN, EMPTY, KEY, NumberFormat
from sheets_sync.sources.meanings import meaning_of, paid_values, status_values, verdict_values
from sheets_sync.sources.raw import Raw
from sheets_sync.sources.vocabulary import plain, words_of

if TYPE_CHECKING:
    import duckdb


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


@dataclass(slots=True)
class Draft:
    """A mapping in the making, over the table `raw`."""

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

    def parts(self) -> dict[str, object]:
        """Return what a mapping says of its columns."""
        return {
            "columns": self.columns,
            "dates": self.dates,
            "numbers": self.numbers,
            "values": self.values,
            "nulls": self.nulls,
            "defaults": self.defaults,
            **self.stated,
        }

    def place(self, name: str) -> str:
        """Return the column of the table `raw` in which a field is."""
        return self.column_of(self.columns[name])

    def column_of(self, header: str) -> str:
        """Return the column of the table `raw` under a header."""
        return f"c{self.raw.headers.index(header)}"

    def note(self, text: str, **parts: object) -> None:
        """Say what was taken."""
        self.notes.append(Note(text, parts))

    def ask(self, text: str, name: str, choices: tuple[str, ...], **parts: object) -> None:
        """Ask what somebody has to state."""
        self.questions.append(Question(text, parts, name, choices))


def fill(draft: Draft, name: str) -> None:
    """Propose what each column is, and how it is written; `name` may name a cabinet."""
    _find_key(draft)
    if draft.model == "ad_spend":
        _find_cabinet(draft, name)
    for find in _MEANINGS.get(draft.model, ()):
        find(draft)
    for each in list(draft.columns):
        kind = kind_of(draft.model, each)
        if kind in {FieldKind.DATE, FieldKind.TIME}:
            _find_date(draft, each)
        elif kind in {FieldKind.MONEY, FieldKind.REAL, FieldKind.INTEGER}:
            _find_number(draft, each)
    _find_currency(draft)
    if "manager" in draft.columns:
        draft.nulls["manager"] = words_of("nobody")
    used = set(draft.columns.values())
    for each, header in draft.columns.items():
        draft.note("took_column", column=header, field=each)
    if unused := [header for header in draft.raw.headers if header not in used]:
        draft.note("unused_columns", columns=", ".join(unused[:20]))


def _find_key(draft: Draft) -> None:
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


def _find_status(draft: Draft) -> None:
    for name, values_of in (
        ("status", status_values),
        ("stage", status_values),
        ("status", paid_values),
    ):
        if name not in draft.columns:
            continue
        header = draft.columns[name]
        values = values_of(words_in(draft.connection, draft.place(name)))
        if values:
            draft.columns["status"] = header
            draft.values["status"] = values
            won, lost = (
                ", ".join(word for word, meaning in values.items() if meaning == wanted) or "—"
                for wanted in ("won", "lost")
            )
            draft.note("took_status", column=header, won=won, lost=lost)
            if "closed_at" not in draft.columns:
                draft.note("closed_unknown")
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


def _find_verdict(draft: Draft) -> None:
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


def _find_tests(draft: Draft) -> None:
    for name in ("stage", "quality", "channel"):
        if name not in draft.columns or "is_test" in draft.columns:
            continue
        words = words_in(draft.connection, draft.place(name))
        tests = [word for word in words if meaning_of(word, ("test",))]
        if tests:
            draft.columns["is_test"] = draft.columns[name]
            draft.values["is_test"] = {**dict.fromkeys(tests, "true"), ANY: "false"}
            draft.note("took_test", column=draft.columns[name], words=", ".join(tests))


def _find_entity(draft: Draft) -> None:
    if "entity" in draft.columns:
        draft.values["entity"] = {"lead": "lead", "лид": "lead", "заявка": "lead", ANY: "deal"}
    else:
        header = plain(draft.columns.get("entity_id", ""))
        is_lead = any(word in header for word in ("lead", "лид", "заявк"))
        draft.defaults["entity"] = "lead" if is_lead else "deal"


def _find_date(draft: Draft, name: str) -> None:
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


def _find_number(draft: Draft, name: str) -> None:
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


def _find_currency(draft: Draft) -> None:
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
    "сумма затрат": "meta",
    "cost micros": "google_ads",
    "metrics cost micros": "google_ads",
    "код валюты": "google_ads",
    "impr": "google_ads",
    "currency code": "google_ads",
    "потрачено": "vk_ads",
    "spent": "vk_ads",
    "shows": "vk_ads",
    "№ кампании": "yandex_direct",
    "campaignid": "yandex_direct",
    "campaignname": "yandex_direct",
}


def _find_cabinet(draft: Draft, name: str) -> None:
    known = {plain(header) for header in draft.raw.headers}
    if "cabinet" not in draft.columns:
        platform = next((name for mark, name in PLATFORMS.items() if mark in known), name)
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


_MEANINGS: Mapping[str, tuple[Callable[[Draft], None], ...]] = {
    "lead": (_find_verdict, _find_tests),
    "deal": (_find_status,),
    "stage_event": (_find_entity,),
}
