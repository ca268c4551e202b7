"""The whole workbook of the demo in a Google Sheet."""

from datetime import UTC, date, datetime

from sheets_sync.cli.sync import summary
from sheets_sync.config import load as load_config
from sheets_sync.demo.workspace import settle
from sheets_sync.drawing import Drawing
from sheets_sync.state import Kept
from sheets_sync.sync import sync
from sheets_sync.targets.gsheets import GoogleSheet
from sheets_sync.targets.gsheets.connect import connect
from sheets_sync.workspace import Workspace
from templates.tabs import TABS
from templates.words import load
from tests.cli.calls import DAY, cli

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)


def test_the_whole_demo_takes_few_requests_and_stays_as_it_is(world, tmp_path, monkeypatch):
    words = load("ru")
    book = world.add("demo")
    folder = tmp_path / "shop"
    settle(folder, date.fromisoformat(DAY), words, world.address())
    workspace = Workspace(folder, load_config(folder, words))
    drawn = []
    draw = Drawing.draw
    monkeypatch.setattr(Drawing, "draw", lambda *given: drawn.append(draw(*given)) or drawn[-1])
    first = sync(workspace, now=NOW)
    assert len(world.log) <= 12
    assert [tab.title for tab in book.tabs[:-1]] == [words(f"tab.{tab.name}") for tab in TABS]
    assert first.exchange.warnings == ()
    assert summary(first)["requests"] == len(world.log)
    assert summary(first)["bytes_sent"] == sum(request.sent for request in world.log)
    leads = next(tab for tab in book.tabs if tab.title == words("tab.leads"))
    assert leads.row_count > 1_000
    assert sum(len(tab.charts) for tab in book.tabs) > 10

    world.log.clear()
    spread = connect(world.address(), now=NOW)
    target = GoogleSheet(spread, words, "RUB", Kept(workspace.state, "sheet.demo."))
    again = target.exchange(TABS, lambda _inputs, _hidden: drawn[-1])
    assert len(world.log) <= 2
    assert again.cells_changed == {}


def test_an_emulator_is_for_google_sheets_alone(tmp_path):
    for options in (["--emulator"], ["--target", "gsheets"]):
        call = cli("demo", tmp_path / "x", *options)
        assert call.code == 2
        assert "--target gsheets" in call.err
