"""The words that exports use: headers, empty values, verdicts, currencies."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files

SPACES = " \t\r\n\v\f\u00a0\u2007\u2009\u200a\u200b\u202f\ufeff"
MARK = "\x1f"  # stands before a cell that a spreadsheet has stored as a number or a date


@cache
def _vocabulary() -> Mapping[str, Mapping[str, object]]:
    text = files("sheets_sync.sources").joinpath("vocabulary.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def header_words(name: str) -> Mapping[str, Sequence[str]]:
    """Return the known headers of an object by field, the most telling first.

    >>> header_words("deal")["deal_id"][0]
    'deal id'
    """
    return _vocabulary()["headers"][name]  # type: ignore[return-value]


def table_words(name: str) -> Sequence[str]:
    """Return the words by which a table of a database is known to hold such records.

    >>> "opportunity" in table_words("deals")
    True
    """
    return _vocabulary()["tables"][name]  # type: ignore[return-value]


@cache
def words_of(meaning: str) -> tuple[str, ...]:
    """Return the words with a meaning: null, won, lost, target, total ...

    >>> "успешно реализовано" in words_of("won")
    True
    """
    return tuple(_vocabulary()["words"][meaning])  # type: ignore[arg-type]


@cache
def currency_codes() -> Mapping[str, str]:
    """Return the currency code of every known sign, word and code, in lower case.

    >>> currency_codes()["₽"], currency_codes()["usd"]
    ('RUB', 'USD')
    """
    codes = {str(code).lower(): str(code) for code in _vocabulary()["iso"]["codes"]}  # type: ignore[attr-defined]
    for code, signs in _vocabulary()["currency"].items():
        codes |= dict.fromkeys(signs, code)  # type: ignore[call-overload]
    return codes


@cache
def plain(header: str) -> str:
    """Return a header as it is compared: lower case, one kind of space, no unit in brackets.

    >>> plain("Deal_Owner"), plain("Расход (руб.)"), plain("Deal - ID")
    ('deal owner', 'расход', 'id')
    """
    text = re.sub(r"\([^)]*\)|\[[^\]]*\]", " ", header)
    text = re.sub(r"(?i)^\s*(deal|lead|person|сделка|лид)\s+-\s+", "", text)
    return _units().sub("", spaced(text)).strip()


@cache
def _units() -> re.Pattern[str]:
    """Return what names the unit at the end of a header: currencies, with or without VAT."""
    units = "|".join(re.escape(spaced(sign)) for sign in currency_codes())
    vat = r"(?:\w+ )?(?:ндс|vat)"
    return re.compile(rf"(?<=\S)(?:\s+(?:{units}|{vat}))+$")


def spaced(text: str) -> str:
    """Return a text in lower case with one space for every kind of separator.

    >>> spaced("Ещё_раз, и так")
    'еще раз и так'
    """
    return re.sub(
        r"[\s_\-./:;,*?!\"'«»()\u00a0\u202f]+", " ", text.lower().replace("ё", "е")
    ).strip()


def fold(word: str) -> str:
    """Return a word as values are compared: trimmed and in lower case.

    >>> fold("  Won ")
    'won'
    """
    return word.strip(SPACES).lower()
