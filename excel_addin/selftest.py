"""Whether the functions will work here: what is to be seen without Excel."""

from __future__ import annotations

import ssl
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from importlib.util import find_spec
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.error import URLError
from urllib.request import urlopen
from zipfile import BadZipFile, ZipFile

from formulas.functions import TRACED

if TYPE_CHECKING:
    from collections.abc import Callable

SECONDS = 5.0
_OF_ADDIN = b"_xldudf_"
_OF_UDFS = ("smk_udfs", "xlwings_udfs")
_BOOKS = {".xlsx", ".xlsm"}


@dataclass(frozen=True, slots=True)
class Finding:
    """What was looked at: the text `addin.check.<id>`."""

    id: str
    is_fine: bool
    parts: Mapping[str, object] = field(default_factory=dict)


def selftest(
    folder: Path, url: str, place: Path | None, ask: Callable[[str], str | None]
) -> Iterator[Finding]:
    """Yield the findings; `ask` tells what is wrong with a server, `place` is of the manifest."""
    answers = [function.answer(function.example) for function in TRACED.values()]
    are_numbers = all(isinstance(each, float) and isfinite(each) for each in answers)
    yield Finding("formulas", are_numbers, {"count": len(answers)})
    for path in sorted(each for each in folder.glob("*") if each.suffix.lower() in _BOOKS):
        yield from _workbook(path)
    yield Finding("xlwings" if find_spec("xlwings") else "no_xlwings", is_fine=True)
    if place is not None:
        is_there = place.exists()
        yield Finding("manifest" if is_there else "no_manifest", is_there, {"path": place})
    wrong = ask(url)
    yield Finding(wrong or "server", wrong is None, {"url": url})


def _workbook(path: Path) -> Iterator[Finding]:
    """Yield what would keep the functions of a workbook from working."""
    parts = {"path": path.name}
    try:
        with ZipFile(path) as file:
            names = file.namelist()
            xml = [file.read(name) for name in names if name.endswith(".xml")]
            macros = b"".join(file.read(name) for name in names if name.endswith(".bin"))
    except (OSError, BadZipFile):
        yield Finding("unreadable", is_fine=False, parts=parts)
        return
    has_udfs = any(name.encode("utf-16-le") in macros for name in _OF_UDFS)
    if has_udfs and any(_OF_ADDIN in part for part in xml):
        yield Finding("clash", is_fine=False, parts=parts)
    if has_udfs and any(b'.py"' in part for part in xml if b"<sheets" in part):
        yield Finding("py_tab", is_fine=False, parts=parts)


def server(url: str) -> str | None:
    """Say what is wrong with a server: away, or its certificate is not trusted; None if nothing."""
    if not url.startswith(("https://", "http://")):
        return "away"
    try:
        with urlopen(f"{url}/healthz", timeout=SECONDS) as answer:  # noqa: S310  (web alone)
            return None if answer.status == 200 else "away"  # noqa: PLR2004
    except URLError as error:
        is_untrusted = isinstance(error.reason, ssl.SSLCertVerificationError)
        return "untrusted" if is_untrusted else "away"
    except OSError:
        return "away"
