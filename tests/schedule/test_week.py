"""A week of a few workspaces in made-up time: all that was due was done once, and nothing else."""

from tests.schedule.week import TROUBLES, simulated


def test_every_due_sync_happens_once_and_none_at_the_same_time(tmp_path):
    week = simulated(len(TROUBLES), 2, tmp_path)
    assert list(week.faults()) == []
    codes = [code for client in week.clients.values() for code in client.codes]
    assert codes.count(0) > len(codes) / 2
    assert {None, -9, 2, 3, 75} & set(codes)
