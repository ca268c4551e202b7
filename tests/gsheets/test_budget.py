"""Sixty reads and sixty writes a minute, whoever asks for them."""

from hypothesis import given
from hypothesis import strategies as st

from sheets_sync.google.budget import Budget, Window, budget_of
from tests.gsheets.desk import Desk, Hours


@given(
    st.lists(st.tuples(st.floats(0, 5) | st.just(0), st.sampled_from([0, 0.5, 3])), max_size=300),
    st.integers(1, 60),
    st.sampled_from([5.0, 60.0]),
)
def test_no_stretch_of_time_holds_more_than_it_may(turns, most, seconds):
    """Also of programs that looked at the clock a while before they could book."""
    own, shared = ((Window(n, seconds), Window(n, seconds)) for n in (most, 300))
    budget, now, calls = Budget(shared, own), 0.0, []
    for pause, ago in turns:
        now += pause
        calls.append(now - ago + budget.book(now - ago, is_write=False))
    for first in range(len(calls)):
        assert sum(0 <= call - calls[first] < seconds - 0.001 for call in calls) <= most


def test_users_of_a_project_share_its_budget():
    one, other = budget_of("a", "shared"), budget_of("b", "shared")
    assert one.project is other.project
    assert one.user is not other.user
    assert budget_of("a", "shared") is one


def busiest(times):
    """Return the most calls in any minute."""
    return max(sum(0 <= t - start < 60 for t in times) for start in times)


def test_fifty_workspaces_of_one_bot_stay_within_the_quota(world, capsys):
    hours = Hours()
    world.clock, world.quota = hours.now, 60
    budget = Budget((Window(300), Window(300)))
    for number in range(50):
        world.add(f"book-{number}")
        desk = Desk(world, f"book-{number}", hours=hours, budget=budget, is_direct=True)
        desk.sync()
    reads = [request.at for request in world.log if not request.is_write]
    writes = [request.at for request in world.log if request.is_write]
    assert busiest(reads) <= 60
    assert busiest(writes) <= 60
    assert len(writes) >= 150
    with capsys.disabled():
        minutes, most = hours.time / 60, (busiest(reads), busiest(writes))
        said = f"{len(reads)} reads, {len(writes)} writes, {minutes:.1f} minutes, at most {most}"
        print(f"\n50 workspaces under one bot, first syncs: {said} a minute")  # noqa: T201


def test_a_quota_that_others_use_up_is_waited_for(world):
    hours = Hours()
    world.clock, world.quota = hours.now, 2
    world.add("demo")
    desk = Desk(world, hours=hours)
    desk.sync()
    assert len(desk.book.tabs) == 5
    assert hours.time > 60
