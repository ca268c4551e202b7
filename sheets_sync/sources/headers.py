"""Which column is which field, told by the headers."""

from __future__ import annotations

from collections.abc import Sequence

from sheets_sync.sources.vocabulary import (
    currency_codes,
    header_words,
    plain,
    spaced,
    words_of,
)

SHARED = ({"stage", "status"},)  # fields that may come from one column


def match_headers(headers: Sequence[str], model: str) -> dict[str, str]:
    """Return the header of each field that is recognised.

    >>> match_headers(["Deal ID", "Этап", "Сумма, руб."], "deal")
    {'deal_id': 'Deal ID', 'stage': 'Этап', 'amount': 'Сумма, руб.'}
    """
    place: dict[str, int] = {}
    for index, header in enumerate(headers):
        place.setdefault(plain(header), index)
    claims = sorted(
        (rank, order, field, place[word])
        for order, (field, words) in enumerate(header_words(model).items())
        for rank, word in enumerate(words)
        if word in place
    )
    taken: dict[str, int] = {}
    for _rank, _order, field, index in claims:
        holders = {other for other, column in taken.items() if column == index}
        is_free = not holders or any(holders | {field} <= group for group in SHARED)
        if field not in taken and is_free:
            taken[field] = index
    order = list(header_words(model))
    return {field: headers[taken[field]] for field in sorted(taken, key=order.index)}


def find_header(rows: Sequence[tuple[int, Sequence[str]]], model: str) -> tuple[int, int]:
    """Return the number of the row with most known headers, and how many it has.

    >>> find_header([(1, ["Report"]), (2, ["Date", "Cost", "Clicks"])], "ad_spend")
    (2, 3)
    """
    best, most = (rows[0][0], 0) if rows else (1, 0)
    for number, cells in rows:
        known = len(set(match_headers(cells, model).values()))
        if known > most:
            best, most = number, known
    return best, most


def currency_of(header: str) -> str | None:
    """Return the currency that a header names.

    >>> currency_of("Расход (руб.)"), currency_of("Amount spent (USD)"), currency_of("Cost")
    ('RUB', 'USD', None)
    """
    text = header.lower()
    for mark in "()[],:_":
        text = text.replace(mark, " ")
    codes = currency_codes()
    return next((codes[word] for word in text.split() if word in codes), None)


def vat_of(header: str) -> bool | None:
    """Tell whether a header says that VAT is included.

    >>> vat_of("Расход (руб., с НДС)"), vat_of("Cost excl. VAT"), vat_of("Cost")
    (True, False, None)
    """
    text = spaced(header)
    if any(word in text for word in words_of("vat_excluded")):
        return False
    return True if any(word in text for word in words_of("vat_included")) else None
