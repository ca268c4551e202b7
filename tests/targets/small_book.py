"""A small workbook with a table of each origin and a report, as it changes from sync to sync."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from sheets_sync.targets.xlsx import XlsxFile
from sheets_sync.workbook import Exchange, Inputs, ReportSheet, Sheet, TableSheet
from templates.tab import (
    Cell,
    Chart,
    ChartKind,
    Grid,
    Group,
    Kind,
    Look,
    Origin,
    Report,
    Row,
    Rule,
    Series,
    Sparkline,
    Status,
    Table,
    Value,
    human,
    live,
    machine,
)
from templates.words import Words, load


def _weighted(row: Row) -> float | None:
    amount, agreed = row["amount"], row["agreed"]
    if isinstance(amount, int | float) and isinstance(agreed, int | float):
        return amount * agreed
    return None


DEALS = Table(
    "deals",
    Group.WORK,
    "deal_id",
    Origin.FED,
    (
        machine("deal_id"),
        machine("title"),
        machine("amount", Kind.MONEY),
        machine("closed_on", Kind.DATE),
        human("our_verdict", choices=("yes", "no")),
        human("comment"),
        human("agreed", Kind.NUMBER),
        human("next_step_on", Kind.DATE),
        live(
            "weighted",
            'IF(COUNT({amount},{agreed})<2,"",{amount}*{agreed})',
            _weighted,
            Kind.MONEY,
        ),
    ),
    row_rules=(("amount", "{amount}>500", Status.GOOD),),
)
PLAN = Table(
    "plan",
    Group.SETUP,
    "plan_id",
    Origin.MINTED,
    (
        machine("plan_id"),
        machine("first_seen", Kind.DATE),
        human("period"),
        human("value", Kind.NUMBER),
    ),
    prefix="L",
    blank_rows=5,
)
SCORES = Table(
    "scorecard",
    Group.WORK,
    "criterion",
    Origin.FIXED,
    (machine("criterion"), machine("question"), human("answer", Kind.INTEGER)),
)
PULSE = Report("pulse", Group.READ, lambda _facts, _words: Grid(()))
TABS = (PULSE, DEALS, PLAN, SCORES)
TITLES = {"deals": "Сделки", "plan": "План", "scorecard": "Оценка", "pulse": "Пульс"}


def words(language: str = "ru") -> Words:
    """Return the words of the small workbook."""
    real = load(language)
    ours = {f"tab.{name}": title for name, title in TITLES.items()}
    ours |= {"choice.yes": "да", "choice.no": "нет"}
    tables = (DEALS, PLAN, SCORES)
    ours |= {f"column.{c.id}": c.id.replace("_", " ") for table in tables for c in table.columns}
    return replace(real, texts={**real.texts, **ours})


def deal(number: int, step: int) -> Row:
    """Return a deal; a third of them change with every step."""
    amount = 100.0 * number + (step if number % 3 == 0 else 0)
    return {
        "deal_id": f"D{number}",
        "title": f"=Сделка {number}" if number % 2 else f"Дом & сад {number}",
        "amount": None if number == 4 else amount,
        "closed_on": date(2026, 11, 1 + number) if number < 20 else None,
    }


def grid(step: int) -> Grid:
    """Draw the report; it grows by two rows with every step."""
    weeks = 3 + step * 2
    cells = [
        Cell(0, 0, "Пять показателей", look=Look.TITLE, span=(1, 3)),
        Cell(1, 0, "Сделки", link="deals"),
        Cell(1, 1, 12.0, Kind.INTEGER, formula="COUNTA({deals.deal_id})"),
        Cell(1, 2, 0.5 + step / 10, Kind.SHARE, status=(Status.GOOD, Status.BAD)[step % 2]),
        Cell(2, 0, "Неделя", look=Look.HEADER),
        Cell(2, 1, "Заявки", look=Look.HEADER),
        Cell(2, 2, "Доля", look=Look.HEADER),
    ]
    for week in range(weeks):
        cells += [
            Cell(3 + week, 0, f"2026-W{40 + week}"),
            Cell(3 + week, 1, 10 + week * step, Kind.INTEGER),
            Cell(3 + week, 2, 0.5 if week % 2 else None, Kind.SHARE),
        ]
    last = 3 + weeks
    cells += [
        Cell(last, 0, "Итого", look=Look.TOTAL),
        Cell(
            last,
            1,
            sum(10.0 + week * step for week in range(weeks)),
            Kind.INTEGER,
            Look.TOTAL,
            formula=f"SUM(B4:B{last})",
        ),
        Cell(last, 2, None, look=Look.TOTAL),
    ]
    series = Series("Заявки", (3, 0, last - 1, 0), (3, 1, last - 1, 1))
    return Grid(
        tuple(cells),
        widths=(16, 12, 12),
        charts=(Chart("leads", ChartKind.COLUMN, "Заявки по неделям", (series,), (2, 6)),),
        rules=(Rule((3, 1, last - 1, 1), "B4>15", Status.GOOD),),
        sparklines=(Sparkline((last, 2), (3, 1, last - 1, 1)),),
    )


def sheets(step: int, remembered: Inputs | None = None) -> list[Sheet]:
    """Return all sheets at a step: deals come, and one is gone from the CRM."""
    deals = [deal(n, step) for n in range(1, 9 + step * 2) if n != step + 1]
    scores = [{"criterion": f"Q{n}", "question": f"Вопрос {n}?"} for n in range(1, 5)]
    typed = remembered or {}
    plan = [{"plan_id": key, "first_seen": date(2026, 11, 1)} for key in typed.get("plan", {})]
    return [
        ReportSheet(PULSE, grid(step)),
        TableSheet(DEALS, deals, typed.get("deals", {})),
        TableSheet(PLAN, plan, typed.get("plan", {})),
        TableSheet(SCORES, scores, typed.get("scorecard", {})),
    ]


@dataclass
class Workspace:
    """A workbook, and what the store remembers of what people typed."""

    folder: Path
    memory: dict[str, str] = field(default_factory=dict)
    remembered: dict[str, dict[str, dict[str, Value]]] = field(default_factory=dict)
    language: str = "ru"

    @property
    def path(self) -> Path:
        return self.folder / "book.xlsx"

    def sync(self, step: int) -> Exchange:
        """Bring the workbook to a step."""
        target = XlsxFile(
            self.path, words(self.language), "RUB", self.memory, self.folder / "versions"
        )
        return target.exchange(TABS, lambda inputs, _hidden: sheets(step, self._remember(inputs)))

    def _remember(self, inputs: Inputs) -> Inputs:
        for tab, keyed in inputs.items():
            self.remembered[tab] = {key: dict(row) for key, row in keyed.items()}
        return self.remembered


TYPED = {
    "deals": {
        "D2": {"our_verdict": "yes", "comment": "ждём договор", "next_step_on": date(2026, 12, 1)},
        "D5": {"our_verdict": "no", "agreed": 0.5},
    },
    "plan": {"L-0001": {"period": "2026-11", "value": 300}},
    "scorecard": {"Q2": {"answer": 1}},
}
