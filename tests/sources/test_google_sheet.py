"""A tab of a Google Sheet as a source: people fill it in, the store equals it."""

import tomllib
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from sheets_sync.credentials import nobody
from sheets_sync.errors import LookAtSource
from sheets_sync.google.transport import Spreadsheet
from sheets_sync.sources.casting import Circumstances
from sheets_sync.sources.google_sheet import SheetSource
from sheets_sync.sources.guess_sheet import guess_sheet
from sheets_sync.sources.mapping import TableMapping
from sheets_sync.store_intake import Batch
from templates.words import load
from tests.cli.calls import cli, done
from tests.gsheets.desk import Hours, unbounded
from tests.sheets_emulator import faults
from tests.sheets_emulator.book import Cell, Tab
from tests.sheets_emulator.server import running
from tests.sources.rest.desk import NOW, cleared, store

DEALS = 15
HEADERS = ("Deals of the shop", ""), ("№ сделки", "Название", "Сумма, руб.", "Дата создания")
NEW_YEAR = 46_023  # how a spreadsheet counts 2026-01-01
COLUMNS = {"deal_id": "№ сделки", "title": "Название", "amount": "Сумма, руб.",
           "created_at": "Дата создания"}  # fmt: skip


@pytest.fixture(scope="module")
def world():
    with running() as world:
        yield world
        assert world.violations == [], "every request is as the discovery document wants it"


@pytest.fixture(scope="module")
def facts():
    return store()


def fill(grid, rows):
    grid.rows.clear()
    for place, row in enumerate([*HEADERS, *rows]):
        for column, value in enumerate(row):
            grid.put(place, column, Cell(value))


def source(world, title="Лист1", **around):
    mapping = TableMapping(
        object="deals", url=world.address(), table=title, header_row=2, columns=COLUMNS
    )
    clock = Hours()
    return SheetSource(
        mapping,
        lambda: Spreadsheet("demo", nobody(), unbounded(), world.url, clock.clock(), (5.0, 5.0)),
        Circumstances("UTC", "salt", date(2026, 11, 26), "RUB"),
        **around,
    )


def sync(read, facts):
    found = facts.execute("select cursor from cursor").fetchone()
    batch = Batch(facts, read.name, NOW)
    for page in read.read(found[0] if found else None):
        batch.add(page)
    batch.commit()
    return batch.counts


def stored(facts):
    rows = facts.execute(
        "select deal_id, title, amount, currency, created_on from deal where not is_deleted"
    )
    return {row[0]: row[1:] for row in rows.fetchall()}


def expected(rows):
    found = {}
    for id_, title, amount, created in rows:
        if amount != "soon":
            money = None if amount == "#REF!" else round(Decimal(amount), 2)
            day = date(2026, 1, created - NEW_YEAR + 1) if isinstance(created, int) else None
            found[str(id_)] = (title or None, money, "RUB", day)
    return found


titles = st.sampled_from(["=1+1", "Шкаф", "'x", " a", ""])
amounts = st.sampled_from([0, 10.5, 1e6, -3, "soon", "#REF!"])
edits = st.one_of(
    st.tuples(st.just("title"), st.integers(0, DEALS - 3), titles),
    st.tuples(st.just("amount"), st.integers(0, 2), amounts),
    st.tuples(st.just("day"), st.integers(0, DEALS - 3), st.sampled_from([NEW_YEAR + 5, "soon"])),
    st.tuples(st.just("delete")),
    st.tuples(st.just("insert"), st.integers(0, 5), titles),
    st.tuples(st.just("sort")),
    st.tuples(st.just("sync")),
)


def act(rows, step, gone):
    name, *rest = step
    if name in {"title", "amount", "day"}:
        rows[rest[0]][("", "title", "amount", "day").index(name)] = rest[1]
    elif name == "delete" and not gone:
        gone.append(rows.pop())
    elif name == "insert":
        rows.insert(rest[0], [f"N-{len(rows)}-{len(gone)}-{rest}", rest[1], 7, NEW_YEAR])
    elif name == "sort":
        rows.sort(key=lambda row: str(row[1]))


def test_the_store_equals_the_tab_whatever_people_do(world, facts):
    @settings(
        max_examples=12,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow],
        phases=[Phase.explicit, Phase.generate],
    )
    @given(st.lists(edits, min_size=2, max_size=8))
    def story(steps):
        grid = world.add("demo").titled("Лист1")
        cleared(facts)
        read = source(world)
        rows = [[100 + number, "Шкаф", 10.5, NEW_YEAR] for number in range(DEALS)]
        gone = []
        for step in [*steps, ("sync",)]:
            act(rows, step, gone)
            if step == ("sync",):
                fill(grid, rows)
                sync(read, facts)
                told = {id_: (row[0] and row[0].strip(), *row[1:]) for id_, row in
                        expected(rows).items()}  # fmt: skip
                assert stored(facts) == told
        assert sync(read, facts) == {}

    story()


def test_a_total_below_and_ids_that_are_damaged(world, facts):
    grid = world.add("demo").titled("Лист1")
    cleared(facts)
    fill(grid, [["a", "x", 5, NEW_YEAR], ["b", "y", 6, NEW_YEAR], ["Итого", "", 11, ""]])
    assert sync(source(world), facts)["deal"].totals_dropped == 1
    fill(grid, [[4_876_876_000_000_000_123.0, "x", 5, NEW_YEAR]])
    with pytest.raises(LookAtSource, match="id_damaged"):
        list(source(world).read(None))


def test_what_goes_wrong_is_said(world):
    world.add("demo")
    for title, error in (("Лист2", "sql_no_table"), ("Лист1", "file_no_rows")):
        with pytest.raises(LookAtSource) as raised:
            list(source(world, title).read(None))
        assert raised.value.id == error
        assert all(raised.value.say(load(language)) for language in ("ru", "en"))
    del world.books["demo"]
    with pytest.raises(LookAtSource, match="sheet_not_found"):
        list(source(world).read(None))


def test_it_is_configured_checked_and_synced(world, tmp_path):
    grid = world.add("demo").titled("Лист1")
    fill(grid, [[1, "x", 5, NEW_YEAR], [2, "y", "soon", NEW_YEAR]])
    columns = "".join(f'{field} = "{header}"\n' for field, header in COLUMNS.items())
    (tmp_path / "smarketing.toml").write_text(
        f'[[tables]]\nobject = "deals"\nurl = "{world.address()}"\ntable = "Лист1"\n'
        f"header_row = 2\n[tables.columns]\n{columns}",
        encoding="utf-8",
    )
    assert "2 rows" in done("check", tmp_path).out
    found = str(done("sync", tmp_path, "--json").json["sources"])
    assert "'new': 1" in found
    assert "'quarantined': 1" in found
    (tmp_path / "smarketing.toml").write_text(
        f'[[tables]]\nobject = "deals"\nurl = "{world.address()}"\nquery = "select 1"\n'
        f"[tables.columns]\n{columns}",
        encoding="utf-8",
    )
    assert cli("sync", tmp_path).code == 2


def test_its_address_is_enough_to_set_it_up(world, tmp_path):
    book = world.add("demo")
    fill(book.titled("Лист1"), [[1, "x", 5, NEW_YEAR], [2, "y", 7, NEW_YEAR]])
    spend = world.add("spend").titled("Лист1")
    for place, row in enumerate([("Дата", "Кампания", "Расход"), (NEW_YEAR, "brand", 12.5)]):
        for column, value in enumerate(row):
            spend.put(place, column, Cell(value))
    sheets = ("--deals", f"{world.address()}#gid=0", "--spend", world.address("spend"))
    made = done("init", tmp_path, *sheets)
    assert "headers in row 2, 2 rows" in made.out
    assert "Read as local" in made.out
    tables = tomllib.loads((tmp_path / "smarketing.toml").read_text(encoding="utf-8"))["tables"]
    assert [each["url"] for each in tables] == [world.address(), world.address("spend")]
    assert tables[0]["columns"] == {**COLUMNS, **tables[0]["columns"]}
    assert "1 rows" in done("check", tmp_path).out
    found = done("sync", tmp_path, "--json").json["sources"].values()
    assert [each["objects"][name]["new"] for each in found for name in each["objects"]] == [2, 1]


def test_without_a_named_tab_the_one_with_known_headers_is_taken(world):
    book = world.add("demo")
    book.tabs.append(Tab(5, "Сделки"))
    fill(book.titled("Сделки"), [[1, "x", 5, NEW_YEAR]])
    found = guess_sheet(source(world).spreadsheet, world.address(), "deals")
    assert found.mapping.table == "Сделки"


def test_a_sheet_that_is_not_there_is_not_set_up(world, tmp_path):
    world.books.clear()
    found = cli("init", tmp_path, "--deals", world.address())
    assert (found.code, "no such Google Sheet" in found.err) == (3, True)
    assert not (tmp_path / "smarketing.toml").exists()


def test_a_sheet_that_is_closed_names_the_right_that_is_missing(world, tmp_path):
    world.add("demo")
    denied = faults.Fault(403, body=faults.error(403, "PERMISSION_DENIED", "no"))
    world.script = lambda _number, _method: denied
    found = cli("init", tmp_path, "--leads", world.address())
    world.script = lambda _number, _method: None
    assert (found.code, "Share it with local; a viewer" in found.err) == (3, True)
