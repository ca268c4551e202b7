"""The table `raw` of texts as typed pages, with what could not be read set aside."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from sheets_sync.errors import FixConfig, LookAtSource
from sheets_sync.model import OBJECTS, FieldKind, Page, Rejection, arrow_schema, record_place
from sheets_sync.sources.adspend import drop_totals, refuse_mixed_levels, total_word
from sheets_sync.sources.casting import (
    Cast,
    Check,
    Circumstances,
    casts,
    checks,
    currency_word,
    kind_of,
    output,
    quote,
)
from sheets_sync.sources.desk import first_row
from sheets_sync.sources.identity import PARTS, row_id
from sheets_sync.sources.known import Known
from sheets_sync.sources.mapping import BORN, KEY, Columns, find_columns, key_of
from sheets_sync.sources.number import is_not_finite
from sheets_sync.sources.raw import Raw

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

PAGE = 100_000
AT_ONCE = 2_000_000  # ids that fit into the memory
MOST_REJECTIONS = 10_000
LONGEST_VALUE = 200
WORST = 15  # digits of a number that a spreadsheet keeps exactly


def typed_pages(
    connection: duckdb.DuckDBPyConnection,
    mapping: Columns,
    raw: Raw,
    around: Circumstances,
    cursor: str,
    known: Known | None = None,
) -> Iterator[Page]:
    """Yield what lies in the table `raw` as typed rows; the last page carries the cursor.

    Of rows that are known, the last page carries the ids alone.

    Raises:
        LookAtSource: a mapped column is not there, or its ids are damaged.
    """
    columns = find_columns(mapping, raw.headers)
    unchanged = connection.sql("select id from unchanged").to_arrow_table() if known else None
    _refuse_damaged_ids(connection, mapping, columns)
    made = casts(mapping, columns, around, _currency_words(connection, columns))
    claims = checks(mapping, made, around)
    _type_rows(connection, mapping, (made, claims), around)
    totals = 0 if around.records else drop_totals(connection, mapping, made)
    refuse_mixed_levels(connection, mapping, made)
    _drop_duplicates(connection, mapping)
    found = _found(connection, mapping, raw, claims)
    rejected = tuple(_rejections(mapping, found, around.records))
    yield from _rows(connection, mapping, cursor, (raw.rows, totals, rejected), unchanged)
    if known:
        known.remember(connection, mapping, raw.headers, (around, cursor), len(claims))


def refuse_open_questions(mapping: Columns) -> None:
    """Refuse a mapping that leaves open how a column is written, or where the key is."""
    for field, order in mapping.dates.items():
        if order == "ambiguous":
            header = mapping.columns.get(field, field)
            raise FixConfig("date_ambiguous", file=mapping.place, column=header, field=field)
    for field, form in mapping.numbers.items():
        if form.decimal == "ambiguous":
            header = mapping.columns.get(field, field)
            raise FixConfig("decimal_ambiguous", file=mapping.place, column=header, field=field)
    wanted = (key_of(mapping), *(("cost",) if mapping.object == "spend" else ()))
    for field in wanted:
        if field not in mapping.columns:
            unstated = KEY[mapping.model] if field in BORN.values() else field
            raise FixConfig("column_unstated", file=mapping.place, field=unstated)


def _refuse_damaged_ids(
    connection: duckdb.DuckDBPyConnection, mapping: Columns, columns: Mapping[str, str]
) -> None:
    """Refuse ids that a spreadsheet has rounded: different records would become one."""
    for field, column in columns.items():
        if not field.endswith("_id"):
            continue
        damaged = first_row(
            connection,
            f"select {column} from raw "
            f"where regexp_matches({column}, '^\\x1f[0-9]{{{WORST + 1},}}$') limit 1",
        )
        if damaged:
            raise LookAtSource(
                "id_damaged",
                file=mapping.place,
                column=mapping.columns[field],
                value=damaged[0].strip("\x1f"),
            )


def _currency_words(connection: duckdb.DuckDBPyConnection, columns: Mapping[str, str]) -> list[str]:
    column = columns.get("currency")
    if column is None:
        return []
    word = currency_word(column)
    found = connection.execute(
        f"select distinct {word} from raw where {column} is not null and length({column}) < 100 "
        "limit 1000"
    )
    return [row[0] for row in found.fetchall()]


def _type_rows(
    connection: duckdb.DuckDBPyConnection,
    mapping: Columns,
    how: tuple[list[Cast], list[Check]],
    around: Circumstances,
) -> None:
    """Fill the table `typed`: values, fields of the model, claims `n0`, `n1` …, and `lost`."""
    made, claims = how
    columns = sorted({"c0", *(cast.column for cast in made)})
    cleaned = ", ".join(["line", *columns, *(f"{cast.clean} as t_{cast.field}" for cast in made)])
    cut = [f"{cast.split} as s_{cast.field}" for cast in made if cast.split]
    valued = [f"{cast.value} as v_{cast.field}" for cast in made]
    fields = output(mapping, made, around)
    id_field = OBJECTS[mapping.model].id
    present = {cast.field for cast in made}
    if id_field not in present:
        fields[id_field] = row_id(mapping.model, fields, present)
    parts = "".join(f", v_{part}" for part in PARTS if part in present)
    noted = [f"({claim.condition}) is true as n{index}" for index, claim in enumerate(claims)]
    lost = " ".join(
        f"when {claim.condition} then {quote(claim.reason or 'value')}"
        for claim in claims
        if claim.is_row_lost
    )
    made_fields = ", ".join(f'{sql} as "{field}"' for field, sql in fields.items())
    connection.execute(
        f"create temp table typed as select line, {made_fields}{parts}, {', '.join(noted)}, "
        f"{total_word(mapping, made)} as total_word, case {lost} end as lost from ("
        f"select *, {', '.join(valued)} from ("
        f"select *{''.join(f', {part}' for part in cut)} from (select {cleaned} from raw)))"
    )


def _drop_duplicates(connection: duckdb.DuckDBPyConnection, mapping: Columns) -> None:
    """Keep of the rows with one id the newest: by `updated_at`, else the last one."""
    id_field = OBJECTS[mapping.model].id
    newest = "updated_at desc nulls last, " if "updated_at" in mapping.columns else ""
    (count,) = first_row(connection, "select count(*) from typed where lost is null")
    parts = count // AT_ONCE + 1
    ids = f"select {id_field} as id from typed where lost is null and hash({id_field}) % {parts}"
    differing = (f"select count(id) = count(distinct id) from ({ids} = {n})" for n in range(parts))
    if all(first_row(connection, sql) == (True,) for sql in differing):
        return
    connection.execute(
        "update typed set lost = 'duplicate_id' where line in (select line from (select line, "
        f"row_number() over (partition by {id_field} order by {newest}line desc) as place "
        "from typed where lost is null) where place > 1)"
    )


Found = tuple[int, str | None, str, str, str, bool]


def _rejections(mapping: Columns, found: Iterator[Found], records: str) -> Iterator[Rejection]:
    """Yield what was rejected, and for what is beyond the limit a row with the count.

    People find a row by its number in a file, and by its id in a database.
    """
    left = MOST_REJECTIONS
    beyond: Counter[tuple[str, str, bool]] = Counter()
    for line, id_, column, value, reason, is_row_lost in found:
        if left > 0:
            left -= 1
            shown = value[:LONGEST_VALUE]
            spot = (record_place(records, id_), 0) if records and id_ else (mapping.place, line)
            yield Rejection(mapping.model, *spot, column, shown, reason, is_row_lost)
        else:
            beyond[column, reason, is_row_lost] += 1
    for (column, reason, is_row_lost), count in beyond.items():
        yield Rejection(mapping.model, mapping.place, 0, column, str(count), reason, is_row_lost)


def _found(
    connection: duckdb.DuckDBPyConnection,
    mapping: Columns,
    raw: Raw,
    claims: list[Check],
) -> Iterator[Found]:
    for line, count in raw.ragged:
        yield line, None, "", str(count), "too_many_cells", True
    id_field = OBJECTS[mapping.model].id
    key = mapping.columns[key_of(mapping)]
    rows = connection.execute(
        f"select line, {id_field}, lost from typed "
        "where lost in ('duplicate_id', 'total_differs') order by line"
    )
    for line, value, lost in rows.fetchall():
        yield line, None, key, value or "", lost, True  # one id has many lines
    noted = ", ".join(f"bool_or(n{index})" for index in range(len(claims)))
    seen = first_row(connection, f"select {noted} from typed")
    for index, claim in enumerate(claims):
        if not seen[index]:
            continue
        column = mapping.columns.get(claim.field, claim.field)
        shown = claim.column or "''"
        rows = connection.execute(
            f"select line, {id_field}, left({shown}, {LONGEST_VALUE}) from typed"
            f" join raw using (line) where n{index} and (lost is null or lost not like '%total%')"
            " order by line"
        )
        while some := rows.fetchmany(1000):
            for line, id_, value in some:
                text = (value or "").strip("\x1f")
                reason = claim.reason or reason_of(mapping, claim.field, text)
                yield line, id_, column, text, reason, claim.is_row_lost


def reason_of(mapping: Columns, field: str, text: str) -> str:
    """Tell why a text is no value of a field."""
    kind = kind_of(mapping.model, field)
    if kind in {FieldKind.DATE, FieldKind.TIME}:
        return "not_a_date"
    if kind in {FieldKind.FLAG, FieldKind.TEXT}:
        return "unknown_word"
    if is_not_finite(text):
        return "not_finite"
    return "too_large" if sum(map(str.isdigit, text)) > WORST else "not_a_number"


def _rows(
    connection: duckdb.DuckDBPyConnection,
    mapping: Columns,
    cursor: str,
    counts: tuple[int, int, tuple[Rejection, ...]],
    unchanged: pa.Table | None,
) -> Iterator[Page]:
    """Yield the typed rows; the first page carries the counts, the last one the cursor."""
    schema = arrow_schema(mapping.model)
    read, totals, rejected = counts
    fields = ", ".join(f'"{name}"' for name in schema.names)
    is_moved = OBJECTS[mapping.model].id not in mapping.columns  # numbering takes rows out of order
    order = " order by line" if is_moved else ""
    result = connection.sql(f"select {fields} from typed where lost is null{order}")
    tables = _tables(result.to_arrow_reader(PAGE), schema)
    page = Page(mapping.model, next(tables), rejected, rows_read=read, totals_dropped=totals)
    for rows in tables:
        yield page
        page = Page(mapping.model, rows)
    yield replace(page, cursor=cursor, is_complete=mapping.complete, unchanged=unchanged)


def _tables(reader: pa.RecordBatchReader, schema: pa.Schema) -> Iterator[pa.Table]:
    """Yield tables of at most a page of rows, one at least."""
    import pyarrow as pa

    batches: list[pa.RecordBatch] = []
    count = 0
    for batch in reader:
        if batches and count + batch.num_rows > PAGE:
            yield pa.Table.from_batches(batches, schema)
            batches, count = [], 0
        batches.append(batch)
        count += batch.num_rows
    yield pa.Table.from_batches(batches, schema)
