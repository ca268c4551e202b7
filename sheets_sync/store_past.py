"""The facts as of an earlier moment: what has a later date is taken away or taken back.

Rows carry the dates of what happened to them, so a lead that came later goes, a verdict given later
is none yet, a deal closed later is open and stands where it stood. What has no date, as the amount
of a deal, is as it is now.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from sheets_sync.store_intake import transaction
from sheets_sync.store_schema import day_of

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_STOOD = """
    create or replace temp table stood as
    select
        entity, entity_id,
        coalesce(
            arg_min(from_stage, "at") filter (where "at" >= $moment),
            arg_max(to_stage, "at") filter (where "at" < $moment)
        ) as stage
    from stage_event
    where not is_deleted
    group by entity, entity_id
    having bool_or("at" >= $moment)
    """
"""Where those stood that have moved since: what they moved from, else what they last moved to."""

_BACK = """
    update {name} set is_deleted = false where is_deleted and loaded_at >= $moment
    """
"""What is gone was still there before that was noticed."""

FACTS: Mapping[str, tuple[str, ...]] = {
    "lead": (
        "delete from lead where created_at >= $moment",
        _BACK.format(name="lead"),
        """
        update lead set is_target = null, is_spam = null, target_reason = null, verdict_at = null,
            verdict_on = null
        where verdict_at >= $moment
        """,
        """
        update lead set first_touch_at = null, first_touch_on = null
        where first_touch_at >= $moment
        """,
        """
        update lead set stage = s.stage from stood as s
        where s.entity = 'lead' and s.entity_id = lead_id
        """,
    ),
    "deal": (
        "delete from deal where created_at >= $moment",
        _BACK.format(name="deal"),
        """
        update deal set stage = s.stage from stood as s
        where s.entity = 'deal' and s.entity_id = deal_id
        """,
        """
        update deal set
            status = 'open', closed_at = null, closed_on = null, lost_reason = null,
            stage = case when deal_id in (select entity_id from stood where entity = 'deal')
                then stage end
        where closed_at >= $moment
        """,
    ),
    "stage_event": (
        _BACK.format(name="stage_event"),
        'delete from stage_event where "at" >= $moment',
    ),
    "touch": (
        _BACK.format(name="touch"),
        'delete from touch where "at" >= $moment',
    ),
    "ad_spend": (
        f"""
        delete from ad_spend
        where day >= (select {day_of("moment")} from (select $moment as moment))
        """,
    ),
}
"""What is done to each object of the model, in order; a spent day is over at its midnight."""

_RECORD = (
    "delete from failure where failed_at >= $moment",
    "delete from quarantine where first_seen >= timezone('UTC', $moment)",
    "update arrival set last_good = least(last_good, timezone('UTC', $moment))",
)


def take_back(connection: DuckDBPyConnection, moment: datetime) -> None:
    """Make the facts what they were before a moment; for a copy of them alone."""
    with transaction(connection):
        _run(connection, _STOOD, moment)
        for statement in (*(each for made in FACTS.values() for each in made), *_RECORD):
            _run(connection, statement, moment)
        connection.execute("drop table stood")
        connection.execute("update company set is_stale = true")


def _run(connection: DuckDBPyConnection, statement: str, moment: datetime) -> None:
    given = {"moment": moment} if "$moment" in statement else {}
    connection.execute(statement, given)
