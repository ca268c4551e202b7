"""No CRM is asked more often than it allows, by a clock that only waiting moves."""

from bisect import bisect_left

import pytest

from sheets_sync.sources.rest import connector_of
from sheets_sync.sources.rest.web import fresh_limiter
from tests.sources.rest.desk import failure

DOCUMENTED = (
    ("amocrm", "leads", 7, 1.0),
    ("bitrix24", "crm.deal.list", 50, 1.0),
    ("hubspot", "deals", 100, 10.0),
    ("hubspot", "deals/search", 5, 1.0),
    ("pipedrive", "deals", 20, 2.0),
)


@pytest.mark.parametrize(("kind", "path", "most", "seconds"), DOCUMENTED)
def test_calls_keep_below_what_the_crm_documents(kind, path, most, seconds):
    limiter, now, at = fresh_limiter(connector_of(kind)), 0.0, []
    for _ in range(300):
        now += limiter.pause(now, path)
        at.append(now)
    busiest = max(place + 1 - bisect_left(at, now - seconds) for place, now in enumerate(at))
    assert busiest <= most


def test_the_bucket_of_bitrix24_never_overflows():
    [limit] = connector_of("bitrix24").limits
    most, seconds = limit.calls, limit.seconds
    level, last = 0.0, 0.0
    for place in range(400):
        now = place // most * seconds
        level = max(0.0, level - 2 * (now - last)) + 1
        last = now
        assert level <= 50


def test_writing_waits_as_reading_does(desk, kind):
    connector = connector_of(kind)
    limit = connector.limits[0]
    calls = limit.calls + 5
    with desk.source.api() as api:
        for _ in range(calls):
            api.put(connector.wire(connector.owner[0]))
    assert (api.calls, desk.time.now) == (calls, pytest.approx(limit.seconds))


def test_a_right_that_is_missing_is_said(desk, kind):
    missing, what = {
        "amocrm": ("users", "users"),
        "bitrix24": ("crm.deal.list", "crm.deal.list"),
        "hubspot": ("owners", "crm/owners/2026-03"),
        "pipedrive": ("v2/deals", "api/v2/deals"),
    }[kind]
    desk.crm.lacks = frozenset({missing})
    error = failure(desk.sync)
    assert (error.id, error.parts["what"]) == ("crm_denied", what)
