"""Numbers as people write them: one parser, as Python for one value and as SQL for a column.

The Python function is the specification; a property test holds the SQL to it.
"""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal
from functools import cache

from sheets_sync.sources.vocabulary import MARK, SPACES, currency_codes, fold

CENT = Decimal("0.01")
LIMIT = Decimal(10) ** 16
GAPS = " \u00a0\u2007\u2009\u200a\u202f'’`"
MINUS = "-−–"
MACHINE = r"^-?[0-9]+(?:\.[0-9]+)?$"
NOT_FINITE = r"^[-+−]?(nan|inf|infinity|∞)$"
GROUPS = ("sign", "inner", "whole", "part", "bare", "tail")


@cache
def number_pattern(decimal: str, thousands: str) -> str:
    r"""Return the regular expression of a number, in the syntax that Python and RE2 share.

    >>> re.match(number_pattern(",", "."), "€ 3.500,00")["whole"]
    '3.500'
    """
    signs = sorted(currency_codes(), key=len, reverse=True)
    currency = "|".join(re.escape(sign).replace("'", "\\x27") for sign in signs)
    gap = f"[{GAPS}]"
    group = f"[{GAPS}{re.escape(thousands)}]"
    point = re.escape(decimal)
    whole = f"[0-9]{{1,3}}(?:{group}[0-9]{{2,3}})*{group}[0-9]{{3}}|[0-9]+"
    return (
        f"(?i)^(?P<sign>[{MINUS}+(]?){gap}?(?:{currency})?{gap}?(?P<inner>[{MINUS}]?){gap}?"
        f"(?:(?P<whole>{whole})(?:{point}(?P<part>[0-9]*))?|{point}(?P<bare>[0-9]+))"
        f"{gap}?(?:{currency})?{gap}?(?P<tail>[-)]?)$"
    ).replace("'", "\\x27")


def parse_number(text: str, *, decimal: str = ".", thousands: str = "") -> Decimal | None:
    """Read a number; None, when it is none.

    >>> parse_number("1 234,56 ₽", decimal=",")
    Decimal('1234.56')
    >>> parse_number("(1,000)", thousands=",")
    Decimal('-1000.0')
    >>> parse_number("about 5") is None
    True
    """
    text = text.strip(SPACES)
    if text.startswith(MARK):
        return Decimal(text[1:]) if re.fullmatch(MACHINE, text[1:]) else None
    match = re.fullmatch(number_pattern(decimal, thousands), text)
    if not match:
        return None
    sign, inner, whole, part, bare, tail = (match[group] or "" for group in GROUPS)
    if (sign == "(") != (tail == ")"):
        return None
    is_negative = (sign not in {"", "+"}) or bool(inner) or tail == "-"
    digits = re.sub(r"[^0-9]", "", whole) or "0"
    return Decimal(f"{'-' if is_negative else ''}{digits}.{part or bare or '0'}")


def parse_money(text: str, *, decimal: str = ".", thousands: str = "") -> Decimal | None:
    """Read an amount, rounded half up to cents.

    >>> parse_money("11398,005", decimal=",")
    Decimal('11398.01')
    """
    value = parse_number(text, decimal=decimal, thousands=thousands)
    if value is None or abs(value) >= LIMIT:
        return None
    cents = value.quantize(CENT, rounding=ROUND_HALF_UP)
    return cents if abs(cents) < LIMIT else None


def number_sql(text: str, *, decimal: str = ".", thousands: str = "") -> tuple[str, str]:
    """Return SQL that splits `text` into a struct, and SQL of its digits over `{text}`, `{split}`.

    Plain digits are not split: most columns have nothing else.
    """
    point = re.escape(decimal)
    names = ", ".join(f"'{name}'" for name in GROUPS)
    split = (
        f"case when regexp_matches({text}, '^-?[0-9]{{1,15}}(?:{point}[0-9]{{1,9}})?$') "
        f"or {text}[1] = chr(31) then null "
        f"else regexp_extract({text}, '{number_pattern(decimal, thousands)}', [{names}]) end"
    )
    machine = MACHINE.replace("{", "{{").replace("}", "}}")
    digits = (
        "case when {text}[1] = chr(31) then "
        f"case when regexp_matches({{text}}[2:], '{machine}') then {{text}}[2:] end "
        f"when {{split}} is null then replace({{text}}, '{decimal}', '.') "
        "when {split}.whole = '' and {split}.bare = '' then null "
        "when ({split}.sign = '(') <> ({split}.tail = ')') then null "
        "else case when {split}.sign not in ('', '+') or {split}.inner <> '' "
        "or {split}.tail = '-' then '-' else '' end "
        "|| coalesce(nullif(regexp_replace({split}.whole, '[^0-9]', '', 'g'), ''), '0') "
        "|| '.' || coalesce(nullif({split}.part, ''), nullif({split}.bare, ''), '0') end"
    )
    return split, digits


def is_not_finite(text: str) -> bool:
    """Tell whether a text is a number that no sum survives.

    >>> is_not_finite("NaN"), is_not_finite("-inf"), is_not_finite("12")
    (True, True, False)
    """
    return re.match(NOT_FINITE, fold(text)) is not None
