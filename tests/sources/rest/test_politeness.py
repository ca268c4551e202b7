"""No CRM is asked more often than it allows, by a clock that only waiting moves."""

from bisect import bisect_left

from sheets_sync.sources.rest import connector_of
from tests.sources.rest.desk import failure

DOCUMENTED = {"amocrm": (7, 1.0), "bitrix24": (50, 1.0)}


def test_calls_keep_below_what_the_crm_documents(desk, kind):
    most, seconds = DOCUMENTED[kind]
    limiter, at = desk.source.limiter, []
    for _ in range(200):
        desk.time.now += limiter.pause(desk.time.now)
        at.append(desk.time.now)
    busiest = max(place + 1 - bisect_left(at, now - seconds) for place, now in enumerate(at))
    assert busiest <= most


def test_the_bucket_of_bitrix24_never_overflows():
    [(most, seconds)] = connector_of("bitrix24").limits
    level, last = 0.0, 0.0
    for place in range(400):
        now = place // most * seconds
        level = max(0.0, level - 2 * (now - last)) + 1
        last = now
        assert level <= 50


def test_a_right_that_is_missing_is_said(desk, kind):
    missing = {"amocrm": "users", "bitrix24": "crm.deal.list"}[kind]
    desk.crm.lacks = frozenset({missing})
    error = failure(desk.sync)
    assert (error.id, error.parts["what"]) == ("crm_denied", missing)
