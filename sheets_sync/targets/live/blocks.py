"""Cells that are to be written, put together into blocks: one call of Excel each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from sheets_sync.targets.cells import Stored

Json = dict[str, Any]


@dataclass(frozen=True, slots=True, order=True)
class Dress:
    """How the cells of a block are shown; without an ink they stay as they look.

    Excel takes the number format alone where a cell is one of texts, or new.
    """

    format: str
    is_new: bool = False
    fill: str | None = None
    ink: str | None = None


@dataclass(frozen=True, slots=True)
class Put:
    """What a cell is to hold: a value, or the text of a formula."""

    row: int
    column: int
    value: Stored
    dress: Dress
    formula: str | None = None

    @property
    def kind(self) -> str:
        """How it is written."""
        if self.formula is not None:
            return "formula"
        return "text" if isinstance(self.value, str) and self.value else "plain"

    @property
    def content(self) -> Stored:
        """What is written."""
        if self.formula is not None:
            return self.formula.replace("_xlfn.", "")
        return None if self.value == "" else self.value


def blocks(puts: Iterable[Put]) -> list[Json]:
    """Put cells together that stand below each other and are written alike."""
    ordered = sorted(puts, key=lambda put: (put.column, put.row))
    runs = groupby(
        enumerate(ordered),
        key=lambda each: (each[1].column, each[1].row - each[0], each[1].kind, each[1].dress),
    )
    return [_block([put for _, put in run]) for _, run in runs]


def _block(run: Sequence[Put]) -> Json:
    first = run[0]
    made: Json = {
        "row": first.row,
        "column": first.column,
        "kind": first.kind,
        "cells": [[put.content] for put in run],
        "format": first.dress.format,
        "is_new": first.dress.is_new,
    }
    if first.dress.ink is not None:
        made |= {"fill": first.dress.fill, "ink": first.dress.ink}
    return made
