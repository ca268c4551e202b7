"""Tokens that are renewed: kept before they are used, whatever happens on the way."""

import json
import logging
from contextlib import contextmanager
from dataclasses import replace
from urllib.parse import parse_qs

import pytest

from sheets_sync.errors import FixConfig, LookAtSource
from sheets_sync.sources.rest import oauth
from sheets_sync.sources.rest.opening import Company, open_crm
from sheets_sync.sources.rest.web import Clock, fresh_limiter
from tests.sources.rest.stubs import amocrm, bitrix24
from tests.sources.rest.stubs.server import Crm, served

STUBS = {"bitrix24": bitrix24, "amocrm": amocrm}
PLACE = "file:tokens.json"
SECRETS = ("client-secret", "first-code", "refresh-", "access-")


class Account:
    """A CRM that lets an application in: each refresh token works once."""

    def __init__(self, kind, path):
        self.kind, self.path = kind, path
        self.crm = Crm()
        for place in range(7):
            self.crm.create(title=f"Deal {place}")
        self.given = 0
        self.good = "first-code"
        self.crm.token = "nobody"
        self.is_down = False
        self.site = ""

    def respond(self, crm, request):
        path, asked, headers = request
        if path in {"/oauth2/access_token", "/oauth/token/"}:
            return self.grant(asked)
        if self.kind == "bitrix24":
            token = parse_qs(path.partition("?")[2])["auth"][0]
            path = f"/rest/1/{token}/" + path.partition("?")[0].rpartition("/")[2]
        if crm.token in path + str(headers):
            kept = json.loads(self.path.read_text())
            assert kept["access_token"] == crm.token, "what is used is on the disk by then"
        return STUBS[self.kind].respond(crm, (path, asked, headers))

    def grant(self, asked):
        if self.is_down:
            return 503, {}
        assert (asked["client_id"], asked["client_secret"]) == ("us", "client-secret")
        if asked.get("refresh_token", asked.get("code")) != self.good:
            return 400, {"hint": "Token has been revoked", "error": "invalid_grant"}
        self.given += 1
        self.good = f"refresh-{self.given}"
        self.crm.token = f"access-{self.given}"
        place = {"client_endpoint": f"{self.site}/rest/", "server_endpoint": f"{self.site}/rest/"}
        return 200, {
            "token_type": "Bearer",
            "expires_in": 3600,
            "access_token": self.crm.token,
            "refresh_token": self.good,
            **(place if self.kind == "bitrix24" else {}),
        }

    def expire(self):
        """Let the access token end."""
        self.crm.token = "nobody"

    def open(self):
        source = open_crm(
            self.kind,
            address=self.site,
            secret=PLACE,
            folder=self.path.parent,
            company=Company("salt"),
        )
        clock = Clock(sleep=lambda _: None, wall=lambda: self.crm.now)
        return replace(source, clock=clock, limiter=fresh_limiter(source.connector))


@contextmanager
def account(kind, path):
    made = Account(kind, path)
    with served(made.crm, made.respond) as made.site:
        kept = {"client_id": "us", "client_secret": "client-secret", "code": "first-code"}
        path.write_text(json.dumps({**kept, "domain": made.site, "server_endpoint": made.site}))
        path.chmod(0o600)
        yield made


@pytest.fixture(params=STUBS)
def let_in(request, tmp_path):
    with account(request.param, tmp_path / "tokens.json") as made:
        yield made


def deals(source):
    pages = [page.rows for page in source.read(None) if page.object == "deal"]
    return len({id_ for rows in pages for id_ in rows["deal_id"].to_pylist()})


def test_a_code_becomes_tokens_and_each_is_kept_before_it_is_used(let_in):
    assert deals(let_in.open()) == 7
    kept = json.loads(let_in.path.read_text())
    assert (kept["refresh_token"], "code" in kept) == ("refresh-1", False)
    assert let_in.path.stat().st_mode & 0o077 == 0


def test_a_token_that_ends_on_the_way_is_renewed(let_in):
    let_in.crm.meanwhile.extend([None] * 5 + [let_in.expire])
    assert deals(let_in.open()) == 7
    assert let_in.given == 2
    let_in.expire()
    assert deals(let_in.open()) == 7
    assert let_in.given == 3


def test_a_token_whose_time_is_over_is_renewed_before_it_is_refused(let_in):
    deals(let_in.open())
    let_in.crm.now += 3600
    del let_in.crm.asked[:]
    deals(let_in.open())
    assert let_in.crm.asked[0][0].startswith("/oauth")


def test_a_token_that_is_renewed_elsewhere_is_taken_from_there(let_in):
    mine, other = let_in.open(), let_in.open()
    assert deals(other) == 7
    assert deals(mine) == 7
    assert let_in.given == 1


def test_a_consent_that_is_withdrawn_says_what_to_do(let_in):
    deals(let_in.open())
    let_in.expire()
    let_in.good = "another"
    with pytest.raises(LookAtSource, match="crm_grant"):
        deals(let_in.open())


def test_a_token_that_cannot_be_kept_is_not_used(let_in, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(oauth.os, "fsync", full)
    with pytest.raises(LookAtSource, match="crm_grant_lost"):
        deals(let_in.open())
    assert not any("access-1" in str(asked) for asked in let_in.crm.asked)
    assert json.loads(let_in.path.read_text())["code"] == "first-code"


def test_a_server_of_tokens_that_is_down_is_asked_again(let_in):
    let_in.is_down = True
    with pytest.raises(LookAtSource, match="crm_busy"):
        deals(let_in.open())
    let_in.is_down = False
    assert deals(let_in.open()) == 7


def test_no_secret_is_logged(let_in, caplog):
    caplog.set_level(logging.DEBUG)
    source = let_in.open()
    let_in.crm.meanwhile.extend([None] * 5 + [let_in.expire])
    deals(source)
    let_in.expire()
    let_in.good = "another"
    with pytest.raises(LookAtSource) as error:
        deals(source)
    seen = caplog.text + repr(error.value) + repr(source) + repr(source.grant)
    assert "HTTP Request" in seen
    assert not [secret for secret in SECRETS if secret in seen]


def test_tokens_that_cannot_be_written_are_refused(monkeypatch, tmp_path):
    monkeypatch.setenv("TOKENS", json.dumps({"client_id": "us"}))
    place = "env:TOKENS"
    with pytest.raises(FixConfig, match="secret_in_file"):
        open_crm("amocrm", address="a.ru", secret=place, folder=tmp_path, company=Company(""))


@pytest.mark.parametrize("text", ["{", "{}", '{"client_id": "a", "client_secret": "b"}'])
def test_a_file_that_is_no_grant_is_refused(text, tmp_path):
    (tmp_path / "tokens.json").write_text(text)
    (tmp_path / "tokens.json").chmod(0o600)
    with pytest.raises(FixConfig, match="crm_door_bitrix24"):
        open_crm("bitrix24", address="", secret=PLACE, folder=tmp_path, company=Company(""))
