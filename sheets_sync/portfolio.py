"""The workbook of an agency, written as every workbook is: what people typed in it stays."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from sheets_sync.config import HIDDEN
from sheets_sync.lock import workspace_lock
from sheets_sync.state import Kept, open_state
from sheets_sync.targets.xlsx import XlsxFile
from sheets_sync.workbook import Exchange, Inputs, ReportSheet, Sheet, TableSheet
from templates.brand import UNBRANDED, Brand
from templates.clients import Trouble
from templates.portfolio import TABS
from templates.tab import Facts, Report

if TYPE_CHECKING:
    from templates.tab import Row, Tab
    from templates.words import Words

KNOWN = "known"
"""Where the clients are remembered that have a row."""


def write(
    path: Path, rows: Sequence[Row], words: Words, now: datetime, brand: Brand = UNBRANDED
) -> Exchange:
    """Bring the workbook of these clients up to date.

    What is remembered of it lies beside it, in a hidden folder.

    Raises:
        TargetNotWritten: it is as it was.
        WaitAndRetry: somebody else is writing it.
    """
    hidden = path.parent / HIDDEN
    with workspace_lock(hidden):
        state = open_state(hidden)
        memory = Kept(state, f"portfolio.{path.name}.")
        listed = [*rows, *_gone(rows, memory)]
        facts = replace(_facts(listed, words, now), brand=brand)
        remembered = state.recall(*(tab.name for tab in TABS))

        def draw(inputs: Inputs, _hidden: Collection[str]) -> Sequence[Sheet]:
            return [_sheet(tab, {**remembered, **inputs}, facts, words) for tab in TABS]

        target = XlsxFile(path, words, facts.currency, memory, hidden / "versions")
        exchange = target.exchange(TABS, draw)
        state.remember(exchange.inputs, now)
        memory[KNOWN] = json.dumps({str(row["client"]): row["company"] for row in listed})
        return exchange


def _gone(rows: Sequence[Row], memory: Kept) -> list[Row]:
    """Return a row for each client that had one, and whose folder is no longer there."""
    known = json.loads(memory.get(KNOWN, "{}"))
    return [
        {"client": client, "company": company, "trouble": Trouble.GONE}
        for client, company in known.items()
        if client not in {row["client"] for row in rows}
    ]


def _facts(rows: Sequence[Row], words: Words, now: datetime) -> Facts:
    [(currency, _)] = Counter(row.get("currency") or "RUB" for row in rows).most_common(1)
    days = [day for row in rows if isinstance(day := row.get("as_of"), date)]
    local = now.astimezone().replace(tzinfo=None)
    return Facts(
        tables={"clients": rows},
        company=words("clients.portfolio_of", count=words.number(len(rows))),
        currency=str(currency),
        as_of=max(days, default=local.date()),
        synced_at=local,
        settings={},
    )


def _sheet(tab: Tab, inputs: Inputs, facts: Facts, words: Words) -> Sheet:
    if isinstance(tab, Report):
        return ReportSheet(tab, tab.draw(facts, words))
    return TableSheet(tab, tab.rows(facts, words), inputs.get(tab.name, {}))
