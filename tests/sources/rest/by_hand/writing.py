"""What `smarketing writeback` asks of a CRM: values read and written, a task made and dropped."""

from datetime import UTC, datetime

from sheets_sync.sources.rest import writing_of
from sheets_sync.sources.rest.writer import Writer
from sheets_sync.sources.rest.writing import Errand

DUE = datetime(2026, 12, 1, 23, 59, tzinfo=UTC)


def write(source, lead, fields):
    """Write to a lead of a CRM, and to a deal's tasks; return what it held before and after."""
    with source.api() as api:
        writer = Writer(api, writing_of(api.connector.name))
        writer.fields("lead")
        before = writer.values("lead", [lead], [*fields])
        for name, value in fields.items():
            writer.write("lead", lead, name, value)
        after = writer.values("lead", [lead], [*fields])
        for kind, record in (("lead", lead), ("deal", "1")):
            errand = Errand(kind, record, "Call back", DUE, "1", "smarketing T-0001 751d")
            if task := writer.make(errand):
                writer.drop(task.id)
        return before, after
