"""Whatever happens to the database between syncs: after a sync the store equals it."""

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.sources.rest.desk import cleared
from tests.sources.sql.desk import Desk

DEALS = 15
MOST_GONE = 2  # of fifteen: more at once would not be believed

ids = st.integers(1, DEALS + 3)
titles = st.sampled_from(["=1+1", "Итого", "\x1f5", " a\nb ", "x" * 300, "-", "Шкаф ₽"])
amounts = st.sampled_from(["0", "19.99", "-5", "999999999.99"])
changes = st.one_of(
    st.tuples(st.just("title"), ids, titles),
    st.tuples(st.just("amount"), ids, amounts),
    st.tuples(st.just("amount"), st.integers(1, 3), st.just("NaN")),
    st.tuples(st.just("create"), titles, st.just("NaN") | amounts),
    st.tuples(st.just("delete"), ids),
    st.tuples(st.just("robot"), amounts),
    st.tuples(st.just("wait"), st.sampled_from([0, 1, 700, 86_400])),
    st.tuples(st.just("kill"), st.integers(0, 2)),
    st.tuples(st.just("sync")),
)


def act(desk, step):
    name, *rest = step
    if name in {"title", "amount"}:
        desk.edit(rest[0], **{name: rest[1]})
    elif name == "create":
        desk.create(*rest)
    elif name == "delete":
        if desk.gone < MOST_GONE:
            desk.gone += 1
            desk.delete(rest[0])
    elif name == "robot":
        desk.run(
            "update deal set amount = :x, changed = :now", x=rest[0], now=desk.spelled(desk.now)
        )
    elif name == "wait":
        desk.wait(seconds=rest[0])
    else:
        desk.sync(*rest)
        if name == "sync":
            check(desk)


def check(desk):
    assert {id_: row[1:] for id_, row in desk.stored().items()} == {
        id_: row[1:] for id_, row in desk.expected().items()
    }
    assert desk.quarantined() == desk.unreadable()


@pytest.mark.parametrize("changed", ["changed", ""])
def test_the_store_equals_the_database(url, facts, changed):
    @settings(
        max_examples=8,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow],
        phases=[Phase.explicit, Phase.generate],  # a story is short, and tells itself
    )
    @given(st.lists(changes, min_size=3, max_size=10))
    def story(steps):
        desk = Desk(url, cleared(facts), changed)
        desk.gone = 0
        for _ in range(DEALS):
            desk.create()
        for step in [*steps, ("sync",)]:
            act(desk, step)
        counts = desk.sync().values()
        assert sum(count.new + count.changed + count.gone for count in counts) == 0
        desk.engine.dispose()

    story()
