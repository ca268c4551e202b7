"""`smarketing clients`: how each client stands, and the workbook of the agency."""

import json
import shutil
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from openpyxl import load_workbook

from sheets_sync.clients import clients
from sheets_sync.state import open_state
from templates import portfolio
from templates.words import LANGUAGES, load
from tests import test_look
from tests.cli.calls import DAY, cli, done
from tests.render import pictures


@pytest.fixture(scope="module")
def agency(example, tmp_path_factory):
    """A folder of clients: one that was synced, one that fails, one never synced, one spoilt."""
    folder = tmp_path_factory.mktemp("agency")
    for name in ("good", "failing", "spoilt", "new"):
        shutil.copytree(example, folder / name)
    shutil.rmtree(folder / "new" / ".smarketing")
    for name in ("good", "failing", "spoilt"):
        done("sync", folder / name, "--as-of", DAY)
    (folder / "failing" / "leads.csv").unlink()
    for _ in range(2):
        assert cli("sync", folder / "failing", "--as-of", DAY).code == 3
    with (folder / "spoilt" / "smarketing.toml").open("a") as config:
        config.write("\n[compny]\n")
    return folder


def told(folder):
    return {each["client"]: each for each in done("clients", folder, "--json").json}


def test_the_most_troubled_come_first(agency):
    listed = json.loads(done("clients", agency, "--json").out)
    assert [each["client"] for each in listed] == ["spoilt", "new", "failing", "good"]
    assert "compny" in listed[0]["look_first"]
    assert listed[2]["look_first"].startswith("Syncs failed in a row: 2. There is no file")


def test_what_is_not_known_is_not_zero(agency):
    new, good = (told(agency)[name] for name in ("new", "good"))
    for name in ("failed", "missed", "score", "band", "as_of", "good_at", "workbook", "currency"):
        assert new[name] is None
    assert {each["value"] for each in new["five"].values()} == {None}
    assert good["score"] is None, "nobody has answered"
    assert good["failed"] == 0


def test_the_numbers_are_those_of_the_workspace(agency):
    five = told(agency)["good"]["five"]
    share = five["qualified_share"]
    printed = done("metrics", agency / "good", "--report", "five", "--as-of", DAY,
                   "--format", "json").json  # fmt: skip
    known = next(row for row in printed if row["id"] == "qualified_share")
    assert (share["value"], share["status"]) == (known["value"], known["status"])


def test_listing_writes_nothing(agency):
    def files():
        return {path for path in agency.rglob("*") if not path.name.endswith(("-wal", "-shm"))}

    before = files()
    done("clients", agency)
    assert files() == before


def test_what_is_of_days_ago_is_said(agency):
    later = datetime.now(UTC) + timedelta(days=4)
    rows = {row["client"]: row for row in clients(agency, load("en"), later)}
    assert rows["good"]["trouble"] == "stale"
    assert rows["failing"]["trouble"] == "failed"


def test_a_sync_that_was_killed_failed_and_one_under_way_did_not(agency):
    state = open_state(agency / "good" / ".smarketing")
    now = datetime.now(UTC)
    under_way = state.begin(now)
    assert told(agency)["good"]["failed"] == 0
    last = state.begin(now)
    assert told(agency)["good"]["failed"] == 1
    for number in (under_way, last):
        with state._open() as connection:
            connection.execute("delete from sync where number = ?", [number])


@pytest.mark.parametrize("language", ["ru", "en"])
def test_the_workbook_keeps_what_people_typed(agency, tmp_path, language):
    words, path = load(language), tmp_path / "portfolio.xlsx"
    call = "clients", agency, "--output", path, "--lang", language
    done(*call)
    book = load_workbook(path)
    tab = book[words("tab.clients")]
    owner = next(cell for cell in tab[4] if cell.value == words("column.owner"))
    place = {row[1].value: row[0].row for row in tab.iter_rows(min_row=5) if row[1].value}
    assert list(place)[:4] == ["spoilt", "new", "failing", "good"]
    tab.cell(place["good"], owner.column).value = "Vera"
    tab.cell(3, 40).value = "mine"
    book.save(path)
    done(*call)
    tab = load_workbook(path)[words("tab.clients")]
    assert tab.cell(place["good"], owner.column).value == "Vera"
    assert tab.cell(3, 40).value == "mine"
    formula = next(cell for cell in tab[place["good"]] if str(cell.value).startswith("=IF("))
    assert "HYPERLINK" in formula.value


@pytest.mark.libreoffice
@pytest.mark.parametrize("language", LANGUAGES)
def test_on_paper_each_tab_is_one_page_wide(agency, tmp_path, language):
    path = tmp_path / "portfolio.xlsx"
    done("clients", agency, "--output", path, "--lang", language)
    drawn = pictures(path, tmp_path / "paper", is_paper=True)
    words = load(language)
    titles = [words(f"tab.{name}") for name in ("portfolio", "clients")]
    assert [each.stem.split("-")[1] for each in drawn] == titles, "a page each"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_headers_of_the_clients_fit(language):
    outcome = SimpleNamespace(facts=SimpleNamespace(currency="RUB"))
    rows = [{"customer_cost": 1_234_567, "run_rate": 12.345, "as_of": date(2026, 12, 31)}]
    book = SimpleNamespace(
        words=load(language), outcome=outcome, tables=lambda: [(portfolio.clients.TAB, rows)]
    )
    for check in (
        test_look.test_headers_of_tables_fit_their_columns,
        test_look.test_headers_of_tables_stand_apart,
        test_look.test_numbers_and_days_of_tables_fit_their_columns,
        test_look.test_the_hint_over_a_table_is_no_longer_than_the_table,
    ):
        check(book)


def test_a_client_whose_folder_is_gone_keeps_its_row(agency, tmp_path):
    path, folder = tmp_path / "portfolio.xlsx", tmp_path / "clients"
    for name in ("good", "failing"):
        shutil.copytree(agency / name, folder / name)
    done("clients", folder, "--output", path, "--lang", "en")
    shutil.rmtree(folder / "failing")
    done("clients", folder, "--output", path, "--lang", "en")
    tab = load_workbook(path)["Clients"]
    rows = {row[1].value: [cell.value for cell in row] for row in tab.iter_rows(min_row=5)}
    assert "folder gone" in rows["failing"]
    assert "folder gone" not in rows["good"]


def test_where_there_is_no_client_it_says_so(tmp_path):
    call = cli("clients", tmp_path)
    assert (call.code, call.out) == (2, "")
    assert Path(tmp_path).name in call.err
