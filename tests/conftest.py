"""What all tests share."""

import os
import shutil

import pytest

PROGRAMS = {
    "libreoffice": ("soffice", "LibreOffice is not installed (libreoffice-calc)"),
    "node": ("node", "Node is not installed (nodejs)"),
}


def pytest_configure(config):
    for marker, (program, _) in PROGRAMS.items():
        config.addinivalue_line("markers", f"{marker}: needs {program}; never skipped under CI")


def pytest_runtest_setup(item):
    for marker, (program, reason) in PROGRAMS.items():
        if item.get_closest_marker(marker) and not shutil.which(program):
            pytest.fail(reason) if os.environ.get("CI") == "true" else pytest.skip(reason)
