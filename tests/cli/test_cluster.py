"""Workspaces handed out to a Dask scheduler and two workers, over the loopback."""

import os
import shutil
import signal
import subprocess
import sys
import time
from contextlib import ExitStack, contextmanager
from pathlib import Path
from threading import Thread

import pytest

from sheets_sync.lock import workspace_lock
from tests.addin.test_serve import free_port
from tests.cli.calls import DAY, cli, done

OPTIONS = ["--as-of", DAY, "--lang", "en"]
DASK = Path(sys.executable).with_name("dask")
pytestmark = pytest.mark.skipif(os.name == "nt", reason="no named pipes, no kill -9")


@contextmanager
def program(word, *call):
    """Run a program until the block has ended; begin the block once it has said a word."""
    with subprocess.Popen(call, stderr=subprocess.PIPE, text=True) as begun:
        try:
            while word not in (line := begun.stderr.readline()):
                assert line, "it ended"
            yield begun
        finally:
            begun.terminate()
            begun.stderr.close()


HASTY = """
from sheets_sync.child import sync_apart
sync_apart.__kwdefaults__["grace"] = 0.5
"""
"""A sync that waits in the system, as those of `silenced` do, does not hear that it should stop."""


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    """A scheduler with two workers, as programs of their own: its address, and the workers."""
    port = str(free_port())
    address = f"tcp://127.0.0.1:{port}"
    hasty = tmp_path_factory.mktemp("cluster") / "hasty.py"
    hasty.write_text(HASTY)
    two = ["--nthreads", "1", "--nworkers", "2", "--preload", hasty]
    worker = [DASK, "worker", address, "--no-dashboard", *two]
    alone = ["--host", "127.0.0.1", "--port", port, "--no-dashboard"]
    with ExitStack() as programs:
        programs.enter_context(program("Scheduler at", DASK, "scheduler", *alone))
        workers = programs.enter_context(program("Registered to", *worker))
        yield address, workers


@pytest.fixture
def address(cluster):
    return cluster[0]


@pytest.fixture
def clients(example, tmp_path):
    for place in ("acme", "zeta"):
        shutil.copytree(example, tmp_path / place)
    return tmp_path


def silenced(folder):
    """Let a source of a workspace never answer; return who synced it last."""
    (folder / "leads.csv").rename(folder / "then.csv")
    os.mkfifo(folder / "leads.csv")
    return (folder / ".smarketing" / "lock").read_bytes()[1:]


def answering(folder):
    (folder / "then.csv").replace(folder / "leads.csv")


def holder(folder, before):
    """Return the program that syncs a workspace, as soon as there is one."""
    lock = folder / ".smarketing" / "lock"
    while (pid := lock.read_bytes()[1:]) in {b"", before}:
        time.sleep(0.02)
    return int(pid)


@contextmanager
def syncing(*call, address):
    """Begin a sync, as a program of its own."""
    command = [sys.executable, "-m", "sheets_sync.cli", "sync", *map(str, call), *OPTIONS]
    with subprocess.Popen(
        [*command, "--cluster", address], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as begun:
        yield begun


def parent(pid):
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])


def test_neither_a_bad_one_nor_a_killed_worker_stops_the_others(address, clients):
    slow, bad, good = (clients / name for name in ("zeta", "beta", "acme"))
    bad.mkdir()
    (bad / "smarketing.toml").write_text("[company\n")
    before = silenced(slow)
    with syncing(slow, bad, good, address=address) as begun:
        sync = holder(slow, before)
        os.kill(parent(sync), signal.SIGKILL)
        while (good / ".smarketing" / "lock").read_bytes()[1:] == before:
            time.sleep(0.02)
        answering(slow)
        os.kill(sync, signal.SIGKILL)
        out, _ = begun.communicate()
    assert begun.returncode == 2
    places = [out.index(f"── {folder}") for folder in (slow, bad, good)]
    assert places == sorted(places), "in the order that was asked for"
    assert "Synced: 2 of 3." in out
    assert f"✗ {bad} (exit code 2): " in out
    assert out.count("Pace to plan") == 2


def test_who_stops_waiting_stops_the_syncs(address, clients):
    slow = clients / "acme"
    before = silenced(slow)
    with syncing(slow, address=address) as begun:
        sync = holder(slow, before)
        begun.send_signal(signal.SIGINT)
        assert "Nothing is lost" in begun.communicate()[1]
    assert begun.returncode == 130
    while Path(f"/proc/{sync}").exists():
        time.sleep(0.05)
    with workspace_lock(slow / ".smarketing"):
        pass


def test_a_cluster_that_is_not_there(clients, monkeypatch):
    monkeypatch.setattr("sheets_sync.cluster.PATIENCE", 0.2)
    address = f"tcp://127.0.0.1:{free_port()}"
    call = cli("sync", clients / "acme", "--cluster", address)
    assert call.code == 2
    assert f"No Dask scheduler answers at {address}" in call.err
    monkeypatch.setitem(sys.modules, "distributed", None)
    call = cli("sync", clients / "acme", "--cluster", address, language="ru")
    assert call.code == 2
    assert "--extra cluster" in call.err


def test_a_worker_of_another_version_is_not_handed_anything(address, clients, monkeypatch):
    monkeypatch.setattr("sheets_sync.cluster.version", lambda _: str(os.getpid()))
    call = cli("sync", clients / "acme", "--cluster", address)
    assert call.code == 2
    assert f"has another version of smarketing than {os.getpid()}" in call.err


def test_when_no_worker_is_left_it_says_so(cluster, clients, monkeypatch):
    """Here they end: no test after this one has a cluster."""
    address, workers = cluster
    monkeypatch.setattr("sheets_sync.cluster.ABSENCE", 0.5)
    slow, left = clients / "acme", []
    before = silenced(slow)

    def leave():
        left.append(holder(slow, before))
        workers.terminate()

    leaving = Thread(target=leave)
    leaving.start()
    call = cli("sync", slow, "--cluster", address)
    leaving.join()
    os.kill(left[0], signal.SIGKILL)
    assert call.code == 1
    assert f"The cluster at {address} has no worker" in call.err


def test_what_is_not_handed_out_does_without_dask(clients, monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    done("sync", clients / "acme", *OPTIONS)
