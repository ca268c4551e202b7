"""Colour rules of ours among those of people: Google knows them by their place alone."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from sheets_sync.targets.gsheets.formula import loose

Json = dict[str, Any]


def replaced(
    sheet: int, old: Sequence[str], new: Sequence[str], present: Json | None
) -> list[Json]:
    """Return the requests that put our new rules in place of our old ones.

    Ours are told by their formulas, wherever people moved the cells; `present` is the structure of
    the tab, without which nothing is taken away.
    """
    there = [_text(each) for each in (present or {}).get("conditionalFormats", ())]
    known = {_skeleton(_text(json.loads(each))) for each in [*old, *new]}
    mine = [at for at, text in enumerate(there) if text and _skeleton(text) in known]
    wanted = sorted(_skeleton(_text(json.loads(each))) for each in new)
    if list(old) == list(new) and (present is None or _same(there, mine, wanted)):
        return []
    gone = [
        {"deleteConditionalFormatRule": {"sheetId": sheet, "index": at}} for at in reversed(mine)
    ]
    added = [{"addConditionalFormatRule": {"rule": json.loads(r), "index": 0}} for r in new]
    return [*gone, *added]


def are_kept(old: Sequence[str], new: Sequence[str], present: Json) -> bool:
    """Tell whether rules that say the same as before are all there, wherever the cells moved."""
    there = Counter(_skeleton(_text(each)) for each in present.get("conditionalFormats", ()))
    signs = [[_sign(json.loads(each)) for each in rules] for rules in (old, new)]
    return signs[0] == signs[1] and not Counter(text for text, _ in signs[1]) - there


def _sign(rule: Json) -> tuple[str, str]:
    return _skeleton(_text(rule)), repr(rule["booleanRule"]["format"])


def _same(there: Sequence[str], mine: Iterable[int], wanted: Sequence[str]) -> bool:
    return sorted(_skeleton(there[at]) for at in mine) == list(wanted)


def _text(rule: Json) -> str:
    values = rule.get("booleanRule", {}).get("condition", {}).get("values", ())
    return str(values[0].get("userEnteredValue", "")) if values else ""


def _skeleton(formula: str) -> str:
    """Return a formula without its addresses."""
    return re.sub(r"\$?[A-Z]{1,3}\$?\d*(?![A-Z(\d])", "#", loose(formula))
