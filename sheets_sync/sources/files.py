"""A file as a source: read when it has changed, typed, with what could not be read set aside."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from hashlib import file_digest, sha256
from pathlib import Path
from typing import TYPE_CHECKING

from sheets_sync.errors import FixConfig, LookAtSource
from sheets_sync.model import OBJECTS, FieldKind, Page, Rejection, arrow_schema
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
from sheets_sync.sources.desk import desk, first_row
from sheets_sync.sources.identity import PARTS, row_id
from sheets_sync.sources.mapping import BORN, KEY, FileMapping, key_of
from sheets_sync.sources.number import is_not_finite
from sheets_sync.sources.raw import Layout, Raw, load_raw

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

PAGE = 100_000
MOST_REJECTIONS = 10_000
LONGEST_VALUE = 200
READER = "1"  # changes when files are to be read again because reading has changed
WORST = 15  # digits of a number that a spreadsheet keeps exactly


@dataclass(frozen=True, slots=True)
class FileSource:
    """A file of a CRM or of an advertising cabinet.

    Its cursor is the digest of the file's bytes and of how it is read: the same file is read once.
    """

    mapping: FileMapping
    folder: Path
    salt: str
    timezone: str = "UTC"
    currency: str | None = None
    today: date | None = None
    is_again: bool = False  # another mapping before this one reads the same file

    @property
    def name(self) -> str:
        """Return the name by which the store knows the file, as what it is read."""
        path = self.mapping.path
        return f"{path}#{self.mapping.object}" if self.is_again else path

    @property
    def path(self) -> Path:
        """Return where the file is."""
        return self.folder / self.mapping.path

    def read(self, since: str | None, /) -> Iterator[Page]:
        """Yield the rows of the file in pages; nothing, when it is as it was."""
        _refuse_open_questions(self.mapping)
        cursor = self._cursor()
        if cursor == since:
            return
        with desk(self.path) as connection:
            yield from self._pages(connection, cursor)

    def _cursor(self) -> str:
        try:
            with self.path.open("rb") as file:
                content = file_digest(file, "sha256").hexdigest()
        except FileNotFoundError:
            raise LookAtSource("file_missing", path=str(self.path)) from None
        except OSError as error:
            raise LookAtSource("file_unreadable", path=str(self.path), why=error.strerror) from None
        reading = (READER, self.mapping.digest, self.timezone, self.currency, self.salt)
        return f"{content[:32]}:{sha256(repr(reading).encode()).hexdigest()[:16]}"

    def _pages(self, connection: duckdb.DuckDBPyConnection, cursor: str) -> Iterator[Page]:
        wanted = set(self.mapping.columns.values())
        raw = load_raw(connection, self.path, layout_of(self.mapping), wanted)
        if not raw.rows:
            raise LookAtSource("file_no_rows", file=self.mapping.path)
        columns = find_columns(self.mapping, raw)
        _refuse_damaged_ids(connection, self.mapping, columns)
        around = Circumstances(self.timezone, self.salt, self.today)
        made = casts(self.mapping, columns, around, _currency_words(connection, columns))
        claims = checks(self.mapping, made, around)
        _type_rows(connection, self, made, claims)
        totals = drop_totals(connection, self.mapping, made)
        refuse_mixed_levels(connection, self.mapping, made)
        _drop_duplicates(connection, self.mapping)
        rejected = tuple(_rejections(connection, self.mapping, raw, claims))
        yield from _rows(connection, self.mapping, cursor, (raw.rows, totals, rejected))


def layout_of(mapping: FileMapping) -> Layout:
    """Return where the mapping says that the table lies."""
    return Layout(mapping.encoding, mapping.delimiter, mapping.sheet, mapping.header_row)


def find_columns(mapping: FileMapping, raw: Raw) -> dict[str, str]:
    """Return the column of the table `raw` of each mapped field; a vanished one is an error."""
    place = {header: f"c{index}" for index, header in enumerate(raw.headers)}
    for field, header in mapping.columns.items():
        if header not in place:
            found = ", ".join(raw.headers[:40])
            raise LookAtSource(
                "column_vanished", file=mapping.path, column=header, field=field, found=found
            )
    return {field: place[header] for field, header in mapping.columns.items()}


def _refuse_open_questions(mapping: FileMapping) -> None:
    for field, order in mapping.dates.items():
        if order == "ambiguous":
            header = mapping.columns.get(field, field)
            raise FixConfig("date_ambiguous", file=mapping.path, column=header, field=field)
    for field, form in mapping.numbers.items():
        if form.decimal == "ambiguous":
            header = mapping.columns.get(field, field)
            raise FixConfig("decimal_ambiguous", file=mapping.path, column=header, field=field)
    wanted = (key_of(mapping), *(("cost",) if mapping.object == "spend" else ()))
    for field in wanted:
        if field not in mapping.columns:
            unstated = KEY[mapping.model] if field in BORN.values() else field
            raise FixConfig("column_unstated", file=mapping.path, field=unstated)


def _refuse_damaged_ids(
    connection: duckdb.DuckDBPyConnection, mapping: FileMapping, columns: Mapping[str, str]
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
                file=mapping.path,
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
    source: FileSource,
    made: list[Cast],
    claims: list[Check],
) -> None:
    """Fill the table `typed`: values, fields of the model, claims `n0`, `n1` …, and `lost`."""
    columns = sorted({"c0", *(cast.column for cast in made)})
    cleaned = ", ".join(["line", *columns, *(f"{cast.clean} as t_{cast.field}" for cast in made)])
    cut = [f"{cast.split} as s_{cast.field}" for cast in made if cast.split]
    valued = [f"{cast.value} as v_{cast.field}" for cast in made]
    around = Circumstances(source.timezone, source.salt, source.today)
    fields = output(source.mapping, made, around, source.currency)
    id_field = OBJECTS[source.mapping.model].id
    present = {cast.field for cast in made}
    if id_field not in present:
        fields[id_field] = row_id(source.mapping.model, fields, present)
    parts = "".join(f", v_{part}" for part in PARTS if part in present)
    noted = [f"({claim.condition}) is true as n{index}" for index, claim in enumerate(claims)]
    lost = " ".join(
        f"when {claim.condition} then {quote(claim.reason or 'value')}"
        for claim in claims
        if claim.is_row_lost
    )
    made_fields = ", ".join(f'{sql} as "{field}"' for field, sql in fields.items())
    connection.execute(
        f"create table typed as select line, {made_fields}{parts}, {', '.join(noted)}, "
        f"{total_word(source.mapping, made)} as total_word, case {lost} end as lost from ("
        f"select *, {', '.join(valued)} from ("
        f"select *{''.join(f', {part}' for part in cut)} from (select {cleaned} from raw)))"
    )


def _drop_duplicates(connection: duckdb.DuckDBPyConnection, mapping: FileMapping) -> None:
    """Keep of the rows with one id the newest: by `updated_at`, else the last one."""
    id_field = OBJECTS[mapping.model].id
    newest = "updated_at desc nulls last, " if "updated_at" in mapping.columns else ""
    counted = first_row(
        connection,
        f"select count({id_field}) - count(distinct {id_field}) from typed where lost is null",
    )
    if not counted[0]:
        return
    connection.execute(
        "update typed set lost = 'duplicate_id' where line in (select line from (select line, "
        f"row_number() over (partition by {id_field} order by {newest}line desc) as place "
        "from typed where lost is null) where place > 1)"
    )


def _rejections(
    connection: duckdb.DuckDBPyConnection,
    mapping: FileMapping,
    raw: Raw,
    claims: list[Check],
) -> Iterator[Rejection]:
    """Yield what was rejected, and for what is beyond the limit a row with the count."""
    left = MOST_REJECTIONS
    beyond: Counter[tuple[str, str, bool]] = Counter()
    for column, value, reason, is_row_lost, line in _found(connection, mapping, raw, claims):
        if left > 0:
            left -= 1
            shown = value[:LONGEST_VALUE]
            yield Rejection(mapping.model, mapping.path, line, column, shown, reason, is_row_lost)
        else:
            beyond[column, reason, is_row_lost] += 1
    for (column, reason, is_row_lost), count in beyond.items():
        yield Rejection(mapping.model, mapping.path, 0, column, str(count), reason, is_row_lost)


Found = tuple[str, str, str, bool, int]


def _found(
    connection: duckdb.DuckDBPyConnection,
    mapping: FileMapping,
    raw: Raw,
    claims: list[Check],
) -> Iterator[Found]:
    for line, count in raw.ragged:
        yield "", str(count), "too_many_cells", True, line
    id_field = OBJECTS[mapping.model].id
    key = mapping.columns[key_of(mapping)]
    rows = connection.execute(
        f"select line, {id_field}, lost from typed "
        "where lost in ('duplicate_id', 'total_differs') order by line"
    )
    for line, value, lost in rows.fetchall():
        yield key, value or "", lost, True, line
    noted = ", ".join(f"bool_or(n{index})" for index in range(len(claims)))
    seen = first_row(connection, f"select {noted} from typed")
    for index, claim in enumerate(claims):
        if not seen[index]:
            continue
        column = mapping.columns.get(claim.field, claim.field)
        shown = claim.column or "''"
        rows = connection.execute(
            f"select line, left({shown}, {LONGEST_VALUE}) from typed join raw using (line) "
            f"where n{index} and (lost is null or lost not like '%total%') order by line"
        )
        while some := rows.fetchmany(1000):
            for line, value in some:
                text = (value or "").strip("\x1f")
                reason = claim.reason or reason_of(mapping, claim.field, text)
                yield column, text, reason, claim.is_row_lost, line


def reason_of(mapping: FileMapping, field: str, text: str) -> str:
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
    mapping: FileMapping,
    cursor: str,
    counts: tuple[int, int, tuple[Rejection, ...]],
) -> Iterator[Page]:
    """Yield the typed rows; the first page carries the counts, the last one the cursor."""
    schema = arrow_schema(mapping.model)
    read, totals, rejected = counts
    fields = ", ".join(f'"{name}"' for name in schema.names)
    result = connection.sql(f"select {fields} from typed where lost is null order by line")
    tables = _tables(result.to_arrow_reader(PAGE), schema)
    page = Page(mapping.model, next(tables), rejected, rows_read=read, totals_dropped=totals)
    for rows in tables:
        yield page
        page = Page(mapping.model, rows)
    yield replace(page, cursor=cursor, is_complete=mapping.complete)


def _tables(reader: pa.RecordBatchReader, schema: pa.Schema) -> Iterator[pa.Table]:
    """Yield tables of at most a page of rows, one at least."""
    import pyarrow as pa

    batches: list[pa.RecordBatch] = []
    count = 0
    for batch in reader:
        if batches and count + batch.num_rows > PAGE:
            yield pa.Table.from_batches(batches).cast(schema)
            batches, count = [], 0
        batches.append(batch)
        count += batch.num_rows
    yield pa.Table.from_batches(batches, reader.schema).cast(schema)
