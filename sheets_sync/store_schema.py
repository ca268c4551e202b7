"""The tables of facts.duckdb: one per object of the model, what people decided, and the record.

Tables that are computed from these (`leads_now`, `deals_now`, `spend_now`, `stage`, `cube` and
others) are the files of `views/`, in the order of `VIEWS`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib.resources import files

from sheets_sync.model import OBJECTS, SQL_TYPES
from templates.tab import Kind, Table, Writer
from templates.tabs import TABS

DAYS: Mapping[str, Mapping[str, str]] = {
    "lead": {
        "created_on": "created_at",
        "verdict_on": "verdict_at",
        "first_touch_on": "first_touch_at",
    },
    "deal": {"created_on": "created_at", "closed_on": "closed_at"},
    "stage_event": {"day": "at"},
    "touch": {"day": "at"},
    "ad_spend": {},
}
"""DATE columns that the store makes: the day of a time in the company's zone."""

OURS = {"stage_event": ("is_inferred boolean",)}
"""Columns that no source tells."""

VIEWS = (
    "person",
    "repeated",
    "rate",
    "stage",
    "lead_left_out",
    "deals_now",
    "leads_now",
    "costs_now",
    "spend_now",
    "reached",
    "stage_chance",
    "open_now",
    "cycles",
    "cycle_months",
)

PEOPLE = {
    "plan": "month date, metric varchar, scope varchar, owner varchar, value double",
    "verdict": "lead_id varchar, verdict varchar, reason varchar",
    "dispute": "lead_id varchar, dispute_id varchar, verdict varchar, reason varchar",
    "rule": "version integer, hash varchar, first_seen varchar, spelled varchar",
    "sign_said": "lead_id varchar, sign varchar, answer boolean",
    "reason_meaning": "text varchar, reason varchar",
    "fx": "day date, currency varchar, rate double",
    "stage_rule": "name varchar, canonical varchar",
    "day_rule": "day date, is_working boolean",
}
"""What people typed or configured, replaced whole by `Store.apply`."""

TYPED_TYPES = {
    **dict.fromkeys((Kind.DATE, Kind.MONTH), "date"),
    Kind.DATETIME: "timestamp",
    **dict.fromkeys(
        (
            Kind.INTEGER,
            Kind.NUMBER,
            Kind.MONEY,
            Kind.SHARE,
            Kind.RATIO,
            Kind.DAYS,
            Kind.FIGURE,
            Kind.LIMIT,
        ),
        "double",
    ),
}

TYPED: Mapping[str, Mapping[str, str]] = {
    tab.name: {
        tab.key: "varchar",
        **{
            column.id: TYPED_TYPES.get(column.kind, "varchar")
            for column in tab.columns
            if column.writer is Writer.HUMAN
        },
    }
    for tab in TABS
    if isinstance(tab, Table)
}
"""The tables `typed_<tab>`: the key and the human columns of each tab, with their types."""

CALENDAR = """
create or replace table calendar (
    day date, week_start date, month_start date, quarter_start date, is_working boolean,
    is_official boolean
)
"""
"""The days: whether people work on them, and whether the country does."""

RECORD = {
    "company": "timezone varchar, currency varchar, country varchar, dup_days integer,"
    " is_stale boolean",
    "computed": "stamp varchar",
    "rule_kept": "lead_id varchar, version integer",
    "cursor": "source varchar, cursor varchar",
    "quarantine": 'source varchar, object varchar, file varchar, line bigint, "column" varchar,'
    " value varchar, reason varchar, is_row_lost boolean, first_seen timestamp,"
    " last_seen timestamp",
    "arrival": "source varchar, object varchar, rows_read bigint, loaded bigint, new bigint,"
    " changed bigint, unchanged bigint, quarantined bigint, gone bigint, not_believed bigint,"
    " totals_dropped bigint, last_good timestamp",
    "failure": "source varchar, error varchar, parts varchar, failed_at timestamp",
}


def day_of(time: str, table: str = "") -> str:
    """Return the SQL for the company's day of a time.

    >>> day_of("closed_at")
    'cast(timezone((select timezone from company), "closed_at") as date)'
    """
    return f'cast(timezone((select timezone from company), {table}"{time}") as date)'


def create_statements() -> Iterator[str]:
    """Yield the statements that make the tables that are not there yet."""
    for name, made in OBJECTS.items():
        columns = [f'"{field}" {SQL_TYPES[kind]}' for field, kind in made.fields.items()]
        columns += [f"{day} date" for day in DAYS[name]]
        columns += OURS.get(name, ())
        columns += ["source varchar", "loaded_at timestamptz", "is_deleted boolean"]
        yield f"create table if not exists {name} ({', '.join(columns)})"
        for column in columns:
            yield f"alter table {name} add column if not exists {column}"
    for name, spelled in {**PEOPLE, **RECORD}.items():
        yield f"create table if not exists {name} ({spelled})"


def typed_statement(tab: str) -> str:
    """Return the statement that makes the table of what people typed on a tab.

    >>> typed_statement("settings")
    'create or replace table typed_settings ("setting" varchar, "value" varchar)'
    """
    columns = ", ".join(f'"{id_}" {spelled}' for id_, spelled in TYPED[tab].items())
    return f"create or replace table typed_{tab} ({columns})"


def view(name: str) -> str:
    """Return the text of a computed table."""
    return files("sheets_sync").joinpath("views", f"{name}.sql").read_text(encoding="utf-8")
