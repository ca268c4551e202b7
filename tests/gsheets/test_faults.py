"""Whatever goes wrong on the way: a consistent sheet, in time, and the same one in the end."""

from contextlib import suppress
from dataclasses import dataclass

import pytest

from sheets_sync.errors import AskAccess, TargetNotWritten
from templates.words import load
from tests.gsheets.desk import Desk
from tests.gsheets.state import different
from tests.gsheets.storm import KilledError, Mortal
from tests.sheets_emulator.book import Book
from tests.sheets_emulator.faults import FAULTS, Fault, always, at, error
from tests.sheets_emulator.server import running

QUICK = [name for name, fault in FAULTS.items() if not fault.hang]


FIRST = ["429", "500", "truncated", "reset before", "late", "very late"]


@dataclass(frozen=True)
class Calm:
    """A sync that nothing disturbs: what was before it, what after, and how many requests."""

    before: Book
    memory: dict[str, str]
    after: Book
    requests: int


@pytest.fixture(scope="module")
def calm():
    found = []
    with running() as world:
        world.add("demo")
        desk = Desk(world)
        for step in (0, 1):
            before, memory, count = desk.book.snapshot(), dict(desk.memory), len(world.log)
            desk.sync(step)
            after = desk.book.snapshot()
            found.append(Calm(before, memory, after, len(world.log) - count))
    return found


def start(world, calm):
    """Make a desk as it was before a sync."""
    world.books["demo"] = calm.before.snapshot()
    world.log.clear()
    return Desk(world, memory=dict(calm.memory), is_direct=True)


@pytest.mark.parametrize(
    ("name", "step"), [*((name, 0) for name in FIRST), *((name, 1) for name in QUICK)]
)
def test_a_fault_at_any_request_leaves_the_same_sheet(world, calm, name, step):
    for number in range(1, calm[step].requests + 1):
        desk = start(world, calm[step])
        world.script = at(number, FAULTS[name])
        with suppress(TargetNotWritten):
            desk.sync(step)
        world.script = lambda _n, _m: None
        world.settle()
        desk.sync(step)
        assert different(desk.book, calm[step].after) == "", (name, number)
        assert desk.hours.time < 300


class Doomed(Mortal):
    """A spreadsheet whose client is killed at a request: before it, or once it had its effect."""

    number, is_after = 0, False

    def _once(self, *call):
        if self.requests + 1 == self.number and not self.is_after:
            raise KilledError
        done = super()._once(*call)
        if self.requests == self.number:
            raise KilledError
        return done


@pytest.mark.parametrize("step", [0, 1])
@pytest.mark.parametrize("is_after", [False, True])
def test_killed_at_any_request_the_next_sync_ends_with_the_same_sheet(world, calm, step, is_after):
    for number in range(1, calm[step].requests + 1):
        desk = start(world, calm[step])
        doomed = desk.spreadsheet(Doomed)
        Doomed.number, Doomed.is_after = number, is_after
        desk.spreadsheet = lambda doomed=doomed: doomed
        with pytest.raises(KilledError):
            desk.sync(step)
        del desk.spreadsheet
        desk.sync(step)
        assert different(desk.book, calm[step].after) == "", number


@pytest.mark.parametrize("name", ["timeout before", "timeout after"])
def test_an_answer_that_never_comes_is_not_waited_for(world, calm, name):
    desk = start(world, calm[1])
    desk.timeout, desk.is_direct = (2.0, 0.3), False
    world.script = at(3, Fault(0, FAULTS[name].when, hang=0.6))
    desk.sync(1)
    desk.sync(1)
    assert different(desk.book, calm[1].after) == ""


def test_quota_for_ever_ends_within_the_deadline(desk):
    desk.world.script = always(FAULTS["429"])
    with pytest.raises(TargetNotWritten) as stopped:
        desk.sync()
    assert stopped.value.id == "sheet_busy"
    assert desk.hours.time <= 300
    assert len(desk.world.log) < 20
    assert all(pause <= 64 for pause in desk.hours.slept)


def test_google_names_the_time_and_it_is_kept(desk):
    desk.world.script = at(1, FAULTS["429 with Retry-After"])
    desk.sync()
    assert desk.hours.slept[0] == 7.5


def test_pauses_are_random_and_grow(desk):
    desk.world.script = lambda n, _m: FAULTS["503"] if n < 6 else None
    desk.sync()
    assert desk.hours.slept[:5] == [0.5, 1.0, 2.0, 4.0, 8.0]


@pytest.mark.parametrize("method", ["get", "batchUpdate", "values.batchUpdateByDataFilter"])
def test_a_server_that_is_down_is_an_error(desk, method):
    desk.world.script = always(FAULTS["503"], method)
    with pytest.raises(TargetNotWritten) as stopped:
        desk.sync()
    assert stopped.value.id == "sheet_unreachable"
    assert desk.hours.time <= 300


REFUSALS = {
    "sheet_not_shared": (403, error(403, "PERMISSION_DENIED", "You do not have permission")),
    "sheet_protected": (
        403,
        error(403, "PERMISSION_DENIED", "You are trying to edit a protected cell or object."),
    ),
    "sheet_storage": (403, error(403, "x", "full", reason="storageQuotaExceeded")),
    "sheet_not_found": (404, error(404, "NOT_FOUND", "Requested entity was not found.")),
    "sheet_is_xlsx": (
        400,
        error(400, "FAILED_PRECONDITION", "This operation is not supported for this document. "
              "The document must not be an Office file."),
    ),
    "sheet_full": (
        400,
        error(400, "INVALID_ARGUMENT", "This action would increase the number of cells in the "
              "workbook above the limit of 10000000 cells."),
    ),
    "sheet_refused": (400, error(400, "INVALID_ARGUMENT", "Invalid requests[0].addSheet: {no}")),
    "sheet_busy": (429, error(429, "RESOURCE_EXHAUSTED")),
    "sheet_unreachable": (503, error(503, "UNAVAILABLE")),
}  # fmt: skip


@pytest.mark.parametrize("id_", REFUSALS)
def test_every_refusal_is_said_in_one_sentence_or_two(desk, id_):
    status, body = REFUSALS[id_]
    method = "batchUpdate" if id_ == "sheet_refused" else ""
    desk.world.script = always(Fault(status, body=body), method)
    with pytest.raises(TargetNotWritten) as stopped:
        desk.sync()
    assert stopped.value.id == id_
    assert stopped.value.exit_code == 4
    assert isinstance(stopped.value, AskAccess) == (id_ in {"sheet_not_shared", "sheet_protected"})
    for language in ("ru", "en"):
        said = stopped.value.say(load(language))
        assert 20 < len(said) < 250
        assert "{" not in said.replace("{no}", "")


def test_a_missing_entity_is_asked_for_twice(desk):
    desk.world.script = at(1, Fault(404, body=error(404, "NOT_FOUND")))
    desk.sync()
    assert len(desk.book.tabs) == 5
