"""What Prometheus reads, read by its own parser."""

from datetime import UTC, datetime

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from excel_addin import auth
from excel_addin.auth import Scope
from excel_addin.gauges import GAUGES
from sheets_sync.state import Sync
from tests.addin.serving import Clock, app_of, desk_of, served
from tests.cli.calls import DAY, cli, done
from tests.cli.company import write_deals


@pytest.fixture
def company(tmp_path):
    folder = tmp_path / "roofs"
    folder.mkdir()
    done("init", folder, "--deals", write_deals(folder))
    return folder


def read(folder, scope=Scope.DATA):
    """Return the code of the answer, and the values by name."""
    desk = desk_of(folder)
    key = auth.make(desk.numbers.workspace.state, scope)
    with served(app_of([desk], Clock())) as port:
        found = httpx.get(
            f"http://127.0.0.1:{port}/metrics", headers={"authorization": f"Bearer {key}"}
        )
    if found.status_code != 200:
        return found.status_code, {}
    assert found.headers["content-type"].startswith("text/plain; version=")
    families = list(text_string_to_metric_families(found.text))
    samples = [sample for family in families for sample in family.samples]
    assert {sample.labels["workspace"] for sample in samples} <= {"roofs"}
    return 200, {sample.name.removeprefix("smarketing_"): sample.value for sample in samples}


def test_before_the_first_sync_nothing_is_known(company):
    assert read(company) == (200, {})


def test_after_good_and_bad_syncs(company):
    before = datetime.now(UTC).timestamp()
    done("sync", company, "--as-of", DAY)
    _, good = read(company)
    assert good.keys() == GAUGES.keys()
    assert before <= good["synced_timestamp_seconds"] == good["sync_timestamp_seconds"]
    assert (good["sync_exit_code"], good["sync_failures"], good["sources_failed"]) == (0, 0, 0)
    assert good["sync_duration_seconds"] > 0
    assert good["store_bytes"] == (company / ".smarketing" / "facts.duckdb").stat().st_size
    (company / "deals.csv").unlink()
    for failures in (1, 2):
        assert cli("sync", company, "--as-of", DAY).code == 3
        _, bad = read(company)
        assert bad["synced_timestamp_seconds"] == good["synced_timestamp_seconds"]
        assert bad["sync_timestamp_seconds"] > good["sync_timestamp_seconds"]
        assert (bad["sync_exit_code"], bad["sync_failures"], bad["sources_failed"]) == (
            3, failures, 1
        )  # fmt: skip


def test_a_sync_that_was_cut_off_has_begun_and_says_no_more(company, monkeypatch):
    cut = [Sync(datetime(2026, 11, 23, tzinfo=UTC))]
    monkeypatch.setattr("sheets_sync.state.State.syncs", lambda _: cut)
    assert read(company)[1] == {"sync_timestamp_seconds": cut[0].started.timestamp()}


def test_only_a_key_with_data_may_read_it(company):
    assert read(company, Scope.FORMULAS)[0] == 403
    with served(app_of([desk_of(company)], Clock())) as port:
        assert httpx.get(f"http://127.0.0.1:{port}/metrics").status_code == 403
