"""The workspace of the made-up company: its exports, its config, what its people typed."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING

from sheets_sync.config import HIDDEN, Company
from sheets_sync.demo import baseline, rounds
from sheets_sync.demo.exports import write_exports
from sheets_sync.demo.story import CHANNELS, found
from sheets_sync.demo.typed import diary, typed, verdicts
from sheets_sync.setup import take, write_config
from sheets_sync.state import open_state

if TYPE_CHECKING:
    from templates.words import Words


def settle(folder: Path, last_day: date, words: Words, spreadsheet: str = "") -> None:
    """Write the exports and the config of the made-up company; its people type once."""
    company = found(last_day)
    files = write_exports(company, folder / "exports", words)
    taken = take(folder, files, {}, lambda _: None)
    channels = {f"spend_{channel.id}.csv": channel.id for channel in CHANNELS}
    mappings = []
    for each in taken:
        channel = channels.get(Path(each.mapping.place).name)
        if channel:
            defaults = {**each.mapping.defaults, "channel": words(f"demo.channel.{channel}")}
            mappings.append(each.mapping.model_copy(update={"defaults": defaults}))
        else:
            mappings.append(each.mapping)
    about = Company(name=words("demo.company"), language=words.language)
    write_config(folder, about, mappings, words, spreadsheet)
    state = open_state(folder / HIDDEN)
    if not state.recall():
        pages = [(company.first_day, typed(last_day, words)), *diary(last_day, words)]
        state.replay((page, datetime.combine(day, time(), tzinfo=UTC)) for day, page in pages)
        began = datetime.combine(last_day - rounds.AGO, time())
        kept = [*baseline.frozen(company, began.date()), *rounds.frozen(last_day)]
        state.freeze(kept, began)
        state.put("rules", verdicts.versions(last_day, words))
    state.put("demo", True)


def is_demo(folder: Path) -> bool:
    """Tell whether a workspace was made by `settle`."""
    return (folder / HIDDEN).exists() and bool(open_state(folder / HIDDEN).get("demo"))
