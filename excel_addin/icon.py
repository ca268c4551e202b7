"""The icon of the add-in: three rising bars, drawn as a PNG of any size."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Sequence

from templates.brand import UNBRANDED, Brand, Hue

SIZES = (16, 32, 64, 80)
COLOURS = ((15, 118, 110, 255), (20, 148, 136, 255), (45, 190, 170, 255))
BARS = ((2, 9), (6.5, 5.5), (11, 2))
"""The left edge and the top of each bar, of a square of 16."""
WIDTH, BOTTOM, GRID = 3.2, 14, 16
NOTHING = (0, 0, 0, 0)


def icon(size: int, brand: Brand = UNBRANDED) -> bytes:
    r"""Draw the icon, so many pixels wide and high, in the colour of a brand if it has one.

    >>> icon(16)[1:4]
    b'PNG'
    """
    scale, colours = GRID / size, _colours(brand)
    rows = (
        b"\0"
        + bytes(
            part for x in range(size) for part in _colour((x + 0.5) * scale, y * scale, colours)
        )
        for y in (row + 0.5 for row in range(size))
    )
    head = struct.pack(">IIBBBBB", size, size, 8, 6, 0, 0, 0)
    body = zlib.compress(b"".join(rows), 9)
    chunks = ((b"IHDR", head), (b"IDAT", body), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*each) for each in chunks)


def _colours(brand: Brand) -> Sequence[tuple[int, ...]]:
    """Return the colours of the bars."""
    if not brand.is_coloured:
        return COLOURS
    hues = (brand.colour(hue) for hue in (Hue.DEEP, Hue.ACCENT, Hue.PALE))
    return [(*bytes.fromhex(hue.removeprefix("#")), 255) for hue in hues]


def _colour(x: float, y: float, colours: Sequence[tuple[int, ...]]) -> tuple[int, ...]:
    for (left, top), colour in zip(BARS, colours, strict=True):
        if left <= x < left + WIDTH and top <= y < BOTTOM:
            return colour
    return NOTHING


def _chunk(name: bytes, body: bytes) -> bytes:
    check = zlib.crc32(name + body)
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", check)
