"""The schedulers of operating systems: how each is told to look every few minutes what is due."""

from __future__ import annotations

import os
import plistlib
import re
import shlex
import shutil
import subprocess
import sys
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from sheets_sync.errors import FixConfig

if TYPE_CHECKING:
    from jinja2 import Environment

MINUTES = 5
"""How often it is looked what is due."""


@dataclass(frozen=True, slots=True)
class Task:
    """What a system is to start again and again."""

    name: str  # in ASCII, the same for the same folders
    title: str
    program: tuple[str, ...]
    environment: Path  # a file of variables, where the system reads one


@dataclass(frozen=True, slots=True)
class Step:
    """A program to call, and what it is given."""

    call: tuple[str, ...]
    given: str | None = None


@dataclass(frozen=True, slots=True)
class System:
    """One scheduler: the files that it reads, the steps that turn a task on and off.

    `line` is what is shown of a task where no file is written.
    """

    files: Callable[[Task], Mapping[Path, bytes]]
    on: Callable[[Task], Sequence[Step]]
    off: Callable[[Task], Sequence[Step]]
    line: Callable[[Task], str] | None = None


def task(roots: Sequence[Path], rest: Sequence[str], title: str) -> Task:
    """Return the task that syncs what is due in some folders; `rest` are options of the call."""
    places = [str(root.resolve()) for root in roots]
    if any("\n" in place for place in places):
        raise FixConfig("schedule_folder", folder=places[0])
    slug = re.sub(r"[^a-z0-9]+", "-", roots[0].resolve().name.lower()).strip("-")
    mark = f"{zlib.crc32(chr(10).join(places).encode()):08x}"
    program = (_python(), "-P", "-m", "sheets_sync.cli", "schedule", "once", *rest, "--", *places)
    name = "-".join(filter(None, ("smarketing", slug, mark)))
    return Task(name, title, program, roots[0].resolve() / ".env")


def usual() -> str:
    """Return the scheduler of this computer.

    Raises:
        FixConfig: it has none that we know.
    """
    if sys.platform == "win32":
        return "windows"
    if sys.platform == "darwin":
        return "launchd"
    if Path("/run/systemd/system").exists() and shutil.which("systemctl"):
        return "systemd"
    if shutil.which("crontab"):
        return "cron"
    raise FixConfig("schedule_no_system")


def install(system: System, made: Task) -> None:
    """Write the files and turn the task on; one that is on already is replaced."""
    for path, content in system.files(made).items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    for step in system.on(made):
        _call(step)


def remove(system: System, made: Task) -> None:
    """Turn the task off and take its files away."""
    for step in system.off(made):
        _call(step)
    for path in system.files(made):
        path.unlink(missing_ok=True)


def shown(system: System, made: Task) -> str:
    """Return all that `install` would write, with where, and what it would call."""
    if system.line:
        return system.line(made)
    files = [f"{path}\n\n{_text(content)}" for path, content in system.files(made).items()]
    return "\n".join([*files, *(shlex.join(step.call) for step in system.on(made))])


def _call(step: Step) -> str:
    try:
        done = subprocess.run(  # noqa: S603
            step.call, input=step.given, text=True, capture_output=True, check=False
        )
    except FileNotFoundError as error:
        raise FixConfig("schedule_refused", call=step.call[0], why=error.strerror) from error
    if done.returncode:
        why = (done.stderr or done.stdout).strip() or str(done.returncode)
        raise FixConfig("schedule_refused", call=shlex.join(step.call), why=why)
    return done.stdout


def _python() -> str:
    """Return the program that runs us; on Windows the one that opens no window."""
    quiet = Path(sys.executable).with_name("pythonw.exe")
    return str(quiet) if quiet.exists() else sys.executable


def _text(content: bytes) -> str:
    return content.decode("utf-16" if content.startswith(b"\xff\xfe") else "utf-8")


# -- systemd


def _quoted(text: str) -> str:
    r"""Write an argument of a command line of systemd.

    >>> print(_quoted('50% of "it" for $5'))
    "50%% of \"it\" for $$5"
    """
    return '"' + re.sub(r'(["\\])', r"\\\1", _percent(text)).replace("$", "$$") + '"'


def _percent(text: str) -> str:
    return text.replace("%", "%%")


def _units(made: Task) -> dict[Path, bytes]:
    return {
        _unit_folder() / f"{made.name}.{kind}": _filled(f"smarketing.{kind}.j2", made)
        for kind in ("service", "timer")
    }


def _unit_folder() -> Path:
    if _is_root():
        return Path("/etc/systemd/system")
    return Path(os.environ.get("XDG_CONFIG_HOME", "~/.config"), "systemd", "user").expanduser()


def _is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0


def _systemctl(*words: str) -> Step:
    return Step(("systemctl", *([] if _is_root() else ["--user"]), *words))


def _timer_on(made: Task) -> list[Step]:
    return [_systemctl("daemon-reload"), _systemctl("enable", "--now", f"{made.name}.timer")]


def _timer_off(made: Task) -> list[Step]:
    return [_systemctl("disable", "--now", f"{made.name}.timer")]


# -- cron


def cron_line(made: Task) -> str:
    """Return the line of a crontab; there a % would end the command."""
    command = shlex.join(made.program).replace("%", r"\%")
    return f"*/{MINUTES} * * * * {command} # {made.name}\n"


def _crontab_without(made: Task) -> str:
    """Return what else people have in their crontab."""
    try:
        table = _call(Step(("crontab", "-l")))
    except FixConfig as refused:
        if "no crontab for" not in str(refused.parts["why"]):
            raise
        table = ""
    lines = table.splitlines(keepends=True)
    return "".join(line for line in lines if not line.rstrip().endswith(f"# {made.name}"))


def _cron_on(made: Task) -> list[Step]:
    return [Step(("crontab", "-"), _crontab_without(made) + cron_line(made))]


def _cron_off(made: Task) -> list[Step]:
    return [Step(("crontab", "-"), _crontab_without(made))]


# -- launchd


def _plists(made: Task) -> dict[Path, bytes]:
    path = Path("~/Library/LaunchAgents").expanduser() / f"{made.name}.plist"
    said = {
        "Label": made.name,
        "ProgramArguments": list(made.program),
        "StartInterval": MINUTES * 60,
        "RunAtLoad": True,
        "ProcessType": "Background",
    }
    return {path: plistlib.dumps(said)}


def _launchctl(*words: str) -> Callable[[Task], list[Step]]:
    return lambda made: [
        Step(("launchctl", word, "-w", str(path))) for word in words for path in _plists(made)
    ]


# -- the Task Scheduler of Windows


def _tasks(made: Task) -> dict[Path, bytes]:
    folder = Path(os.environ.get("LOCALAPPDATA", "~/.smarketing")).expanduser() / "smarketing"
    text = _filled("smarketing.xml.j2", made).decode()
    return {folder / f"{made.name}.xml": text.encode("utf-16")}


def _schtasks_on(made: Task) -> list[Step]:
    [path] = _tasks(made)
    return [Step(("schtasks", "/Create", "/TN", made.name, "/XML", str(path), "/F"))]


def _schtasks_off(made: Task) -> list[Step]:
    return [Step(("schtasks", "/Delete", "/TN", made.name, "/F"))]


def _filled(name: str, made: Task) -> bytes:
    values = {
        "title": made.title,
        "program": made.program,
        "arguments": subprocess.list2cmdline(made.program[1:]),
        "environment": str(made.environment),
        "minutes": MINUTES,
    }
    return _environment().get_template(name).render(values).encode()


@cache
def _environment() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

    made = Environment(
        loader=PackageLoader("templates", "system"),
        autoescape=select_autoescape(["xml.j2"]),
        undefined=StrictUndefined,
        keep_trailing_newline=True,
    )
    made.filters |= {"quoted": _quoted, "percent": _percent}
    return made


SYSTEMS: Mapping[str, System] = {
    "systemd": System(_units, _timer_on, _timer_off),
    "cron": System(lambda _: {}, _cron_on, _cron_off, cron_line),
    "launchd": System(_plists, _launchctl("unload", "load"), _launchctl("unload")),
    "windows": System(_tasks, _schtasks_on, _schtasks_off),
}
