"""A made-up company of any size, with everything in its rows that engines read differently."""

from datetime import UTC, date, datetime

from sheets_sync.model import OBJECTS, SQL_TYPES, Page, arrow_schema

AS_OF, NOW = date(2026, 3, 31), datetime(2026, 4, 1, 6, tzinfo=UTC)

START = "timestamptz '2024-10-01 00:00:07+00'"
SIZES = {"lead": 0.5, "deal": 0.3, "stage_event": 0.18, "ad_spend": 0.02}
"""What share of all rows are of each object."""

DRAWN = """
select i, {draws} from (select i from range({first}, {last}) as r (i))
"""


def chance(place: int) -> str:
    """Return the SQL of a number from 0 to 1 that a row's own number decides."""
    return f"(hash(i * 31 + {place}) % 1000003) / 1000003"


MADE = {
    "lead": {
        "lead_id": "'L' || i",
        "created_at": f"{START} + to_seconds(cast(r1 * 47174400 as bigint))",
        "updated_at": f"{START} + to_seconds(cast(r1 * 47174400 as bigint) + 86400)",
        "contact_key": "case when r2 < 0.9 then 'K' || cast(floor(r3 * {n} * 0.8) as bigint) end",
        "manager": "case when r4 < 0.97 then 'Менеджер ' || cast(floor(r5 * 14) as integer) end",
        "channel": "case when r6 < 0.95 then (['Директ', 'директ', 'ВК', 'SEO', 'Рекомендации',"
        " 'Radio', 'Авито', 'É-mail'])[1 + cast(floor(r7 * 8) as integer)] end",
        "campaign": "case when r8 < 0.8 then 'Кампания ' || cast(floor(r9 * 40) as integer) end",
        "utm_source": "case when r6 < 0.5 then 'yandex' when r6 < 0.6 then 'it''s \\ odd' end",
        "utm_medium": "case when r7 < 0.5 then 'cpc' end",
        "stage": "(['Новая', 'В работе', 'Квалифицирована', 'Отказ'])[1 + i % 4]",
        "region": "(['Москва', 'Казань', 'Омск', null])[1 + i % 4]",
        "budget": "case when r10 < 0.7 then"
        " cast(cast(floor(r11 * 900) as integer) * 1000 as varchar) end",
        "quality": "case when r12 < 0.3 then 'A' end",
        "is_target": "case when r12 < 0.5 then true when r12 < 0.8 then false end",
        "is_spam": "case when r12 >= 0.9 then true when r12 < 0.8 then false end",
        "is_test": "r13 < 0.01",
        "target_reason": "case when r12 >= 0.5 then (['не наш регион', 'Дорого', null, 'spam'])"
        "[1 + cast(floor(r14 * 4) as integer)] end",
        "verdict_at": "case when r12 < 0.9 and r15 < 0.9 then"
        f" {START} + to_seconds(cast(r1 * 47174400 as bigint) + cast(r15 * 500000 as bigint)) end",
        "first_touch_at": "case when r16 < 0.9 then"
        f" {START} + to_seconds(cast(r1 * 47174400 as bigint) + cast(r16 * 200000 as bigint) - 600)"
        " end",
        "deal_id": "case when r17 < 0.4 then 'D' || cast(floor(r18 * {n} * 0.6) as bigint) end",
        "link": "'https://crm.example/lead/' || i",
    },
    "deal": {
        "deal_id": "'D' || i",
        "lead_id": "case when r1 < 0.7 then 'L' || cast(floor(r2 * {n} * 1.7) as bigint) end",
        "title": "'Сделка № ' || i",
        "created_at": "case when r3 < 0.99 then"
        f" {START} + to_seconds(cast(r4 * 47174400 as bigint)) end",
        "updated_at": f"{START} + to_seconds(cast(r4 * 47174400 as bigint) + 86400)",
        "closed_at": "case when r5 < 0.7 and r6 < 0.97 then"
        f" {START} + to_seconds(cast(r4 * 47174400 as bigint) + cast(r6 * 8000000 as bigint)"
        " - 100000) end",
        "pipeline": "'Воронка ' || (i % 2)",
        "stage": "case when r5 < 0.3 then 'Оплачено' when r5 < 0.7 then 'Проиграна'"
        " else (['Новая', 'Переговоры', 'Счёт выставлен', 'Особая'])"
        "[1 + cast(floor(r7 * 4) as integer)] end",
        "status": "case when r5 < 0.3 then 'won' when r5 < 0.7 then 'lost' else 'open' end",
        "lost_reason": "case when r5 >= 0.3 and r5 < 0.7 then 'Цена' end",
        "amount": "case when r8 < 0.9 then cast(floor(r9 * 30000001) / 100 as decimal(18, 2)) end",
        "currency": "case when r10 < 0.9 then 'RUB' when r10 < 0.95 then 'USD' when r10 < 0.96"
        " then 'KZT' end",
        "probability": "case when r11 < 0.3 then floor(r12 * 100) end",
        "expected_close": "case when r13 < 0.5 then date '2026-02-01'"
        " + cast(floor(r14 * 200) as integer) end",
        "manager": "case when r15 < 0.97 then 'Менеджер ' || cast(floor(r16 * 14) as integer) end",
        "channel": "case when r17 < 0.4 then (['Директ', 'ВК', 'SEO', 'Radio'])"
        "[1 + cast(floor(r18 * 4) as integer)] end",
        "campaign": "case when r17 < 0.2 then 'Кампания ' || cast(floor(r18 * 40) as integer) end",
        "product": "case when r18 < 0.5 then 'Крыша' end",
        "link": "'https://crm.example/deal/' || i",
    },
    "stage_event": {
        "event_id": "'E' || i",
        "entity": "case when r1 < 0.8 then 'deal' else 'lead' end",
        "entity_id": "case when r1 < 0.8 then 'D' else 'L' end"
        " || cast(floor(r2 * {n} * 1.5) as bigint)",
        "at": f"{START} + to_seconds(cast(r3 * 47174400 as bigint))",
        "from_stage": "(['Новая', 'Переговоры', null])[1 + cast(floor(r4 * 3) as integer)]",
        "to_stage": "(['Новая', 'Переговоры', 'Счёт выставлен', 'Оплачено', 'Проиграна'])"
        "[1 + cast(floor(r5 * 5) as integer)]",
    },
    "ad_spend": {
        "row_id": "'S' || i",
        "day": "date '2024-10-01' + cast(floor(r1 * 547) as integer)",
        "cabinet": "'Кабинет ' || (i % 3)",
        "level": "'campaign'",
        "channel": "(['Директ', 'ВК', 'Авито', null])[1 + cast(floor(r2 * 4) as integer)]",
        "campaign": "case when r3 < 0.9 then 'кампания ' || cast(floor(r4 * 40) as integer) end",
        "impressions": "cast(floor(r5 * 1000) as bigint)",
        "clicks": "case when r6 < 0.9 then cast(floor(r6 * 50) as bigint) end",
        "cost": "case when r7 < 0.98 then cast(floor(r8 * 900001) / 100 as decimal(18, 2)) end",
        "currency": "case when r9 < 0.9 then 'RUB' when r9 < 0.95 then 'USD' end",
    },
}  # fmt: skip


class Company:
    """A source of so many made-up rows, the same in every run."""

    name = "crm"

    def __init__(self, rows: int) -> None:
        self.sizes = {name: max(int(rows * share), 1) for name, share in SIZES.items()}

    def tables(self):
        """Yield each object with its rows, as Arrow."""
        import duckdb

        connection = duckdb.connect()
        connection.execute("set timezone = 'UTC'")
        for name, made in MADE.items():
            size = self.sizes[name]
            columns = ", ".join(
                f"cast({made.get(field, 'null').replace('{n}', str(self.sizes['deal']))}"
                f' as {SQL_TYPES[kind]}) as "{field}"'
                for field, kind in OBJECTS[name].fields.items()
            )
            draws = ", ".join(f"{chance(place)} as r{place}" for place in range(1, 19))
            rows = connection.sql(
                f"select {columns} from ({DRAWN.format(draws=draws, first=0, last=size)})"
            ).to_arrow_table()
            yield name, rows.cast(arrow_schema(name))

    def read(self, _since: str | None, /):
        """Yield everything."""
        for name, rows in self.tables():
            last = name == "ad_spend"
            yield Page(
                name,
                rows,
                cursor="end" if last else "",
                is_complete=True,
                rows_read=rows.num_rows,
            )
