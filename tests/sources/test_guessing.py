"""What is taken for what, in exports of common CRMs; what is asked about."""
# ruff: noqa: E501, ISC004  (rows of files are long)

from datetime import date, datetime
from decimal import Decimal

import pytest
from openpyxl import Workbook

from sheets_sync.errors import FixConfig
from sheets_sync.sources.guessing import answer, guess
from templates.words import load

EXPORTS = {
    "bitrix24": (
        "deals",
        "ID;Название сделки;Стадия сделки;Воронка;Сумма;Валюта;Ответственный;Дата создания;"
        "Дата завершения;Источник\n"
        "1;a;Сделка успешна;Общая;1000.00;Российский рубль;Анна;13.01.2026 10:00:00;14.01.2026;Звонок\n"
        "2;b;Сделка провалена;Общая;500.00;Российский рубль;Олег;13.01.2026 10:00:00;14.01.2026;Сайт\n"
        "3;c;Переговоры;Общая;;Российский рубль;Олег;13.01.2026 10:00:00;;Сайт\n",
        "deal_id title stage pipeline amount currency manager created_at closed_at channel status",
        ["won", "lost", "open"],
    ),
    "amocrm": (
        "deals",
        '"ID","Название сделки","Бюджет ₽","Ответственный","Дата создания сделки","Этап сделки",'
        '"Воронка","Дата закрытия","utm_source","utm_campaign"\n'
        '"1","a","1000","Анна","13.01.2026 10:00:00","Успешно реализовано","В","14.01.2026","ya","c"\n'
        '"2","b","500","Анна","13.01.2026 10:00:00","Закрыто и не реализовано","В","14.01.2026","",""\n'
        '"3","c","500","Анна","13.01.2026 10:00:00","Первичный контакт","В","не указано","",""\n',
        "deal_id title amount manager created_at stage pipeline closed_at utm_source campaign status",
        ["won", "lost", "open"],
    ),
    "hubspot": (
        "deals",
        "Record ID,Deal Name,Deal Stage,Pipeline,Amount,Create Date,Close Date,Deal owner,Currency\n"
        '1,a,Closed Won (Sales Pipeline),P,"1,000.5",2026-01-13 10:00,2026-01-14 10:00,Ann,USD\n'
        '2,b,Closed Lost (Sales Pipeline),P,"12,000",2026-01-13 10:00,2026-01-14 10:00,Bob,USD\n'
        "3,c,Contract sent,P,,2026-01-13 10:00,2026-02-14 10:00,Bob,USD\n",
        "deal_id title stage pipeline amount created_at closed_at manager currency status",
        ["won", "lost", "open"],
    ),
    "pipedrive": (
        "deals",
        "Deal - ID,Deal - Title,Deal - Value,Deal - Currency of Value,Deal - Stage,Deal - Status,"
        "Deal - Owner,Deal - Deal created,Deal - Won time,Deal - Expected close date\n"
        "1,a,1000,EUR,Offer,Won,Ann,2026-01-13 10:00:00,2026-01-14 10:00:00,\n"
        "2,b,500,EUR,Offer,Lost,Ann,2026-01-13 10:00:00,,\n"
        "3,c,,EUR,Offer,Open,Ann,2026-01-13 10:00:00,,2026-02-01\n",
        "deal_id title amount currency stage status manager created_at closed_at expected_close",
        ["won", "lost", "open"],
    ),
    "zoho": (
        "deals",
        "Record Id,Deal Name,Amount,Stage,Closing Date,Deal Owner,Created Time,Modified Time,"
        "Lead Source,Probability (%)\n"
        "1,a,€ 1000,Closed Won,14.01.2026,Ann,13.01.2026 10:00,13.01.2026 10:00,Web,100\n"
        "2,b,€ 500,Closed Lost,14.01.2026,Ann,13.01.2026 10:00,13.01.2026 10:00,Web,0\n"
        "3,c,€ 500,Qualification,14.02.2026,Ann,13.01.2026 10:00,13.01.2026 10:00,Web,10\n",
        "deal_id title amount stage closed_at manager created_at updated_at channel probability status",
        ["won", "lost", "open"],
    ),
    "salesforce": (
        "deals",
        "Opportunity ID,Opportunity Name,Stage,Amount,Amount Currency,Close Date,Created Date,"
        "Opportunity Owner,Lead Source,Closed,Won\n"
        "1,a,Closed Won,1000,USD,1/14/2026,1/13/2026,Ann,Web,true,true\n"
        "2,b,Closed Lost,500,USD,1/14/2026,1/13/2026,Ann,Web,true,false\n"
        "3,c,Prospecting,500,USD,2/14/2026,1/13/2026,Ann,Web,false,false\n",
        "deal_id title stage amount currency closed_at created_at manager channel status",
        ["won", "lost", "open"],
    ),
}


@pytest.mark.parametrize("crm", EXPORTS)
def test_exports_of_common_crms(crm, tmp_path, take):
    what, text, fields, statuses = EXPORTS[crm]
    path = tmp_path / "file.csv"
    path.write_text(text, encoding="utf-8")
    guessed = guess(path, what)
    assert guessed.questions == ()
    assert set(guessed.mapping.columns) == set(fields.split())
    found = take(text, what)
    assert found.column("status") == statuses
    assert found.rows[0]["amount"] in {Decimal(1000), Decimal("1000.50")}
    assert found.rows[0]["created_at"].date() == date(2026, 1, 13)
    assert found.rows[2]["closed_at"] is None
    assert not found.rejected


def test_an_open_deal_is_expected_to_close_when_its_column_says(take):
    text = EXPORTS["zoho"][1]
    found = take(text, timezone="Europe/Moscow")
    assert found.column("expected_close") == [None, None, date(2026, 2, 14)]
    assert found.column("probability") == [1.0, 0.0, 0.1]
    assert found.column("currency") == ["EUR", "EUR", "EUR"]


@pytest.mark.parametrize(
    ("dates", "order"),
    [
        (["03/04/2026", "13/04/2026"], "dmy"),
        (["03/04/2026", "04/13/2026"], "mdy"),
        (["03.04.2026", "05.06.2026"], "dmy"),
        (["2026-04-03", "2026-05-06"], "ymd"),
        (["46000", "46001.5"], "serial"),
        (["1700000000", "1700000001"], "unix"),
        (["03/04/2026", "05/06/2026"], "ambiguous"),
        (["13/04/2026", "04/13/2026"], "ambiguous"),
        (["03-04-2026"] * 500 + ["13-04-2026"], "dmy"),
    ],
)
def test_the_order_of_a_date_is_settled_by_all_rows(tmp_path, dates, order):
    path = tmp_path / "deals.csv"
    path.write_text("deal id,created at\n" + "".join(f"{n},{d}\n" for n, d in enumerate(dates)))
    guessed = guess(path, "deals")
    assert guessed.mapping.dates["created_at"] == order
    assert bool(guessed.questions) == (order == "ambiguous")


@pytest.mark.parametrize(
    ("cells", "decimal"),
    [
        (["1,5", "1,234"], ","),
        (["1.5", "1,234"], "."),
        (["1.234,5", "1"], ","),
        (["1,234,567", "1,234"], "."),
        (["0,125"], ","),
        (["1 234,567"], ","),
        (["15", "100"], "."),
        (["1,234", "5"], "ambiguous"),
        (["1.234", "5"], "ambiguous"),
        (["1,5", "1.5"], "ambiguous"),
    ],
)
def test_the_decimal_sign_is_settled_by_all_rows(tmp_path, cells, decimal):
    path = tmp_path / "deals.csv"
    path.write_text("deal id;amount\n" + "".join(f"{n};{cell}\n" for n, cell in enumerate(cells)))
    guessed = guess(path, "deals")
    assert guessed.mapping.numbers["amount"].decimal == decimal
    assert bool(guessed.questions) == (decimal == "ambiguous")


def test_questions_can_be_answered(tmp_path, read):
    path = tmp_path / "deals.csv"
    path.write_text("deal id;created at;amount\n1;03/04/2026;1,234\n")
    guessed = guess(path, "deals", name="deals.csv")
    mapping = guessed.mapping
    for question in guessed.questions:
        mapping = answer(mapping, question, question.choices[-1])
    (row,) = read(mapping, tmp_path).rows
    assert (row["created_at"].date(), row["amount"]) == (date(2026, 3, 4), Decimal("1.23"))


def test_what_was_taken_can_be_said(tmp_path):
    for crm, (what, text, _, _) in EXPORTS.items():
        path = tmp_path / f"{crm}.csv"
        path.write_text(text + "9;03/04/2026;1\n", encoding="utf-8")
        guessed = guess(path, what)
        for words in (load("ru"), load("en")):
            assert all(
                words(f"source.{n.id}", **n.parts) for n in (*guessed.notes, *guessed.questions)
            )


def test_a_file_without_an_id(tmp_path, read):
    path = tmp_path / "deals.csv"
    path.write_text("Клиент,Сумма\nа,5\n")
    guessed = guess(path, "deals", name="deals.csv")
    assert [question.field for question in guessed.questions] == ["deal_id"]
    with pytest.raises(FixConfig, match="column_unstated"):
        read(guessed.mapping, tmp_path)
    mapping = answer(guessed.mapping, guessed.questions[0], "Клиент")
    assert read(mapping, tmp_path).column("deal_id") == ["а"]


OWN_TABLE = (
    "Отчёт по заявкам\n\n№ заявки;Дата;Менеджер;Откуда;Целевая?;Причина;Телефон\n"
    "1;13.01.2026;Анна;Директ;да;;+7 900 000-00-01\n"
    "2;14.01.2026;Борис;сарафан;нет;не наш регион;+7 900 000-00-02\n"
)


def test_a_table_that_people_keep_by_hand(take):
    found = take(OWN_TABLE, "leads")
    assert found.column("lead_id") == ["1", "2"]
    assert found.column("channel") == ["Директ", "сарафан"]
    assert found.column("is_target") == [True, False]
    assert found.column("target_reason") == [None, "не наш регион"]


def without_ids(text):
    lines = [line.partition(";")[2] for line in text.splitlines()[2:]]
    return "\n".join(lines) + "\n"


def test_rows_without_an_id_are_known_by_what_stays_as_it_was(take):
    before = take(without_ids(OWN_TABLE), "leads")
    ids = before.column("lead_id")
    assert len(set(ids)) == 2
    later = without_ids(OWN_TABLE).replace("Борис", "Анна").replace("нет;не наш регион", "да;")
    added = later + "15.01.2026;Анна;Авито;;;+7 900 000-00-03\n;Анна;;;;\n"
    again = take(added, "leads")
    assert again.column("lead_id")[:2] == ids
    assert again.column("is_target") == [True, True, None]
    assert again.reasons() == {"day_missing": 1}


def test_an_unknown_header_of_an_id_is_found_by_its_cells(take):
    text = "Код клиента,Дата,Менеджер\nA-1,13.01.2026,Анна\nA-2,13.01.2026,Анна\n"
    assert take(text, "leads").column("lead_id") == ["A-1", "A-2"]


@pytest.mark.parametrize(
    ("codes", "currency"), [(("EUR", "EUR"), "EUR"), (("EUR", "USD"), None), (("", ""), None)]
)
def test_one_currency_of_all_rows_is_that_of_the_company(tmp_path, codes, currency):
    rows = "".join(f"{n},{n},{code}\n" for n, code in enumerate(codes))
    path = tmp_path / "deals.csv"
    path.write_text(f"Deal - ID,Deal - Value,Deal - Currency of Value\n{rows}")
    assert guess(path, "deals").currency == currency


def test_an_open_deal_says_so_where_its_closing_date_stands(take):
    found = take(
        "ID,Название сделки,Бюджет,Дата создания сделки,Дата закрытия,Этап сделки\n"
        "1,a,5,13.01.2026,14.01.2026,Успешно реализовано\n2,b,5,13.01.2026,не закрыта,Переговоры\n"
    )
    assert not found.rejected
    assert found.column("status") == ["won", "open"]


def test_deals_named_by_their_lead_and_won_by_their_date(take):
    found = take("mql_id,sdr_id,sr_id,won_date\na,x,y,26-02-2018 19:58\nb,x,z,\n")
    assert found.column("deal_id") == found.column("lead_id") == ["a", "b"]
    assert found.column("status") == ["won", "open"]
    assert found.column("manager") == ["y", "z"]


def test_verdicts(take):
    found = take(
        "ID лида;Качество;Стадия\n1;Целевая;Новая\n2;нецелевая;x\n3;СПАМ;x\n4;;x\n5;Думаем;Тест\n",
        "leads",
    )
    assert found.column("is_target") == [True, False, False, None, None]
    assert found.column("is_spam") == [False, False, True, None, None]
    assert found.column("is_test") == [False, False, False, False, True]
    assert not found.rejected


def test_a_missing_channel_is_not_an_unknown_one(take):
    found = take("mql_id,origin\n1,unknown\n2,\n3,email\n", "leads")
    assert found.column("channel") == ["unknown", None, "email"]


def test_a_workbook(tmp_path, read):
    moment = datetime(2026, 3, 4, 10, 30)  # noqa: DTZ001
    book = Workbook()
    notes = book.active
    notes.append(["Памятка"])
    sheet = book.create_sheet("Сделки & Ко")
    sheet.append(["Выгрузка"])
    sheet.append(["ID сделки", "Сумма", "Дата создания", "Этап", "Закрыта"])
    sheet.append(["1", 1000.5, moment, "Won", date(2026, 3, 5)])
    sheet.append([2, "1 000,25", "13.04.2026", "Новая", None])
    sheet.append([3, "#N/A", "=1/0", "Lost", None, "remark"])
    path = tmp_path / "deals.xlsx"
    book.save(path)
    guessed = guess(path, "deals", name="deals.xlsx")
    assert (guessed.mapping.sheet, guessed.mapping.header_row) == ("Сделки & Ко", 2)
    assert guessed.questions == ()
    found = read(guessed.mapping, tmp_path)
    assert found.column("deal_id") == ["1", "2", "3"]
    assert found.column("amount") == [Decimal("1000.50"), Decimal("1000.25"), None]
    assert [moment and moment.date() for moment in found.column("created_at")] == [
        date(2026, 3, 4),
        date(2026, 4, 13),
        None,
    ]
    (rejection,) = found.rejected
    assert (rejection.line, rejection.column, rejection.reason) == (5, "Сумма", "excel_error")
    assert not rejection.is_row_lost


def test_history(take):
    found = take(
        "ID сделки;Дата;Из стадии;В стадию\n1;13.01.2026;;Новая\n1;14.01.2026;Новая;Оплачена\n",
        "history",
    )
    assert found.column("entity") == ["deal", "deal"]
    assert len(set(found.column("event_id"))) == 2
