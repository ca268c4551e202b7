"""What the store says of leads is what the engine says, rule by rule and version by version."""

import itertools
from dataclasses import astuple
from datetime import UTC, date, datetime

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from formulas.operators import Op
from formulas.presets import PRESETS
from formulas.qualification import Gate, Rule, Sign, judge
from sheets_sync.rules import Version, versions
from sheets_sync.store import Decisions, open_store
from sheets_sync.store_schema import create_statements
from sheets_sync.store_verdicts import decided, judge_leads
from templates.rule import spelled
from tests.store.pages import NOW, Pages, page

TEXTS = st.none() | st.sampled_from(
    ["", " ", "Москва", "москва ", "Тверь", "300 000", "1e5", "it's"]
)
FIELDS = st.sampled_from(["region", "budget", "channel", "utm_source", "stage", "contact"])
VALUES = st.none() | st.sampled_from(
    ["Москва", "Москва; Тверь", "100; 400000", "^мос", "(a+)+", 300_000, 5.5, "it's"]
)
ANSWERS = st.none() | st.booleans()
POINTS = st.sampled_from([0.0, 0.1, 0.2, 0.3, 1.0, 2.0])


def named(prefix: str):
    return st.integers(0, 3).map(lambda n: f"{prefix}'{n}")


GATES = st.builds(Gate, named("G"), FIELDS, st.sampled_from(list(Op)), VALUES, st.just("spam"))
SIGNS = st.builds(
    Sign,
    named("S"),
    POINTS,
    POINTS,
    POINTS,
    st.booleans(),
    st.just("wrong_product"),
    st.just("") | FIELDS,
    st.sampled_from(list(Op)),
    VALUES,
)
RULES = st.builds(
    Rule,
    st.lists(GATES, max_size=3, unique_by=lambda row: row.id).map(tuple),
    st.lists(SIGNS, min_size=1, max_size=4, unique_by=lambda row: row.id).map(tuple),
    st.sampled_from([0.0, 0.6, 2.0, 4.0]),
    st.integers(0, 3),
)
LEADS = st.lists(
    st.fixed_dictionaries(
        dict.fromkeys(("region", "budget", "channel", "utm_source", "stage"), TEXTS)
        | {
            "contact": st.sampled_from([None, "0f" * 16]),
            "said": st.dictionaries(named("S"), st.booleans()),
        }
    ),
    min_size=1,
    max_size=6,
)


@pytest.fixture(scope="module")
def connection():
    made = duckdb.connect()
    for statement in create_statements():
        made.execute(statement)
    yield made
    made.close()


def fill(connection, leads, rules, kept=()):
    for name in ("lead", "rule", "rule_kept", "sign_said"):
        connection.execute(f"delete from {name}")
    for number, lead in enumerate(leads):
        connection.execute(
            "insert into lead (lead_id, source, is_deleted, region, budget, channel, utm_source,"
            " stage, contact_key) values (?, 's', false, ?, ?, ?, ?, ?, ?)",
            [str(number), *(lead[name] for name in ("region", "budget", "channel", "utm_source")),
             lead["stage"], lead["contact"]],
        )  # fmt: skip
        for sign, answer in lead["said"].items():
            connection.execute(
                "insert into sign_said values (?, ?, ?)", [str(number), sign, answer]
            )
    for number, rule in enumerate(rules, 1):
        connection.execute(
            "insert into rule values (?, ?, '2026-11-23', ?)",
            [number, str(number), spelled(rule, {})],
        )
    for lead_id, version in kept:
        connection.execute("insert into rule_kept values (?, ?)", [lead_id, version])
    judge_leads(connection)


def found(connection):
    rows = connection.execute(
        "select lead_id, version, verdict, reason, missing, points from rule_finding"
    ).fetchall()
    return {lead_id: tuple(rest) for lead_id, *rest in rows}


def said_by(rule, version, lead):
    fields = {**lead, "contact": True if lead["contact"] else None}
    verdict = judge(rule, fields, lead["said"])
    missing = " ".join(verdict.missing) or None
    return version, verdict.verdict.value, verdict.reason, missing, verdict.points


@given(RULES, LEADS)
@settings(deadline=None, max_examples=30)
def test_the_store_says_what_the_engine_says(connection, rule, leads):
    fill(connection, leads, [rule])
    expected = {str(n): said_by(rule, 1, lead) for n, lead in enumerate(leads)}
    assert found(connection) == expected


@given(RULES, RULES, LEADS)
@settings(deadline=None, max_examples=30)
def test_what_a_version_decided_stays_with_it(connection, old, new, leads):
    fill(connection, leads, [old])
    before = found(connection)
    kept = [(lead_id, 1) for lead_id in decided(connection, 1)]
    fill(connection, leads, [old, new], kept)
    after = found(connection)
    for number, lead in enumerate(leads):
        is_decided = before[str(number)][1] != "pending"
        expected = before[str(number)] if is_decided else said_by(new, 2, lead)
        assert after[str(number)] == expected
    assert sorted(decided(connection, 1)) == sorted(lead_id for lead_id, _ in kept)


def test_a_lead_that_its_version_no_longer_decides_goes_by_the_newest(connection):
    rule = Rule((), (Sign("need", 3, is_required=True),), 3, 1)
    lead = dict.fromkeys(("region", "budget", "channel", "utm_source", "stage", "contact"))
    fill(connection, [{**lead, "said": {}}], [rule, PRESETS["champ"]], [("0", 1)])
    assert found(connection)["0"][:2] == (2, "pending")


def test_without_a_rule_nothing_is_found(connection):
    fill(connection, [], [])
    assert found(connection) == {}


VERDICTS = [
    # crm, said of need, sheet, dispute: verdict, whose, reason
    (None, None, None, None, ("pending", None, None)),
    (None, True, None, None, ("qualified", "rule", None)),
    (None, False, None, None, ("unqualified", "rule", "wrong_product")),
    (True, False, None, None, ("qualified", "crm", None)),
    (False, True, None, None, ("unqualified", "crm", "out_of_area")),
    (False, True, "qualified", None, ("qualified", "sheet", None)),
    (True, True, "spam", None, ("spam", "sheet", "no_timing")),
    (True, True, "qualified", "unqualified", ("unqualified", "dispute", "competitor")),
    (False, False, "unqualified", "qualified", ("qualified", "dispute", None)),
]


@pytest.fixture(scope="module")
def judged(tmp_path_factory):
    """Leads with every mixture of verdicts, in one store."""
    folder = tmp_path_factory.mktemp("verdicts")
    store = open_store(folder, timezone="Europe/Moscow", currency="RUB")
    day = datetime(2026, 11, 2, 9, tzinfo=UTC)
    leads = [
        {"lead_id": str(n), "created_at": day, "is_target": crm, "target_reason": "Не тот регион"}
        for n, (crm, *_) in enumerate(VERDICTS)
    ]
    store.take(Pages(page("lead", leads)), now=NOW)
    rule = Rule((), (Sign("G-0001", 3, is_required=True, reason="wrong_product"),), 3, 1)
    sheet = [(str(n), case[2], "no_timing") for n, case in enumerate(VERDICTS) if case[2]]
    disputes = [(str(n), f"D-{n}", case[3]) for n, case in enumerate(VERDICTS) if case[3]]
    store.apply(
        Decisions(
            verdict=sheet,
            dispute=[(*each, "competitor") for each in disputes],
            rule=[astuple(Version(1, "a", "2026-11-01", spelled(rule, {"G-0001": "?"})))],
            sign_said=[
                (str(n), "G-0001", c[1]) for n, c in enumerate(VERDICTS) if c[1] is not None
            ],
            reason_meaning=[("не тот регион", "out_of_area")],
        )
    )
    yield store
    store.close()


@pytest.mark.parametrize("number", range(len(VERDICTS)))
def test_a_dispute_outranks_the_sheet_the_crm_and_the_rule(judged, number):
    sql = "select verdict_text, decided_by, reason from leads_now where lead_id = ?"
    assert judged.connection.execute(sql, [str(number)]).fetchall() == [VERDICTS[number][4]]


def test_what_is_outranked_is_kept(judged):
    sql = """
        select crm_verdict, our_verdict, rule_verdict, dispute_id, rule_version
        from leads_now where lead_id = '7'
        """
    assert judged.connection.execute(sql).fetchall() == [
        ("qualified", "qualified", "qualified", "D-7", 1)
    ]


def test_a_rule_of_an_older_store_is_read_again(tmp_path):
    store = open_store(tmp_path, timezone="UTC", currency="RUB")
    store.keep({"1": 1})
    store.keep({"1": 1})
    assert store._open().execute("select * from rule_kept").fetchall() == [("1", 1)]
    store.keep({"1": 2})
    assert store._open().execute("select * from rule_kept").fetchall() == [("1", 2)]
    store.close()


def test_an_older_store_gets_the_fields_that_a_rule_asks(tmp_path):
    store = open_store(tmp_path, timezone="UTC", currency="RUB")
    store._open().execute("alter table lead drop column budget")
    store.close()
    lead = [{"lead_id": "1", "budget": "300 000", "link": "x"}]
    store.take(Pages(page("lead", lead)), now=NOW)
    rows = store.connection.execute("select budget, link, source, is_deleted from lead").fetchall()
    assert rows == [("300 000", "x", "files", False)]
    store.close()


@given(st.lists(st.sampled_from("abc"), max_size=6))
def test_a_version_is_new_only_where_the_rule_says_something_new(hashes):
    known = ()
    for hash_ in hashes:
        known = versions(known, (hash_, "{}"), date(2026, 11, 23))
    assert [version.number for version in known] == list(range(1, len(known) + 1))
    assert all(one.hash != other.hash for one, other in itertools.pairwise(known))
    assert versions(known, None, date(2026, 11, 24)) == known
