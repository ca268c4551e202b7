"""How a column writes its dates and numbers, told by all its rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sheets_sync.sources.casting import currency_named, currency_word, quote
from sheets_sync.sources.desk import first_row
from sheets_sync.sources.mapping import NumberFormat
from sheets_sync.sources.moment import COUNTS, PATTERN
from sheets_sync.sources.number import GAPS
from sheets_sync.sources.vocabulary import SPACES

if TYPE_CHECKING:
    import duckdb

FEW = 0.01  # of the rows that settle an order: so many may be slips of the pen
JULY = 12
SHAPES = (  # of numbers, and what each says about the decimal sign; the first that fits
    (r"^[0-9]*$", "'whole'"),
    (r"^[0-9.]*\.[0-9.]*,[0-9]+$", "'comma'"),
    (r"^[0-9,]*,[0-9,]*\.[0-9]+$", "'dot'"),
    (r"^[0-9]{1,3}(,[0-9]{2,3})+,[0-9]{3}$", "'dot'"),
    (r"^[0-9]{1,3}(\.[0-9]{2,3})+\.[0-9]{3}$", "'comma'"),
    (r"^[1-9][0-9]{0,2},[0-9]{3}$", "case when has_gap then 'comma' else 'maybe_comma' end"),
    (r"^[1-9][0-9]{0,2}\.[0-9]{3}$", "case when has_gap then 'dot' else 'maybe_dot' end"),
    (r"^[0-9]*,[0-9]+$", "'comma'"),
    (r"^[0-9]*\.[0-9]+$", "'dot'"),
)


@dataclass(frozen=True, slots=True)
class Finding:
    """What a column says about itself: a format, the id of a text on it, and what it is made of."""

    format: str
    reason: str
    count: int = 0
    example: str = ""


def date_order(connection: duckdb.DuckDBPyConnection, column: str) -> Finding:
    """Tell in which order a column writes day, month and year.

    Only a number above 12 settles it: where none is, the answer is `ambiguous`.
    """
    text = f"trim({column}, {quote(SPACES)})"
    shape = "^([0-9]{1,2})([-./ ])([0-9]{1,2})[-./ ][0-9]{2,4}"
    numeric = f"regexp_extract({text}, '{shape}', ['a', 'sign', 'b'])"
    counts = ", ".join(
        f"count(*) filter (where regexp_matches(x, '{pattern}'))" for pattern in COUNTS.values()
    )
    row = first_row(
        connection,
        "with cells as ("
        f"select x, n.sign as sign, try_cast(n.a as integer) as a, try_cast(n.b as integer) as b "
        f"from (select {text} as x, {numeric} as n from raw where {column} is not null)) "
        f"select count(a), count(*) filter (where a > {JULY} and b <= {JULY}), "
        f"count(*) filter (where b > {JULY} and a <= {JULY}), count(*) filter (where sign = '.'), "
        f"first(x order by greatest(a, b) desc), {counts} from cells",
    )
    total, day_first, month_first, dotted, example, *counted = row
    for name, count in zip(COUNTS, counted, strict=True):
        if count and not total:
            return Finding(name, "date_counted", count)
    if not total:
        return Finding("ymd", "date_plain")
    return _order(total, day_first, month_first, dotted, example)


def _order(total: int, day_first: int, month_first: int, dotted: int, example: str) -> Finding:
    settled = day_first + month_first
    if min(day_first, month_first) > settled * FEW:
        return Finding("ambiguous", "date_mixed", month_first, example)
    if settled:
        order = "dmy" if day_first > month_first else "mdy"
        return Finding(order, "date_settled", settled, example)
    if dotted == total:  # nobody writes month.day.year with dots
        return Finding("dmy", "date_dotted", total, example)
    return Finding("ambiguous", "date_ambiguous", total, example)


def holds_dates(connection: duckdb.DuckDBPyConnection, column: str, order: str) -> bool:
    """Tell whether a column holds a date at all, or nothing: `Closed` may be a yes or no."""
    pattern = COUNTS.get(order, PATTERN)
    row = first_row(
        connection,
        f"select count(*) filter (where regexp_matches(ltrim(trim({column}), chr(31)), '{pattern}')"
        f" or {column}[1] = chr(31)), count(nullif(trim({column}), '')) from raw",
    )
    return bool(row[0]) or not row[1]


def number_format(
    connection: duckdb.DuckDBPyConnection, column: str
) -> tuple[NumberFormat, Finding]:
    """Tell which sign is the decimal one in a column.

    `1,234` alone does not tell, `1,23`, `0,123`, `1.234,5` and `1,234,567` do.
    """
    bare = f"trim(regexp_replace({column}, '[^0-9.,]', '', 'g'), '.,')"
    gap = f"regexp_matches({column}, '[0-9][{GAPS.replace(chr(39), chr(92) + 'x27')}][0-9]{{3}}')"
    shapes = " ".join(f"when regexp_matches(x, '{shape}') then {kind}" for shape, kind in SHAPES)
    rows = connection.execute(
        f"with cells as (select {bare} as x, {gap} as has_gap, {column} as cell from raw "
        f"where {column} is not null and {column}[1] <> chr(31)), "
        f"kinds as (select cell, case {shapes} else 'other' end as kind from cells) "
        "select kind, count(*), first(cell) from kinds group by kind"
    ).fetchall()
    seen = {kind: (count, example) for kind, count, example in rows}
    return _decide(seen)


def _decide(seen: dict[str, tuple[int, str]]) -> tuple[NumberFormat, Finding]:
    comma, dot = (seen.get(kind, (0, ""))[0] for kind in ("comma", "dot"))
    maybe = seen.get("maybe_comma") or seen.get("maybe_dot")
    if min(comma, dot) > (comma + dot) * FEW:
        count, example = seen["comma"]
        return NumberFormat(decimal="ambiguous"), Finding("", "decimal_mixed", count, example)
    if comma > dot:
        return NumberFormat(decimal=",", thousands="."), Finding(
            ",", "decimal_settled", *seen["comma"]
        )
    if dot:
        return NumberFormat(decimal=".", thousands=","), Finding(
            ".", "decimal_settled", *seen["dot"]
        )
    if maybe:
        return NumberFormat(decimal="ambiguous"), Finding("", "decimal_ambiguous", *maybe)
    return NumberFormat(), Finding(".", "decimal_whole")


def is_percent(connection: duckdb.DuckDBPyConnection, column: str) -> bool:
    """Tell whether a column of probabilities counts to 100."""
    row = first_row(
        connection,
        f"select max(try_cast(replace(trim({column}, '% \x1f'), ',', '.') as double)), "
        f"count(*) filter (where contains({column}, '%')) from raw",
    )
    return bool((row[0] or 0) > 1 or row[1])


def currencies_in(connection: duckdb.DuckDBPyConnection, column: str) -> set[str]:
    """Return the known currencies that stand beside the amounts of a column."""
    rows = connection.execute(
        f"select distinct {currency_word(column)} from raw "
        f"where {column} is not null and length({column}) < 100 limit 1000"
    ).fetchall()
    return {currency_named(word) for (word,) in rows} - {"XXX"}


def words_in(connection: duckdb.DuckDBPyConnection, column: str, most: int = 200) -> list[str]:
    """Return the different words of a column, the most frequent first."""
    rows = connection.execute(
        f"select trim({column}, {quote(SPACES)}) as word from raw where {column} is not null "
        f"and length({column}) < 200 group by word order by count(*) desc, word limit {most}"
    ).fetchall()
    return [word for (word,) in rows if word]
