"""The workbook and the command line tell the same numbers."""

import pytest

from sheets_sync.metrics import compute
from sheets_sync.periods import month
from templates.settings import DEFAULTS
from tests.reports.conftest import AS_OF


@pytest.fixture(scope="module")
def told(full):
    return full.told


@pytest.fixture(scope="module")
def shown(full):
    return full.tables()


def same(one, other):
    assert one is not None
    assert float(one) == pytest.approx(float(other), rel=1e-6, abs=0.005)


def test_five(told, shown):
    pace, cover, *_ = shown["five"]
    same(pace["value"], told["run_rate"])
    same(pace["need_per_day"], told["need_per_day"])
    same(cover["value"], told["coverage_raw"])
    same(cover["weighted"], told["pipeline_weighted"])
    same(cover["required"], told["required_coverage"])
    same(cover["short_open"], told["short_open"])


def test_totals(told, shown):
    for name in ("leads", "qualified", "spam", "pending", "deals", "won", "lost", "revenue"):
        same(shown["one"][0][name], told[name])
    same(shown["one"][0]["known_stage_share"], told["known_stage_share"])


def test_months(full, shown):
    row = shown["months"][-2]
    found = {
        metric.metric: metric.value
        for metric in compute(
            full.store.connection,
            period=month(row["month"]),
            as_of=AS_OF,
            currency="RUB",
            settings=DEFAULTS,
        )
    }
    for name in ("leads", "qualified", "spend", "customers", "revenue", "won"):
        same(row[name], found[name])
