"""A spreadsheet from its first sync on."""

from datetime import date

import pytest

from sheets_sync.targets.gsheets import exchange
from sheets_sync.workbook import TableSheet
from tests.gsheets.desk import Desk
from tests.sheets_emulator.book import COLUMNS, ROWS, Cell
from tests.targets import small_book

SYNCED = ["getByDataFilter"]


def ids(exchange):
    return [warning.id for warning in exchange.warnings]


def test_the_first_sync_makes_all_tabs_in_few_requests(desk):
    done = desk.sync()
    assert [tab.title for tab in desk.book.tabs] == ["Пульс", "Сделки", "План", "Оценка", "Лист1"]
    assert len(desk.world.log) <= 8
    assert desk.cell("D2", "amount").value == 200.0
    assert desk.cell("D2", "closed_on").value == 46329
    assert desk.cell("D2", "weighted").formula.startswith("=IF(COUNT(C")
    assert ids(done) == []


def test_a_quiet_sync_reads_and_writes_nothing(desk):
    desk.sync()
    before = len(desk.world.log)
    done = desk.sync()
    assert desk.methods(before) == SYNCED
    assert done.cells_changed == {}


VALUES = "values.batchGetByDataFilter"


def test_values_of_a_large_table_are_read_apart(desk, monkeypatch):
    monkeypatch.setattr(exchange, "LARGE", 2 * len(small_book.DEALS.columns))
    desk.sync()
    desk.type("D2", "comment", "важно")
    before = len(desk.world.log)
    assert desk.sync().inputs["deals"] == {"D2": {"comment": "важно"}}
    assert desk.methods(before) == [*SYNCED, VALUES]


def test_values_of_a_large_table_without_formulas_are_all_that_is_read(desk, monkeypatch):
    monkeypatch.setattr(exchange, "LARGE", 1)
    desk.tabs = (small_book.SCORES,)

    def draw(inputs, _hidden):
        return [small_book.sheets(0, desk.remember(inputs))[-1]]

    desk.exchange(draw)
    before = len(desk.world.log)
    desk.exchange(draw)
    assert desk.methods(before) == [VALUES]


def test_what_people_compute_in_their_cells_counts_as_its_value(desk):
    desk.sync()
    spot = desk.row("D2"), desk.at("agreed")
    desk.grid().put(*spot, Cell(None, "=1/4"))
    before = len(desk.world.log)
    assert desk.sync().inputs["deals"] == {"D2": {"agreed": 0.25}}
    assert desk.methods(before) == [*SYNCED, VALUES]
    assert desk.grid().cell(*spot).formula == "=1/4"


def test_a_formula_in_a_cell_of_ours_gives_way_and_is_told(desk):
    desk.sync()
    spot = desk.row("D3"), desk.at("title")
    desk.grid().put(*spot, Cell(None, "=Сделка 3"))
    text = desk.row("D2"), desk.at("weighted")
    formula = desk.grid().cell(*text).formula
    desk.grid().put(*text, Cell(formula))
    assert [w.parts["text"] for w in desk.sync().warnings] == ["=Сделка 3"]
    assert desk.grid().cell(*spot)[:2] == ("=Сделка 3", None)
    assert desk.grid().cell(*text)[:2] == (None, formula)


def test_the_tabs_are_dressed(desk):
    desk.sync()
    deals = desk.grid()
    assert deals.properties["gridProperties"]["frozenRowCount"] == 4
    assert len(deals.rules) == 1
    assert all(guard["warningOnly"] for guard in deals.protected)
    assert deals.filter is not None
    choices = desk.cell("D2", "our_verdict").validation["condition"]
    assert [v["userEnteredValue"] for v in choices["values"]] == ["да", "нет"]
    assert {named["name"] for named in desk.book.named.values()} == {
        "smk_deals", "smk_plan", "smk_scorecard"}  # fmt: skip
    pulse = desk.grid("pulse")
    assert [chart["spec"]["title"] for chart in pulse.charts] == ["Заявки по неделям"]
    assert pulse.cell(1, 0).format["textFormat"]["link"]["uri"] == f"#gid={deals.id}"
    assert len(pulse.merges) == 1


def test_new_deals_get_rows_of_their_own(desk):
    desk.sync()
    desk.type("D8", "comment", "последняя")
    desk.sync(1)
    assert desk.cell("D8", "comment").value == "последняя"
    assert desk.cell("D10", "comment").value is None
    assert desk.cell("D10", "amount").value == 1000.0
    assert desk.cell("D1", "title").value == "=Сделка 1"
    assert desk.cell("D1", "title").formula is None


def test_what_people_type_is_read_with_its_type(desk):
    desk.sync()
    desk.type("D2", "our_verdict", "Да")
    desk.type("D2", "next_step_on", 46357)
    desk.type("D3", "agreed", 0.5)
    desk.type("D3", "comment", "=не формула")
    done = desk.sync()
    assert done.inputs["deals"] == {
        "D2": {"our_verdict": "yes", "next_step_on": date(2026, 12, 1)},
        "D3": {"agreed": 0.5, "comment": "=не формула"},
    }


def test_columns_may_move_and_be_renamed(desk):
    desk.sync()
    deals = desk.grid()
    desk.book.move(deals, COLUMNS, desk.at("deal_id"), desk.at("deal_id") + 1, 6)
    desk.book.move(deals, COLUMNS, desk.at("amount"), desk.at("amount") + 1, 0)
    deals.put(3, desk.at("amount"), Cell("Сумма сделки"))
    desk.book.insert(deals, ROWS, 0, 2, before=False)
    desk.sync(3)
    assert desk.cell("D6", "amount").value == 603.0
    assert deals.cell(5, desk.at("amount")).value == "Сумма сделки"
    letters = "ABCDEFGHI"
    row = desk.row("D6")
    amount, agreed = (f"{letters[desk.at(c)]}{row + 1}" for c in ("amount", "agreed"))
    assert (
        desk.cell("D6", "weighted").formula
        == f'=IF(COUNT({amount};{agreed})<2;"";{amount}*{agreed})'
    )


def test_a_deleted_tab_comes_back_with_what_was_typed(desk):
    desk.sync()
    desk.type("D5", "comment", "важно")
    desk.sync()
    tab = desk.grid()
    desk.book.tabs.remove(tab)
    desk.book.metadata = {i: m for i, m in desk.book.metadata.items() if m.sheet != tab.id}
    desk.book.named.pop("smk_deals")
    done = desk.sync()
    assert ids(done) == ["tab_restored"]
    assert desk.cell("D5", "comment").value == "важно"
    assert desk.cell("D5", "amount").value == 500.0


@pytest.mark.parametrize("is_strict", [False, True])
@pytest.mark.parametrize("column", ["amount", "comment", "weighted"])
def test_a_deleted_column_comes_back_at_the_end(desk, column, is_strict):
    desk.world.quirks["no_match_fails"] = is_strict
    desk.sync()
    desk.type("D5", "comment", "важно")
    desk.sync()
    before = {key: desk.cell(key, column) for key in ("D2", "D5")}
    deals = desk.grid()
    desk.book.delete(deals, COLUMNS, desk.at(column), 1)
    done = desk.sync()
    assert ids(done) == ["column_restored"]
    assert desk.at(column) == deals.column_count - 1
    for key, cell in before.items():
        assert desk.cell(key, column).value == cell.value
        assert (desk.cell(key, column).formula is None) == (cell.formula is None)


def test_a_deleted_row_comes_back_with_its_notes(desk):
    desk.sync()
    desk.type("D5", "comment", "важно")
    desk.sync()
    desk.book.delete(desk.grid(), ROWS, desk.row("D5"), 1)
    desk.sync()
    assert desk.cell("D5", "comment").value == "важно"


def test_a_deleted_plan_stays_deleted(desk):
    desk.sync()
    desk.type("L-0002", "value", 5.0, "plan")
    desk.sync()
    desk.book.delete(desk.grid("plan"), ROWS, desk.row("L-0002", "plan"), 1)
    done = desk.sync()
    assert "L-0002" not in done.inputs["plan"]
    with pytest.raises(StopIteration):
        desk.row("L-0002", "plan")


def test_plans_always_find_numbered_rows(desk):
    desk.sync()
    for number in range(1, 5):
        desk.type(f"L-000{number}", "value", float(number), "plan")
    desk.sync()
    assert desk.cell("L-0009", "value", "plan").value is None


def test_a_plan_without_a_number_counts_and_is_told(desk):
    desk.sync()
    plan = desk.grid("plan")
    plan.put(12, desk.at("value", "plan"), Cell(7.0))
    done = desk.sync()
    [(key, row)] = done.inputs["plan"].items()
    assert (key[:2], row) == ("L~", {"value": 7})
    assert ids(done) == ["row_unnumbered"]
    assert plan.cell(12, desk.at("plan_id", "plan")).value is None


def test_a_value_typed_over_ours_is_told_and_set_right(desk):
    desk.sync()
    desk.type("D2", "amount", "двести")
    done = desk.sync()
    assert desk.cell("D2", "amount").value == 200.0
    assert [w.parts["text"] for w in done.warnings] == ["двести"]


def test_a_header_that_is_emptied_while_rows_are_inserted_is_given_back(desk):
    desk.sync()
    desk.type("D4", "amount", "не знаю")
    down = desk.row("D4") - 3
    acts = iter([lambda: desk.book.insert(desk.grid(), ROWS, 0, down, before=False)])
    desk.world.before = lambda _n, method: method.startswith("values.") and next(acts, bool)()
    desk.sync()
    assert desk.grid().cell(3 + down, desk.at("amount")).value == "amount"
    assert desk.cell("D4", "amount").value is None


def test_many_rows_gone_at_once_stop_the_tab(desk):
    rows = [small_book.deal(number, 0) for number in range(1, 60)]

    def draw(inputs, _hidden):
        return [TableSheet(small_book.DEALS, rows, desk.remember(inputs).get("deals", {}))]

    desk.tabs = (small_book.DEALS,)
    desk.exchange(draw)
    desk.book.delete(desk.grid(), ROWS, desk.row("D10"), 30)
    before = desk.book.snapshot()
    assert ids(desk.exchange(draw)) == ["rows_gone"]
    assert desk.book.tabs[0].rows == before.tabs[0].rows
    desk.is_rebuild = True
    desk.exchange(draw)
    assert desk.cell("D20", "amount").value == 2000.0


def test_a_copied_row_is_filled_in_and_told(desk):
    desk.sync()
    deals, row = desk.grid(), desk.row("D5")
    for column in range(deals.column_count):
        deals.put(14, column, deals.cell(row, column))
    done = desk.sync(2)
    assert ids(done) == ["key_copied"]


def test_a_dry_run_names_the_cells_and_changes_none(desk):
    desk.is_dry_run = True
    found = desk.sync().differences
    assert len(found) > 50
    assert [tab.title for tab in desk.book.tabs] == ["Лист1"]
    desk.is_dry_run = False
    desk.sync()
    desk.is_dry_run = True
    assert desk.sync().differences == ()
    changed = {(d["tab"], d["cell"]) for d in desk.sync(1).differences}
    assert ("Сделки", "C6") in changed


def test_a_tab_whose_title_is_taken_gets_another(desk):
    desk.book.tabs[0].title = "сделки"
    desk.sync()
    assert "Сделки 2" in [tab.title for tab in desk.book.tabs]


@pytest.mark.parametrize("locale", ["ru_RU", "en_US", "de_DE", "tr_TR"])
def test_every_locale_settles(world, locale):
    world.add("demo", locale)
    desk = Desk(world)
    desk.sync()
    before = len(world.log)
    desk.sync()
    assert desk.methods(before) == SYNCED


def test_which_tabs_are_hidden_is_the_choice_of_people(desk):
    hidden = []
    desk.exchange(lambda inputs, names: hidden.append(set(names)) or small_book.sheets(0, inputs))
    desk.grid("plan").properties["hidden"] = True
    desk.exchange(lambda inputs, names: hidden.append(set(names)) or small_book.sheets(0, inputs))
    assert hidden == [set(), {"plan"}]
    assert desk.grid("plan").properties["hidden"]


def test_guards_of_old_batches_are_taken_away(desk):
    desk.sync()
    for step in range(1, 26):
        desk.sync(step)
    guards = [m for m in desk.book.metadata.values() if m.key == "smk.append"]
    assert 15 <= len(guards) <= 22


@pytest.mark.parametrize("is_strict", [False, True])
def test_all_our_tabs_may_be_deleted(desk, is_strict):
    desk.world.quirks["no_match_fails"] = is_strict
    desk.sync()
    desk.type("D5", "comment", "важно")
    desk.sync()
    del desk.book.tabs[:4]
    desk.book.metadata.clear()
    desk.book.named.clear()
    desk.sync()
    assert desk.cell("D5", "comment").value == "важно"
    assert len(desk.book.tabs) == 5
