"""Files with every defect at once, made from a seed, with their truth known."""

import csv
import random
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from io import StringIO

import pytest

NULLS = ("", "-", "—", "#N/A", "нет данных", "Select")
WORDS = ("по договорённости", "NaN", "1,2,3,4", "12 34", "#", "inf")
SPACES = ("", " ", "\u00a0", "\u2009", "'")
STAGES = {"Успешно реализовано": "won", "Закрыто и не реализовано": "lost", "Смета": "open"}


@dataclass
class Truth:
    """A file, and what is in it."""

    content: bytes
    rows: int = 0
    loaded: dict = field(default_factory=dict)  # id → amount, status, day
    lost: int = 0


def money(chance, amount):
    """Write an amount as some people do, with a decimal comma."""
    space = chance.choice(SPACES)
    whole, cents = divmod(abs(round(amount * 100)), 100)
    text = f"{whole:,}".replace(",", space) + f",{cents:02d}"
    text = chance.choice(("{}", "{} ₽", "{} руб.", "₽ {}")).format(text)
    return ("−" if amount < 0 else "") + text


def messy(seed):
    chance = random.Random(seed)  # noqa: S311
    delimiter, encoding = chance.choice(";,\t|"), chance.choice(("utf-8", "utf-8-sig", "cp1251"))
    file = StringIO()
    writer = csv.writer(file, delimiter=delimiter, lineterminator=chance.choice(("\n", "\r\n")))
    writer.writerows([["Выгрузка"]] * chance.randrange(3))
    writer.writerow(["ID сделки", "Сумма", "Этап", "Дата закрытия", "Название", "Название"])
    truth = Truth(b"")
    start = 4_876_876_000_000_000_000
    for number in range(chance.randrange(30, 120)):
        truth.rows += 1
        key = str(start + number)
        amount = Decimal(chance.randrange(-10_000, 90_000_000)) / 100
        stage = chance.choice(list(STAGES))
        day = date(2026, 1, 13) + timedelta(days=number)
        shown, is_lost = money(chance, amount), False
        fate = chance.random()
        if fate < 0.05:
            shown, amount = chance.choice(NULLS), None
        elif fate < 0.1:
            shown, is_lost = chance.choice(WORDS), True
        elif fate < 0.15:
            key, is_lost = chance.choice(NULLS), True
        elif fate < 0.2 and truth.loaded:
            key = chance.choice(list(truth.loaded))
            truth.lost += 1  # the older row of the two
        row = [key, shown, stage, f"{day:%d.%m.%Y}", "=1+1", 'ООО "Ё", или\nнет']
        if fate > 0.97:
            row, is_lost = [*row, "one", "too many"], True
        writer.writerow(row)
        if is_lost:
            truth.lost += 1
        else:
            truth.loaded[key] = (amount, STAGES[stage], day)
    total = sum(amount or 0 for amount, _, _ in truth.loaded.values())
    if chance.random() < 0.5 and truth.lost == 0:
        writer.writerow(["Итого", money(chance, total)])
        truth.rows += 1
    text = file.getvalue()
    if encoding == "cp1251":  # it has no thin space and no true minus
        text = text.replace("\u2009", "\u00a0").replace("−", "-").replace("₽", "р.")
    truth.content = text.encode(encoding)
    return truth


@pytest.mark.parametrize("seed", range(16))
def test_nothing_is_lost_in_silence(take, seed):
    truth = messy(seed)
    found = take(truth.content)
    lost = {rejection.line for rejection in found.rejected if rejection.is_row_lost}
    assert found.read == truth.rows == len(found.rows) + len(lost) + found.totals
    days = [row["closed_at"] or row["expected_close"] for row in found.rows]
    loaded = {
        row["deal_id"]: (row["amount"], row["status"], day if type(day) is date else day.date())
        for row, day in zip(found.rows, days, strict=True)
    }
    assert loaded == truth.loaded
    assert len(lost) == truth.lost


def test_a_file_is_read_once(take, read, tmp_path):
    first = take(messy(1).content)
    again = read(first.mapping, tmp_path, first.cursor)
    assert (again.rows, again.cursor) == ([], "")
    path = tmp_path / "file.csv"
    path.write_bytes(path.read_bytes() + b"9;1,00\n")
    changed = read(first.mapping, tmp_path, first.cursor)
    assert len(changed.rows) + changed.reasons().total() > len(first.rows)
    nulls = first.mapping.model_copy(update={"null_words": ("x",)})
    assert read(nulls, tmp_path, changed.cursor).cursor != changed.cursor


def test_pages(take):
    text = "deal id,amount\n" + "".join(f"{number},{number}\n" for number in range(250_000))
    found = take(text)
    assert found.column("deal_id") == [str(number) for number in range(250_000)]
    assert found.read == 250_000
