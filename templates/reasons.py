"""Why leads are rejected: the reasons that people listed, and what the CRM's own words mean."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from formulas.operators import plain
from formulas.presets import REASONS
from templates.words import LANGUAGES, load

if TYPE_CHECKING:
    from templates.tab import Row
    from templates.words import Words


@dataclass(frozen=True, slots=True)
class Reasons:
    """What reasons are called, and what texts mean."""

    labels: Mapping[str, str]  # by id, in the language of the workbook
    meant: Mapping[str, str]  # id by text, as `plain` writes it
    sides: Mapping[str, str]  # by id: whose the reason is to think about

    def id_of(self, text: str) -> str:
        """Return the id of the reason that a text means; a text that means none stays itself."""
        return self.meant.get(plain(text), text)

    def label(self, reason: object) -> str | None:
        """Return what a reason is called; what is no id stays itself."""
        return None if reason is None else self.labels.get(str(reason), str(reason))


def listed(rows: Iterable[Row], words: Words) -> Reasons:
    """Read the reasons that people listed; those of the presets are always known.

    >>> known = listed(
    ...     [{"reason_id": "Q-0001", "ru": "нет денег", "crm_value": "дорого"}], load("en")
    ... )
    >>> known.id_of("Дорого"), known.id_of("не наш регион"), known.label("Q-0001")
    ('Q-0001', 'out_of_area', 'нет денег')
    """
    labels = {id_: words(f"qualification.reason.{id_}") for id_ in REASONS}
    sides = {id_: side_of(whose) for id_, whose in REASONS.items()}
    meant = {
        plain(load(language)(f"qualification.reason.{id_}")): id_
        for id_ in REASONS
        for language in LANGUAGES
    }
    meant |= {plain(id_): id_ for id_ in REASONS}
    for row in rows:
        id_ = str(row["reason_id"])
        names = [str(row[language]) for language in LANGUAGES if row.get(language)]
        texts = [*names, id_, *str(row.get("crm_value") or "").split(";")]
        meant |= {plain(text): id_ for text in texts if text.strip()}
        if names:
            labels[id_] = str(row.get(words.language) or names[0])
        sides[id_] = str(row.get("side") or sides.get(id_, "nobody"))
    return Reasons(labels, meant, sides)


def side_of(whose: tuple[str, ...]) -> str:
    """Return the choice for the departments that a reason is of.

    >>> side_of(("sales", "marketing")), side_of(())
    ('both', 'nobody')
    """
    return "both" if len(whose) > 1 else whose[0] if whose else "nobody"
