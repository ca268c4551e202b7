"""Everything that a tab shows has words, in both languages alike."""

from __future__ import annotations

from collections.abc import Mapping
from string import Formatter

import pytest

from templates.cards import CARDS_BY_ID
from templates.clients import Trouble
from templates.portfolio import TABS as PORTFOLIO
from templates.settings import SETTINGS
from templates.tab import Group, Report, Status, Table, Writer
from templates.tabs import TABS
from templates.words import LANGUAGES, load

STAGES = (
    "impression", "click", "visit", "lead", "contacted", "qualified", "proposal", "invoice", "won",
)  # fmt: skip
REASONS = (
    "no_data", "zero_denominator", "too_few", "no_plan", "period_not_started", "immature", "no_fx",
    "unmapped",
)  # fmt: skip


def needed(texts: Mapping[str, str]) -> set[str]:
    tabs = (*TABS, *PORTFOLIO)
    ids = {f"tab.{tab.name}" for tab in tabs} | {f"tab_hint.{tab.name}" for tab in tabs}
    ids |= {f"tab_short.{tab.name}" for tab in TABS[1:]}
    for tab in tabs:
        if isinstance(tab, Table):
            ids |= {
                f"column.{column.id}"
                for column in tab.columns
                if f"column.{tab.name}.{column.id}" not in texts
            }
            ids |= {f"choice.{id_}" for column in tab.columns for id_ in column.choices}
            ids |= {
                f"hint.{tab.name}.{column.id}"
                for column in tab.columns
                if column.writer is Writer.HUMAN
            }
    ids |= {f"status.{status}" for status in Status} | {f"group.{group}" for group in Group}
    ids |= {f"stage.{stage}" for stage in STAGES}
    ids |= {f"sentence.unknown_{reason}" for reason in REASONS}
    ids |= {f"five.{id_}" for id_ in CARDS_BY_ID}
    ids |= {f"clients.{said}.{trouble}" for trouble in Trouble for said in ("first", "trouble")}
    for setting in SETTINGS.values():
        ids |= {f"setting.{setting.id}", f"setting.name.{setting.id}"}
        ids |= {f"choice.{id_}" for id_ in setting.allowed}
        if not setting.allowed and None in {setting.low, setting.high}:
            ids.add(f"setting.allowed.{setting.kind}")
    return ids


@pytest.mark.parametrize("language", LANGUAGES)
def test_whatever_a_tab_shows_has_words(language):
    words = load(language)
    assert sorted(id_ for id_ in needed(words.texts) if not words.has(id_)) == []


def test_languages_have_the_same_texts():
    one, other = (set(load(language).texts) for language in LANGUAGES)
    assert sorted(one ^ other) == []


def test_languages_fill_in_the_same_parts():
    one, other = (load(language).texts for language in LANGUAGES)
    differing = [
        id_
        for id_ in set(one) & set(other)
        if not id_.startswith(("format.", "currency.")) and parts(one[id_]) != parts(other[id_])
    ]
    assert sorted(differing) == []


def parts(text: str) -> set[str]:
    try:
        return {name for _, name, _, _ in Formatter().parse(text) if name is not None}
    except ValueError:
        return set()


def test_no_text_is_empty():
    for language in LANGUAGES:
        blank = [id_ for id_, text in load(language).texts.items() if not text]
        assert blank == []


def test_dropdowns_fit_into_a_cell_and_tell_choices_apart():
    for language in LANGUAGES:
        words = load(language)
        for tab in TABS:
            for column in tab.columns if isinstance(tab, Table) else ():
                texts = [words(f"choice.{id_}") for id_ in column.choices]
                assert len(set(texts)) == len(texts), (tab.name, column.id)
                assert len(",".join(texts)) <= 255, (tab.name, column.id)
                assert not any("," in text for text in texts), (tab.name, column.id)


def test_each_cell_of_a_table_has_one_writer():
    names = [tab.name for tab in TABS]
    assert len(set(names)) == len(names)
    for tab in TABS:
        if isinstance(tab, Report):
            continue
        ids = [column.id for column in tab.columns]
        assert len(set(ids)) == len(ids), tab.name
        assert tab.column[tab.key].writer is Writer.MACHINE, tab.name
        for column in tab.columns:
            assert (column.live is not None) is (column.writer is Writer.FORMULA), column.id
            assert not column.choices or column.writer is not Writer.MACHINE, column.id
