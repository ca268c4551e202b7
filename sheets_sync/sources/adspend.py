"""What is special about spend: its levels, and totals among its rows."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from sheets_sync.errors import FixConfig, LookAtSource
from sheets_sync.sources.casting import Cast
from sheets_sync.sources.desk import first_row
from sheets_sync.sources.identity import PARTS
from sheets_sync.sources.mapping import Columns, key_of
from sheets_sync.sources.vocabulary import words_of

if TYPE_CHECKING:
    import duckdb

MEASURES = {
    "lead": (),
    "deal": ("amount",),
    "ad_spend": ("cost", "impressions", "clicks"),
    "stage_event": (),
}
MOST_TOTALS = 1_000
CENT = Decimal("0.01")


def check_levels(mappings: Sequence[Columns]) -> None:
    """Refuse one cabinet at two levels: its money would be counted twice."""
    levels: dict[str, str] = {}
    for mapping in mappings:
        if mapping.object != "spend" or mapping.cabinet is None:
            continue
        level = levels.setdefault(mapping.cabinet, mapping.level)
        if level != mapping.level:
            raise FixConfig(
                "spend_levels", cabinet=mapping.cabinet, first=level, second=mapping.level
            )


def refuse_mixed_levels(
    connection: duckdb.DuckDBPyConnection, mapping: Columns, made: Sequence[Cast]
) -> None:
    """Refuse a file in which a campaign's day stands both as a whole and cut into its parts."""
    part = next((name for name in reversed(PARTS) if name in {cast.field for cast in made}), None)
    if part is None:
        return
    mixed = first_row(
        connection,
        f"select day, coalesce(campaign, campaign_id) from typed where lost is null "
        f"group by all having count(v_{part}) > 0 and count(v_{part}) < count(*) "
        f"and count(*) filter (where v_{part} is null) = 1 order by all limit 1",
    )
    if mixed:
        example = f"{mixed[0]}, {mixed[1] or ''}"
        raise LookAtSource("spend_levels_mixed", file=mapping.place, example=example)


def total_pattern() -> str:
    """Return the regular expression of a cell that names a total, in lower case.

    >>> bool(re.match(total_pattern(), "итого:")), bool(re.match(total_pattern(), "total recall"))
    (True, False)
    """
    words = "|".join(re.escape(word) for word in words_of("total"))
    return f"^(?:{words})(?:$|[:;.,-].*| ?[0-9].*| по .*)$"


def total_word(mapping: Columns, made: Sequence[Cast]) -> str:
    """Return SQL of the cell by which a row calls itself a total, in lower case, else NULL."""
    pattern = total_pattern().replace("'", "''")
    places = {"ad_spend": ("day", "campaign", "cabinet")}.get(mapping.model, (key_of(mapping),))
    cells = [f"t_{cast.field}" for cast in made if cast.field in places]
    cells += ["c0"]
    whens = " ".join(
        f"when regexp_matches(lower({cell}), '{pattern}') then lower({cell})" for cell in cells
    )
    return f"case {whens} end"


def drop_totals(
    connection: duckdb.DuckDBPyConnection,
    mapping: Columns,
    made: Sequence[Cast],
) -> int:
    """Mark rows that are the total of the others as `total`; return how many there are.

    A row that calls itself a total and is none is set aside as `total_differs`, unless it has a key
    of its own: a campaign may be called "Total". A row of spend without a day is a total when it is
    the sum of the others.
    """
    present = {cast.field for cast in made}
    measures = [measure for measure in MEASURES[mapping.model] if measure in present]
    key = key_of(mapping)
    is_unnamed = "n0" if mapping.model == "ad_spend" else "false"  # n0: the key is empty
    candidate = f"(total_word is not null or {is_unnamed})"
    columns = ", ".join(["line", "total_word", "lost is not null", f"cast({key} as varchar)"])
    found = connection.execute(
        f"select {', '.join([columns, *measures])} from typed where {candidate} "
        f"order by line limit {MOST_TOTALS}"
    ).fetchall()
    if not found:
        return 0
    sums = ", ".join(["count(*)", *(f"sum({measure})" for measure in measures)])
    rest = first_row(connection, f"select {sums} from typed where not {candidate}")
    count, *sums_of_rest = rest
    marks: dict[str, list[int]] = {"total": [], "total_differs": []}
    for line, word, is_lost, key_value, *values in found:
        if is_total(word, count, values, sums_of_rest):
            marks["total"].append(line)
        elif word and (is_lost or (key_value or "").lower() == word):
            marks["total_differs"].append(line)
    for mark, lines in marks.items():
        connection.execute("update typed set lost = ? where list_contains(?, line)", [mark, lines])
    return len(marks["total"])


def is_total(
    word: str | None, count: int, values: Sequence[object], rest: Sequence[object]
) -> bool:
    """Tell whether a row with these values is the total of `count` rows with sums `rest`.

    >>> is_total("итого", 2, [Decimal(30)], [Decimal(30)])
    True
    >>> is_total("total rows: 5", 2, [None], [Decimal(30)])
    False
    """
    stated = re.search(r"(?:rows|записей|строк)\D*([0-9]+)$|^[а-яa-z ]+: *([0-9]+)$", word or "")
    if stated and int(stated[1] or stated[2]) == count:
        return True
    pairs = [(value, total) for value, total in zip(values, rest, strict=True) if value is not None]
    slack = CENT * (count + 2) / 2  # totals are made of unrounded parts
    return any(value for value, _ in pairs) and all(
        abs(Decimal(str(value)) - Decimal(str(total or 0)))
        <= (slack if isinstance(value, Decimal) else 0)
        for value, total in pairs
    )
