"""A firm that lags behind, with something beside every item of its agenda."""

# ruff: noqa: DTZ001  (cells know no time zones)

from dataclasses import replace
from datetime import date, datetime

from templates.meeting.agenda import starter
from templates.words import load
from tests.templates import made_up

HOSTILE = "<script>alert(1)</script>\"'>&*_[x](y)`\u202eabc\x07\nnew line"

TABLES = {
    "minutes": [
        {"week": "2026-W45", "frozen_at": datetime(2026, 11, 9, 7), "held_on": date(2026, 11, 9),
         "numbers_hash": "0123456789ab"},
    ],
    "meeting_channels": [
        {"channel": "Direct", "qualified": 30, "judged": 40, "low": 0.6, "high": 0.86},
        {"channel": None, "qualified": 0, "judged": 3, "low": 0.0, "high": 0.56},
        {"channel": "Radio", "qualified": 0, "judged": 0, "low": None, "high": None},
    ],
    "reasons_by_channel": [
        {"is_total": True, "channel": None, "reason": "area", "label": "Not our area", "leads": 6,
         "share": 0.6, "n": 12},
        {"is_total": False, "channel": "Direct", "reason": "area", "label": "Not our area",
         "leads": 6, "share": 0.9, "n": 8},
    ],
    "typed.disputes": [
        {"dispute_id": f"D-000{n}", "lead_id": str(n), "opened_by": "marketing", "argument": "Ours"}
        for n in range(1, 8)
    ],
    "rule_agreement": [{"kappa": 0.61, "n": 120}],
    "pending_leads": [
        {"lead_id": "8", "side": "sales", "is_overdue": True},
        {"lead_id": "9", "side": "marketing", "is_overdue": False},
    ],
    "running_experiments": [
        {"name": "Dzen", "spent": 61_000.0, "budget_cap": 60_000.0, "leads": 20,
         "leads_needed": 60, "qualified_share": 0.5, "goal_share": 0.6, "days_left": 9},
    ],
    "open_hypotheses": [
        {"hypothesis_id": "H-0001", "change": "Quiz", "metric": "qualified_share", "target": 0.7,
         "status": None, "ice": 210, "days_left": 4, "phase": "planned", "baseline": 90 / 130,
         "before_k": 90, "before_n": 130, "needed_n": 622, "n_now": 0, "is_fact": True},
        {"hypothesis_id": "H-0002", "change": "Discounts", "metric": None, "is_fact": False},
    ],
    "tasks_due": [
        {"task_id": "T-0001", "text": "Call the guests", "owner": "A. K.", "status": "late",
         "due": date(2026, 11, 2), "carried": 3},
        {"task_id": "T-0002", "text": "New landing page", "owner": None, "status": "done",
         "due": date(2026, 11, 9), "carried": 0},
    ],
    "coming": [
        {"name": "Autumn", "kind": "promo", "starts_on": date(2026, 11, 16),
         "ends_on": date(2026, 11, 30), "owner": "V. N.", "alert": None},
    ],
}  # fmt: skip


def _behind(row):
    if row["id"] != "run_rate":
        return row
    return {**row, "value": 0.8, "status": "bad", "plan_gap": 1_800_000.0}


WHOLE = replace(
    made_up.RICH,
    tables={
        **made_up.RICH.tables,
        **TABLES,
        "five": [_behind(row) for row in made_up.RICH.tables["five"]],
    },
)


def on_plan(facts):
    """Return the same firm, on pace and with deals enough."""
    good = {"run_rate": {"value": 1.1}, "coverage_raw": {"value": 5.0, "short_open": -1.0}}
    five = [{**row, **good.get(row["id"], {})} for row in facts.tables["five"]]
    return replace(facts, tables={**facts.tables, "five": five})


def with_agenda(facts, **changes):
    """Return the same firm with the agenda as people changed it."""
    rows = {key: dict(row) for key, row in starter(load("en")).items()}
    for key, change in changes.items():
        rows.setdefault(key, {}).update(change)
    typed = [{"agenda_id": key, **row} for key, row in rows.items()]
    return replace(facts, tables={**facts.tables, "typed.agenda": typed})


def hostile(facts):
    """Return the same firm, where everybody writes what breaks pages."""

    def spoilt(row):
        texts = {"channel", "label", "argument", "name", "change", "result_text", "text", "owner",
                 "title", "manager", "lead_id"}  # fmt: skip
        return {key: HOSTILE if key in texts and value is not None else value
                for key, value in row.items()}  # fmt: skip

    names = {*TABLES, "stuck"}
    tables = {
        name: [spoilt(row) for row in rows] if name in names else rows
        for name, rows in facts.tables.items()
    }
    rows = {"A-0011": {"order": 11.0, "item": HOSTILE, "led_by": HOSTILE, "leaves": HOSTILE}}
    return with_agenda(replace(facts, company=HOSTILE, tables=tables), **rows)
