"""`schedule install`: what each system is told, read back by its own program or by its rules."""

import plistlib
import re
import shlex
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from xml.etree import ElementTree as ET
from zoneinfo import ZoneInfo

import pytest

from sheets_sync.cron import next_time, parse
from sheets_sync.schedule import systems
from tests.cli.calls import cli, done
from tests.cli.company import write_leads

NAMES = ("company", "Мои клиенты", "50% of $HOME", """it's a "good" one\\ `x` & <y>""")
STAND_IN = """#!{python}
import pathlib, sys
said = pathlib.Path({said!r})
table = said.with_name("table")
with said.open("a", encoding="utf-8") as file:
    print(pathlib.Path(sys.argv[0]).name, *sys.argv[1:], file=file)
if sys.argv[1:] == ["-l"]:
    if not table.exists():
        sys.exit("no crontab for anna")
    sys.stdout.write(table.read_text(encoding="utf-8"))
elif sys.argv[1:] == ["-"]:
    table.write_text(sys.stdin.read(), encoding="utf-8")
"""


@pytest.fixture
def home(tmp_path, monkeypatch):
    """A home, and programs that note how they are called."""
    path = tmp_path / "bin"
    path.mkdir()
    for name in ("systemctl", "crontab", "launchctl", "schtasks"):
        script = STAND_IN.format(python=sys.executable, said=str(tmp_path / "said"))
        (path / name).write_text(script, encoding="utf-8")
        (path / name).chmod(0o755)
    for name in ("HOME", "LOCALAPPDATA"):
        monkeypatch.setenv(name, str(tmp_path))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    monkeypatch.setenv("PATH", str(path))
    monkeypatch.setattr(systems, "_is_root", lambda: False)
    return tmp_path


@pytest.fixture(params=NAMES)
def company(request, tmp_path):
    folder = tmp_path / request.param
    folder.mkdir()
    done("init", folder, "--leads", write_leads(folder, 12), "--name", "Roofs")
    return folder


def program(folder):
    return [sys.executable, "-P", "-m", "sheets_sync.cli", "schedule", "once", "--", str(folder)]


def installed(home, company, system):
    """Install and return what was called; remove again, and check that nothing is left."""
    said = done("schedule", "install", company, "--system", system)
    name = re.search(r"smarketing-[-a-z0-9]*[0-9a-f]{8}", said.out)[0]
    written = {path: path.read_bytes() for path in home.rglob(f"{name}*")}
    table = home / "table"
    line = table.read_text(encoding="utf-8") if table.exists() else ""
    calls = (home / "said").read_text(encoding="utf-8").splitlines()
    done("schedule", "remove", company, "--system", system)
    assert not [*home.rglob(f"{name}*")]
    assert not table.exists() or name not in table.read_text(encoding="utf-8")
    return name, written, line, calls


def test_systemd(home, company):
    name, written, _, calls = installed(home, company, "systemd")
    assert {path.name for path in written} == {f"{name}.service", f"{name}.timer"}
    [folder] = {path.parent for path in written}
    assert folder == home / ".config" / "systemd" / "user"
    assert calls == [
        "systemctl --user daemon-reload", f"systemctl --user enable --now {name}.timer"
    ]  # fmt: skip
    service = written[folder / f"{name}.service"].decode()
    [line] = re.findall("^ExecStart=(.*)$", service, re.MULTILINE)
    words = re.findall(r'"((?:\\.|[^"\\])*)"', line)
    said = [re.sub(r"\\(.)|%(%)|\$(\$)", r"\1\2\3", word) for word in words]
    assert said == program(company)


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="no systemd here")
@pytest.mark.parametrize("folder", NAMES)
def test_systemd_itself_finds_nothing_wrong(tmp_path, monkeypatch, folder):
    for name in ("HOME", "XDG_RUNTIME_DIR"):
        monkeypatch.setenv(name, str(tmp_path))
    made = systems.task([tmp_path / folder], [], f"smarketing: {folder}")
    for path, content in systems.SYSTEMS["systemd"].files(made).items():
        (tmp_path / path.name).write_bytes(content)
    call = ["systemd-analyze", "--user", "verify", tmp_path / f"{made.name}.timer"]
    found = subprocess.run(call, capture_output=True, text=True, check=False)
    about = [line for line in found.stderr.splitlines() if made.name in line]
    assert (found.returncode, about) == (0, []), found.stderr


def test_cron_keeps_what_else_is_there(home, company):
    (home / "table").write_text("0 1 * * * backup # mine\n", encoding="utf-8")
    done("schedule", "install", company, "--system", "cron")
    _, _, table, _ = installed(home, company, "cron")
    mine, ours = table.splitlines()
    assert mine == "0 1 * * * backup # mine"
    assert (home / "table").read_text(encoding="utf-8") == f"{mine}\n"
    times, command = " ".join(ours.split()[:5]), ours.split(maxsplit=5)[5]
    assert not re.search(r"(?<!\\)%", command)
    asked = command.replace(r"\%", "%").rpartition(" # ")[0]
    assert shlex.split(asked) == program(company)
    now = datetime(2026, 11, 23, 7, 1, tzinfo=UTC)
    assert next_time(parse(times), ZoneInfo("UTC"), now) == now.replace(minute=5)


def test_a_crontab_that_cannot_be_read_is_not_written(home, tmp_path):
    folder = tmp_path / "company"
    folder.mkdir()
    done("init", folder, "--leads", write_leads(folder, 12))
    for name in ("crontab",):
        (home / "bin" / name).write_text("#!/bin/sh\necho denied >&2\nexit 1\n", encoding="utf-8")
    call = cli("schedule", "install", folder, "--system", "cron")
    assert (call.code, "crontab -l said: denied" in call.err) == (2, True)


def test_launchd(home, company):
    name, written, _, calls = installed(home, company, "launchd")
    [(path, content)] = written.items()
    assert path == home / "Library" / "LaunchAgents" / f"{name}.plist"
    said = plistlib.loads(content)
    assert said["ProgramArguments"] == program(company)
    assert (said["Label"], said["StartInterval"]) == (name, 300)
    assert calls == [f"launchctl unload -w {path}", f"launchctl load -w {path}"]


def test_windows(home, company):
    name, written, _, calls = installed(home, company, "windows")
    [(path, content)] = written.items()
    assert content.startswith(b"\xff\xfe")
    space = {"": "http://schemas.microsoft.com/windows/2004/02/mit/task"}
    root = ET.fromstring(content.decode("utf-16").partition("?>")[2])  # noqa: S314
    said = {
        at: root.findtext(at, namespaces=space)
        for at in (
            "Triggers/TimeTrigger/Repetition/Interval",
            "Settings/MultipleInstancesPolicy",
            "Settings/StartWhenAvailable",
            "Actions/Exec/Command",
            "Actions/Exec/Arguments",
        )
    }
    assert [*said.values()] == [
        "PT5M", "IgnoreNew", "true", sys.executable, subprocess.list2cmdline(program(company)[1:])
    ]  # fmt: skip
    order = [item.tag.rpartition("}")[2] for item in root.find("Triggers/TimeTrigger", space)]
    assert order == ["Repetition", "StartBoundary", "Enabled"], "the schema wants this order"
    assert calls == [f"schtasks /Create /TN {name} /XML {path} /F"]


def test_what_would_be_done_is_shown_and_not_done(home, tmp_path):
    folder = tmp_path / "company"
    folder.mkdir()
    done("init", folder, "--leads", write_leads(folder, 12))
    for system in systems.SYSTEMS:
        shown = done("schedule", "install", folder, "--all", "--system", system, "--print").out
        assert "--all" in shown
        assert str(folder) in shown
    assert not (home / "said").exists()
    assert {path.name for path in home.iterdir()} == {"bin", "company"}


def test_a_wrong_config_is_not_installed(home, tmp_path):
    (tmp_path / "smarketing.toml").write_text("[company]\nname = 1\n", encoding="utf-8")
    assert cli("schedule", "install", tmp_path, "--system", "cron").code == 2
    assert not (home / "said").exists()


def test_once_syncs_what_is_due_and_no_more(tmp_path):
    done("init", tmp_path, "--leads", write_leads(tmp_path, 12))
    first = done("schedule", "once", tmp_path)
    assert "synced in" in first.out, "never synced: due"
    assert "synced in" not in done("schedule", "once", tmp_path).out
    (tmp_path / "smarketing.toml").write_text("[company", encoding="utf-8")
    assert "smarketing.toml" in done("schedule", "once", tmp_path).out
