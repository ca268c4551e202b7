"""`check --live`: what is assumed of Google, tried on a scratch tab."""

import json

import pytest

from sheets_sync.config import load as load_config
from sheets_sync.state import Kept, open_state
from sheets_sync.targets.gsheets.probe import POINTS, probe
from templates.words import load
from tests.cli.calls import cli
from tests.gsheets.desk import Desk
from tests.gsheets.state import state

CONFIG = '[company]\nlanguage = "{language}"\n[sheets]\nspreadsheet = "{address}"\n'


def found(world):
    return {f.id: f.holds for f in probe(Desk(world).spreadsheet(), "now")}


def test_everything_is_as_documented_and_the_tab_is_removed(world):
    book = world.add("demo")
    before = state(book)
    assert found(world) == dict.fromkeys(POINTS, True)
    assert state(book) == before


@pytest.mark.parametrize(
    ("quirk", "point"),
    [({"guard_is_error": False}, "column_guard"), ({"no_match_fails": True}, "no_match")],
)
def test_a_google_that_differs_is_told(world, quirk, point):
    world.add("demo")
    world.quirks |= quirk
    assert found(world) == {**dict.fromkeys(POINTS, True), point: False}


@pytest.mark.parametrize("quirk", [{"guard_is_error": False}, {"no_match_fails": True}])
def test_the_sync_lives_with_a_google_that_differs(desk, quirk):
    desk.world.quirks |= quirk
    desk.sync()
    desk.sync(1)
    assert desk.cell("D10", "amount").value == 1000.0


def test_keys_that_landed_beside_their_column_are_taken_back(desk):
    desk.world.quirks["guard_is_error"] = False
    desk.sync()
    moved = []

    def move(_number, method):
        if method == "batchUpdate" and not moved:
            moved.append(True)
            desk.book.move(desk.grid(), "COLUMNS", desk.at("deal_id"), desk.at("deal_id") + 1, 6)

    desk.world.before = move
    desk.sync(1)
    grid = desk.grid()
    keys = [cell.value for row in grid.rows for cell in row if str(cell.value).startswith("D1")]
    assert sorted(keys) == ["D1", "D10"]
    assert desk.cell("D10", "amount").value == 1000.0


@pytest.mark.parametrize("language", ["ru", "en"])
def test_check_live_says_every_point(world, tmp_path, language):
    world.add("demo")
    (tmp_path / "smarketing.toml").write_text(
        CONFIG.format(language=language, address=world.address()), encoding="utf-8"
    )
    call = cli("check", tmp_path, "--live", language=language)
    words = load(language)
    assert call.code == 0, call.err
    assert call.out.count("✓") == len(POINTS) + 2
    assert words("probe.semicolon") in call.out
    assert world.address() in call.out
    config = load_config(tmp_path, words)
    assert config.sheets is not None
    kept = Kept(open_state(tmp_path / ".smarketing"), "sheet.demo.")["probe"]
    assert json.loads(kept)["holds"]["own_id"]


@pytest.mark.parametrize(
    "address", ["", "sheet", "https://evil.example/spreadsheets/d/x", "file:///etc/passwd"]
)
def test_a_wrong_address_is_named(tmp_path, address):
    (tmp_path / "smarketing.toml").write_text(
        CONFIG.format(language="en", address=address), encoding="utf-8"
    )
    call = cli("check", tmp_path)
    assert call.code == 2
    assert "docs.google.com" in call.err
