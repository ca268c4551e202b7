"""Calls of the command line in this process, as a shell would make them."""

from __future__ import annotations

import io
import json
import sys
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from unittest.mock import patch

from sheets_sync.cli import main

DAY = "2026-11-22"
"""The last day that counts in these tests."""


@dataclass(frozen=True, slots=True)
class Call:
    """What a call printed, and the code with which it ended."""

    code: int
    out: str
    err: str

    @property
    def json(self):
        return json.loads(self.out)

    def __post_init__(self):
        assert "Traceback" not in self.out + self.err


def cli(*arguments, language="en", typed=""):
    """Run smarketing; `typed` is what comes from its standard input."""
    out, err = io.StringIO(), io.StringIO()
    code = None
    with (
        patch.dict("os.environ", {"LC_ALL": {"en": "en_US.UTF-8", "ru": "ru_RU.UTF-8"}[language]}),
        patch.object(sys, "stdin", io.StringIO(typed)),
        redirect_stdout(out),
        redirect_stderr(err),
    ):
        try:
            main([str(argument) for argument in arguments])
        except SystemExit as end:
            code = end.code
    assert isinstance(code, int), "main ends with a code"
    return Call(code, out.getvalue(), err.getvalue())


def done(*arguments, **how):
    """Run smarketing, which must succeed."""
    call = cli(*arguments, **how)
    assert call.code == 0, call.err + call.out
    return call
