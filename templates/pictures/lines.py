"""Lines over time: a sparkline, a share within its band, a month against its plan."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from templates.pictures.canvas import (
    AMBER,
    BLUE,
    FAINT,
    GREY,
    WIDTH,
    Scale,
    Spell,
    frame,
    label,
    line,
    tag,
    ticks,
)

LEFT, RIGHT, TOP = 62, 12, 12
HEIGHT, FLOOR = 190, 160


@dataclass(frozen=True, slots=True)
class Point:
    """A moment: its name, the value, and the band in which it should be.

    Where there is a note, values before and since do not compare.
    """

    name: str
    value: float | None
    low: float | None = None
    high: float | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Path:
    """A line over all moments, with its name in the legend."""

    name: str
    values: Sequence[float | None]
    colour: str = BLUE
    is_dashed: bool = False


def sparkline(values: Sequence[float | None], alternative: str) -> str:
    """Draw how a number went, its last value marked; nothing from fewer than two.

    >>> sparkline([1.0], "one")
    ''
    """
    known = [value for value in values if value is not None]
    if len(known) < len(("from", "to")):
        return ""
    width, height, edge = 120, 32, 4
    across = Scale(0, len(values) - 1, edge, width - edge)
    up = Scale(min(known), max(known), height - edge, edge)
    points = [(across(at), None if v is None else up(v)) for at, v in enumerate(values)]
    last = next((x, y) for x, y in reversed(points) if y is not None)
    dot = tag("circle", cx=last[0], cy=last[1], r=3, fill=BLUE)
    return frame(height, alternative, [line(points, stroke=BLUE, stroke_width=2), dot], width)


def share_in_band(points: Sequence[Point], spell: Spell, alternative: str) -> str:
    """Draw a value over time within the band in which it should be; notes break the line."""
    up = _axis([each for p in points for each in (p.value, p.high) if each is not None])
    across = Scale(0, max(len(points) - 1, 1), LEFT, WIDTH - RIGHT)
    banded = [(across(at), p.low, p.high) for at, p in enumerate(points)]
    known = [(x, low, high) for x, low, high in banded if low is not None and high is not None]
    edge = [(x, up(high)) for x, _, high in known] + [(x, up(low)) for x, low, _ in known[::-1]]
    band = " ".join(f"{x:.1f},{y:.1f}" for x, y in edge)
    values = [(across(at), None if p.value is None else up(p.value)) for at, p in enumerate(points)]
    inside = [
        *_grid(up, spell),
        tag("polygon", points=band, fill=GREY, fill_opacity=0.2) if known else "",
        *(line(values[a:b], stroke=BLUE, stroke_width=2.5) for a, b in pairwise(_cuts(points))),
        *_notes(points, across),
        *_names([p.name for p in points], across),
    ]
    return frame(HEIGHT, alternative, inside)


def _cuts(points: Sequence[Point]) -> list[int]:
    """Return where the pieces of a line begin, and where the last one ends."""
    return [0, *(at for at, point in enumerate(points) if at and point.note), len(points)]


def _notes(points: Sequence[Point], across: Scale) -> Iterator[str]:
    for at in _cuts(points)[1:-1]:
        x = across(at)
        yield tag("line", x1=x, x2=x, y1=TOP, y2=FLOOR, stroke=GREY, stroke_width=1.5)
        yield label(x - 4, TOP + 10, points[at].note, text_anchor="end", fill=GREY)


def against_plan(
    names: Sequence[str], paths: Sequence[Path], spell: Spell, alternative: str
) -> str:
    """Draw sums of a month that grow day by day against the path of its plan."""
    up = _axis([value for path in paths for value in path.values if value is not None])
    across = Scale(0, max(len(names) - 1, 1), LEFT, WIDTH - RIGHT)
    lines = [
        line(
            [(across(at), None if v is None else up(v)) for at, v in enumerate(path.values)],
            stroke=path.colour,
            stroke_width=2.5,
            stroke_dasharray="5 4" if path.is_dashed else None,
        )
        for path in paths
    ]
    inside = [*_grid(up, spell), *lines, *_names(names, across), *_legend(paths)]
    return frame(HEIGHT + 18, alternative, inside)


LOOKS = {"fact": (BLUE, False), "plan": (GREY, True), "forecast": (AMBER, True)}
"""The colours of what a month is told by, and which are no facts."""


def _axis(values: Sequence[float]) -> Scale:
    return Scale(0, ticks(max(values, default=1))[-1], FLOOR, TOP)


def _grid(up: Scale, spell: Spell) -> Iterator[str]:
    for value in ticks(up.high):
        y = up(value)
        yield tag("line", x1=LEFT, x2=WIDTH - RIGHT, y1=y, y2=y, stroke=FAINT)
        yield label(LEFT - 6, y + 4, spell(value), text_anchor="end", fill=GREY)


def _names(names: Sequence[str], across: Scale) -> Iterator[str]:
    """Write the first, the middle and the last name below the floor."""
    ends = {0: "start", (len(names) - 1) // 2: "middle", len(names) - 1: "end"}
    for at, anchor in sorted(ends.items()) if names else ():
        yield label(across(at), FLOOR + 18, names[at], text_anchor=anchor, fill=GREY)


def _legend(paths: Sequence[Path]) -> Iterator[str]:
    step = (WIDTH - 10) / max(len(paths), 1)
    for at, path in enumerate(paths):
        x, y = 5 + at * step, HEIGHT + 8
        dash = "5 4" if path.is_dashed else None
        looks = {"stroke": path.colour, "stroke_width": 2.5, "stroke_dasharray": dash}
        yield tag("line", x1=x, x2=x + 22, y1=y - 4, y2=y - 4, **looks)
        yield label(x + 28, y, path.name)
