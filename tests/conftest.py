"""What all tests share."""

import os
import shutil
import tempfile
from pathlib import Path

import pytest

PLACES = os.pathsep.join(
    [os.environ["PATH"], *map(str, sorted(Path("/usr/lib/postgresql").glob("*/bin")))]
)
"""Where programs are: Debian keeps those of PostgreSQL off the path."""

MODULES = Path(__file__).parent / "browser" / "node_modules"
PROGRAMS = {
    "chromium": ("chromedriver", "Chromium is not installed (chromium, chromium-driver)"),
    "office": (
        str(MODULES / ".bin" / "office-addin-manifest"),
        "Microsoft's packages are not installed (npm ci in tests/browser)",
    ),
    "pyodide": (
        str(MODULES / "pyodide" / "pyodide.asm.wasm"),
        "Pyodide is not installed (npm ci in tests/browser)",
    ),
    "libreoffice": ("soffice", "LibreOffice is not installed (libreoffice-calc)"),
    "postgresql": ("initdb", "PostgreSQL is not installed (postgresql)"),
    "node": ("node", "Node is not installed (nodejs)"),
}


def pytest_configure(config):
    caches = tempfile.mkdtemp(prefix="smarketing-tests-")
    os.environ["XDG_CACHE_HOME"] = caches
    config.add_cleanup(lambda: shutil.rmtree(caches, ignore_errors=True))
    for marker, (program, _) in PROGRAMS.items():
        config.addinivalue_line("markers", f"{marker}: needs {program}; never skipped under CI")


def pytest_runtest_setup(item):
    for marker, (program, reason) in PROGRAMS.items():
        if item.get_closest_marker(marker) and not shutil.which(program, path=PLACES):
            pytest.fail(reason) if os.environ.get("CI") == "true" else pytest.skip(reason)
