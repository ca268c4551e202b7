"""`smarketing serve` as people start it: with a certificate of its own, until it is stopped."""

import shutil
import signal
import socket
import ssl
import subprocess
import sys
import time

import httpx
import pytest

from tests.cli.calls import cli, done

START = "from sheets_sync.cli import main; main()"


def free_port():
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


def waited(address, context):
    for _ in range(200):
        try:
            return httpx.get(f"{address}/healthz", verify=context)
        except (httpx.ConnectError, FileNotFoundError):
            time.sleep(0.05)
    pytest.fail("the server does not answer")


def test_it_serves_over_tls_until_it_is_stopped(synced, tmp_path):
    folder = tmp_path / "company"
    shutil.copytree(synced, folder)
    key = done("addin", "key", "--dir", folder, "--data").out.strip()
    port = free_port()
    call = [sys.executable, "-c", START, "--lang", "en", "serve", str(folder), "--cert"]
    with subprocess.Popen(
        [*call, "--port", str(port)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        try:
            authority = folder / ".smarketing" / "authority.pem"
            for _ in range(200):
                if authority.exists() and authority.stat().st_size:
                    break
                time.sleep(0.05)
            context = ssl.create_default_context(cafile=authority)
            address = f"https://localhost:{port}"
            assert waited(address, context).json() == {"status": "ok"}
            assert (
                f"{address}/functions.js"
                in httpx.get(f"{address}/manifest.xml", verify=context).text
            )
            asked = {"v": 1, "calls": [{"id": "METRIC", "args": ["leads", "2026-11"]}]}
            headers = {"authorization": f"Bearer {key}"}
            said = httpx.post(f"{address}/batch", json=asked, headers=headers, verify=context)
            assert said.json()["results"] == [{"value": 130}]
        finally:
            process.send_signal(signal.SIGINT)
        printed = process.communicate(timeout=20)[0]
    assert process.returncode in (0, 130, -signal.SIGINT)
    assert str(authority) in printed
    assert f"Answering at {address}" in printed
    assert "1 calls, 1 computed" in printed
    assert "Traceback" not in printed
    assert key not in printed


def test_a_folder_without_a_workspace_is_told(tmp_path):
    assert "smarketing init" in cli("serve", tmp_path).err
