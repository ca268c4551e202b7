"""The server over a socket: pages, headers, limits, the numbers of the last sync, a sync beside."""

import asyncio
import json
import logging
import re
import ssl
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.core import NOT_SET

from excel_addin import auth, server
from excel_addin.auth import Scope
from excel_addin.certificate import local
from excel_addin.published import Published
from excel_addin.server import create_app
from formulas.functions import FUNCTIONS
from sheets_sync.store import open_published
from tests.addin.serving import NOW, Clock, app_of, desk_of, served, server_of
from tests.cli.calls import DAY, done

PAGES = {
    "/healthz": "application/json",
    "/functions.json": "application/json",
    "/functions-ru.json": "application/json",
    "/functions.js": "text/javascript",
    "/formulas.js": "text/javascript",
    "/taskpane.html": "text/html",
    "/taskpane.js": "text/javascript",
    "/taskpane.css": "text/css",
    "/manifest.xml": "application/xml",
    "/icon-32.png": "image/png",
    "/help/ru/CPL": "text/html",
    "/help/en/METRIC": "text/html",
}


OURS = ("smarketing.serve", "uvicorn.error", "uvicorn.access")
SECRETS = ("secret", "777", "4321")


@pytest.fixture(scope="module")
def desk(synced):
    return desk_of(synced)


@pytest.fixture(scope="module")
def key(desk):
    return auth.make(desk.numbers.workspace.state, Scope.DATA, rate=10_000)


@pytest.fixture(scope="module")
def client(desk, key):
    with served(app_of([desk], Clock())) as port:
        base, headers = f"http://127.0.0.1:{port}", {"authorization": f"Bearer {key}"}
        with httpx.Client(base_url=base, headers=headers, timeout=30) as made:
            yield made


def batch(client, *calls, headers=None, **more):
    asked = [{"id": id_, "args": list(given)} for id_, *given in calls]
    found = client.post("/batch", json={"v": 1, "calls": asked, **more}, headers=headers)
    assert found.status_code == 200, found.text
    return found.json()["results"]


@pytest.mark.parametrize("path", PAGES)
def test_a_page_has_its_kind_and_the_headers_that_protect_it(client, path):
    found = client.get(path)
    assert found.status_code == 200
    assert found.headers["content-type"].split(";")[0] == PAGES[path]
    assert found.headers["x-content-type-options"] == "nosniff"
    assert found.headers["cache-control"] == "no-store"
    assert "frame-ancestors 'self' https://*.office" in found.headers["content-security-policy"]
    assert "unsafe" not in found.headers["content-security-policy"]
    assert not [name for name in found.headers if name.startswith("access-control")]
    assert "server" not in found.headers


def test_a_page_that_is_not_there_and_a_way_that_is_not_offered(client):
    assert client.get("/../smarketing.toml").status_code == 404
    assert client.get("/help/xx/CPL").json()["error"] == "no_page"
    assert client.get("/batch").status_code == 405
    assert client.options("/batch", headers={"origin": "http://evil"}).status_code in (403, 405)


def test_another_page_and_another_name_are_refused(client):
    origin = client.post("/batch", json={}, headers={"origin": "https://evil.example"})
    assert (origin.status_code, origin.json()["error"]) == (403, "wrong_origin")
    host = client.get("/taskpane.html", headers={"host": "evil.example"})
    assert (host.status_code, host.json()["error"]) == (421, "wrong_host")
    assert "content-security-policy" in host.headers


def test_numbers_of_the_last_sync(client):
    answers = batch(
        client,
        ("METRIC", "leads", "2026-11"),
        ("METRIC", " Заявки ", 46_327),
        ("METRIC", "Leads", "2026-11", "Channel", "VK"),
        ("METRIC", "leads", "2026-12"),
        ("METRIC", "leds", "2026-11"),
        ("METRIC", "leads", "2026-11", "colour", "red"),
        ("METRIC", "leads", "2026-11", "channel", "vc"),
        ("METRIC", "leads", "2026-11", "channel"),
        ("METRIC", "leads", "ноябрь"),
        ("METRIC", {"error": "num"}, "2026-11"),
    )
    assert [answer.get("value") for answer in answers[:3]] == [130, 130, 43]
    assert [answer["error"] for answer in answers[3:]] == [*["na"] * 4, *["value"] * 2, "num"]
    assert "leads" in answers[4]["message"]
    assert "channel, campaign, manager" in answers[5]["message"]
    assert "vk" in answers[6]["message"]


def test_a_report_of_the_last_sync(client, desk):
    table, wrong, early = batch(
        client,
        ("TABLE", "Channels", "2026-11"),
        ("TABLE", "chanels", "2026-11"),
        ("TABLE", "channels", "2031-01"),
        lang="ru",
    )
    header, *rows = table["value"]
    assert header[0] == "Канал"
    assert {row[0] for row in rows} >= {"vk", "direct", "avito"}
    assert "channels" in wrong["message"]
    assert early == {"error": "na", "message": "период не начался"}
    as_of = desk.numbers.facts("2026-11-10").as_of
    assert as_of.isoformat() == "2026-11-10"


def test_numbers_need_a_key_that_opens_them(synced):
    desk = desk_of(synced)
    formulas = auth.make(desk.numbers.workspace.state, Scope.FORMULAS)
    with served(app_of([desk], Clock())) as port, httpx.Client() as other:
        other.base_url = f"http://127.0.0.1:{port}"
        for headers in ({}, {"authorization": f"Bearer {formulas}"}):
            money, number = batch(
                other, ("CPL", 10, 5), ("METRIC", "leads", "2026-11"), headers=headers
            )
            assert money == {"value": 2}
            assert number["error"] == "na"
            assert "--data" in number["message"]
            assert other.get("/state", headers=headers).status_code == 403
            assert other.post("/sync", headers=headers).status_code == 403
        wrong = other.post("/batch", json={}, headers={"authorization": "Bearer no"})
        assert (wrong.status_code, wrong.headers["www-authenticate"]) == (401, "Bearer")


def test_elsewhere_a_stranger_sees_static_pages_alone(desk):
    url = "https://smk.example.com"
    app = app_of([desk], Clock(), url=url)
    paths = {route.path: route.methods for route in app.routes}
    with served(app) as port, httpx.Client(base_url=f"http://127.0.0.1:{port}") as stranger:
        for path, methods in paths.items():
            for method in methods - {"HEAD"}:
                said = stranger.request(method, path, headers={"host": "smk.example.com"})
                is_static = path not in ("/batch", "/state", "/sync")
                assert said.status_code == (200 if is_static else 401), path


def test_the_state_of_the_data(client):
    found = client.get("/state", params={"lang": "ru"}).json()
    assert found["as_of"] == "22.11.2026"
    assert found["company"] == "Roofs"
    assert len(found["five"]) == 5
    assert all(row["name"] and row["text"] and row["status"] for row in found["five"])
    answer = client.post("/batch", json={"v": 1, "calls": []}).json()
    assert answer["store"] == found["store"] != ""


def test_limits_are_told_in_words(client):
    def post(content):
        return client.post("/batch", content=content, headers={"accept-language": "ru-RU"})

    too_large = post(b"x" * (server.BODY + 1))
    assert (too_large.status_code, too_large.json()["error"]) == (413, "too_large")
    assert "8 МБ" in too_large.json()["message"]
    counted = post(part for part in [b"x" * 2**20] * 9)
    assert counted.status_code == 413, "a body without a length is counted while it is read"
    assert post(b"[" * 200_000).json()["error"] == "too_deep"
    many = {"v": 1, "calls": [{"id": "CPL", "args": [1, 2]}] * 5_001}
    assert post(json.dumps(many).encode()).json()["error"] == "too_many_calls"
    cells = {"v": 1, "ranges": {"1": [[0] * 1_000] * 1_001}, "calls": []}
    assert post(json.dumps(cells).encode()).json()["error"] == "too_many_cells"


def test_a_rate_is_told_with_when_to_come_again(synced):
    desk = desk_of(synced)
    key = auth.make(desk.numbers.workspace.state, Scope.FORMULAS, rate=0.2)
    with served(app_of([desk], Clock())) as port, httpx.Client() as hasty:
        hasty.headers["authorization"] = f"Bearer {key}"
        codes = [hasty.get(f"http://127.0.0.1:{port}/state").status_code for _ in range(2)]
        assert codes == [403, 403]
        late = hasty.get(f"http://127.0.0.1:{port}/state")
    assert (late.status_code, late.json()["error"]) == (429, "too_often")
    assert int(late.headers["retry-after"]) >= 1


def broken(monkeypatch, compute):
    """Let CONVCI compute something else."""
    made = replace(FUNCTIONS["CONVCI"], compute=compute)
    monkeypatch.setattr("excel_addin.server.FUNCTIONS", {**FUNCTIONS, "CONVCI": made})


def test_a_batch_that_takes_too_long_is_ended(desk, monkeypatch):
    clock = Clock()
    broken(monkeypatch, lambda known, _: setattr(clock, "seconds", clock.seconds + 6) or known)
    with served(app_of([desk], clock)) as port:
        calls = [{"id": "CONVCI", "args": [1, n]} for n in range(2, 9)]
        said = httpx.post(f"http://127.0.0.1:{port}/batch", json={"v": 1, "calls": calls})
    assert (said.status_code, said.json()["error"]) == (413, "too_long")


def test_a_mistake_of_ours_costs_one_cell_and_no_value_is_logged(client, monkeypatch, caplog):
    def spoiled(known, _):
        raise RuntimeError(f"secret {known}")

    broken(monkeypatch, spoiled)
    with caplog.at_level(logging.INFO):
        wrong, right = batch(client, ("CONVCI", 777, 4321), ("CPL", 777, 1))
    assert right == {"value": 777}
    assert wrong["error"] == "value"
    [incident] = re.findall(r"number (\w{8}) ", wrong["message"])
    assert f"incident {incident}: RuntimeError" in caplog.text
    assert "in spoiled" in caplog.text
    assert "2 calls, 2 computed" in caplog.text
    logged = "\n".join(each.getMessage() for each in caplog.records if each.name in OURS)
    assert not any(secret in logged.replace("secret {known}", "") for secret in SECRETS)


def test_numbers_are_read_while_a_sync_writes(synced, tmp_path):
    import shutil

    folder = tmp_path / "company"
    shutil.copytree(synced, folder)
    numbers = Published(desk_of(folder).numbers.workspace, lambda: NOW)
    before = numbers.version
    answers, errors, stop = [], [], threading.Event()

    def read():
        while not stop.is_set():
            try:
                numbers._of = None
                answers.append(numbers.metric("leads", "2026-11", None, None))
            except Exception as error:  # noqa: BLE001
                errors.append(error)

    reader = threading.Thread(target=read)
    reader.start()
    done("sync", folder, "--as-of", DAY)
    stop.set()
    reader.join()
    assert errors == []
    assert set(answers) == {130.0}
    assert numbers.version not in ("", before)


def test_before_the_first_sync_numbers_say_so(tmp_path):
    from tests.cli.company import write_deals

    done("init", tmp_path, "--deals", write_deals(tmp_path))
    desk = desk_of(tmp_path)
    key = auth.make(desk.numbers.workspace.state, Scope.DATA)
    with served(app_of([desk], Clock())) as port, httpx.Client() as client:
        client.base_url, client.headers["authorization"] = (
            f"http://127.0.0.1:{port}",
            f"Bearer {key}",
        )
        [answer] = batch(client, ("METRIC", "leads", "2026-11"))
        assert answer == {"error": "na", "message": "there has been no sync yet"}
        assert client.get("/state").json()["message"] == "there has been no sync yet"


def test_the_pane_begins_a_sync(synced, tmp_path):
    import shutil

    folder = tmp_path / "company"
    shutil.copytree(synced, folder)
    desk = desk_of(folder)
    key = auth.make(desk.numbers.workspace.state, Scope.DATA)
    shared = server_of([desk], Clock())
    before = desk.numbers.version
    with served(create_app(shared)) as port, httpx.Client() as client:
        client.headers["authorization"] = f"Bearer {key}"
        for _ in range(2):
            assert client.post(f"http://127.0.0.1:{port}/sync").status_code == 202
        assert len(shared.syncing.running) == 1
        shared.syncing.close()
        found = client.get(f"http://127.0.0.1:{port}/state").json()
    assert (found["is_syncing"], found["has_failed"]) == (False, False)
    assert found["store"] != before


def test_two_hundred_clients_at_once(client, key):
    asked = {"v": 1, "calls": [{"id": "RUNRATE", "args": [n, 150, 10, 22]} for n in range(50)]}

    async def one(session):
        return (await session.post("/batch", json=asked)).status_code

    async def all_of_them():
        headers = {"authorization": f"Bearer {key}"}
        limits = httpx.Limits(max_connections=200)
        async with httpx.AsyncClient(
            base_url=client.base_url, headers=headers, limits=limits, timeout=60
        ) as session:
            return await asyncio.gather(*(one(session) for _ in range(200)))

    assert set(asyncio.run(all_of_them())) == {200}


def test_a_long_batch_does_not_hold_up_the_others(client):
    rows = [[f"m{n}"] for n in range(60_000)]
    heavy = {"ranges": {"1": rows, "2": [[1]] * len(rows)}}
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(batch, client, ("CONVBYMANAGER", {"$": "1"}, {"$": "2"}), **heavy)
        time.sleep(0.05)
        began = time.perf_counter()
        assert client.get("/healthz").status_code == 200
        took = time.perf_counter() - began
        assert len(waiting.result()[0]["value"]) == 60_000
    assert took < 1


def test_the_certificate_of_this_computer_is_trusted_once(tmp_path):
    now = datetime.now(UTC)
    files, is_new = local(tmp_path, now)
    assert is_new
    assert local(tmp_path, now) == (files, False)
    assert files.key.stat().st_mode & 0o077 == 0
    context = ssl.create_default_context(cafile=files.authority)
    presented = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    presented.load_cert_chain(files.certificate, files.key)
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    back, forth = ssl.MemoryBIO(), ssl.MemoryBIO()
    theirs = context.wrap_bio(incoming, outgoing, server_hostname="localhost")
    ours = presented.wrap_bio(back, forth, server_side=True)
    for _ in range(4):
        for side in (theirs, ours):
            with suppress(ssl.SSLWantReadError):
                side.do_handshake()
            back.write(outgoing.read())
            incoming.write(forth.read())
    assert theirs.version() == "TLSv1.3"
    assert local(tmp_path, now + timedelta(days=780))[1], "it is renewed before it ends"


def test_the_published_copy_is_opened_for_reading_alone(synced):
    connection = open_published(desk_of(synced).numbers.workspace.hidden)
    with pytest.raises(Exception, match="read-only"):
        connection.execute("delete from lead")
    connection.close()


HOSTILE = st.binary(max_size=200) | st.text(max_size=200).map(lambda text: text.encode())


@settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(body=HOSTILE, kind=st.sampled_from(["application/json", "text/plain", "a/b; charset=x"]))
def test_whatever_is_sent_there_is_an_answer_in_words(client, body, kind):
    found = client.post("/batch", content=body, headers={"content-type": kind})
    assert found.status_code in (200, 400, 413)
    assert found.status_code == 200 or found.json()["message"]


@pytest.fixture(scope="module")
def operation(desk):
    described = app_of([desk], Clock()).openapi()
    return schemathesis.openapi.from_dict(described)["/batch"]["POST"]


@pytest.mark.parametrize("mode", GenerationMode)
@settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_what_is_described_is_answered_and_what_is_not_is_refused(client, operation, mode, data):
    case = data.draw(operation.as_strategy(generation_mode=mode))
    body = b"" if case.body is NOT_SET else case.body
    sent = body if isinstance(body, bytes) else json.dumps(body).encode()
    found = client.post("/batch", content=sent)
    operation.validate_response(found)
    assert found.status_code in (200, 400, 413)
    assert mode is GenerationMode.NEGATIVE or found.status_code == 200 or "ranges" in found.text
