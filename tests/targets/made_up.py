"""Made-up tabs with a column, a cell and a chart of every kind."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal

from sheets_sync.workbook import ReportSheet, Sheet, TableSheet
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
    Status,
    Table,
    human,
    live,
    machine,
)
from templates.words import Words, load

HOSTILE = (
    '=HYPERLINK("http://evil.example","x")',
    "+1+1",
    "-1+1",
    "@SUM(A1)",
    "\t=1+1",
    "{=1+1}",
    "https://evil.example/",
    "mailto:a@b.c",
    "internal:'x'!A1",
    "x" * 40_000,
    "two\r\nlines",
    "bell\x07 \ud800 and \uffff",
    "_x000D_ <b>&amp;</b>",
    "'quoted",
    "007",
    "  spaced  ",
)


def _money(row: Row) -> Decimal | None:
    amount, share = row["amount"], row["chance"]
    if isinstance(amount, int | float | Decimal) and isinstance(share, int | float | Decimal):
        return Decimal(str(amount)) * Decimal(str(share))
    return None


def _verdict(row: Row) -> str | None:
    ours, theirs = row["our_verdict"], row["crm_verdict"]
    return ours or theirs or None  # type: ignore[return-value]


DEALS = Table(
    name="deals",
    group=Group.WORK,
    key="deal_id",
    origin=Origin.FED,
    columns=(
        machine("deal_id", width=12),
        machine("title", width=26),
        machine("description", Kind.LONG_TEXT, width=30),
        machine("pieces", Kind.INTEGER),
        machine("score", Kind.NUMBER),
        machine("amount", Kind.MONEY, width=16),
        machine("chance", Kind.SHARE),
        machine("ratio", Kind.RATIO),
        machine("age", Kind.DAYS),
        machine("created_at", Kind.DATETIME, width=17),
        machine("closed_on", Kind.DATE),
        machine("month", Kind.MONTH, width=16),
        machine("link", Kind.LINK, width=24),
        machine("crm_verdict"),
        machine("internal", is_hidden=True),
        human("our_verdict", choices=("yes", "no", "unsure")),
        human("comment", Kind.LONG_TEXT, width=28),
        human("next_step_on", Kind.DATE),
        human("agreed", Kind.MONEY),
        live(
            "weighted",
            'IF(COUNT({amount},{chance})<2,"",{amount}*{chance})',
            _money,
            Kind.MONEY,
            width=16,
        ),
        live(
            "verdict",
            'IF({our_verdict}<>"",{our_verdict},IF({crm_verdict}<>"",{crm_verdict},""))',
            _verdict,
        ),
    ),
    row_rules=(
        ("verdict", '{verdict}=""', Status.UNKNOWN),
        ("amount", "{amount}>5e5", Status.GOOD),
    ),
)


def _double(row: Row) -> float | None:
    value = row["value"]
    return value * 2 if isinstance(value, int | float) else None


PLAN = Table(
    name="plan",
    group=Group.SETUP,
    key="plan_id",
    origin=Origin.MINTED,
    columns=(
        machine("plan_id", width=10),
        human("period", width=12),
        human("value", Kind.NUMBER),
        live("double", 'IF(COUNT({value})<1,"",{value}*2)', _double, Kind.NUMBER),
    ),
    prefix="L",
    blank_rows=20,
)

SPARE = Table(
    name="history",
    group=Group.RECORD,
    key="plan_id",
    origin=Origin.FED,
    columns=(machine("plan_id"), machine("period")),
    is_hidden=True,
)


def deal(number: int) -> Row:
    """Make a deal; every seventh has no amount."""
    created = datetime(2026, 9, 1, 9, 30) + timedelta(days=number, minutes=7 * number)  # noqa: DTZ001
    return {
        "deal_id": f"{7_000_000_000_000_000_000 + number}",
        "title": HOSTILE[number] if number < len(HOSTILE) else f"Тёплый пол, дом {number}",
        "description": "Дом 140 м², газ есть.\nПросили перезвонить." if number % 3 else None,
        "pieces": number % 5,
        "score": number / 3,
        "amount": None if number % 7 == 0 else Decimal(number * 24_500) + Decimal("0.5"),
        "chance": (number % 10) / 10,
        "ratio": 0.5 + number / 20,
        "age": number * 3,
        "created_at": created,
        "closed_on": created.date() if number % 2 else None,
        "month": date(2026, 9, 1),
        "link": f"https://crm.example/deals/{number}",
        "crm_verdict": ("целевая", "нецелевая", None)[number % 3],
        "internal": "x",
    }


def words(language: str) -> Words:
    """Return the words of a language with those of the made-up tabs."""
    real = load(language)
    ours = {
        "tab.deals": "Сделки отдела 'А'",
        "tab.plan": "План",
        "tab.history": "History",
        "tab.pulse": "Пять показателей",
        "tab_hint.plan": "План на месяц: одна строка на показатель.",
        "tab_hint.deals": "Открытые сделки и всё за последние 400 дней.",
        "hint.deals.our_verdict": "Ваш вердикт важнее вердикта из CRM.",
        "choice.yes": "целевая",
        "choice.no": "нецелевая",
        "choice.unsure": "не знаем",
    }
    ids = {column.id for table in (DEALS, PLAN, SPARE) for column in table.columns}
    ours |= {f"column.{id_}": id_.replace("_", " ").capitalize() for id_ in ids}
    return replace(real, texts={**real.texts, **ours})


WEEKS = 20


def _head() -> list[Cell]:
    tiles = (
        ("Темп", 0.93, Kind.SHARE, Status.WARN),
        ("Покрытие", 2.4, Kind.RATIO, Status.GOOD),
        ("Конверсия", 0.182, Kind.SHARE, Status.BAD),
        ("Целевые", 0.6923, Kind.SHARE, Status.GOOD),
        ("Цена клиента", "ХЗ", Kind.MONEY, Status.UNKNOWN),
    )
    cells = [
        Cell(0, 1, "Пять показателей", look=Look.TITLE),
        Cell(1, 1, "Тёплый дом, по 23.11.2026 включительно", look=Look.SUBTITLE),
    ]
    for at, (name, value, kind, status) in enumerate(tiles):
        left = 1 + at * 2
        cells += [
            Cell(3, left, name, look=Look.LABEL, span=(1, 2), status=status),
            Cell(4, left, value, kind, Look.BIG, status, span=(1, 2)),
            Cell(5, left, "норма 100 %, 130 заявок", look=Look.NOTE, span=(1, 2), status=status),
        ]
    return cells


def _body() -> list[Cell]:
    header = ("Неделя", "Доля целевых", "Норма", "Заявки", "Брак", "Выручка", "Цена", "Менеджер")
    cells = [Cell(25, 1, "Недели", look=Look.HEADING, span=(1, 8))]
    cells += [Cell(26, 1 + at, name, look=Look.HEADER) for at, name in enumerate(header)]
    for week in range(WEEKS):
        values = (
            (date(2026, 7, 6) + timedelta(weeks=week), Kind.DATE),
            (None if week == 4 else 0.55 + 0.2 * ((week * 7) % 5) / 5, Kind.SHARE),
            (0.65, Kind.SHARE),
            (80 + (week * 13) % 40, Kind.INTEGER),
            (20 + (week * 5) % 17, Kind.INTEGER),
            (900_000 + (week * 377_000) % 700_000, Kind.MONEY),
            (3_000 + (week * 911) % 2_500, Kind.MONEY),
            (f"Продавец {week + 1}", Kind.TEXT),
        )
        cells += [Cell(27 + week, 1 + at, v, kind) for at, (v, kind) in enumerate(values)]
    cells += [
        Cell(47, 1, "Итого", look=Look.TOTAL),
        Cell(47, 4, 2_030, Kind.INTEGER, Look.TOTAL, formula="SUM(E28:E47)"),
        Cell(48, 1, "Сделки", link="deals"),
        Cell(48, 2, 5.0, Kind.INTEGER, formula="COUNT({plan.value})", link="plan"),
        Cell(49, 1, "нет", formula='IF(COUNTA({deals.deal_id})>1e6,"{@deals}","нет")'),
        Cell(49, 2, "a, b", formula='TEXTJOIN(", ",TRUE,"a","b")'),
        Cell(50, 1, "=1+1", look=Look.INPUT),
        Cell(51, 1, "Сайт", link="https://example.org/"),
        Cell(52, 1, "Опасно", link="file:///etc/passwd"),
        Cell(52, 2, status=Status.WARN),
    ]
    return cells


def _column(at: int, first: int = 27, last: int = 46) -> tuple[int, int, int, int]:
    return (first, at, last, at)


def _charts() -> tuple[Chart, ...]:
    week, short = _column(1), _column(8, last=33)
    top = {"categories": short}
    return (
        Chart(
            "share",
            ChartKind.COLUMN,
            "Доля целевых по неделям",
            (
                Series("Доля целевых", week, _column(2)),
                Series("Норма", week, _column(3), "#C0392B", ChartKind.LINE, is_dashed=True),
            ),
            (7, 1),
            value_kind=Kind.SHARE,
            value_title="доля целевых",
        ),
        Chart(
            "revenue",
            ChartKind.LINE,
            "Выручка по неделям",
            (Series("Выручка", week, _column(6)),),
            (7, 7),
            value_kind=Kind.MONEY,
        ),
        Chart(
            "leads",
            ChartKind.STACKED_COLUMN,
            "Заявки и брак",
            (
                Series("Заявки", week, _column(4)),
                Series("Брак", week, _column(5), "#E0A100"),
                Series(
                    "черта",
                    week,
                    _column(6),
                    "#C0392B",
                    ChartKind.LINE,
                    is_dashed=True,
                    is_drop=True,
                ),
            ),
            (54, 1),
            is_log=True,
            value_kind=Kind.INTEGER,
            value_title="заявок",
        ),
        Chart(
            "sellers",
            ChartKind.BAR,
            "Заявки по менеджерам",
            (
                Series(
                    "Заявки",
                    **top,
                    values=_column(4, last=33),
                    point_colours=("#2E8B57", None, None, None, None, None, "#8A8F98"),
                    show_values=True,
                ),
            ),
            (54, 7),
            value_kind=Kind.INTEGER,
            value_title="заявок",
            has_legend=False,
        ),
        Chart(
            "interval",
            ChartKind.STACKED_BAR,
            "Доверительный интервал",
            (
                Series("low", **top, values=_column(5, last=33), is_invisible=True),
                Series(
                    "интервал", **top, values=_column(4, last=33), labels=short, colour="#7FA3CB"
                ),
            ),
            (71, 1),
            value_kind=Kind.INTEGER,
            category_title="менеджер",
            gap=180,
        ),
        Chart(
            "price",
            ChartKind.SCATTER,
            "Цена заявки и цена клиента",
            (Series("Каналы", _column(4, last=33), _column(7, last=33), labels=short),),
            (71, 7),
            value_kind=Kind.MONEY,
            value_title="цена клиента, ₽",
            category_title="цена заявки, ₽",
        ),
        Chart(
            "radar",
            ChartKind.RADAR,
            "Разделы оценки",
            (Series("=1+1", **top, values=_column(3, last=33)),
             Series("Продажи", **top, values=_column(2, last=33), colour="#2E8B57")),
            (88, 1),
            value_kind=Kind.SHARE,
        ),
    )  # fmt: skip


PULSE = Report("pulse", Group.READ, lambda _facts, _words: report())


def report(*, is_short: bool = False) -> Grid:
    """Draw the made-up report, or only its head to paper."""
    return Grid(
        cells=(*_head(), *_body()),
        widths=(2, *[14] * 12),
        heights={0: 30, 4: 34, 5: 28},
        charts=_charts(),
        rules=(Rule((27, 4, 46, 4), "E28>110", Status.GOOD),),
        freeze=(2, 0),
        print_rows=25 if is_short else 0,
    )


def sheets(deals: int = 40) -> list[Sheet]:
    """Return all made-up sheets."""
    rows = [deal(number) for number in range(deals)]
    typed = {str(rows[2]["deal_id"]): {"our_verdict": "не знаем", "agreed": 120_000.0}}
    plan = {f"L-{n:04}": {"period": f"2026-{n:02}", "value": 100.0 + n} for n in range(1, 6)}
    return [
        ReportSheet(PULSE, report()),
        TableSheet(DEALS, rows, typed),
        TableSheet(PLAN, [], plan),
        TableSheet(SPARE, []),
    ]
