"""Stores to look at: nothing, deals alone, leads without verdicts, a whole company, a small one."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

import pytest

from sheets_sync.demo.story import found
from sheets_sync.metrics import compute
from sheets_sync.reports import facts
from sheets_sync.reports.ground import Ground, survey
from sheets_sync.store import Decisions, Store, open_store
from templates.scorecard import load as scorecard
from templates.settings import DEFAULTS
from tests.reports import company as made_up
from tests.store.pages import Pages, page

AS_OF = date(2026, 11, 22)
NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)


@dataclass(frozen=True)
class Case:
    store: Store
    as_of: date
    plan: Sequence = ()

    def tables(
        self,
        synced_at: datetime = NOW,
        as_of: date | None = None,
        typed=None,
        history=(),
        **settings,
    ):
        return facts(
            self.store.connection,
            as_of=as_of or self.as_of,
            synced_at=synced_at.replace(tzinfo=None),
            company="Firm",
            currency="RUB",
            settings={**DEFAULTS, **settings},
            typed=typed,
            history=history,
        ).tables

    @property
    def told(self):
        found = compute(
            self.store.connection,
            period=None,
            as_of=self.as_of,
            currency="RUB",
            settings=DEFAULTS,
        )
        return {metric.metric: metric.value for metric in found}


def ground_of(case: Case, **settings) -> Ground:
    """Look at a store once; what people typed and the day are put in by each test."""
    return survey(
        case.store.connection,
        as_of=case.as_of,
        today=case.as_of,
        currency="RUB",
        settings={**DEFAULTS, **settings},
        runs=(),
        typed={},
        history=(),
        questionnaire=scorecard(),
    )


@pytest.fixture(scope="session")
def build(tmp_path_factory) -> Callable[..., Case]:
    def make(
        *,
        lead=(),
        deal=(),
        stage_event=(),
        ad_spend=(),
        plan: Sequence = (),
        typed: Mapping[str, Sequence] | None = None,
        as_of: date = AS_OF,
    ) -> Case:
        given = {"lead": lead, "deal": deal, "stage_event": stage_event, "ad_spend": ad_spend}
        pages = [page(name, rows, is_complete=True) for name, rows in given.items() if rows]
        store = open_store(
            tmp_path_factory.mktemp("store"), timezone="Europe/Moscow", currency="RUB"
        )
        if pages:
            assert store.take(Pages(*pages), now=NOW).error is None
        store.apply(Decisions(plan=plan, typed=typed or {}))
        return Case(store, as_of, plan)

    return make


@pytest.fixture(scope="session")
def firm():
    return found(AS_OF, seed=7)


@pytest.fixture(scope="session")
def full(build, firm) -> Case:
    months = [date(2026, month, 1) for month in range(8, 12)]
    return build(
        lead=made_up.lead_rows(firm),
        deal=made_up.deal_rows(firm),
        stage_event=made_up.event_rows(firm),
        ad_spend=made_up.spend_rows(firm),
        plan=[(month, "revenue", "company", None, 4_000_000.0) for month in months]
        + [
            (date(2026, 11, 1), "qualified", "company", None, 150.0),
            (date(2026, 11, 1), "revenue", "manager", "анна королёва", 1_000_000.0),
            (date(2026, 11, 1), "qualified", "channel", "Радио", 10.0),
        ],
    )


@pytest.fixture(scope="session")
def deals_only(build, firm) -> Case:
    unlinked = [{**row, "lead_id": None} for row in made_up.deal_rows(firm)]
    return build(deal=unlinked)


@pytest.fixture(scope="session")
def no_verdicts(build, firm) -> Case:
    silent = {"is_target": None, "is_spam": None, "target_reason": None, "verdict_at": None}
    return build(
        lead=[{**row, **silent} for row in made_up.lead_rows(firm)],
        deal=made_up.deal_rows(firm),
    )


@pytest.fixture(scope="session")
def small(build) -> Case:
    """Two sellers and five leads."""
    lead = [
        {
            "lead_id": f"L{n}",
            "created_at": datetime(2026, 11, 16 + n, 9, tzinfo=UTC),
            "manager": "Анна Королёва" if n % 2 else "Олег Ершов",
            "channel": "Авито",
            "is_target": n > 0,
            "deal_id": f"D{n}" if n else None,
        }
        for n in range(5)
    ]
    deal = [
        {
            "deal_id": f"D{n}",
            "lead_id": f"L{n}",
            "created_at": datetime(2026, 11, 16 + n, 12, tzinfo=UTC),
            "closed_at": datetime(2026, 11, 21, 12, tzinfo=UTC) if n == 1 else None,
            "status": "won" if n == 1 else "open",
            "stage": "Оплачена" if n == 1 else "Предложение",
            "amount": 100_000,
            "manager": "Анна Королёва" if n % 2 else "Олег Ершов",
        }
        for n in range(1, 5)
    ]
    return build(lead=lead, deal=deal)


@pytest.fixture(scope="session")
def empty(build) -> Case:
    return build()


@pytest.fixture(params=["empty", "deals_only", "no_verdicts", "full", "small"])
def case(request) -> Case:
    return request.getfixturevalue(request.param)
