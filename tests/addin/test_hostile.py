"""What a hostile or a hasty client gets: a reason in words, never a fault, never a wait."""

import json
import logging
import re
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.core import NOT_SET

from excel_addin import auth, server
from excel_addin.auth import Scope
from formulas.functions import FUNCTIONS
from tests.addin.serving import Clock, app_of, batch, desk_of, served

OURS = ("smarketing.serve", "uvicorn.error", "uvicorn.access")
SECRETS = ("secret", "777", "4321")


def test_another_page_and_another_name_are_refused(client):
    origin = client.post("/batch", json={}, headers={"origin": "https://evil.example"})
    assert (origin.status_code, origin.json()["error"]) == (403, "wrong_origin")
    host = client.get("/taskpane.html", headers={"host": "evil.example"})
    assert (host.status_code, host.json()["error"]) == (421, "wrong_host")
    assert "content-security-policy" in host.headers


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
