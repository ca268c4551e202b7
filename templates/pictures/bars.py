"""Bars: shares with their intervals, and the funnel with the line between the departments."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import log10

from templates.pictures.canvas import (
    BLUE,
    DEEP_BLUE,
    FAINT,
    GREY,
    INK,
    RED,
    WIDTH,
    Scale,
    Spell,
    frame,
    label,
    tag,
)

ROW = 38
BAR = 12


@dataclass(frozen=True, slots=True)
class Bar:
    """A share with the interval in which it truly lies, and what it is made of."""

    name: str
    value: float
    low: float
    high: float
    note: str


@dataclass(frozen=True, slots=True)
class Stage:
    """A stage of the funnel; without a count it is unknown, and its note says so."""

    name: str
    count: float | None
    note: str
    is_sales: bool


def shares(bars: Sequence[Bar], spell: Spell, alternative: str, norm: float | None = None) -> str:
    """Draw shares under one another, each with its interval; `norm` is the least it should be."""
    across = Scale(0, 1, 0, WIDTH)
    height = len(bars) * ROW + 4
    inside = [part for at, bar in enumerate(bars) for part in _share(bar, at * ROW, across, spell)]
    if norm is not None:
        x = across(norm)
        inside.append(tag("line", x1=x, x2=x, y1=0, y2=height, stroke=RED, stroke_dasharray="4 3"))
    return frame(height, alternative, inside)


def _share(bar: Bar, top: float, across: Scale, spell: Spell) -> Iterator[str]:
    y = top + 18
    yield label(0, top + 13, cut(bar.name, 30))
    yield label(WIDTH, top + 13, f"{spell(bar.value)} · {bar.note}", text_anchor="end", fill=GREY)
    yield tag("rect", x=0, y=y, width=WIDTH, height=BAR, fill=FAINT)
    yield tag("rect", x=0, y=y, width=across(bar.value), height=BAR, fill=BLUE, fill_opacity=0.75)
    middle, low, high = y + BAR / 2, across(bar.low), across(bar.high)
    yield tag("line", x1=low, x2=high, y1=middle, y2=middle, stroke=INK, stroke_width=2)
    for x in (low, high):
        yield tag("line", x1=x, x2=x, y1=y + 1, y2=y + BAR - 1, stroke=INK, stroke_width=2)


def funnel(stages: Sequence[Stage], alternative: str, line: tuple[str, str]) -> str:
    """Draw stages under one another, on a scale of powers of ten; unknown ones are grey.

    The red line lies before the first stage of sales; `line` names what is above and below it.
    """
    known = [stage.count for stage in stages if stage.count]
    across = Scale(0, log10(max(known, default=1) + 1), 0, WIDTH)
    parts: list[str] = []
    top = 0.0
    for at, stage in enumerate(stages):
        if stage.is_sales and (at == 0 or not stages[at - 1].is_sales):
            parts += _red_line(top, line)
            top += RED_ROOM
        later = [each.count for each in stages[at:] if each.count is not None]
        size = stage.count if stage.count is not None else next(iter(later), 0)
        parts += _stage(stage, top, max(across(log10(size + 1)), 4.0))
        top += ROW
    return frame(max(top, 1), alternative, parts)


RED_ROOM = 34


def _red_line(top: float, line: tuple[str, str]) -> Iterator[str]:
    y = top + RED_ROOM / 2
    yield label(0, y - 5, line[0], fill=RED, font_size=11)
    yield tag("line", x1=0, x2=WIDTH, y1=y, y2=y, stroke=RED, stroke_width=3)
    yield label(0, y + 13, line[1], fill=RED, font_size=11)


def _stage(stage: Stage, top: float, width: float) -> Iterator[str]:
    is_known = stage.count is not None
    colour = GREY if not is_known else DEEP_BLUE if stage.is_sales else BLUE
    look = {} if is_known else {"fill_opacity": 0.35, "stroke": GREY, "stroke_dasharray": "3 3"}
    yield label(0, top + 13, cut(stage.name, 30))
    yield label(WIDTH, top + 13, stage.note, text_anchor="end", fill=INK if is_known else GREY)
    yield tag("rect", x=0, y=top + 18, width=width, height=BAR, fill=colour, **look)


def cut(text: str, most: int) -> str:
    """Return a text that fits.

    >>> cut("Yandex Direct", 8)
    'Yandex …'
    """
    return text if len(text) <= most else text[: most - 1] + "…"
