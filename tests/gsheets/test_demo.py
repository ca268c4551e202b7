"""The whole workbook of the demo in a Google Sheet, beside the same in an .xlsx."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from math import isclose
from typing import Any

import openpyxl
import pytest

from sheets_sync.cli.sync import summary
from sheets_sync.config import load as load_config
from sheets_sync.demo.workspace import settle
from sheets_sync.drawing import Drawing
from sheets_sync.sync import Outcome, sync
from sheets_sync.targets.gsheets.ids import COLUMN, TAB
from sheets_sync.targets.places import HEADER_ROW
from sheets_sync.targets.xlsx import XlsxFile
from sheets_sync.workbook import ReportSheet
from sheets_sync.workspace import Workspace
from templates.layout import fixed
from templates.tab import Origin, Report, Table
from templates.tabs import TABS
from templates.words import load
from tests.cli.calls import DAY, cli
from tests.gsheets import alike
from tests.sheets_emulator.book import Book
from tests.sheets_emulator.server import World, running

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
WORDS = load("ru")


@dataclass
class Demo:
    """The demo after its first sync."""

    world: World
    workspace: Workspace
    book: Book
    first: Outcome
    drawn: list[Any]
    requests: int
    google: dict[str, alike.Seen]
    xlsx: dict[str, alike.Seen]
    names: set[str]


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    """The demo in a Google Sheet, and the same sheets in a file."""
    folder = tmp_path_factory.mktemp("demo")
    with running() as world, pytest.MonkeyPatch.context() as patch:
        book = world.add("demo")
        settle(folder / "shop", date.fromisoformat(DAY), WORDS, world.address())
        workspace = Workspace(folder / "shop", load_config(folder / "shop", WORDS))
        drawn = []
        draw = Drawing.draw
        patch.setattr(Drawing, "draw", lambda *given: drawn.append(draw(*given)) or drawn[-1])
        first = sync(workspace, now=NOW)
        path = folder / "same.xlsx"
        file = XlsxFile(path, WORDS, currency="RUB", memory={}, versions=folder / "versions")
        file.exchange(TABS, lambda _inputs, _hidden: drawn[-1])
        same = openpyxl.load_workbook(path)
        yield Demo(
            world, workspace, book, first, drawn, len(world.log), alike.of_google(book),
            alike.of_xlsx(same), {name for name in same.defined_names if name.startswith("smk.")},
        )  # fmt: skip
        assert world.violations == []


def test_the_first_sync_takes_few_requests(demo):
    assert demo.requests <= 8
    assert demo.first.exchange.warnings == ()
    assert summary(demo.first)["requests"] == demo.requests
    sent = sum(request.sent for request in demo.world.log[: demo.requests])
    assert summary(demo.first)["bytes_sent"] == sent


def test_both_have_the_same_tabs(demo):
    assert list(demo.google) == list(demo.xlsx) == [WORDS(f"tab.{tab.name}") for tab in TABS]
    assert sum(len(one.about["charts"]) for one in demo.google.values()) > 10


def test_both_hold_the_same(demo):
    """Google keeps keys as texts, and numbers rows for people at once, a file at its next sync."""
    for tab in TABS:
        google, xlsx = (of[WORDS(f"tab.{tab.name}")].cells for of in (demo.google, demo.xlsx))
        lines = small_lines(demo, tab.name)
        is_minted = isinstance(tab, Table) and (tab.origin is Origin.MINTED or tab.prefix)
        for spot in {**google, **xlsx}:
            one, other = google.get(spot), lines.get(spot, xlsx.get(spot))
            if other is None and is_minted:
                assert re.fullmatch(rf"{tab.prefix}-\d{{4}}", str(one)), (tab.name, spot, one)
            elif isinstance(one, str) or isinstance(other, bool | str | None):
                assert one == str(other), (tab.name, spot)
            else:
                assert isclose(one, other, rel_tol=1e-14), (tab.name, spot)


def small_lines(demo, name):
    """Return what Google draws small lines with, which a file keeps beside its cells."""
    grids = [e.grid for e in demo.drawn[-1] if isinstance(e, ReportSheet) and e.report.name == name]
    areas = {line.at: line.values for grid in grids for line in grid.sparklines}
    return {
        at: alike.bare(f"=SPARKLINE({fixed(top, left)}:{fixed(bottom, right)})")
        for at, (top, left, bottom, right) in areas.items()
    }


def test_the_small_lines_are_there(demo):
    assert len(small_lines(demo, "overview")) == 5


def test_both_look_the_same(demo):
    """Google finds the heights of rows by itself where texts wrap in tables.

    Lines between the bars of a funnel are drawn in the file alone: its API has no word for them.
    """
    for title, google in demo.google.items():
        xlsx = demo.xlsx[title]
        wrapped = google.about["heights"].keys() ^ xlsx.about["heights"].keys()
        assert not google.about["filter"] or min(wrapped, default=HEADER_ROW + 1) > HEADER_ROW
        assert google.about["filter"] or not wrapped, title
        for name, value in google.about.items():
            other = xlsx.about[name]
            if name == "heights":
                other = {at: high for at, high in other.items() if at not in wrapped}
            if name == "charts":
                other = {said: (at, cells - dropped(demo)) for said, (at, cells) in other.items()}
            assert value == other, (title, name)
        for spot in google.looks.keys() & xlsx.looks.keys():
            assert google.looks[spot] == xlsx.looks[spot], (title, spot)


def dropped(demo):
    """Return the cells of series that the file alone draws."""
    grids = [each.grid for each in demo.drawn[-1] if isinstance(each, ReportSheet)]
    areas = [s.values for grid in grids for c in grid.charts for s in c.series if s.is_drop]
    return {(row, column) for top, left, bottom, right in areas
            for row in range(top, bottom + 1) for column in range(left, right + 1)}  # fmt: skip


def test_what_a_file_names_is_anchored_in_google(demo):
    anchors = {m.value for m in demo.book.metadata.values() if m.key == COLUMN}
    reports = {tab.name for tab in TABS if isinstance(tab, Report)}
    anchors |= {m.value for m in demo.book.metadata.values() if m.key == TAB} & reports
    assert {f"smk.{name}" for name in anchors} == demo.names


def test_a_sync_with_nothing_new_reads_once_and_writes_when_it_was(demo):
    demo.world.log.clear()
    again = sync(demo.workspace, now=NOW + timedelta(hours=1))
    assert [r.method for r in demo.world.log] == ["getByDataFilter", "batchUpdate"]
    assert again.exchange.warnings == ()
    assert sum(request.sent for request in demo.world.log) < 100_000
    changed = again.exchange.cells_changed
    assert {tab.name for tab in TABS if tab.name in changed and isinstance(tab, Table)} == set()
    assert all(count == 1 for name, count in changed.items() if name != "sync_log")


def test_an_emulator_is_for_google_sheets_alone(tmp_path):
    for options in (["--emulator"], ["--target", "gsheets"]):
        call = cli("demo", tmp_path / "x", *options)
        assert call.code == 2
        assert "--target gsheets" in call.err
