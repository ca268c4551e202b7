"""What all pictures are drawn with: elements, a frame with its text alternative, a scale."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from html import escape

WIDTH = 360
"""Units across: on a phone about a pixel each, so that texts of 12 can be read there."""

BLUE, DEEP_BLUE, GREY, AMBER, RED = "#2f6db5", "#1b3f6b", "#8a8f98", "#b97d00", "#c0392b"
FAINT, INK = "#e3e6ea", "#1f2933"

Spell = Callable[[float], str]
"""How a value is written beside an axis."""


def tag(name: str, text: str = "", /, **attributes: object) -> str:
    """Write an element around a text; `_` in the name of an attribute stands for `-`.

    >>> tag("text", "a < b", text_anchor="end")
    '<text text-anchor="end">a &lt; b</text>'
    """
    return around(name, [escape(text)] if text else [], **attributes)


def around(name: str, inside: Iterable[str], /, **attributes: object) -> str:
    """Write an element around others."""
    written = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(_spell(value))}"'
        for key, value in attributes.items()
        if value is not None
    )
    content = "".join(inside)
    return f"<{name}{written}>{content}</{name}>" if content else f"<{name}{written}/>"


def _spell(value: object) -> str:
    return f"{value:.1f}".removesuffix(".0") if isinstance(value, float) else str(value)


def frame(height: float, alternative: str, inside: Iterable[str], width: float = WIDTH) -> str:
    """Write a picture with the text that stands for it where it cannot be seen."""
    return around(
        "svg",
        [tag("title", alternative), *inside],
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {_spell(float(width))} {_spell(float(height))}",
        role="img",
        aria_label=alternative,
    )


@dataclass(frozen=True, slots=True)
class Scale:
    """Where values lie: `low` at `start`, `high` at `end`."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        """Return the place of a value.

        >>> Scale(0, 10, 100, 200)(5)
        150.0
        """
        span = self.high - self.low
        return self.start + (self.end - self.start) * ((value - self.low) / span if span else 0.5)


def line(points: Sequence[tuple[float, float | None]], **attributes: object) -> str:
    """Write a line through points; it has a gap where one is unknown.

    >>> line([(0, 1.0), (1, None), (2, 3.0), (3, 4.5)])
    '<path d="M0 1 M2 3 L3 4.5" fill="none"/>'
    """
    steps, is_on = [], False
    for x, y in points:
        if y is not None:
            steps.append(f"{'L' if is_on else 'M'}{_spell(float(x))} {_spell(float(y))}")
        is_on = y is not None
    return tag("path", d=" ".join(steps), fill="none", **attributes)


def label(x: float, y: float, text: str, /, **attributes: object) -> str:
    """Write a text of a picture."""
    looks: dict[str, object] = {"fill": INK, "font_size": 12, **attributes}
    return tag("text", text, x=float(x), y=float(y), **looks)


def ticks(high: float) -> list[float]:
    """Return round values from zero to at least `high`, two or three steps apart.

    >>> ticks(0.78), ticks(5_300_000)
    ([0.0, 0.5, 1.0], [0.0, 2000000.0, 4000000.0, 6000000.0])
    """
    if high < LEAST:
        return [0.0, 1.0]
    size = 10.0 ** (len(f"{high:.0f}") - 1 if high >= 1 else -1)
    while size > high:
        size /= 10
    step = next(
        size * part for part in (0.2, 0.5, 1, 2, 5, 10) if high / (size * part) <= MOST_STEPS
    )
    count = -int(-high / step // 1)
    return [round(step * at, 10) for at in range(count + 1)]


MOST_STEPS = 3
LEAST = 1e-6
"""What is smaller is nothing to be drawn."""
