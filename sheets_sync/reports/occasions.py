"""Promotions and events: who came of them, and whether the other department knew in time."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import TYPE_CHECKING

from sheets_sync.reports import experiments, tasks, work
from sheets_sync.reports.ground import Found, Ground
from templates.tabs.tasks import TOO_OFTEN

if TYPE_CHECKING:
    from templates.tab import Row

SHORTEST = 3  # letters that a coupon needs to be told from chance
AFTER_EVENT = timedelta(days=30)
AHEAD, SOON = timedelta(days=14), timedelta(days=3)
LOOK_BACK = timedelta(days=90)


def _marks(*columns: str) -> str:
    """Write the query of what may carry a text, as one text."""
    joined = " || ".join(f"coalesce({column} || ' ', '')" for column in columns)
    return f"lower({joined})"


LEAD_MARKS = _marks("campaign", "utm_source", "utm_medium", "utm_content", "utm_term")
DEAL_MARKS = _marks("r.title", "d.campaign", "r.utm_source", "r.utm_medium", "r.product")
DEALS = """
    deals_now as d join deal as r on r.source = d.source and r.deal_id = d.deal_id
        and d.created_on between $first and $last
    """

MARKED = f"""
    select marks from (
        select {LEAD_MARKS} as marks from leads_now where created_on between $first and $last
        union
        select {DEAL_MARKS} from {DEALS}
    ) as told
    where strpos(marks, $text) > 0
    """

MATCHED = f"""
    with hit as (
        select lead_id from leads_now
        where created_on between $first and $last
            and {LEAD_MARKS} in (select marks from marked)
    ),
    named as (
        select d.deal_id from {DEALS}
        where {DEAL_MARKS} in (select marks from marked)
    ),
    bought as (
        select deal_id, lead_id, status = 'won' and won_on <= $as_of as is_won
        from deals_now
        where lead_id in (select lead_id from hit) or deal_id in (select deal_id from named)
    )
    select
        (select count(*) from (select lead_id from hit union
            select coalesce(lead_id, deal_id) from bought) as came) as leads,
        (select count(*) from bought where is_won) as sales
    """


def matched(
    ground: Ground, text: object, first: date | None, last: date | None
) -> tuple[int | None, int | None]:
    """Count the leads of some days that carry a text in their marks, and the sales of these.

    Both are unknown where the text is nowhere to be found: perhaps nobody writes it down.
    """
    wanted = str(text or "").strip().lower()
    if len(wanted) < SHORTEST or first is None or first > ground.as_of:
        return None, None
    until = min(last or ground.as_of, ground.as_of)
    seen = ground.new_rows(MARKED, text=wanted, first=first, last=until)
    marked = [(row["marks"],) for row in seen if _stands_alone(wanted, row["marks"])]
    if not marked:
        return None, None
    ground.give("marked", "marks varchar", marked)
    found = ground.new_rows(MATCHED, first=first, last=until)[0]
    return found["leads"], found["sales"]


def _stands_alone(wanted: str, marks: str) -> bool:
    """Tell whether a text stands among others without a letter or digit at its sides.

    >>> _stands_alone("roof", "autumn roof-20"), _stands_alone("roof", "roofing")
    (True, False)
    """
    return bool(re.search(rf"(?<![^\W_]){re.escape(wanted)}(?![^\W_])", marks))


def promos(ground: Ground) -> list[Found]:
    """Return what the sync knows of every promotion."""
    day, rows = work.today(ground), []
    for row in work.typed(ground, "promos"):
        leads, sales = matched(ground, row.get("coupon"), row.get("starts_on"), row.get("ends_on"))
        rows.append(
            {
                "promo_id": row["promo_id"],
                "first_seen": row["first_seen"],
                "today": day,
                "leads_with_coupon": leads,
                "sales_with_coupon": sales,
            }
        )
    return rows


def ended_on(row: Row) -> date | None:
    """Return the last day of an event: one without an end lasts a day."""
    end = row.get("ends_on") or row.get("starts_on")
    return end if isinstance(end, date) else None


def list_due(ground: Ground, row: Row) -> date | None:
    """Return the day by which sales get the guests of an event: the next working one after it."""
    end = ended_on(row)
    return work.next_working_day(ground, end) if end else None


def events(ground: Ground) -> list[Found]:
    """Return what the sync knows of every event."""
    day, rows = work.today(ground), []
    for row in work.typed(ground, "events"):
        end = ended_on(row)
        leads, _ = matched(ground, row.get("name"), row.get("starts_on"), end and end + AFTER_EVENT)
        rows.append(
            {
                "event_id": row["event_id"],
                "first_seen": row["first_seen"],
                "today": day,
                "list_due": list_due(ground, row),
                "leads_from_event": leads,
            }
        )
    return rows


def coming(ground: Ground) -> list[Found]:
    """Return what begins within two weeks, and what the other department still waits for.

    `kind` is `promo` or `event`; `alert` is `untold` (sales do not know of a promotion that
    begins within three days or runs), `list_late`, or None.
    """
    found = [*_coming_promos(ground), *_coming_events(ground)]
    return sorted(found, key=lambda row: (row["alert"] is None, row["starts_on"]))


def _coming_promos(ground: Ground) -> list[Found]:
    day = work.today(ground)
    rows = []
    for row in work.typed(ground, "promos"):
        start, end = row.get("starts_on"), row.get("ends_on")
        if start is None or start > day + AHEAD or (end or start) < day:
            continue
        is_untold = row.get("sales_notified_on") is None and start <= day + SOON
        if is_untold or start >= day:
            rows.append(_item(ground, row, "promo", "untold" if is_untold else None))
    return rows


def _coming_events(ground: Ground) -> list[Found]:
    day = work.today(ground)
    rows = []
    for row in work.typed(ground, "events"):
        start, due = row.get("starts_on"), list_due(ground, row)
        if start is None or due is None or start > day + AHEAD:
            continue
        is_waited_for = row.get("list_uploaded_on") is None and due >= day - LOOK_BACK
        if start >= day or is_waited_for:
            is_late = is_waited_for and due < day
            item = _item(ground, row, "event", "list_late" if is_late else None)
            rows.append({**item, "list_due": due})
    return rows


def _item(ground: Ground, row: Found, kind: str, alert: str | None) -> Found:
    return {
        "id": row[f"{kind}_id"],
        "kind": kind,
        "name": row.get("name"),
        "starts_on": row["starts_on"],
        "ends_on": row.get("ends_on"),
        "owner": ground.name(row.get("owner")),
        "list_due": None,
        "alert": alert,
    }


def alerts(ground: Ground) -> list[Found]:
    """Return what somebody has to act on now: `kind`, `id`, `name`, `owner`, `alert`.

    Promotions nobody told of, late lists, experiments over their cap, tasks carried too often.
    """
    found = [row for row in coming(ground) if row["alert"]]
    found += [
        {**row, "id": row["experiment_id"], "kind": "experiment", "alert": "over_cap"}
        for row in experiments.running(ground)
        if row["stop"] == "over_cap"
    ]
    found += [
        {**row, "id": row["task_id"], "kind": "task", "name": row["text"], "alert": "carried"}
        for row in tasks.due_tasks(ground)
        if row["carried"] >= TOO_OFTEN and row["status"] != "done"
    ]
    return [{id_: row[id_] for id_ in ("kind", "id", "name", "owner", "alert")} for row in found]
