"""A PostgreSQL server of our own: on this machine alone, in a folder that goes away with it."""

import os
import pwd
import shutil
import socket
import subprocess
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp

from tests.conftest import PLACES

PASSWORD = "wörd@:/%"  # noqa: S105  (made up, and hard to put into an address)
OPTIONS = "-c fsync=off -c full_page_writes=off -c listen_addresses=127.0.0.1"


def found(program):
    """Find a program of the server."""
    return shutil.which(program, path=PLACES)


def _nobody():
    """Return who the server runs as: it refuses root."""
    if os.getuid():
        return {}
    names = {user.pw_name for user in pwd.getpwall()}
    return {"user": "postgres" if "postgres" in names else "nobody"}


@contextmanager
def server():
    """Start a server; lend its address, with the owner's name in it, not the password."""
    folder, who = Path(mkdtemp(prefix="smarketing-postgres-")), _nobody()
    try:
        secret = folder / "password"
        secret.write_text(PASSWORD)
        if who:
            shutil.chown(folder, who["user"])
            shutil.chown(secret, who["user"])

        def run(program, *arguments):
            call = [found(program), *arguments]
            done = subprocess.run(
                call, cwd=folder, capture_output=True, text=True, check=False, **who
            )
            assert done.returncode == 0, done.stdout + done.stderr

        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        base = str(folder / "base")
        run(
            "initdb", "-D", base, "-U", "owner", f"--pwfile={secret}", "-A", "scram-sha-256",
            "-E", "UTF8", "--locale=C", "--no-sync",
        )  # fmt: skip
        options = f"{OPTIONS} -c unix_socket_directories={folder} -p {port}"
        run("pg_ctl", "-D", base, "-l", str(folder / "log"), "-o", options, "-w", "start")
        try:
            yield f"postgresql://owner@127.0.0.1:{port}/postgres"
        finally:
            run("pg_ctl", "-D", base, "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
