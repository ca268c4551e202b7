"""The server over a socket: pages, headers, limits, the numbers of the last sync, a sync beside."""

import asyncio
import json
import ssl
import threading
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from excel_addin import auth
from excel_addin.auth import Scope
from excel_addin.batch import spoken
from excel_addin.certificate import local
from excel_addin.published import Published
from excel_addin.server import create_app
from formulas.functions import FUNCTIONS, Fault, Setting
from sheets_sync.store import open_published
from templates.words import LANGUAGES, load
from tests.addin.serving import NOW, Clock, app_of, batch, desk_of, served, server_of
from tests.cli.calls import DAY, done
from tests.formulas.calls import calls

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
                is_static = path not in ("/batch", "/state", "/sync", "/metrics")
                assert said.status_code == (200 if is_static else 401), path


def test_the_state_of_the_data(client):
    found = client.get("/state", params={"lang": "ru"}).json()
    assert found["as_of"] == "22.11.2026"
    assert found["company"] == "Roofs"
    assert len(found["five"]) == 5
    assert all(row["name"] and row["text"] and row["status"] for row in found["five"])
    answer = client.post("/batch", json={"v": 1, "calls": []}).json()
    assert answer["store"] == found["store"] != ""


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


ODD = ("abc", True, "1 000,5", "share", "?", "2026-11", 46_327, "23.11.2026", "channel", "leads")


def wire(given):
    """Write a made-up argument as a client does."""
    if given is None:
        return None
    return [
        [{"error": cell.code.value} if isinstance(cell, Fault) else cell for cell in row]
        for row in given
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_batch_is_answered_as_python_answers_call_by_call(client, desk, language):
    words = load(language)
    setting = Setting(language, desk.numbers.workspace.questionnaire, desk.numbers)
    asked = [(each, given) for each in FUNCTIONS.values() for given in calls(each, 300, ODD)]
    answers = []
    for place in range(0, len(asked), 1_000):
        part = [(each.id, *map(wire, given)) for each, given in asked[place : place + 1_000]]
        answers += batch(client, *part, lang=language)
    differing = [
        (function.id, given, answer)
        for (function, given), answer in zip(asked, answers, strict=True)
        if answer != json.loads(json.dumps(spoken(function.answer(given, setting), words)))
    ]
    assert differing == []


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
