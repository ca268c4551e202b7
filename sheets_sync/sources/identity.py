"""What a row is known by: an id of its own, or what it is about and which of its equals it is."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from sheets_sync.sources.casting import quote
from sheets_sync.sources.desk import first_row
from sheets_sync.sources.vocabulary import MARK, SPACES, plain

if TYPE_CHECKING:
    import duckdb

IDENTITY = {
    "lead": ("created_at", "contact_key", "channel", "campaign"),
    "deal": ("created_at", "lead_id", "title", "channel"),
    "ad_spend": ("day", "cabinet", "level", "campaign_id", "campaign", "currency"),
    "stage_event": ("entity", "entity_id", "at", "from_stage", "to_stage"),
}
"""What a row without an id of its own is about: what does not change in its life."""

PARTS = ("adgroup", "ad")
CODE = "[-0-9A-Za-zА-Яа-яЁё_/#№.]*[0-9][-0-9A-Za-zА-Яа-яЁё_/#№.]*"
DAY = "^[0-9]{1,4}[-./][0-9]{1,2}[-./][0-9]{1,4}"
LONGEST_CODE = 40
ID_WORD = re.compile(r"(?:^|\s)(?:id|ид|№|n|no|номер|код|number|code|ref)(?:\s|$)")


def row_id(model: str, fields: Mapping[str, str], present: set[str]) -> str:
    """Return SQL of the id of a row: what it is about, and which of its equals it is.

    What was spent is no part of it: platforms correct the past, and the corrected row takes the
    place of the old one.
    """
    parts = [fields[field] for field in IDENTITY[model]]
    if model == "ad_spend":  # a campaign that is renamed stays the same
        known, named = fields["campaign_id"], IDENTITY[model].index("campaign")
        parts[named] = f"case when {known} is null then {parts[named]} end"
    parts += [f"v_{field}" for field in PARTS if field in present]
    identity = " || '|' || ".join(f"coalesce(cast({part} as varchar), '')" for part in parts)
    digest = f"sha256({identity})[1:24]"
    return f"{digest} || '-' || row_number() over (partition by {digest} order by line)"


def id_headers(connection: duckdb.DuckDBPyConnection, columns: Mapping[str, str]) -> list[str]:
    """Return the headers that could be of an id: their names say so, or they stand first.

    Their cells are short codes with a digit, no two alike; a last row with a total may lack one.
    `columns` holds the column of the table `raw` of each header.
    """
    return [
        header
        for header, column in columns.items()
        if (column == "c0" or ID_WORD.search(plain(header))) and _are_codes(connection, column)
    ]


def _are_codes(connection: duckdb.DuckDBPyConnection, column: str) -> bool:
    text = f"trim({column}, {quote(SPACES + MARK)})"
    filled, distinct, codes, rows = first_row(
        connection,
        f"select count({column}), count(distinct {column}), count(*) filter (where "
        f"length({text}) <= {LONGEST_CODE} and regexp_full_match({text}, '{CODE}') "
        f"and not regexp_matches({text}, '{DAY}')), count(*) from raw",
    )
    return bool(filled) and filled == distinct == codes and filled >= rows - 1
