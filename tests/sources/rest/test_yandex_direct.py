"""Spend from Direct's own API: orders, waits, corrections, and what goes wrong."""

import tomllib
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
import stamina
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from sheets_sync.errors import SmarketingError
from sheets_sync.sources.casting import Circumstances
from sheets_sync.sources.rest import yandex_direct
from sheets_sync.sources.rest.web import Clock, fresh_limiter
from sheets_sync.sources.rest.yandex_direct import (
    CORRECTED,
    DIRECT,
    HISTORY,
    DirectSource,
    door_of,
)
from sheets_sync.store_intake import Batch
from templates.words import load
from tests.cli.calls import cli
from tests.sources.rest.desk import NOW, Time, cleared, failure, store
from tests.sources.rest.stubs.server import served
from tests.sources.rest.stubs.yandex_direct import Direct, answer, respond

TODAY = date(2026, 11, 26)


@dataclass
class Desk:
    direct: Direct
    site: str
    connection: object
    time: Time
    login: str = ""
    today: date = TODAY
    vat: bool = True

    @property
    def source(self):
        return DirectSource(
            "yandex_direct",
            lambda: door_of(self.login, self.direct.token, f"{self.site}/json/v5"),
            Circumstances("UTC", "", self.today, "RUB"),
            self.vat,
            Clock(lambda: self.time.now, self.time.sleep, lambda: 1.8e9 + self.time.now),
            fresh_limiter(DIRECT),
        )

    def sync(self):
        found = self.connection.execute("select cursor from cursor").fetchone()
        batch = Batch(self.connection, self.source.name, NOW)
        for page in self.source.read(found[0] if found else None):
            batch.add(page)
        batch.commit()
        return batch.counts["ad_spend"]

    def stored(self):
        rows = self.connection.execute(
            "select day, campaign_id, campaign, impressions, clicks, cost, currency,"
            " vat_included, level from ad_spend"
        )
        return sorted(rows.fetchall())

    def expected(self):
        return sorted(
            (
                day, str(campaign), self.direct.names[campaign], impressions, clicks,
                Decimal(self.direct.money(kopecks, self.vat)) / 100 if kopecks else None,
                "RUB", self.vat, "campaign",
            )
            for (day, campaign), (impressions, clicks, kopecks) in self.direct.spend.items()
        )  # fmt: skip


@pytest.fixture(scope="module")
def connection():
    made = store()
    made.execute("alter table ad_spend alter cost type decimal(18, 2)")
    return made


@contextmanager
def desk(connection):
    direct = Direct()
    with served(direct, respond, answer) as site:
        connection.execute("delete from ad_spend")
        yield Desk(direct, site, cleared(connection), Time())


def filled(desk, days=80):
    for back in range(days):
        for campaign in (17, 18):
            desk.direct.spent(TODAY - timedelta(days=back), campaign, 100 + back, back, 1205 * back)


def test_a_report_is_ordered_awaited_and_read(connection):
    with desk(connection) as here:
        filled(here)
        here.sync()
        assert here.stored() == here.expected()
        assert here.time.now >= here.direct.retry * here.direct.polls
        assert here.sync().changed == 0
        assert str(TODAY - CORRECTED) in here.direct.orders[-1], "only the last days come again"


def test_the_last_days_are_corrected(connection):
    with desk(connection) as here:
        filled(here)
        here.sync()
        here.today += timedelta(days=1)
        here.direct.spent(TODAY - timedelta(days=3), 17, 90, 1, 777)
        del here.direct.spend[TODAY - timedelta(days=2), 18]
        here.direct.spent(TODAY + timedelta(days=1), 17, 5, 5, 505)
        here.time.now += 86_400
        here.sync()
        assert here.stored() == here.expected()


def test_without_vat_when_that_is_wanted(connection):
    with desk(connection) as here:
        filled(here, 5)
        here.vat = False
        here.sync()
        assert here.stored() == here.expected()
        assert not any(row[7] for row in here.stored())


def test_an_account_without_spend(connection):
    with desk(connection) as here:
        counts = here.sync()
        assert (counts.new, counts.quarantined) == (0, 0)


def test_a_report_that_is_cut_off_is_asked_for_again(connection):
    with desk(connection) as here:
        filled(here)
        here.direct.mishaps.extend([None] * 3 + ["cut", 502, "cut"])
        here.sync()
        assert here.stored() == here.expected()


def test_a_report_that_takes_too_long_is_found_by_the_next_sync(connection):
    with desk(connection) as here:
        filled(here, 5)
        here.direct.polls, here.direct.retry = 14, 60
        error = failure(here.sync)
        assert error.id == "direct_building"
        assert here.stored() == []
        here.sync()
        assert here.stored() == here.expected()


@pytest.mark.parametrize(
    ("token", "login", "error"),
    [("another", "", "crm_token"), (None, "stranger", "crm_denied")],
)
def test_a_token_that_is_not_taken(connection, token, login, error):
    with desk(connection) as here:
        here.direct.login, here.login = "client", login
        door = door_of(login, token or here.direct.token, f"{here.site}/json/v5")
        source = here.source
        object.__setattr__(source, "door", lambda: door)
        found = failure(lambda: list(source.read(None)))
        assert found.id == error
        assert here.direct.token not in found.say(load("en"))
        assert here.direct.token not in repr(source.api())


def test_limits_are_kept(connection):
    with desk(connection) as here:
        limiter = here.source.api().limiter
        for _ in range(25):
            here.time.sleep(limiter.pause(here.time.now, "reports"))
        assert here.time.now >= 10.0


days = st.integers(0, int(CORRECTED.days) - 1)
steps = st.one_of(
    st.tuples(st.just("spend"), days, st.sampled_from([17, 18]), st.integers(0, 10**7)),
    st.tuples(
        st.just("rename"), st.sampled_from([17, 18]), st.sampled_from(["=1+1", "Итого", "a"])
    ),
    st.tuples(st.just("day")),
    st.tuples(st.just("sync"), st.lists(st.sampled_from([None, 500, 502, "cut"]), max_size=6)),
)


def test_whatever_is_corrected_the_store_equals_direct(connection):
    @settings(
        max_examples=8,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow],
        phases=[Phase.explicit, Phase.generate],
    )
    @given(st.lists(steps, min_size=2, max_size=8))
    def story(told):
        with desk(connection) as here:
            here.direct.polls = 1
            filled(here, 3)
            for name, *rest in [*told, ("sync", [])]:
                if name == "spend":
                    back, campaign, kopecks = rest
                    here.direct.spent(here.today - timedelta(days=back), campaign, 9, 1, kopecks)
                elif name == "rename":
                    here.direct.names[rest[0]] = rest[1]
                elif name == "day":
                    here.today += timedelta(days=1)
                else:
                    here.time.now += 7200
                    here.direct.mishaps.extend(rest[0])
                    try:
                        here.sync()
                    except SmarketingError as error:
                        assert error.id == "crm_busy"  # noqa: PT017  (others are wrong)
                    here.direct.mishaps.clear()
            recent = here.today - CORRECTED
            assert [row for row in here.stored() if row[0] >= recent] == [
                row for row in here.expected() if row[0] >= recent
            ]

    story()


def test_it_is_configured_checked_and_synced(tmp_path, monkeypatch):
    direct = Direct(polls=0)
    direct.spent(date(2026, 11, 1), 17, 100, 10, 150_050)
    with served(direct, respond, answer) as site:
        monkeypatch.setenv("DIRECT", direct.token)
        (tmp_path / "smarketing.toml").write_text(
            '[company]\nlanguage = "en"\n[[ads]]\nkind = "yandex_direct"\nsecret = "env:DIRECT"\n'
            f'address = "{site}/json/v5"\n'
        )
        checked = cli("check", tmp_path)
        synced = cli("sync", tmp_path, "--json")
    assert checked.code == 0, checked.out + checked.err
    assert "yandex_direct" in checked.out
    assert synced.code == 0, synced.err
    assert direct.token not in checked.out + synced.out


@pytest.fixture
def account(monkeypatch):
    """Serve an account; its token is in the environment."""
    direct = Direct(polls=0)
    direct.spent(datetime.now(UTC).date(), 17, 100, 10, 150_050)
    with served(direct, respond, answer) as site:
        monkeypatch.setattr(yandex_direct, "SITE", f"{site}/json/v5")
        monkeypatch.setenv("DIRECT", direct.token)
        with stamina.set_testing(True, attempts=2):
            yield direct


def test_it_is_set_up_by_its_token_alone(account, tmp_path):
    made = cli("init", tmp_path, "--yandex-direct", "env:DIRECT")
    assert made.code == 0, made.out + made.err
    assert "belongs to kitchens" in made.out
    config = (tmp_path / "smarketing.toml").read_text(encoding="utf-8")
    assert tomllib.loads(config)["ads"] == [{"kind": "yandex_direct", "secret": "env:DIRECT"}]
    checked = cli("check", tmp_path)
    assert checked.code == 0, checked.out
    assert "belongs to kitchens" in checked.out
    assert "yandex_direct: 1 rows" in checked.out
    synced = cli("sync", tmp_path, "--json")
    assert synced.json["sources"]["yandex_direct"]["objects"]["ad_spend"]["new"] == 1
    assert account.token not in made.out + config + checked.out + synced.out


@pytest.mark.parametrize(
    ("fields", "said"),
    [({"token": "another"}, "does not take the secret"), ({"is_agency": True}, "Client-Login")],
)
def test_what_its_token_may_not_is_said_and_nothing_set_up(account, tmp_path, fields, said):
    for name, value in fields.items():
        setattr(account, name, value)
    made = cli("init", tmp_path, "--yandex-direct", "env:DIRECT")
    assert (made.code, said in made.err) == (3, True), made.err
    assert not (tmp_path / "smarketing.toml").exists()


@pytest.mark.parametrize("given", ["y0_a_token", "ask"])
def test_a_token_does_not_belong_on_the_command_line(tmp_path, given):
    made = cli("init", tmp_path, "--yandex-direct", given)
    assert (made.code, "--yandex-direct … env:NAME" in made.err) == (2, True)
    assert "y0_a_token" not in made.err


def test_the_same_money_is_not_counted_twice(tmp_path):
    (tmp_path / "smarketing.toml").write_text(
        '[[ads]]\nkind = "yandex_direct"\nsecret = "env:DIRECT"\n'
        '[[files]]\nobject = "spend"\npath = "x.csv"\ncabinet = "yandex_direct"\n'
        '[files.columns]\nday = "Date"\ncost = "Cost"\n'
    )
    found = cli("sync", tmp_path)
    assert found.code == 2
    assert "yandex_direct" in found.err


def test_history_is_bounded(connection):
    with desk(connection) as here:
        here.direct.spent(TODAY - HISTORY - timedelta(days=1), 17, 1, 1, 100)
        here.sync()
        assert here.stored() == []
