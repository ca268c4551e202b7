"""The rule against people, its age, why leads are rejected, and who is still to judge."""

import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from formulas.operators import Op
from formulas.qualification import Rule, Sign
from sheets_sync.metrics.qualification import RuleAge, rule_age, rule_agreement
from sheets_sync.reports import facts
from sheets_sync.store import Decisions, open_store
from templates.reasons import listed
from templates.rule import read, spelled
from templates.settings import DEFAULTS
from templates.tabs import qualification
from templates.words import load
from tests.store.pages import Pages, page

AS_OF = date(2026, 11, 22)
NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
GOLDEN = json.loads(Path(__file__).parents[1].joinpath("golden/metrics.json").read_text("utf-8"))
NEED = Rule((), (Sign("G-0001", 3, is_required=True, reason="wrong_product"),), 3, 1)
WORDS = load("en")


def preset():
    rows = [{"rule_row": key, **row} for key, row in qualification.starter(WORDS).items()]
    found = read(rows, listed((), WORDS), min_points=6, min_known=3, deadline_days=3)
    return spelled(*found)


@pytest.fixture
def store(tmp_path):
    made = open_store(tmp_path, timezone="Europe/Moscow", currency="RUB")
    yield made
    made.close()


def tables(store, **typed):
    return facts(
        store.connection, as_of=AS_OF, synced_at=NOW.replace(tzinfo=None), company="Firm",
        currency="RUB", settings={**DEFAULTS, "language": "en"}, typed=typed,
    ).tables  # fmt: skip


def lead(number, day=16, **more):
    created = datetime(2026, 11, day, 9, tzinfo=UTC)
    return {"lead_id": str(number), "created_at": created, "channel": "VK", **more}


def test_agreement_is_the_golden_one(store):
    golden = GOLDEN["verdict_agreement"]
    counts = golden["input"]
    pairs = (
        [(True, True)] * counts["both_qualified"]
        + [(False, False)] * counts["both_unqualified"]
        + [(True, False)] * counts["rule_only"]
        + [(False, True)] * counts["human_only"]
    )
    store.take(
        Pages(page("lead", [lead(n, is_target=p) for n, (_, p) in enumerate(pairs)])), now=NOW
    )
    store.apply(
        Decisions(
            rule=[(1, "a", "2026-11-01", spelled(NEED, {"G-0001": "?"}))],
            sign_said=[(str(n), "G-0001", by_rule) for n, (by_rule, _) in enumerate(pairs)],
        )
    )
    found = rule_agreement(store.connection, date(2026, 11, 1), AS_OF)
    assert found.share == golden["expect"]["agreement"]
    assert round(found.kappa, 4) == golden["expect"]["kappa"]
    [told] = tables(store)["rule_agreement"]
    assert (told["n"], told["share"]) == (100, 0.8)


SIGNED = {
    "signed_sales_by": "Anna", "signed_sales_on": date(2026, 11, 2),
    "signed_marketing_by": "Vera", "signed_marketing_on": date(2026, 11, 12),
}  # fmt: skip


@pytest.mark.parametrize(
    ("rules", "signed", "expected"),
    [
        ([], {}, RuleAge(rule_present=False, signed_by_both=False, age_days=None)),
        (["preset"], {}, RuleAge(rule_present=False, signed_by_both=False, age_days=None)),
        (["own"], {}, RuleAge(rule_present=True, signed_by_both=False, age_days=None)),
        (["preset"], SIGNED, RuleAge(rule_present=True, signed_by_both=True, age_days=10)),
        (["own", "preset"], {}, RuleAge(rule_present=True, signed_by_both=False, age_days=None)),
        (
            ["preset"],
            {"signed_sales_by": "Anna", "signed_sales_on": date(2026, 11, 2)},
            RuleAge(rule_present=True, signed_by_both=False, age_days=None),
        ),
    ],
)
def test_a_rule_is_there_once_people_made_it_theirs(store, rules, signed, expected):
    texts = {"own": spelled(NEED, {"G-0001": "?"}), "preset": preset()}
    versions = [(number, rule, "2026-11-01", texts[rule]) for number, rule in enumerate(rules, 1)]
    typed = {"rule_versions": [{"version": str(len(rules)), **signed}]} if signed else {}
    store.apply(Decisions(rule=versions, typed=typed))
    assert rule_age(store.connection, AS_OF) == expected


def test_reasons_are_counted_by_channel_under_one_name(store):
    reasons = ["Not our area", "out of area", "Too far", None]
    rows = [lead(n, is_target=False, target_reason=text) for n, text in enumerate(reasons)]
    store.take(Pages(page("lead", [*rows, lead(9, is_target=True)])), now=NOW)
    listed_reasons = [{"reason_id": "out_of_area", "en": "Out of area", "side": "marketing",
                       "crm_value": "not our area", "on": "yes"}]  # fmt: skip
    store.apply(Decisions(reason_meaning=listed(listed_reasons, WORDS).meant.items()))
    found = tables(store, reasons=listed_reasons)["reasons_by_channel"]
    told = [(row["channel"], row["label"], row["leads"], row["n"], row["side"]) for row in found]
    assert told == [
        (None, "Out of area", 2, 4, "marketing"),
        (None, "Too far", 1, 4, None),
        ("VK", "Out of area", 2, 4, "marketing"),
        ("VK", "Too far", 1, 4, None),
    ]


def test_leads_past_their_working_days_are_listed_with_whose_turn_it_is(store):
    rows = [lead(1, 16), lead(2, 18), lead(3, 19), lead(4, 16, is_target=True)]
    store.take(Pages(page("lead", rows)), now=NOW)
    sign = Sign("G-0001", 3, is_required=True, field="region", op=Op.IN, value="Tver")
    store.apply(Decisions(rule=[(1, "a", "2026-11-01", spelled(Rule((), (sign,), 3, 1), {}))]))
    found = tables(store)["pending_leads"]
    told = [(row["lead_id"], row["deadline"], row["is_overdue"], row["side"]) for row in found]
    assert told == [
        ("1", date(2026, 11, 19), True, "marketing"),
        ("2", date(2026, 11, 23), False, "marketing"),
        ("3", date(2026, 11, 24), False, "marketing"),
    ]


def test_a_dispute_is_in_time_within_three_working_days_of_the_verdict(store):
    judged = datetime(2026, 11, 18, 9, tzinfo=UTC)  # a Wednesday: Thursday, Friday, Monday
    store.take(Pages(page("lead", [lead(1, is_target=False, verdict_at=judged)])), now=NOW)
    store.apply(Decisions())
    typed = [
        {"dispute_id": f"D-{day}", "lead_id": who, "first_seen": date(2026, 11, day)}
        for day, who in ((23, "1"), (24, "1"), (25, "nobody"))
    ]
    found = tables(store, disputes=typed)["disputes"]
    assert [row["in_time"] for row in found] == [True, False, None]
