"""The colours of the pane and of its pages: those of a brand, readable by day and by night."""

from __future__ import annotations

from excel_addin import script
from templates.brand import GRAPHIC, TEXT, Brand, readable, written_on

LIGHT, DARK = "#F6F9F8", "#1E2A29"
"""Of the grounds in the style sheet, by day and by night, the ones on which least is seen."""


def stylesheet(brand: Brand) -> str:
    """Write the style sheet, in the colours of a brand if it has any."""
    ours = script.source("client", "taskpane.css")
    if not brand.is_coloured:
        return ours
    by_night = f"@media (prefers-color-scheme: dark) {{ {_colours(brand, DARK)} }}"
    return "\n".join((ours, _colours(brand, LIGHT), by_night))


def _colours(brand: Brand, ground: str) -> str:
    """Write the colour of texts and lines on a ground, of buttons, and of texts on these."""
    ink, fill = (readable(brand.accent, ground, least) for least in (TEXT, GRAPHIC))
    return f":root {{ --brand: {ink}; --fill: {fill}; --on-fill: {written_on(fill)}; }}"
