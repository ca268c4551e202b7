"""The add-in as files for any web host: everything is computed in the page, there is no server.

Functions that have no JavaScript are computed by Pyodide, Python for browsers (MPL-2.0). Its files
come from the user's copy of the npm package, and are served beside ours: nothing is loaded from
elsewhere but Microsoft's own library.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from importlib.resources import files
from importlib.resources.abc import Traversable
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from excel_addin.pages import OFFICE, pages
from excel_addin.script import source
from sheets_sync.errors import FixConfig
from templates.brand import UNBRANDED, Brand

PYODIDE = "0.29.5"
LOADED = (
    *("pyodide.js", "pyodide.asm.js", "pyodide.asm.wasm"),
    *("pyodide-lock.json", "python_stdlib.zip"),
)
"""The files of Pyodide that a page loads."""
PACKED = {
    "formulas": ("",),
    "templates": ("__init__.py", "words.py", "scorecard.py", "scorecard.toml", "texts"),
    "excel_addin": ("__init__.py", "batch.py", "alone.py"),
}
"""What Python in the page has of ours; an empty name is the whole package."""


def site(
    url: str,
    pyodide: Path,
    scorecard: str | None = None,
    office: str = OFFICE,
    brand: Brand = UNBRANDED,
) -> Iterator[tuple[str, bytes]]:
    """Yield the path and the content of every file.

    `url` is where they will be, `scorecard` the text of the firm's own questionnaire.

    Raises:
        FixConfig: `pyodide` is no folder of the npm package in our version.
    """
    _check(pyodide)
    for path, page in pages(url, office, brand=brand, is_alone=True).items():
        content = page.content
        name = f"{path}/index.html" if path.startswith("/help/") else path
        yield name[1:], content.encode() if isinstance(content, str) else content
    yield "healthz", b'{"status":"ok"}'
    yield "pyodide-worker.js", f"{source('client', 'pyodide-worker.js')}\n".encode()
    yield "python.zip", packed(scorecard)
    for name in LOADED:
        yield f"pyodide/{name}", (pyodide / name).read_bytes()


def _check(pyodide: Path) -> None:
    """Refuse another version: what has not been tried may compute something else."""
    try:
        version = json.loads((pyodide / "package.json").read_text(encoding="utf-8"))["version"]
    except (OSError, ValueError, LookupError, TypeError):
        version = None
    if version != PYODIDE or not all((pyodide / name).is_file() for name in LOADED):
        raise FixConfig("no_pyodide", path=pyodide, version=PYODIDE)


def packed(scorecard: str | None = None) -> bytes:
    """Pack what Python in the page imports; the same files give the same bytes."""
    found: Mapping[str, bytes] = {
        name: content
        for package, names in PACKED.items()
        for each in names
        for name, content in _walked(files(package).joinpath(each), f"{package}/{each}".rstrip("/"))
    }
    if scorecard is not None:
        found = {**found, "templates/scorecard.toml": scorecard.encode()}
    held = BytesIO()
    with ZipFile(held, "w") as archive:
        for name, content in sorted(found.items()):
            archive.writestr(ZipInfo(name), content, ZIP_DEFLATED)
    return held.getvalue()


def _walked(place: Traversable, name: str) -> Iterator[tuple[str, bytes]]:
    if place.is_file():
        yield name, place.read_bytes()
    elif not name.endswith("__pycache__"):
        for each in place.iterdir():
            yield from _walked(each, f"{name}/{each.name}")
