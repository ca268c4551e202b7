"""What was known on a day is told later as it was told then, whatever came and was typed since."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from openpyxl import load_workbook

from sheets_sync.config import load as load_config
from sheets_sync.hindsight import end_of, is_past, known_on, look_back
from sheets_sync.reading import open_reading
from sheets_sync.sync import sync
from sheets_sync.workspace import Workspace
from templates.tabs import leads, qualification
from tests.cli.calls import cli, done
from tests.month import company
from tests.month.desk import HEADER, WORDS, at_work, choice

FIRST, SECOND, LAST = date(2026, 11, 9), date(2026, 11, 16), date(2026, 11, 23)
MONTH = date(2026, 11, 1)
REJECTED = [lead for lead in company.known(FIRST) if not lead.is_target][-3:]
SAME = ("five", "pace", "cover", "months", "trend_months", "weeks", "lead_plan", "bonus", "tasks",
        "channels", "managers", "minutes", "reasons_used", "measured", "rule_answers")  # fmt: skip
"""Tables that stand on dated facts and on what people typed."""
STAGED = ("weighted", "expected_total")
"""What hangs on the stage of a deal: no export of this company says when it moved."""


class Life:
    """A workspace whose evenings are kept: what the sync of each evening said."""

    def __init__(self, folder) -> None:
        self.folder = folder
        company.export(folder, FIRST - timedelta(days=1))
        done(
            "--lang", "ru", "init", folder / "ws", "--leads", folder / "leads.csv",
            "--deals", folder / "deals.csv", "--spend", folder / "spend.csv",
        )  # fmt: skip
        self.workspace = Workspace(folder / "ws", load_config(folder / "ws", WORDS))
        self.path = self.workspace.workbook
        self.evenings = {}

    def evening(self, day: date) -> None:
        """Sync just before midnight; the day itself counts."""
        company.export(self.folder, day)
        now = end_of(self.workspace, day) - timedelta(minutes=1)
        self.evenings[day] = sync(self.workspace, now=now, as_of=day).facts.tables

    def then(self, day: date):
        moment = end_of(self.workspace, day)
        with known_on(self.workspace, day) as past, open_reading(past, moment, day) as reading:
            return reading.facts().tables


def plan(desk, key, value):
    row = {"period": MONTH, "metric": choice("qualified"), "scope": choice("company")}
    desk["plan"].type(key, **row, value=value)


def answer(tab, lead_id, said):
    """Answer the first sign of the rule that no field of the CRM answers."""
    rule = [{"rule_row": key, **row} for key, row in qualification.starter(WORDS).items()]
    [(_, question), *_] = leads.asking(rule, ())
    [column] = [cell.column for cell in tab.sheet[HEADER] if cell.value == question]
    tab.sheet.cell(tab.row(lead_id), column).value = said


@pytest.fixture(scope="module")
def life(tmp_path_factory):
    made = Life(tmp_path_factory.mktemp("life"))
    made.evening(FIRST - timedelta(days=1))
    with at_work(made.path) as desk:
        plan(desk, None, 30)
        desk["tasks"].type(None, text="Позвонить", owner="Анна Королёва", due=date(2026, 11, 12))
        desk["bonus_rules"].type(None, person="Глеб", valid_from=MONTH, rate=500,
                                 basis=choice("for_qualified"))  # fmt: skip
    made.evening(FIRST)
    with at_work(made.path) as desk:
        desk["leads"].type(REJECTED[0].id, our_verdict=choice("qualified"))
        answer(desk["leads"], company.known(FIRST)[-1].id, choice("yes"))
        desk["minutes"].type("2026-W45", sales_present="Анна", marketing_present="Глеб")
    made.evening(SECOND)
    with at_work(made.path) as desk:
        plan(desk, "L-0001", 90)
        desk["settings"].type("n_min", value=5)
        desk["settings"].type("spam_counts", value=choice("no"))
        for lead in REJECTED[1:]:
            desk["leads"].type(lead.id, our_verdict=choice("qualified"))
        desk["tasks"].type("T-0001", status=choice("done"), done_on=date(2026, 11, 20))
        rule = desk["qualification"]
        rule.type(rule.rows("rule_row")[0], question="Наш регион?", value="Москва")
    made.evening(LAST)
    return made


def dated(rows):
    """Return rows without what no date tells; sums of floats depend on their order a little."""
    return [
        {name: round(value, 9) if isinstance(value, float) else value
         for name, value in row.items() if name not in STAGED}
        for row in rows
    ]  # fmt: skip


def digest(path):
    return path.read_bytes()


@pytest.mark.parametrize("day", [FIRST, SECOND])
def test_it_is_told_as_it_was_told_that_evening(life, day):
    said, told = life.evenings[day], life.then(day)
    for name in SAME:
        assert dated(told[name]) == dated(said[name]), name


def test_what_was_typed_later_was_not_known(life):
    monday, today = life.then(FIRST), life.evenings[LAST]
    plans = [{row["metric"]: row["plan"] for row in tables["pace"] if row["scope"] == "company"}
             for tables in (monday, today)]  # fmt: skip
    assert [found["qualified"] for found in plans] == [30.0, 90.0]
    verdicts = [
        sum(bool(row.get("our_verdict")) for row in tables["typed.leads"])
        for tables in (monday, life.then(SECOND), today)
    ]
    assert verdicts == [0, 1, 3]


def test_the_rule_is_the_one_that_held(life):
    counts = [len(tables["rule_versions"]) for tables in
              (life.then(FIRST), life.then(SECOND), life.evenings[LAST])]  # fmt: skip
    assert counts == [1, 1, 2]


def test_weeks_that_ended_later_are_not_in_the_history(life):
    weeks = {row["week"] for row in life.then(SECOND)["history"]} - {"baseline"}
    assert max(weeks) == "2026-W46"


def test_looking_back_writes_a_file_of_its_own_and_changes_nothing(life):
    hidden = life.workspace.hidden
    watched = [life.path, hidden / "state.sqlite", hidden / "facts.duckdb",
               hidden / "published.duckdb"]  # fmt: skip
    known = life.workspace.state.recall(), life.workspace.state.frozen()
    before = [digest(path) for path in watched if path != hidden / "state.sqlite"]
    first, second = (look_back(life.workspace, FIRST).workspace.workbook for _ in range(2))
    assert [digest(path) for path in watched if path != hidden / "state.sqlite"] == before
    assert (life.workspace.state.recall(), life.workspace.state.frozen()) == known
    assert (first.name, second.name) == (
        "smarketing 2026-11-09.xlsx",
        "smarketing 2026-11-09 (2).xlsx",
    )
    plans = load_workbook(first)[WORDS("tab.plan")]
    assert 30 in {cell.value for row in plans.iter_rows() for cell in row}
    assert 90 not in {cell.value for row in plans.iter_rows() for cell in row}


@pytest.mark.parametrize(
    ("day", "expected"),
    [(None, False), (FIRST - timedelta(days=2), False), (FIRST - timedelta(days=1), True),
     (SECOND, True), (LAST - timedelta(days=1), True), (LAST, False)],
)  # fmt: skip
def test_only_days_between_set_up_and_the_last_one_are_looked_back_on(life, day, expected):
    now = datetime.fromisoformat("2026-11-24T07:00:00+03:00")
    assert is_past(life.workspace, day, now) is expected


def test_the_commands_tell_it(life):
    folder = life.workspace.folder
    told = done("metrics", folder, "--as-of", FIRST, "--format", "json").json
    five = {row["id"]: row for row in life.evenings[FIRST]["five"]}
    values = {row["metric"]: row["value"] for row in told}
    assert values["qualified_share"] is not None
    assert values["run_rate"] == pytest.approx(five["run_rate"]["value"])
    spoken = cli("metrics", folder, "--as-of", FIRST, language="ru")
    assert "к концу дня 09.11.2026" in spoken.out.replace("\xa0", " ")
    synced = done("sync", folder, "--as-of", FIRST, "--json").json
    assert synced["workbook"].endswith(".xlsx")
    assert "2026-11-09" in synced["workbook"]
    dry = done("sync", folder, "--as-of", FIRST, "--json", "--dry-run").json
    assert dry["changes"] == []
    brief = done("meeting", folder, "--as-of", FIRST, "--format", "md", "--output", "-").out
    assert brief != done("meeting", folder, "--format", "md", "--output", "-").out
