"""xlwings, its free part alone: the one file that imports it.

Three things of it would harm others, and are undone here: parts under another licence are never
loaded, so that no key is looked for; a variable of its server product would make the import fail;
and when Python ends, it would end each Excel whose window it does not see.
"""

from __future__ import annotations

import atexit
import os
import sys
from typing import TYPE_CHECKING

os.environ.pop("XLWINGS_ON_SERVER", None)
sys.modules.setdefault("xlwings.pro", None)  # type: ignore[arg-type]  # (refuses the import)

import xlwings  # noqa: E402  (after what must come before it)
from xlwings import Book, Range, Sheet, arg, func  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Book", "Range", "Sheet", "arg", "books", "func"]

for _name in ("_xlwindows", "_xlmac"):
    if _platform := sys.modules.get(f"xlwings.{_name}"):
        atexit.unregister(_platform.cleanup)


def books() -> Iterator[Book]:
    """Yield the workbooks that are open in Excel; none where there is no Excel."""
    for engine in xlwings.engines:
        if engine.name == "excel":
            for app in engine.apps:
                yield from app.books
