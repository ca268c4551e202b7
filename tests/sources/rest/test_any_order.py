"""Any interleaving of changes, mishaps, kills and syncs: a quiet sync makes the store right."""

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from sheets_sync.errors import SmarketingError
from sheets_sync.sources.rest import CONNECTORS
from tests.sources.rest import desk as desks

DEALS = 15
MOST_GONE = 2  # of fifteen or more: a larger share would not be believed

ids = st.integers(1, DEALS)
edits = st.tuples(
    st.just("edit"), ids, st.sampled_from(["amount", "stage", "manager"]), st.integers(0, 3)
)
changes = st.one_of(
    edits,
    edits,
    st.tuples(st.just("create")),
    st.tuples(st.just("delete"), ids),
    st.tuples(st.just("robot"), st.integers(0, 99)),
    st.tuples(st.just("wait"), st.sampled_from([1, 2, 700])),
    st.tuples(st.just("hire")),
)
mishaps = st.sampled_from([None, None, None, 429, 503, "cut", (429, 1)])
syncs = st.tuples(
    st.just("sync"),
    st.none() | st.integers(1, 6),  # pages until it is killed
    st.lists(mishaps, max_size=12),
    st.lists(st.lists(changes, max_size=3), max_size=12),  # meanwhile
)
stories = st.lists(changes | syncs, min_size=2, max_size=8)


def act(desk, step):
    name, *rest = step
    crm = desk.crm
    if name == "edit":
        id_, field, value = rest
        if id_ in crm.deals:
            crm.edit(id_, **{field: max(1, value) if field == "manager" else value})
    elif name == "create":
        crm.create(title="New")
    elif name == "delete":
        if rest[0] in crm.deals and crm.born - len(crm.deals) < MOST_GONE:
            crm.delete(rest[0])
    elif name == "robot":
        for id_ in crm.deals:
            crm.edit(id_, amount=rest[0])
    elif name == "wait":
        crm.now += rest[0]
    elif name == "hire":
        crm.users[3] = "Cid Roe"
    else:
        sync(desk, *rest)


def sync(desk, pages, mishaps, meanwhile):
    desk.crm.mishaps.extend(mishaps)
    desk.crm.meanwhile.extend(
        lambda steps=steps: [act(desk, step) for step in steps] for steps in meanwhile
    )
    try:
        desk.sync(pages)
    except SmarketingError as error:
        assert error.id == "crm_busy"  # noqa: PT017  (others are wrong)
    desk.crm.mishaps.clear()
    desk.crm.meanwhile.clear()


@pytest.mark.parametrize("kind", CONNECTORS)
def test_a_quiet_sync_makes_the_store_equal_to_the_crm(kind, connection):
    with desks.desk(kind, connection) as desk:

        @settings(
            max_examples=8,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow],
            phases=[Phase.explicit, Phase.generate],  # a story is short, and tells itself
        )
        @given(stories)
        def any_order(story):
            desks.cleared(connection)
            desk.crm.begin()
            for _ in range(DEALS):
                desk.crm.create()
            for step in story:
                act(desk, step)
            desk.crm.users.setdefault(3, "Cid Roe")
            desk.quiet()

        any_order()
