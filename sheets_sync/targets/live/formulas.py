"""Formulas that say the same in a file and in Excel, which keeps more rows in reach than needed."""

from __future__ import annotations

import re
from collections.abc import Mapping

from sheets_sync.targets.xlsx_patch.reference import loose

_COLUMN = re.compile(r"('(?:[^']|'')*'|[^\W\d][\w.]*)!(\$[A-Z]+\$\d+:\$[A-Z]+\$)(\d+)")


class Ends:
    """How far the rows of our tabs reach, by their titles in capitals."""

    def __init__(self, last: Mapping[str, int]) -> None:
        """Keep the last row of each that holds something."""
        self._last = {title.upper(): row for title, row in last.items()}

    def says(self, have: str, want: str) -> bool:
        """Tell whether a formula says what is wanted: its columns may reach further down.

        >>> Ends({"План": 8}).says("sum('План'!$B$5:$B$505)", "SUM('План'!$B$5:$B$9)")
        True
        >>> Ends({"План": 8}).says("SUM('План'!$B$5:$B$7)", "SUM('План'!$B$5:$B$9)")
        False
        """
        here, there = loose(have), loose(want)
        if here == there:
            return True
        if _COLUMN.sub(r"\1!\2", here) != _COLUMN.sub(r"\1!\2", there):
            return False
        return all(self._reaches(*found.groups()) for found in _COLUMN.finditer(here))

    def _reaches(self, title: str, _: str, end: str) -> bool:
        plain = title[1:-1].replace("''", "'") if title.startswith("'") else title
        return int(end) > self._last.get(plain.upper(), -1)
