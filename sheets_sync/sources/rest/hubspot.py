"""HubSpot, with the token of a private app: contacts, which are the leads, deals and their stages.

What changed is searched for, by id from the last one on: that stays right while records change,
and no window ever holds more than the 10,000 results that a search gives. Its index lags behind,
so what exists is listed elsewhere, and a search begins an hour early. The object Lead, where the
plan has it, says what became of a contact.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta

from sheets_sync.sources.contact import contact_key
from sheets_sync.sources.rest import hubspot_calls as calls
from sheets_sync.sources.rest import readings as read
from sheets_sync.sources.rest.connector import (
    ABSENT,
    Connector,
    Dictionary,
    Door,
    Fields,
    Json,
    Known,
    Limit,
    Listing,
    Request,
    Sweep,
)  # fmt: skip
from sheets_sync.sources.rest.parts import changed, right, token_door, whole
from sheets_sync.sources.rest.readings import word
from sheets_sync.sources.rest.verdicts import is_reached, lost_as

API = "https://api.hubapi.com"
NO_LEADS = {"subscriber", "other"}
TARGET = {"salesqualifiedlead", "opportunity", "customer", "evangelist"}
CAMPAIGNS = {
    "PAID_SEARCH": "hs_analytics_source_data_1",
    "PAID_SOCIAL": "hs_analytics_source_data_2",
    "EMAIL_MARKETING": "hs_analytics_source_data_1",
}
"""Where the name of the campaign stands, by the source."""

DEAL_ASKED = [
    "dealname", "createdate", "hs_lastmodifieddate", "closedate", "pipeline", "dealstage", "amount",
    "deal_currency_code", "hs_deal_stage_probability", "hs_is_closed", "hs_is_closed_won",
    "closed_lost_reason", "hubspot_owner_id", *calls.SOURCE,
]  # fmt: skip


def _door(address: str, secret: str) -> Door:
    return token_door(address if "//" in address else API, secret, path="/")


def _place(kind: str, id_: str = "id") -> Callable[[Json, Known], str]:
    """Link to the page of a record."""

    def place(record: Json, known: Known) -> str:
        account = known.names.get("account", {})
        site = f"https://{account.get('domain', 'app.hubspot.com')}"
        return f"{site}/contacts/{account.get('portal', '')}/record/{kind}/{record[id_]}"

    return place


CONTACT_PLACE, DEAL_PLACE = _place("0-1"), _place("0-3")


def _contact(record: Json, known: Known) -> str | None:
    phone, mobile, email = (
        word(record.get(key)) or "" for key in ("phone", "mobilephone", "email")
    )
    return contact_key(known.salt, phone=phone or mobile, email=email, key=record["id"])


def _campaign(record: Json, _known: Known) -> object:
    """Read the campaign, of the UTM or of what HubSpot itself has seen."""
    place = CAMPAIGNS.get(str(record.get("hs_analytics_source")), "")
    return word(record.get("utm_campaign")) or word(record.get(place))


def _lead_stage(record: Json, known: Known) -> str | None:
    """Name the stage of the lead, else the status of the contact, else its stage of life."""
    if stage := word((record.get("lead") or {}).get("hs_pipeline_stage")):
        return known.name("lead_stage", stage)
    return word(record.get("hs_lead_status")) or word(record.get("lifecyclestage"))


def _reason(record: Json, _known: Known) -> str | None:
    return word((record.get("lead") or {}).get("hs_lead_disqualification_reason"))


def _is_unqualified(record: Json, known: Known) -> bool:
    stage = (_lead_stage(record, known) or "").casefold()
    return bool(_reason(record, known)) or stage.startswith(("unqualif", "disqualif", "bad_fit"))


def _is_target(record: Json, known: Known) -> bool | None:
    if _is_unqualified(record, known):
        return False
    if record.get("lifecyclestage") in TARGET:
        return True
    return is_reached(_lead_stage(record, known), known) if record.get("lead") else None


def _is_spam(record: Json, known: Known) -> bool | None:
    return True if lost_as(_reason(record, known)) == "spam" else None


def _is_over(record: Json) -> bool:
    return bool(record.get("hs_is_closed") == "true")


def _is_lost(record: Json) -> bool:
    return _is_over(record) and record.get("hs_is_closed_won") != "true"


def _closed(record: Json, _known: Known) -> datetime | None:
    """Read when a deal was closed: a day without a time is meant wherever the company is."""
    made = read.moment(record.get("closedate"))
    if made is not None and made.astimezone(UTC).time() == time():
        return made + timedelta(hours=12)
    return made


def _close_day(record: Json, known: Known) -> date | None:
    made = _closed(record, known)
    return made.date() if made else None


def _currency(record: Json, known: Known) -> str | None:
    of_company = known.names.get("account", {}).get("currency")
    return word(record.get("deal_currency_code")) or of_company or known.currency


ORIGIN: Fields = {
    "channel": read.text("hs_analytics_source"),
    "campaign": _campaign,
    **{name: read.text(name) for name in calls.UTM if name != "utm_campaign"},
}

LEAD: Fields = {
    "lead_id": read.unless(
        lambda record: record.get("lifecyclestage") in NO_LEADS, read.own_id("id")
    ),
    "created_at": read.iso("createdate"),
    "updated_at": read.iso("lastmodifieddate"),
    "contact_key": _contact,
    "manager": read.named("owners", "hubspot_owner_id", nobody=""),
    **ORIGIN,
    "stage": _lead_stage,
    "is_target": _is_target,
    "is_spam": _is_spam,
    "target_reason": _reason,
    "verdict_at": read.when(
        lambda record: record.get("lifecyclestage") in TARGET,
        read.first_of(
            read.iso("hs_lifecyclestage_salesqualifiedlead_date"),
            read.iso("hs_lifecyclestage_opportunity_date"),
        ),
    ),
    "first_touch_at": read.first_of(
        read.iso("hs_first_outreach_date"), read.iso("hs_sa_first_engagement_date")
    ),
    "link": CONTACT_PLACE,
}

DEAL: Fields = {
    "deal_id": read.own_id("id"),
    "lead_id": read.text("contact"),
    "title": read.text("dealname"),
    "created_at": read.iso("createdate"),
    "updated_at": read.iso("hs_lastmodifieddate"),
    "closed_at": read.when(_is_over, _closed),
    "pipeline": read.named("pipeline", "pipeline", nobody=""),
    "stage": read.named("deal_stage", "dealstage", nobody=""),
    "status": read.first_of(
        read.chosen("hs_is_closed_won", {"true": "won"}),
        read.chosen("hs_is_closed", {"true": "lost"}),
        read.constant("open"),
    ),
    "lost_reason": read.when(_is_lost, read.text("closed_lost_reason")),
    "amount": read.money("amount"),
    "currency": _currency,
    "probability": read.number("hs_deal_stage_probability"),
    "expected_close": read.when(lambda record: not _is_over(record), _close_day),
    "manager": read.named("owners", "hubspot_owner_id", nobody=""),
    **ORIGIN,
    "link": DEAL_PLACE,
}


def _event(entity: str) -> Fields:
    return {
        "event_id": read.own_id("id"),
        "entity": read.constant(entity),
        "entity_id": read.own_id("of"),
        "at": read.iso("at"),
        "from_stage": read.named(f"{entity}_stage", "from", nobody=""),
        "to_stage": read.named(f"{entity}_stage", "to", nobody=""),
    }


def _account(record: Json) -> Iterator[tuple[str, str, str]]:
    """Tell where the account is seen by people, and its currency."""
    known: Mapping[str, str] = {
        "portal": "portalId", "domain": "uiDomain", "currency": "companyCurrency",
    }  # fmt: skip
    for name, key in known.items():
        if record.get(key):
            yield "account", name, str(record[key])


def _owners(record: Json) -> Iterator[tuple[str, str, str]]:
    """Tell the name of a person, whether still there or not."""
    spelled = " ".join(filter(None, (word(record.get(key)) for key in ("firstName", "lastName"))))
    if spelled or record.get("email"):
        yield "owners", str(record["id"]), spelled or str(record["email"]).partition("@")[0]


def _pipelines(entity: str) -> Callable[[Json], Iterator[tuple[str, str, str]]]:
    def told(record: Json) -> Iterator[tuple[str, str, str]]:
        if entity == "deal":
            yield "pipeline", str(record["id"]), str(record["label"])
        for stage in record["stages"]:
            yield f"{entity}_stage", str(stage["id"]), str(stage["label"])

    return told


def _dictionary(entity: str, excused: frozenset[str] = frozenset()) -> Dictionary:
    request = Request(f"crm/pipelines/{calls.VERSION}/{entity}s")
    return Dictionary(request, calls.plain, whole, _pipelines(entity), excused)


def _owned(*, archived: bool) -> Dictionary:
    spelled = {"limit": calls.LISTED, "archived": str(archived).lower()}
    return Dictionary(
        Request(f"crm/owners/{calls.VERSION}", spelled), calls.plain, calls.next_page, _owners
    )


def _sweep(kind: str, entity: str) -> Sweep:
    """List what exists, which the search may not know yet."""
    what = f"{entity}s"
    request = Request(calls.objects(kind), {"limit": calls.LISTED, "archived": "false"})
    return Sweep(what, request, calls.plain, calls.next_page, {entity: lambda record: record["id"]})


ACCOUNT = Request(f"account-info/{calls.VERSION}/details")

CONNECTOR = Connector(
    name="hubspot",
    limits=(Limit(90, 10.5), Limit(4, 1.1, "/search")),  # of 100 in 10 s, and of 5 a second
    wire=calls.wire,
    door=_door,
    misfit="crm_door_hubspot",
    trouble=calls.trouble,
    owner=(ACCOUNT, lambda body: (f"HubSpot {body['portalId']}", None)),
    rights=(
        right("contacts", Request(calls.objects("contacts"), {"limit": 1})),
        right("crm_deals", Request(calls.objects("deals"), {"limit": 1})),
        right("owners", Request(f"crm/owners/{calls.VERSION}", {"limit": 1})),
    ),
    dictionaries=(
        Dictionary(ACCOUNT, lambda body: [body], whole, _account),
        _owned(archived=True),
        _owned(archived=False),
        _dictionary("deal"),
        _dictionary("lead", ABSENT),
    ),
    listings=(
        Listing(
            what="leads",
            objects={"lead": LEAD},
            first=calls.search("contacts", calls.CONTACT, "lastmodifieddate"),
            rows=calls.rows,
            following=calls.by_id,
            mark=changed("lastmodifieddate"),
            place=CONTACT_PLACE,
            more=calls.with_leads,
        ),
        Listing(
            what="lead_objects",
            objects={"lead": LEAD},
            first=calls.search("leads", calls.LEAD_ASKED, "hs_lastmodifieddate"),
            rows=calls.rows,
            following=calls.by_id,
            mark=changed("hs_lastmodifieddate"),
            place=CONTACT_PLACE,
            more=calls.of_leads,
            excused=ABSENT,
        ),
        Listing(
            what="deals",
            objects={"deal": DEAL},
            first=calls.search("deals", DEAL_ASKED, "hs_lastmodifieddate"),
            rows=calls.rows,
            following=calls.by_id,
            mark=changed("hs_lastmodifieddate"),
            place=DEAL_PLACE,
            more=calls.with_contacts,
        ),
        Listing(
            what="deal_history",
            objects={"stage_event": _event("deal")},
            first=calls.search(
                "deals", ["hs_lastmodifieddate", calls.ENTERED], "hs_lastmodifieddate"
            ),
            rows=calls.rows,
            following=calls.by_id,
            mark=changed("hs_lastmodifieddate"),
            place=_place("0-3", "of"),
            more=calls.moves("deals", "dealstage"),
        ),
    ),
    sweeps=(_sweep("contacts", "lead"), _sweep("deals", "deal")),
    overlap=3600,
)
