"""What is each connector's own: leads, links between records, and what the lists leave out."""

from datetime import UTC, datetime

import pytest

from sheets_sync.sources.contact import contact_key
from tests.sources.rest.desk import cleared, failed, failure
from tests.sources.rest.stubs import bitrix24, pipedrive
from tests.sources.rest.stubs.server import BEGINNING


def of(kind):
    return pytest.mark.parametrize("kind", [kind], indirect=True)


def leads(desk, *columns):
    names = ", ".join(("lead_id", *columns))
    found = desk.connection.execute(f"select {names} from lead where not is_deleted")
    return {id_: values for id_, *values in found.fetchall()}


def contact(stage="lead", **fields):
    created = "2026-11-20T10:00:00.000Z"
    return {"updated": BEGINNING, "createdate": created, "lifecyclestage": stage, **fields}


@of("hubspot")
def test_contacts_are_leads_by_their_stage_of_life(desk):
    desk.crm.people = {
        77: contact(hs_analytics_source="PAID_SEARCH", hs_analytics_source_data_1="brand"),
        78: contact("subscriber"),
        79: contact("customer", email="a@b.c", utm_campaign="sale"),
        80: contact(hs_lead_status="UNQUALIFIED"),
    }
    desk.sync()
    assert leads(desk, "channel", "campaign", "is_target") == {
        "77": ["PAID_SEARCH", "brand", None],
        "79": [None, "sale", True],
        "80": [None, None, False],
    }
    [(lead,)] = desk.connection.execute("select distinct lead_id from deal").fetchall()
    assert lead == "77"


@of("hubspot")
def test_what_became_of_a_lead_is_told_of_its_contact(desk):
    desk.crm.people = {77: contact(), 78: contact()}
    desk.crm.inbox = {"5": {"of": 77, "updated": BEGINNING, "hs_pipeline_stage": "q"}}
    desk.sync()
    assert leads(desk, "stage", "is_target") == {"77": ["Qualified", True], "78": ["lead", None]}
    desk.crm.now += 5000
    fields = {"hs_pipeline_stage": "u", "hs_lead_disqualification_reason": "Spam"}
    desk.crm.inbox["6"] = {"of": 77, "updated": desk.crm.now, **fields}
    desk.sync()
    assert leads(desk, "is_target", "is_spam", "target_reason")["77"] == [False, True, "Spam"]


@of("hubspot")
def test_the_newest_lead_counts_on_whatever_page_of_links_it_is(desk):
    desk.crm.people = {77: contact()}
    for id_ in range(1, 3 * desk.crm.page):
        desk.crm.inbox[str(id_)] = {"of": 77, "updated": BEGINNING, "hs_pipeline_stage": "u"}
    newest = {"of": 77, "updated": BEGINNING, "hs_pipeline_stage": "q"}
    desk.crm.inbox[str(3 * desk.crm.page)] = newest
    desk.sync()
    assert leads(desk, "stage", "is_target") == {"77": ["Qualified", True]}
    desk.quiet()


@of("hubspot")
def test_a_plan_without_leads_goes_without_them(desk):
    desk.crm.people = {77: contact()}
    desk.crm.lacks = frozenset({"leads"})
    desk.sync()
    assert leads(desk, "stage") == {"77": ["lead"]}
    desk.quiet()


@of("hubspot")
def test_a_change_that_the_search_finds_late_is_not_missed(desk):
    desk.sync()
    desk.crm.now += 9000
    desk.crm.edit(2, title="Late")
    desk.crm.now += 5
    desk.crm.edit(3, title="Soon")
    desk.crm.lag = 1800
    desk.sync()
    desk.crm.now += 1790
    desk.crm.edit(4, title="Newest")
    desk.crm.lag = 0
    desk.sync()
    assert [desk.stored()[id_][0] for id_ in ("2", "3", "4")] == ["Late", "Soon", "Newest"]


@of("hubspot")
def test_a_day_without_a_time_is_the_same_day_wherever_the_company_is(desk):
    midnight = BEGINNING - BEGINNING % 86_400
    desk.crm.edit(2, stage=2)
    desk.crm.deals[2].closed = midnight
    desk.sync()
    assert desk.stored()["2"][-1] == midnight + 12 * 3600


CAME = datetime(2026, 9, 21, 10, tzinfo=UTC).timestamp()


def inbox(**fields):
    time = "2026-09-21T10:00:00Z"
    return {"add_time": time, "update_time": time, "owner_id": 1, "value": None, **fields}


@of("pipedrive")
def test_a_lead_lives_on_in_its_deal(desk):
    desk.crm.inbox = {"x-1": inbox(source_name="Chat"), "x-2": inbox(is_archived=True)}
    desk.sync()
    assert {"x-1", "x-2", "1"} <= {*leads(desk)}
    assert leads(desk, "channel")["x-1"] == ["Chat"]
    desk.crm.now += 5000
    del desk.crm.inbox["x-1"]
    desk.crm.leads_of[3] = "x-1"
    desk.crm.edit(3, stage=1)
    desk.sync()
    desk.crm.now += 86_400
    desk.sync()
    assert "x-1" in leads(desk)
    [(lead,)] = desk.connection.execute("select lead_id from deal where deal_id = '3'").fetchall()
    assert lead == "x-1"
    came = desk.connection.execute("select epoch(created_at) from lead where lead_id = 'x-1'")
    assert came.fetchall() == [(CAME,)]


@of("pipedrive")
def test_a_lead_that_was_gone_before_it_could_be_read_is_known_by_its_deal(desk):
    desk.crm.leads_of[3] = "x-9"
    desk.crm.edit(3, stage=2)
    desk.sync()
    assert leads(desk, "deal_id", "is_target")["x-9"] == ["3", True]
    desk.crm.now += 86_400
    assert desk.sync()["lead"].gone == 0
    desk.quiet()


@of("pipedrive")
def test_a_deal_that_is_archived_is_not_gone(desk):
    desk.sync()
    desk.crm.archived.add(4)
    desk.crm.now += 86_400
    assert desk.sync()["deal"].gone == 0
    desk.quiet()


@of("pipedrive")
def test_persons_are_known_by_their_phones(desk):
    desk.crm.people[77] = {"phones": [{"value": "8 (912) 345-67-89"}], "emails": []}
    desk.sync()
    [(keys,)] = desk.connection.execute("select count(distinct contact_key) from lead").fetchall()
    assert keys == 1
    [(stored,)] = desk.connection.execute("select string_agg(lead::varchar) from lead").fetchall()
    assert "345" not in stored


@of("pipedrive")
def test_the_history_is_asked_only_of_deals_that_have_moved(desk):
    desk.crm.edit(2, stage=1)
    desk.crm.now += 5000
    desk.crm.edit(1, amount=7)
    desk.sync()
    desk.crm.now += 5000
    desk.crm.edit(2, amount=7)
    desk.crm.edit(5, stage=3)
    desk.crm.asked.clear()
    desk.sync()
    asked = {path for path, *_ in desk.crm.asked if path.endswith("changelog")}
    assert asked == {"/api/v1/deals/5/changelog"}
    assert desk.events() == desk.moves()


@of("pipedrive")
def test_the_budget_of_a_day_is_kept_and_the_next_day_goes_on(desk):
    for id_ in desk.crm.deals:
        desk.crm.now += 2000
        desk.crm.edit(id_, stage=1)
    desk.sync()
    whole = len(desk.crm.asked)
    cleared(desk.connection)
    desk.crm.asked.clear()
    desk.crm.allowance = 250
    days = 1
    while (error := failed(desk.sync)) is not None:
        assert error.id == "crm_budget"
        assert 225 <= desk.crm.spent <= 230
        desk.crm.spent = 0
        days += 1
    assert 2 <= days <= 4
    assert len(desk.crm.asked) < 2 * whole
    assert desk.stored() == desk.expected()
    assert desk.events() == desk.moves()
    desk.crm.allowance = 0
    desk.quiet()


@of("pipedrive")
def test_a_budget_that_others_have_spent_is_said_and_not_waited_for(desk):
    desk.crm.allowance = desk.crm.spent = 1000
    error = failure(desk.sync)
    assert (error.id, error.parts["left"], error.parts["limit"]) == ("crm_budget", 0, 1000)
    assert sum(desk.time.slept) == 0


def touches(desk):
    found = desk.connection.execute('select entity, entity_id, epoch("at") from touch')
    return sorted(found.fetchall())


@of("bitrix24")
def test_talks_and_own_letters_are_touches(desk):
    def activity(id_, **fields):
        kept = {"START_TIME": bitrix24.iso(BEGINNING), "LAST_UPDATED": bitrix24.iso(BEGINNING)}
        return {"ID": str(id_), "OWNER_TYPE_ID": "2", "OWNER_ID": str(id_), **kept, **fields}

    desk.crm.touches = [
        activity(1, TYPE_ID="2", DIRECTION="1", COMPLETED="Y"),
        activity(2, TYPE_ID="2", DIRECTION="1", COMPLETED="N"),
        activity(3, TYPE_ID="4", DIRECTION="2", COMPLETED="N"),
        activity(4, TYPE_ID="4", DIRECTION="1", COMPLETED="Y"),
        activity(5, TYPE_ID="3", DIRECTION="0", COMPLETED="Y"),
    ]
    desk.sync()
    assert touches(desk) == [("deal", "1", BEGINNING), ("deal", "3", BEGINNING)]
    desk.quiet()


@of("amocrm")
def test_calls_to_a_lead_or_its_contact_are_touches(desk):
    def event(id_, kind, entity, of_):
        told = {"entity_type": entity, "entity_id": of_, "created_by": 1}
        return {"id": id_, "type": kind, "created_at": BEGINNING + 60, **told}

    desk.crm.touches = [
        event("a", "outgoing_call", "lead", 4),
        event("b", "outgoing_chat_message", "contact", 77),
        event("c", "incoming_call", "lead", 5),
        event("d", "outgoing_call", "company", 8),
    ]
    desk.sync()
    key = contact_key("salt", key="77")
    assert touches(desk) == [("contact", key, BEGINNING + 60), ("lead", "4", BEGINNING + 60)]


@of("amocrm")
def test_a_lead_that_waits_is_a_lead_until_its_acceptance_tells_more(desk):
    waiting = {"leads": [{"id": 90}], "contacts": [{"id": 5}]}
    desk.crm.inbox["u"] = {
        "uid": "u",
        "source_name": "Site",
        "pipeline_id": 5,
        "created_at": BEGINNING,
        "_embedded": waiting,
    }
    desk.sync()
    assert leads(desk, "channel", "stage")["90"] == ["Site", "Incoming"]
    desk.crm.now += 86_400
    assert desk.sync()["lead"].gone == 0
    desk.crm.born = 89
    desk.crm.create(title="Accepted")
    desk.sync()
    assert leads(desk, "stage", "deal_id")["90"] == ["New", "90"]
    desk.sync()
    assert leads(desk, "stage", "deal_id")["90"] == ["New", "90"]
    del desk.crm.inbox["u"]
    desk.quiet()


@of("pipedrive")
def test_activities_that_are_done_are_touches(desk):
    shared = {"update_time": pipedrive.iso(BEGINNING), "owner_id": 1}
    done = {**shared, "done": True, "marked_as_done_time": pipedrive.bare(BEGINNING)}
    desk.crm.touches = [
        {"id": 1, "deal_id": 3, "lead_id": None, **done},
        {"id": 2, "deal_id": None, "lead_id": "x-1", **done},
        {"id": 3, "deal_id": 4, "lead_id": None, **shared, "done": False},
    ]
    desk.sync()
    assert touches(desk) == [("deal", "3", BEGINNING), ("lead", "x-1", BEGINNING)]


def test_what_is_no_loss_is_gone_without(desk):
    desk.crm.lacks = frozenset({"leads/unsorted", "crm.activity.list", "v2/activities"})
    desk.sync()
    assert desk.stored() == desk.expected()
