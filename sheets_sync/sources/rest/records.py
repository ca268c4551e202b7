"""Records of a CRM as typed rows; one that does not validate becomes a rejection."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from sheets_sync.model import OBJECTS, Rejection, arrow_schema
from sheets_sync.sources.rest.readings import Skipped, Unreadable

if TYPE_CHECKING:
    import pyarrow as pa

    from sheets_sync.sources.rest.connector import Json, Known, Listing

MOST_TIMES = 100  # characters of a value that is told


def typed(
    listing: Listing, name: str, records: Sequence[Json], known: Known
) -> tuple[pa.Table, list[Rejection]]:
    """Return the rows of an object of the model that records make, and what was rejected."""
    fields = listing.objects[name]
    readings = list(fields.values())
    rows: list[list[object]] = []
    rejected: list[Rejection] = []
    for record in records:
        try:
            rows.append([read(record, known) for read in readings])
        except Skipped:
            continue
        except (Unreadable, AttributeError, TypeError, KeyError, IndexError, OverflowError):
            rejected.append(_rejection(listing, name, record, known))
    columns = dict(zip(fields, zip(*rows, strict=True), strict=True)) if rows else {}
    return _table(name, columns, len(rows)), rejected


def blank(name: str) -> pa.Table:
    """Return no rows of an object of the model."""
    return _table(name, {}, 0)


def listed(ids: Collection[str]) -> pa.Table:
    """Return ids as a page has them."""
    import pyarrow as pa

    return pa.table({"id": _array([*ids], pa.string())})


def _table(name: str, columns: dict[str, tuple[object, ...]], count: int) -> pa.Table:
    import pyarrow as pa

    schema = arrow_schema(name)
    arrays = [
        _array(columns[field.name], field.type)
        if field.name in columns
        else pa.nulls(count, field.type)
        for field in schema
    ]
    return pa.Table.from_arrays(arrays, schema=schema)


def _array(values: Sequence[object], kind: pa.DataType) -> pa.Array[Any]:
    """Make a column; half a character, which JSON can hold and UTF-8 cannot, becomes a ?."""
    import pyarrow as pa

    try:
        return pa.array(values, kind)
    except UnicodeEncodeError:
        whole = [
            value.encode(errors="replace").decode() if isinstance(value, str) else value
            for value in values
        ]
        return pa.array(whole, kind)


def _rejection(listing: Listing, name: str, record: Json, known: Known) -> Rejection:
    """Say which field of a record cannot be read; nothing else of it is kept."""
    try:
        place = listing.place(record, known)
    except (Unreadable, AttributeError, TypeError, KeyError, IndexError):
        place = known.site
    for field, read in listing.objects[name].items():
        try:
            read(record, known)
        except Unreadable as wrong:
            shown = str(wrong.value)[:MOST_TIMES]
            return Rejection(name, place, 0, field, shown, wrong.reason)
        except (AttributeError, TypeError, KeyError, IndexError, OverflowError):
            return Rejection(name, place, 0, field, "", "not_a_record")
    return Rejection(name, place, 0, OBJECTS[name].id, "", "not_a_record")


def marks(listing: Listing, records: Sequence[Json]) -> Iterator[int]:
    """Yield when records last changed, as far as they say so."""
    for record in records:
        try:
            yield listing.mark(record)
        except (Unreadable, AttributeError, TypeError, KeyError, ValueError):
            continue
