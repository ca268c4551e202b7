"""From texts to typed fields, as SQL over the table `raw`."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sheets_sync.model import OBJECTS, SQL_TYPES, FieldKind
from sheets_sync.sources.contact import contact_sql
from sheets_sync.sources.grid import ERROR
from sheets_sync.sources.mapping import ANY, EMPTY, Columns, NumberFormat, key_of
from sheets_sync.sources.moment import local_sql, moment_sql, split_sql
from sheets_sync.sources.number import number_sql
from sheets_sync.sources.vocabulary import SPACES, currency_codes, fold, words_of

MAX_CELL = 100_000
NO_CURRENCY = "XXX"  # ISO 4217 for "no currency": never summed with a known one
WORDED = {"status"}  # text fields that hold nothing but what `values` says
REQUIRED = {
    "lead": ("lead_id",),
    "deal": ("deal_id", "amount"),
    "ad_spend": ("day", "cost", "impressions", "clicks"),
    "stage_event": ("entity_id", "at"),
}
KEY_NAME = {
    "lead_id": "id", "deal_id": "id", "day": "day", "created_at": "day", "entity_id": "entity"
}  # fmt: skip
NOT_CURRENCY = "[-0-9 .,()+−\u00a0\u2007\u2009\u202f\\x27\\x1f]"
NEGATIVE = ("amount", "cost")
FUTURE = ("created_at", "closed_at", "first_touch_at", "verdict_at", "day", "at")


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What a table does not say: where its times are from, the salt of contacts, what day it is."""

    timezone: str = "UTC"
    salt: str = ""
    today: date | None = None
    currency: str | None = None  # of money that states none
    records: str = ""  # the source whose rows are records, not lines of an export with totals


@dataclass(frozen=True, slots=True)
class Cast:
    """How one field is made: its column, its cleaned text, the text split, and the value."""

    field: str
    column: str
    clean: str
    split: str | None
    value: str


@dataclass(frozen=True, slots=True)
class Check:
    """A claim about a row that is worth a remark: its condition over texts and values."""

    field: str
    column: str
    reason: str  # empty: the value cannot be read, and the reader tells why
    condition: str
    is_row_lost: bool


def quote(text: str) -> str:
    """Write a text as an SQL literal.

    >>> quote("it's")
    "'it''s'"
    """
    return "'" + text.replace("'", "''") + "'"


def kind_of(model: str, field: str) -> FieldKind:
    """Return the kind of a field; fields that are not kept are texts."""
    return OBJECTS[model].fields.get(field, FieldKind.TEXT)


def casts(
    mapping: Columns,
    columns: Mapping[str, str],
    around: Circumstances,
    currency_words: Sequence[str] = (),
) -> list[Cast]:
    """Return how every mapped field is made from the columns `field → c3`."""
    made = []
    for field, column in columns.items():
        kind, text, split = kind_of(mapping.model, field), f"t_{field}", f"s_{field}"
        if field == "currency":
            cut, value = None, _currency(text, currency_words)
        elif field in mapping.values:
            cut, value = None, _worded(mapping, field, kind, text)
        elif kind in _NUMBERS:
            form = mapping.numbers.get(field, NumberFormat())
            cut, digits = number_sql(text, decimal=form.decimal, thousands=form.thousands)
            value = _NUMBERS[kind](digits.format(text=text, split=split), form)
        elif kind in {FieldKind.DATE, FieldKind.TIME}:
            order = mapping.dates.get(field, "ymd")
            cut, value = split_sql(text), _moment(kind, text, split, (order, around.timezone))
        else:
            cut, value = None, _flag(text) if kind is FieldKind.FLAG else f"ltrim({text}, chr(31))"
        made.append(Cast(field, column, _clean(mapping, field, kind, column), cut, value))
    return made


def _clean(mapping: Columns, field: str, kind: FieldKind, column: str) -> str:
    """Return SQL of a cell without the space around it, NULL for what means nothing."""
    nulls = {*map(fold, mapping.null_words), *map(fold, mapping.nulls.get(field, ()))}
    if kind is not FieldKind.TEXT:
        nulls |= set(words_of("unknown"))
    nulls -= {fold(word) for word in mapping.values.get(field, {})}
    if kind is FieldKind.FLAG:
        nulls -= {*words_of("yes"), *words_of("no")}
    space = f"[{re.escape(SPACES)}]"
    words = "|".join(re.escape(word) for word in sorted(nulls))
    empty = quote(f"(?i)^{space}*(?:{words})?{space}*$")
    padded = quote(f"^{space}|{space}$")  # trim with a set of characters is slow
    text = (
        f"case when regexp_matches({column}, {padded}) then trim({column}, {quote(SPACES)}) "
        f"else {column} end"
    )
    percent = f"rtrim({text}, '% ')"
    return (
        f"case when length({column}) > {MAX_CELL} or {column} = {quote(ERROR)} "
        f"or regexp_matches({column}, {empty}) then null "
        f"else {text if kind is not FieldKind.REAL else percent} end"
    )


def _moment(kind: FieldKind, text: str, split: str, how: tuple[str, str]) -> str:
    order, zone = how
    if kind is FieldKind.TIME:
        return moment_sql(text, split, order, zone)
    return f"cast({local_sql(text, split, order)} as date)"


def _money(digits: str, form: NumberFormat) -> str:
    if form.is_micros:
        digits = f"try_cast({digits} as decimal(28, 6)) * 0.000001::decimal(7, 6)"
    return f"try_cast({digits} as decimal(18, 2))"


def _real(digits: str, form: NumberFormat) -> str:
    return f"try_cast({digits} as double){' / 100' if form.is_percent else ''}"


def _integer(digits: str, _form: NumberFormat) -> str:
    exact = f"try_cast({digits} as decimal(24, 6))"
    return f"case when {exact} = floor({exact}) then try_cast({exact} as bigint) end"


_NUMBERS: Mapping[FieldKind, Callable[[str, NumberFormat], str]] = {
    FieldKind.MONEY: _money,
    FieldKind.REAL: _real,
    FieldKind.INTEGER: _integer,
}


def _worded(mapping: Columns, field: str, kind: FieldKind, text: str) -> str:
    meanings = {fold(word): meaning for word, meaning in mapping.values[field].items()}
    whens = " ".join(
        f"when {quote(word)} then {quote(meaning)}"
        for word, meaning in meanings.items()
        if word not in {ANY, EMPTY}
    )
    other = quote(meanings[ANY]) if ANY in meanings else "null"
    if ANY not in meanings and kind is FieldKind.TEXT and field not in WORDED:
        other = text
    empty = f"when {text} is null then {quote(meanings[EMPTY])}" if EMPTY in meanings else ""
    known = f"case lower(ltrim({text}, chr(31))) {whens} else {other} end" if whens else other
    worded = f"case {empty} when {text} is not null then {known} end"
    return f"try_cast(nullif({worded}, '') as {SQL_TYPES[kind]})"


def _flag(text: str) -> str:
    yes, no = (", ".join(quote(word) for word in words_of(side)) for side in ("yes", "no"))
    word = f"lower(ltrim({text}, chr(31)))"
    return f"case when {word} in ({yes}) then true when {word} in ({no}) then false end"


def currency_word(text: str) -> str:
    """Return SQL of the currency that a cell names, be it alone or beside an amount."""
    return f"regexp_replace(lower({text}), '{NOT_CURRENCY}', '', 'g')"


def currency_named(word: str) -> str:
    """Return the code of a currency as `currency_word` names it.

    >>> currency_named("руб"), currency_named("eur"), currency_named("dogecoin")
    ('RUB', 'EUR', 'XXX')
    """
    codes = {re.sub(NOT_CURRENCY, "", sign): code for sign, code in currency_codes().items()}
    return codes.get(word, NO_CURRENCY)


def _currency(text: str, words: Sequence[str]) -> str:
    whens = " ".join(
        f"when {quote(word)} then {quote(currency_named(word))}" for word in words if word
    )
    return f"case {currency_word(text)} {whens} end" if whens else "cast(null as varchar)"


def checks(mapping: Columns, made: Sequence[Cast], around: Circumstances) -> list[Check]:
    """Return what is worth a remark in a row, the grave first."""
    model = mapping.model
    found = []
    key = key_of(mapping)
    column = next((cast.column for cast in made if cast.field == key), "null")
    is_blank = (
        f"t_{key} is null and coalesce(length({column}) <= {MAX_CELL} "
        f"and {column} <> {quote(ERROR)}, true)"
    )
    found.append(Check(key, "", f"{KEY_NAME[key]}_missing", is_blank, is_row_lost=True))
    for cast in made:
        if mapping.values.get(cast.field, {}).get(ANY) == EMPTY:
            continue  # any other word is a value still to come
        name, is_required = cast.field, cast.field in REQUIRED[model]
        text, value = f"t_{name}", f"v_{name}"
        found.append(
            Check(name, cast.column, "", f"{text} is not null and {value} is null", is_required)
        )
        is_lost = name == key
        found.append(
            Check(name, cast.column, "too_long", f"length({cast.column}) > {MAX_CELL}", is_lost)
        )
        found.append(
            Check(name, cast.column, "excel_error", f"{cast.column} = {quote(ERROR)}", is_lost)
        )
        if name in NEGATIVE:
            found.append(Check(name, cast.column, "negative", f"{value} < 0", False))
        if name in FUTURE and around.today:
            late = f"{value} >= date {quote(around.today.isoformat())} + interval 2 day"
            found.append(Check(name, cast.column, "future", late, False))
        if name == "currency":
            condition = f"{value} = {quote(NO_CURRENCY)}"
            found.append(Check(name, cast.column, "unknown_currency", condition, False))
    return found


def output(mapping: Columns, made: Sequence[Cast], around: Circumstances) -> dict[str, str]:
    """Return SQL of every field of the model over the values `v_…`."""
    present = {cast.field for cast in made}
    defaults = dict(mapping.defaults)
    if around.currency:
        defaults.setdefault("currency", around.currency)
    if mapping.cabinet:
        defaults.setdefault("cabinet", mapping.cabinet)
    if mapping.model == "ad_spend":
        defaults["level"] = mapping.level
        if mapping.vat is not None:
            defaults["vat_included"] = str(mapping.vat).lower()
    fields = {}
    for field, kind in OBJECTS[mapping.model].fields.items():
        value = f"v_{field}" if field in present else None
        default = (
            f"cast({quote(defaults[field])} as {SQL_TYPES[kind]})" if field in defaults else None
        )
        known = [part for part in (value, default) if part]
        fields[field] = (
            f"coalesce({', '.join(known)})" if known else f"cast(null as {SQL_TYPES[kind]})"
        )
    if mapping.model == "lead":
        fields["contact_key"] = contact_sql(present, quote(f"{around.salt}:"))
    if mapping.model == "deal":
        _close_deals(fields, present, around.timezone)
    return fields


def _close_deals(fields: dict[str, str], present: set[str], zone: str) -> None:
    """An open deal has no end yet: what its column says is when the end is expected."""
    if "status" not in present or "closed_at" not in present:
        return
    if "expected_close" not in present:
        day = f"cast(timezone({quote(zone)}, v_closed_at) as date)"
        fields["expected_close"] = f"case when v_status = 'open' then {day} end"
    fields["closed_at"] = "case when v_status = 'open' then null else v_closed_at end"
