"""The icon of the add-in: three rising bars, drawn as a PNG of any size."""

from __future__ import annotations

import struct
import zlib

SIZES = (16, 32, 64, 80)
COLOURS = ((15, 118, 110, 255), (20, 148, 136, 255), (45, 190, 170, 255))
BARS = ((2, 9), (6.5, 5.5), (11, 2))
"""The left edge and the top of each bar, of a square of 16."""
WIDTH, BOTTOM, GRID = 3.2, 14, 16
NOTHING = (0, 0, 0, 0)


def icon(size: int) -> bytes:
    r"""Draw the icon, so many pixels wide and high.

    >>> icon(16)[1:4]
    b'PNG'
    """
    scale = GRID / size
    rows = (
        b"\0" + bytes(part for x in range(size) for part in _colour((x + 0.5) * scale, y * scale))
        for y in (row + 0.5 for row in range(size))
    )
    head = struct.pack(">IIBBBBB", size, size, 8, 6, 0, 0, 0)
    body = zlib.compress(b"".join(rows), 9)
    chunks = ((b"IHDR", head), (b"IDAT", body), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*each) for each in chunks)


def _colour(x: float, y: float) -> tuple[int, ...]:
    for (left, top), colour in zip(BARS, COLOURS, strict=True):
        if left <= x < left + WIDTH and top <= y < BOTTOM:
            return colour
    return NOTHING


def _chunk(name: bytes, body: bytes) -> bytes:
    check = zlib.crc32(name + body)
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", check)
