"""A write that is killed with -9 at any answer of the CRM: the audit tells all, nothing twice."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.writeback.desk import VALUES, is_write
from tests.writeback.test_tasks import marks

PROGRAM = "from sheets_sync.cli import main; main()"
ROOT = Path(__file__).parents[2]


def killed_at(desk, number, answers):
    """Write, and kill that when the CRM has answered so often; tell whether that came."""
    program = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, "writeback", str(desk.folder), "--write", number],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )

    def kill():
        program.kill()
        program.wait()

    desk.crm.meanwhile.clear()
    desk.crm.meanwhile.extend([*[None] * (answers - 1), kill])
    _, errors = program.communicate(timeout=60)
    desk.crm.meanwhile.clear()
    assert program.returncode in {0, -9}, errors.decode()
    return program.returncode == -9


@pytest.mark.parametrize("answers", [3, 10])
def test_killed_at_any_write_nothing_is_lost_or_doubled(desk, answers):
    """The CRM has done what the third answer says, of a field, and the tenth, of a task."""
    for lead in desk.leads[:3]:
        desk.decide(lead, "qualified")
    desk.task("T-0001", f"Call back lead {desk.leads[0]}")
    number = desk.preview().number
    assert killed_at(desk, number, answers)
    assert is_write(desk.crm.asked[-1])
    intended = {entry.cell for entry in desk.audit()}
    wrote = {record for record, *_ in desk.crm.wrote}
    assert wrote <= {cell.record for cell in intended}, "what is meant is kept before it is done"
    desk.preview()
    assert all(entry.outcome for entry in desk.audit()), "the CRM told what became of it"
    desk.check_audit()
    if (found := desk.preview()).changes:
        desk.write(found.number)
    desk.check_audit()
    assert [desk.held(lead, desk.verdict) for lead in desk.leads[:3]] == [VALUES["qualified"]] * 3
    assert len(desk.crm.wrote) == 3
    assert marks(desk) == {"T-0001": 1}
    for run in {entry.run for entry in desk.audit()}:
        desk.undo(run)
    assert [desk.held(lead, desk.verdict) for lead in desk.leads[:3]] == [None] * 3
    assert all(task["done"] for task in desk.crm.tasks.values())
    desk.check_audit()
