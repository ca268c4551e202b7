"""Who we are to Google; nothing secret is ever shown."""

import json
import os
import traceback
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from sheets_sync import credentials
from sheets_sync.credentials import KEY, access
from sheets_sync.errors import AskAccess, FixConfig, TargetNotWritten
from sheets_sync.google.connect import connect
from sheets_sync.google.transport import Spreadsheet
from tests.gsheets.desk import Desk, Hours, unbounded

NOW = datetime.now(UTC)


@pytest.fixture(autouse=True)
def _bare(monkeypatch, tmp_path):
    for name in (KEY, "CLOUDSDK_CONFIG", "GOOGLE_CLOUD_PROJECT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("CLOUDSDK_CONFIG", str(tmp_path))
    monkeypatch.setenv("NO_GCE_CHECK", "True")


@pytest.fixture(scope="module")
def secret():
    key = rsa.generate_private_key(65537, 2048)
    pem = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    return key.private_bytes(*pem, serialization.NoEncryption()).decode()


@pytest.fixture
def key(tmp_path, secret, world):
    path = tmp_path / "key.json"
    about = {
        "type": "service_account",
        "project_id": "shop",
        "private_key_id": "1",
        "private_key": secret,
        "client_email": "bot@shop.iam.gserviceaccount.com",
        "token_uri": f"{world.url}/token",
    }
    path.write_text(json.dumps(about))
    path.chmod(0o600)
    return path


def test_a_key_that_others_can_read_is_refused(key):
    key.chmod(0o640)
    with pytest.raises(FixConfig) as refused:
        access(key, "", NOW)
    assert refused.value.id == "key_readable"


def test_a_key_is_named_by_config_or_by_the_surroundings(key, monkeypatch):
    assert access(key, "", NOW).name == "bot@shop.iam.gserviceaccount.com"
    monkeypatch.setenv(KEY, str(key))
    found = access(None, "", NOW)
    assert (found.name, found.project, found.is_old) == (
        "bot@shop.iam.gserviceaccount.com", "shop", False)  # fmt: skip
    assert found.credentials.scopes == list(credentials.SCOPES)


def test_an_old_key_is_noted(key):
    old = (NOW - timedelta(days=100)).timestamp()
    os.utime(key, (old, old))
    assert access(key, "", NOW).is_old


@pytest.mark.parametrize("text", ["", "{}", "[]", "no json", '{"type": "service_account"}'])
def test_what_is_no_key_is_said(tmp_path, text):
    path = tmp_path / "key.json"
    path.write_text(text)
    path.chmod(0o600)
    with pytest.raises(FixConfig) as refused:
        access(path, "", NOW)
    assert refused.value.id == "key_wrong"


def test_a_missing_key_and_no_credentials_at_all(tmp_path):
    with pytest.raises(FixConfig) as refused:
        access(tmp_path / "none.json", "", NOW)
    assert refused.value.id == "key_missing"
    with pytest.raises(AskAccess) as asked:
        access(None, "", NOW)
    assert asked.value.id == "no_credentials"


def test_a_person_grants_only_the_files_they_open(tmp_path):
    path = tmp_path / "consent.json"
    consent = {
        "type": "authorized_user",
        "client_id": "c",
        "client_secret": "s",
        "refresh_token": "r",
    }
    path.write_text(json.dumps(consent))
    assert access(path, "", NOW).credentials.scopes == list(credentials.PERSONAL)


def test_workload_identity_needs_no_key(tmp_path):
    path = tmp_path / "identity.json"
    token = tmp_path / "token"
    token.write_text("t")
    about = {
        "type": "external_account",
        "audience": "//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p",
        "subject_token_type": "urn:ietf:params:oauth:token-type:jwt",
        "token_url": "https://sts.googleapis.com/v1/token",
        "credential_source": {"file": str(token)},
    }
    path.write_text(json.dumps(about))
    assert access(path, "", NOW).key_days is None


def test_another_account_may_be_impersonated(key):
    found = access(key, "sheets@shop.iam.gserviceaccount.com", NOW)
    assert found.name == "sheets@shop.iam.gserviceaccount.com"
    assert type(found.credentials).__module__ == "google.auth.impersonated_credentials"


def test_a_key_opens_the_sheet(world, key):
    world.add("demo")
    desk = Desk(world)
    found = access(key, "", NOW)
    desk.spreadsheet = lambda: Spreadsheet("demo", found, unbounded(), world.url, Hours().clock())
    desk.sync()
    assert len(desk.book.tabs) == 5


def test_a_key_that_google_does_not_know_is_said_without_the_secret(world, key, secret, caplog):
    about = json.loads(key.read_text())
    key.write_text(json.dumps({**about, "token_uri": f"{world.url}/v4/nowhere"}))
    world.add("demo")
    desk = Desk(world)
    found = access(key, "", NOW)
    desk.spreadsheet = lambda: Spreadsheet("demo", found, unbounded(), world.url, Hours().clock())
    with caplog.at_level(0), pytest.raises(TargetNotWritten) as refused:
        desk.sync()
    world.violations.clear()  # the call for a token is none of the API
    shown = "".join(traceback.format_exception(refused.value)) + repr(found) + caplog.text
    assert secret.splitlines()[1] not in shown
    assert refused.value.id == "credentials_refused"


def test_only_google_and_this_machine_are_called(key):
    with pytest.raises(ValueError, match="evil"):
        connect("https://evil.example/spreadsheets/d/x/edit", now=NOW, key=key)
    sheet = connect("https://docs.google.com/spreadsheets/d/abc/edit#gid=0", now=NOW, key=key)
    assert (sheet.id, sheet.base) == ("abc", "https://sheets.googleapis.com")
