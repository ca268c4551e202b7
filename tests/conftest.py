"""What all tests share."""

import os
import shutil

import pytest


def pytest_configure(config):
    config.addinivalue_line("markers", "libreoffice: needs LibreOffice; never skipped under CI")


def pytest_runtest_setup(item):
    if item.get_closest_marker("libreoffice") and not shutil.which("soffice"):
        reason = "LibreOffice is not installed (libreoffice-calc)"
        pytest.fail(reason) if os.environ.get("CI") == "true" else pytest.skip(reason)
