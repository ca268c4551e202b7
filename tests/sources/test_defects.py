"""Every defect that crm.md saw in real exports, in a file of a few rows."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from sheets_sync.errors import LookAtSource
from sheets_sync.sources.guessing import guess


def test_long_ids_stay_apart(take):
    ids = [str(4_876_876_000_000_000_000 + number) for number in range(50)]
    found = take("deal id,amount\n" + "".join(f"{number},5\n" for number in ids))
    assert found.column("deal_id") == ids


@pytest.mark.parametrize(
    ("encoding", "delimiter"),
    [
        *((encoding, ";") for encoding in ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1251")),
        *(("utf-8", delimiter) for delimiter in ",\t|"),
        ("utf-16-be", "\t"),
    ],
)
def test_encodings_and_delimiters(take, encoding, delimiter):
    rows = [
        ["ID сделки", "Менеджер", "Сумма"],
        ["7", "Щукин; Ё|ж", "1 000,5"],
        ["8", "Юна", "2,25"],
    ]
    text = "\r\n".join(delimiter.join(f'"{cell}"' for cell in row) for row in rows)
    found = take(text, encoding=encoding)
    assert found.column("manager") == ["Щукин; Ё|ж", "Юна"]
    assert found.column("amount") == [Decimal("1000.50"), Decimal("2.25")]


def test_money_of_every_make_in_one_column(take):
    cells = ["€ 3.500,00", "€ 11398,00", "1 000,5", "1\u00a0234,56", "-5", "0", "--", ""]
    found = take("deal id;amount\n" + "".join(f"{n};{cell}\n" for n, cell in enumerate(cells)))
    money = ["3500", "11398", "1000.5", "1234.56", "-5", "0", None, None]
    assert found.column("amount") == [None if cell is None else Decimal(cell) for cell in money]
    assert found.reasons() == {"negative": 1}


def test_null_words_and_owner_false(take):
    found = take(
        "id сделки,Ответственный,Сумма,Источник,Дата создания\n"
        "1,False,#REF!,Select,--\n2,Анна,unknown,unknown,нет\n3,-,7,нет данных,2026-01-05\n"
    )
    assert found.column("manager") == [None, "Анна", None]
    assert found.column("amount") == [None, None, Decimal(7)]
    assert found.column("channel") == [None, "unknown", None]
    assert [moment and moment.date() for moment in found.column("created_at")] == [
        None,
        None,
        date(2026, 1, 5),
    ]
    assert not found.rejected


def test_closed_before_created_is_kept(take):
    found = take("deal id,created at,closed at,stage\n1,2026-05-05,2026-05-01,Won\n")
    assert found.rows[0]["closed_at"] < found.rows[0]["created_at"]


def test_equal_spend_rows_both_count_and_come_back_the_same(take, read, tmp_path):
    text = "Дата;Кампания;Расход\n01.02.2026;a;5\n01.02.2026;a;5\n13.02.2026;a;0\n"
    first = take(text, "spend")
    assert first.column("cost") == [Decimal(5), Decimal(5), Decimal(0)]
    assert len(set(first.column("row_id"))) == 3
    again = read(first.mapping, tmp_path)
    assert again.column("row_id") == first.column("row_id")


def test_a_corrected_spend_row_keeps_its_id(take):
    before = take("Дата;Кампания;Расход\n13.02.2026;a;5\n", "spend")
    after = take("Дата;Кампания;Расход\n13.02.2026;a;6\n", "spend")
    assert before.column("row_id") == after.column("row_id")


def test_of_equal_ids_the_newest_row_stays(take):
    found = take(
        "deal id,updated at,amount\n1,2026-01-02,20\n1,2026-01-01,10\n2,2026-01-01,5\n2,,7\n"
    )
    assert found.column("amount") == [Decimal(20), Decimal(5)]
    assert found.reasons() == {"duplicate_id": 2}
    assert [rejection.line for rejection in found.rejected] == [3, 5]


def test_without_updated_at_the_last_row_stays(take):
    assert take("deal id,amount\n1,20\n1,10\n").column("amount") == [Decimal(10)]


def test_title_lines_above_the_header(take):
    found = take("Отчёт по сделкам\nза ноябрь;;\n\nID сделки;Сумма;Этап\n1;5;Won\n2;6;Lost\n")
    assert found.mapping.header_row == 4
    assert found.column("amount") == [Decimal(5), Decimal(6)]


def test_two_columns_with_one_name(tmp_path):
    path = tmp_path / "deals.csv"
    path.write_text("deal id,amount,amount\n1,5,6\n")
    guessed = guess(path, "deals")
    assert guessed.mapping.columns["amount"] == "amount"
    unused = next(note for note in guessed.notes if note.id == "unused_columns")
    assert unused.parts["columns"] == "amount#2"


def test_a_column_that_vanished(take, read, tmp_path):
    mapping = take("deal id,amount\n1,5\n").mapping
    (tmp_path / "file.csv").write_text("deal id,sum\n1,5\n")
    with pytest.raises(LookAtSource) as error:
        read(mapping, tmp_path)
    assert (error.value.id, error.value.parts["column"]) == ("column_vanished", "amount")


def test_a_text_in_a_number_column_sets_its_row_aside(take):
    found = take("deal id,amount\n1,5\n2,по договорённости\n3,7\n")
    assert found.column("deal_id") == ["1", "3"]
    (rejection,) = found.rejected
    assert (rejection.file, rejection.line, rejection.column) == ("file.csv", 3, "amount")
    assert (rejection.value, rejection.reason) == ("по договорённости", "not_a_number")
    assert rejection.is_row_lost


def test_offsets_and_naive_times(take):
    found = take(
        "deal id,created at\n1,2026-11-03T10:00:00+03:00\n2,2026-11-03 10:00\n",
        timezone="Asia/Yekaterinburg",
    )
    assert found.column("created_at") == [
        datetime(2026, 11, 3, 7, tzinfo=UTC),
        datetime(2026, 11, 3, 5, tzinfo=UTC),
    ]


def test_contacts_are_hashed_and_not_kept(take):
    found = take(
        "lead id,phone,email,Имя\n1,+7 (912) 000-11-22,a@b.ru,Пётр\n2,89120001122,,Пётр\n"
        "3,,A@B.RU,\n4,,,\n",
        "leads",
    )
    first, second, third, fourth = found.column("contact_key")
    assert first == second
    assert len({first, third, fourth}) == 3
    assert fourth is None
    kept = str(found.rows)
    assert not any(secret in kept for secret in ("912000", "0001122", "a@b", "Пётр"))


def test_currencies(take):
    found = take("deal id,amount,currency\n1,5,руб.\n2,6,$\n3,7,eur\n4,8,дублоны\n5,9,\n")
    assert found.column("currency") == ["RUB", "USD", "EUR", "XXX", None]
    assert found.reasons() == {"unknown_currency": 1}


def test_currency_beside_the_amount(take):
    found = take("deal id;amount\n1;5,10 €\n2;$ 6,25\n3;7\n", currency="RUB")
    assert found.column("currency") == ["EUR", "USD", "RUB"]


def test_a_remark_on_what_is_odd_but_kept(take):
    found = take(
        "deal id,amount,created at\n1,-5,2027-01-05\n2,5,2026-01-05\n", today=date(2026, 11, 23)
    )
    assert len(found.rows) == 2
    assert found.reasons() == {"negative": 1, "future": 1}
    assert not any(rejection.is_row_lost for rejection in found.rejected)


def test_formula_like_text_is_kept_as_it_is(take):
    titles = ["=1+1", "+7", "-5", "@SUM(A1)", "=HYPERLINK(1)"]
    found = take("deal id,title\n" + "".join(f"{n},{title}\n" for n, title in enumerate(titles)))
    assert found.column("title") == titles


def test_rows_with_too_many_cells(take):
    found = take("deal id,amount\n1,5\n2,1,5\n3,6,\n\n4,7\n")
    assert found.column("deal_id") == ["1", "3", "4"]
    (rejection,) = found.rejected
    assert (rejection.line, rejection.reason) == (3, "too_many_cells")


def test_badly_escaped_quotes(take):
    found = take('deal id,title,amount\n1,ООО "Ромашка",5\n2,"ООО "Лютик"",6\n3,"a, b",7\n')
    assert found.column("amount") == [Decimal(5), Decimal(6), Decimal(7)]
    assert found.rows[2]["title"] == "a, b"


def test_a_row_number_is_that_of_a_spreadsheet(take):
    found = take('deal id,title,amount\n1,"two\nlines",5\n2,x,much\n')
    assert found.rejected[0].line == 3
