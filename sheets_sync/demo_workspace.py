"""The workspace of the made-up company: its exports, its config, what its people typed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING

from sheets_sync.config import HIDDEN, Company
from sheets_sync.demo import CHANNELS, MONTHS, found
from sheets_sync.demo_files import write_exports
from sheets_sync.setup import take, write_config
from sheets_sync.state import open_state

if TYPE_CHECKING:
    from templates.tab import Value
    from templates.words import Words

SEASON = (0.78, 0.95, 1.05, 1.02, 0.93, 1.02, 0.95, 0.98, 1.08, 1.12, 1.1, 1.02)
PLANNED = {"revenue": 4_600_000, "qualified": 140}
SALES = (0, 0, 1, 1, 2, 2, 0, 1, 1, 1, 1, "unknown", 0, 2, 0, 1, 1, 1, 1, 2)
MARKETING = (1, 0, 1, 1, 2, 2, 1, 0, 2, 1, 1, 2, 1, 2, 1, 1, 1, 0, "unknown", 1)
MARGIN = 0.35
SETTINGS: dict[str, Value] = {"margin_share": MARGIN}


def settle(folder: Path, last_day: date, words: Words) -> None:
    """Write the exports and the config of the made-up company; its people type once."""
    company = found(last_day)
    files = write_exports(company, folder / "exports", words)
    taken = take(folder, files, {}, lambda _: None)
    channels = {f"spend_{channel.id}.csv": channel.id for channel in CHANNELS}
    mappings = []
    for each in taken:
        channel = channels.get(Path(each.mapping.path).name)
        if channel:
            defaults = {**each.mapping.defaults, "channel": words(f"demo.channel.{channel}")}
            mappings.append(each.mapping.model_copy(update={"defaults": defaults}))
        else:
            mappings.append(each.mapping)
    about = Company(name=words("demo.company"), language=words.language)
    write_config(folder, about, mappings, words)
    state = open_state(folder / HIDDEN)
    if not state.recall():
        began = datetime.combine(company.first_day, time(), tzinfo=UTC)
        state.remember(_typed(last_day), began)
    state.put("demo", True)


def is_demo(folder: Path) -> bool:
    """Tell whether a workspace was made by `settle`."""
    return (folder / HIDDEN).exists() and bool(open_state(folder / HIDDEN).get("demo"))


def _typed(last_day: date) -> dict[str, dict[str, dict[str, Value]]]:
    criteria = [f"{section}{place}" for section in "MCSQR" for place in range(1, 5)]
    return {
        "plan": dict(_plan(last_day)),
        "scorecard": {
            criterion: {"sales": str(sales), "marketing": str(marketing)}
            for criterion, sales, marketing in zip(criteria, SALES, MARKETING, strict=True)
        },
        "settings": {name: {"value": value} for name, value in SETTINGS.items()},
    }


def _plan(last_day: date) -> Iterator[tuple[str, dict[str, Value]]]:
    """Yield a plan a month for money and for qualified leads, up to the next month."""
    latest = last_day.year * 12 + last_day.month - 1
    number = 0
    for index in range(latest - MONTHS + 1, latest + 2):
        month = date(index // 12, index % 12 + 1, 1)
        for metric, usual in PLANNED.items():
            number += 1
            step = 100_000 if metric == "revenue" else 5
            value = step * round(usual * SEASON[month.month - 1] / step)
            yield (
                f"L-{number:04d}",
                {"period": month, "metric": metric, "scope": "both", "value": float(value)},
            )
