"""Which tabs are seen: few at first, then as people like, whatever the syncs bring."""

from __future__ import annotations

from dataclasses import replace

import openpyxl
import pytest

from sheets_sync.targets.xlsx import XlsxFile
from sheets_sync.targets.xlsx_styles import GROUP_COLOURS
from sheets_sync.workbook import ReportSheet, TableSheet
from templates.tab import Facts, Group, Report
from templates.tabs import TABS
from templates.words import load
from tests.templates import made_up

WORDS = load("en")
TITLES = {tab.name: WORDS(f"tab.{tab.name}") for tab in TABS}
SHOWN = {
    "overview", "funnel", "pace", "pipeline", "channels", "managers", "scorecard",
    "meeting", "leads", "tasks", "minutes", "plan",
}  # fmt: skip
"""The dozen that a small company starts with."""


class Book:
    """A workbook of all tabs, synced with nothing but a made-up firm."""

    def __init__(self, folder):
        self.path, self.folder, self.memory = folder / "book.xlsx", folder, {}

    def sync(self, tabs=TABS, facts: Facts = made_up.RICH):
        seen = []

        def draw(_inputs, hidden):
            seen.append(set(hidden))
            return [
                ReportSheet(tab, tab.draw(facts, WORDS))
                if isinstance(tab, Report)
                else TableSheet(tab, tab.rows(facts, WORDS))
                for tab in tabs
            ]

        target = XlsxFile(self.path, WORDS, "RUB", self.memory, self.folder / "versions")
        target.exchange(tabs, draw)
        return seen[-1]

    def states(self):
        book = openpyxl.load_workbook(self.path)
        return {sheet.title: sheet.sheet_state for sheet in book}

    def set(self, **states):
        book = openpyxl.load_workbook(self.path)
        for name, state in states.items():
            book[TITLES[name]].sheet_state = state
        book.save(self.path)


@pytest.fixture
def book(tmp_path):
    made = Book(tmp_path)
    made.sync()
    return made


def test_a_new_workbook_shows_at_most_twelve_tabs(book):
    shown = {title for title, state in book.states().items() if state == "visible"}
    assert shown == {TITLES[tab.name] for tab in TABS if not tab.is_hidden}
    assert shown <= {TITLES[name] for name in SHOWN if name in TITLES}


def test_tabs_of_one_purpose_share_a_colour_and_stand_together(book):
    sheets = openpyxl.load_workbook(book.path).worksheets
    colours = [f"#{sheet.sheet_properties.tabColor.rgb[-6:]}" for sheet in sheets]
    assert colours == [GROUP_COLOURS[tab.group] for tab in TABS]
    assert [tab.group for tab in TABS] == sorted((t.group for t in TABS), key=list(Group).index)


def test_hidden_or_shown_is_the_choice_of_people(book):
    book.set(settings="visible", quality="visible", leads="hidden", funnel="veryHidden")
    chosen = book.states()
    for _ in range(3):
        hidden = book.sync()
        assert book.states() == chosen
    assert {"leads", "funnel"} <= hidden
    assert not {"settings", "quality"} & hidden


def test_a_tab_that_comes_later_stands_behind_its_group_as_it_is_declared(tmp_path):
    book = Book(tmp_path)
    later = {"managers", "deals", "settings"}
    book.sync([tab for tab in TABS if tab.name not in later])
    book.set(plan="hidden")
    book.sync()
    titles = list(book.states())
    assert titles.index(TITLES["managers"]) == titles.index(TITLES["overview"]) + sum(
        tab.group is Group.READ for tab in TABS
    ) - 1  # fmt: skip
    groups = {TITLES[tab.name]: tab.group for tab in TABS}
    found = [groups[title] for title in titles]
    assert found == sorted(found, key=list(Group).index)
    states = book.states()
    assert states[TITLES["managers"]] == "visible"
    assert states[TITLES["deals"]] == states[TITLES["settings"]] == "hidden"
    assert states[TITLES["plan"]] == "hidden"


def test_a_tab_in_the_middle_leaves_names_and_filters_with_their_sheets(tmp_path):
    book = Book(tmp_path)
    book.sync([tab for tab in TABS if tab.name != "managers"])
    before = openpyxl.load_workbook(book.path)
    kept = {sheet.title: (sheet.auto_filter.ref, sheet.print_title_rows) for sheet in before}
    active = before.active.title
    book.sync()
    after = openpyxl.load_workbook(book.path)
    for title, found in kept.items():
        assert (after[title].auto_filter.ref, after[title].print_title_rows) == found, title
    assert after.active.title == active


def test_the_index_links_to_what_is_seen_and_names_the_rest():
    names = {tab.name: tab.name in {"leads", "sync_log"} for tab in TABS}
    rows = [{"tab": tab.name, "group": tab.group, "is_hidden": names[tab.name]} for tab in TABS]
    facts = replace(made_up.RICH, tables={**made_up.RICH.tables, "tabs": rows})
    cells = TABS[0].draw(facts, WORDS).cells
    linked = {cell.link for cell in cells if cell.link}
    assert linked == {name for name, is_hidden in names.items() if not is_hidden} - {"overview"}
    texts = {cell.value for cell in cells}
    assert texts >= {TITLES[name] for name in names if name != "overview"}
