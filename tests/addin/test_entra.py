"""Signing in with Microsoft: tokens that a directory of the test signs, its keys over a socket."""

import base64
import json
import logging
import threading
import time
from xml.etree import ElementTree as ET

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from excel_addin import auth
from excel_addin.auth import Scope
from excel_addin.batch import Unusable
from excel_addin.door import Desk
from excel_addin.entra import DAY, HOUR, PAUSE, Entra
from excel_addin.manifest import manifest
from excel_addin.pages import OFFICE, pages
from templates.words import LANGUAGES, load
from tests.addin.directory import APPLICATION, ONE, OTHER, TENANT, TWO, claims_of, token_of
from tests.addin.serving import Clock, app_of, batch, desk_of, served
from tests.cli.calls import cli, done

FOREVER = 4_102_444_800
"""A moment that the tests do not live to see."""


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def entra(directory, clock):
    return Entra(TENANT, APPLICATION, clock, directory.url)


def refused(entra, token):
    with pytest.raises(Unusable) as found:
        entra.guest(token)
    return found.value.status, found.value.id


def part(given):
    return base64.urlsafe_b64encode(given).rstrip(b"=").decode()


WRONG = (401, "wrong_token")
OLD = (401, "old_token")


def test_a_right_token_opens_what_its_role_says(entra, directory):
    assert entra.guest(token_of(directory)).scope is Scope.FORMULAS
    with_role = token_of(directory, roles=["other", "smarketing.data"])
    assert entra.guest(with_role).scope is Scope.DATA
    assert entra.guest(token_of(directory, roles=["smarketing.dat"])).scope is Scope.FORMULAS
    assert entra.guest(token_of(directory, roles="smarketing.data")).scope is Scope.FORMULAS
    assert directory.asked == [f"/{TENANT}/discovery/v2.0/keys"]


def test_a_token_that_was_not_made_for_the_add_in_opens_nothing(entra, directory):
    for scp in (None, "", "User.Read", "access_as_users", ["access_as_user"]):
        token = token_of(directory, scp=scp, roles=["smarketing.data"])
        assert refused(entra, token) == (403, "no_entra_scope")


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        ({"aud": OTHER}, WRONG),
        ({"aud": [APPLICATION, OTHER]}, WRONG),
        ({"aud": None}, WRONG),
        ({"iss": f"https://login.microsoftonline.com/{TENANT}/v2.0"}, WRONG),
        ({"iss": None}, WRONG),
        ({"tid": OTHER}, WRONG),
        ({"tid": None}, WRONG),
        ({"sub": None}, WRONG),
        ({"exp": None}, WRONG),
        ({"nbf": None}, WRONG),
        ({"exp": "soon"}, WRONG),
        ({"exp": 1_000_000_000}, OLD),
        ({"nbf": FOREVER, "iat": None, "exp": FOREVER + 60}, OLD),
    ],
)
def test_what_a_token_says_has_to_be_right(entra, directory, other, expected):
    assert refused(entra, token_of(directory, **other)) == expected


def test_clocks_may_differ_by_a_minute(entra, directory):
    now = int(time.time())
    assert entra.guest(token_of(directory, exp=now - 30))
    assert entra.guest(token_of(directory, nbf=now + 30, iat=now + 30))
    assert refused(entra, token_of(directory, exp=now - 90)) == OLD
    assert refused(entra, token_of(directory, nbf=now + 90)) == OLD


def test_the_signature_has_to_be_of_the_key_that_is_named(entra, directory):
    assert refused(entra, token_of(directory, TWO)) == WRONG
    head, body, signature = token_of(directory).split(".")
    other = part(json.dumps(claims_of(directory, roles=["smarketing.data"])).encode())
    assert refused(entra, f"{head}.{other}.{signature}") == WRONG
    assert refused(entra, f"{head}.{body}.") == WRONG
    assert refused(entra, f"{head}.{body}.{part(bytes(256))}") == WRONG
    assert entra.guest(f"{head}.{body}.{signature}")


def test_no_other_algorithm_is_believed(entra, directory):
    assert refused(entra, token_of(directory, None, algorithm="none")) == WRONG
    for algorithm in ("RS384", "RS512", "PS256"):
        assert refused(entra, token_of(directory, algorithm=algorithm)) == WRONG
    curve = ec.generate_private_key(ec.SECP256R1())
    assert refused(entra, token_of(directory, curve, algorithm="ES256")) == WRONG
    assert directory.asked == [], "nor are keys read for it"


@pytest.mark.parametrize("named", ["HS256", "RS256"])
def test_a_public_key_is_no_password(entra, directory, named):
    """The signature is an HMAC with what everybody may read; PyJWT itself refuses to make it."""
    import hmac

    public = ONE.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    head = part(json.dumps({"alg": named, "typ": "JWT", "kid": "one"}).encode())
    body = part(json.dumps(claims_of(directory)).encode())
    for secret in (public, public.strip(), json.dumps(directory.keys[0]).encode(), b""):
        signed = part(hmac.digest(secret, f"{head}.{body}".encode(), "sha256"))
        assert refused(entra, f"{head}.{body}.{signed}") == WRONG


def test_only_rsa_keys_for_signing_are_taken(entra, directory):
    secret = b"a secret that a directory must never publish"
    directory.keys += [
        {"kty": "oct", "kid": "oct", "use": "sig", "k": part(secret), "alg": "HS256"},
        {**directory.keys[0], "kid": "enc", "use": "enc"},
        {"kty": "strange", "kid": "strange"},
    ]
    assert refused(entra, token_of(directory, secret, "oct", "HS256")) == WRONG
    assert refused(entra, token_of(directory, kid="enc")) == WRONG
    assert entra.guest(token_of(directory))
    assert entra.known.keys() == {"one"}


def test_what_is_no_token_is_refused_and_asks_nobody(entra, directory):
    deep = part(b"[" * 30_000)
    for given_ in (".", "..", "a.b.c", f"{deep}.{deep}.a", "é.é.é", f"{part(b'{}')}.a.b"):
        assert refused(entra, given_) == WRONG
    assert refused(entra, token_of(directory, kid=None)) == WRONG
    assert directory.asked == []


@given(st.text(), st.binary(max_size=60), st.binary(max_size=60))
def test_nothing_that_is_given_is_more_than_refused(text, head, body):
    entra = Entra(TENANT, APPLICATION, Clock(), "http://127.0.0.1:9")
    for each in (text, f"{text}.{text}.{text}", f"{part(head)}.{part(body)}.{part(body)}"):
        assert refused(entra, each) == WRONG


def test_unknown_keys_are_looked_for_at_a_limited_rate(entra, directory, clock):
    for number in range(50):
        assert refused(entra, token_of(directory, kid=f"made-up-{number}")) == WRONG
    assert len(directory.asked) == 1
    clock.seconds += PAUSE
    for number in range(50):
        assert refused(entra, token_of(directory, kid=f"made-up-{number}")) == WRONG
    assert len(directory.asked) == 2
    assert entra.guest(token_of(directory))


def test_keys_that_change_are_read_again(entra, directory, clock):
    assert entra.guest(token_of(directory))
    directory.publish(one=ONE, two=TWO)
    assert refused(entra, token_of(directory, TWO, "two")) == WRONG
    clock.seconds += PAUSE
    assert entra.guest(token_of(directory, TWO, "two"))
    assert entra.guest(token_of(directory))
    directory.publish(two=TWO)
    assert entra.guest(token_of(directory))
    clock.seconds += HOUR + 1
    assert refused(entra, token_of(directory)) == WRONG
    assert entra.guest(token_of(directory, TWO, "two"))
    assert len(directory.asked) == 3


@pytest.mark.parametrize(
    "body", [b"[]", b"{}", b'{"keys": [1]}', b"<html>", b"\xff", b"[" * 90_000]
)
def test_a_directory_that_answers_something_else_is_as_good_as_away(entra, directory, body):
    directory.body = body
    assert refused(entra, token_of(directory)) == (503, "no_entra")


def test_without_the_directory_keys_last_a_day(entra, directory, clock):
    directory.status = 500
    for _ in range(20):
        assert refused(entra, token_of(directory)) == (503, "no_entra")
    assert len(directory.asked) == 1
    directory.status = 200
    clock.seconds += PAUSE
    assert entra.guest(token_of(directory))
    directory.status = 500
    clock.seconds += DAY
    assert entra.guest(token_of(directory))
    clock.seconds += 1
    assert refused(entra, token_of(directory)) == (503, "no_entra")


def test_nobody_there_is_told_at_once(directory, clock):
    entra = Entra(TENANT, APPLICATION, clock, "http://127.0.0.1:9")
    assert refused(entra, token_of(directory)) == (503, "no_entra")


def test_while_one_reads_the_keys_nobody_waits_for_it(entra, directory, clock):
    directory.gate = threading.Event()
    found = []
    first = threading.Thread(target=lambda: found.append(entra.guest(token_of(directory))))
    first.start()
    while not directory.asked:
        time.sleep(0.005)
    assert refused(entra, token_of(directory)) == (503, "busy")
    directory.gate.set()
    first.join()
    assert found
    assert entra.guest(token_of(directory))

    clock.seconds += HOUR + 1
    directory.gate = threading.Event()
    again = threading.Thread(target=lambda: found.append(entra.guest(token_of(directory))))
    again.start()
    while len(directory.asked) < 2:
        time.sleep(0.005)
    assert entra.guest(token_of(directory)), "what is known goes on"
    directory.gate.set()
    again.join()
    assert len(found) == 2


def test_over_a_socket_from_formulas_to_the_numbers(synced, entra, directory, caplog):
    plain = desk_of(synced)
    key = auth.make(plain.numbers.workspace.state, Scope.DATA)
    app = app_of([Desk(plain.numbers, entra)], Clock(), url="https://smk.example.com")
    caplog.set_level(logging.DEBUG)
    tokens = [token_of(directory), token_of(directory, roles=["smarketing.data"])]
    with served(app) as port, httpx.Client(headers={"host": "smk.example.com"}) as client:
        client.base_url = f"http://127.0.0.1:{port}"

        def asked(given_, *, language="en"):
            headers = {"authorization": f"Bearer {given_}", "accept-language": language}
            return client.get("/state", headers=headers)

        header = {"authorization": f"Bearer {tokens[0]}"}
        money, number = batch(
            client, ("CPL", 10, 5), ("METRIC", "leads", "2026-11"), headers=header
        )
        assert money == {"value": 2}
        assert "smarketing.data" in number["message"]
        assert asked(tokens[0]).status_code == 403
        assert asked(tokens[1]).json()["company"] == "Roofs"
        assert asked(key).json()["company"] == "Roofs", "a key goes on"
        assert client.get("/state").status_code == 401
        for language in LANGUAGES:
            for id_, other in (("wrong_token", {"aud": OTHER}), ("old_token", {"exp": 1})):
                tokens.append(token_of(directory, **other))
                said = asked(tokens[-1], language=language)
                assert said.status_code == 401
                assert said.headers["www-authenticate"] == "Bearer"
                assert said.json() == {
                    "error": id_,
                    "message": load(language)(f"addin.problem.{id_}"),
                }
        answers = [asked(f"a.b.{number}").status_code for number in range(8)]
        assert answers == [401] * 6 + [429] * 2
        assert asked(tokens[1]).status_code == 200
    assert "batch: 2 calls" in caplog.text
    assert "anna" not in caplog.text
    for token in tokens:
        assert not [each for each in token.split(".") if each in caplog.text]


def test_where_nothing_is_said_of_it_a_token_is_a_wrong_key(synced, directory):
    with served(app_of([desk_of(synced)], Clock())) as port:
        headers = {"authorization": f"Bearer {token_of(directory)}"}
        said = httpx.get(f"http://127.0.0.1:{port}/state", headers=headers)
        assert (said.status_code, said.json()["error"]) == (401, "wrong_key")
    assert directory.asked == []


SAID = f'\n[entra]\ntenant = "{TENANT.upper()}"\napplication = "{APPLICATION}"\n'


def initialised(folder, more):
    from tests.cli.company import write_deals

    folder.mkdir()
    done("init", folder, "--deals", write_deals(folder))
    with (folder / "smarketing.toml").open("a", encoding="utf-8") as file:
        file.write(more)
    return folder


def test_smarketing_toml_says_whose_sign_in_it_is(tmp_path):
    from excel_addin.serve import _desk

    folder = initialised(tmp_path / "one", SAID)
    entra = _desk(folder, load("en")).entra
    assert (entra.tenant, entra.application) == (TENANT, APPLICATION)
    url = "https://localhost:8765"
    assert done("addin", "manifest", "--dir", folder).out == manifest(url, APPLICATION)
    assert done("addin", "manifest", "--dir", tmp_path).out == manifest(url)

    other = initialised(tmp_path / "two", SAID)
    assert "[entra]" in cli("serve", folder, other).err
    broken = initialised(tmp_path / "three", '\n[entra]\ntenant = "roofs"\napplication = ""\n')
    for language in LANGUAGES:
        said = cli("serve", broken, language=language).err
        assert "entra.tenant" in said
        assert "entra.application" in said
        assert "Entra" in said


def test_other_computers_are_answered_by_sign_in_alone(tmp_path, monkeypatch):
    served_ = []
    monkeypatch.setattr("uvicorn.run", lambda _, **how: served_.append(how["host"]))
    open_ = ("--bind", "0.0.0.0", "--cert", "--url", "https://smk.example.com")  # noqa: S104
    assert "addin key" in cli("serve", initialised(tmp_path / "none", ""), *open_).err
    assert served_ == []
    done("serve", initialised(tmp_path / "entra", SAID), *open_)
    assert served_ == ["0.0.0.0"]  # noqa: S104


def test_the_manifest_and_the_page_tell_excel_of_it():
    url = "https://smk.example.com:8765"
    where = "{http://schemas.microsoft.com/office/taskpaneappversionoverrides}"
    root = ET.fromstring(manifest(url, APPLICATION))  # noqa: S314 - our own
    overrides = root.find(f"{where}VersionOverrides")
    told = overrides[-1]
    assert told.tag == f"{where}WebApplicationInfo"
    assert told.find(f"{where}Id").text == APPLICATION
    assert told.find(f"{where}Resource").text == f"api://smk.example.com:8765/{APPLICATION}"
    assert "WebApplicationInfo" not in manifest(url)
    for application, expected in ((APPLICATION, "true"), (None, "false")):
        script = pages(url, OFFICE, application)["/functions.js"].content
        assert script.rstrip().endswith(f", {expected});")
