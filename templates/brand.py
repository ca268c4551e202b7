"""White label: under whose name and in whose colours people see the workbook and its pages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from templates.words import Words


class Hue(StrEnum):
    """A colour that means nothing but whose workbook this is, as statuses do not."""

    ACCENT = "accent"
    PALE = "pale"  # what may still change
    LIGHT = "light"  # of two that belong together, the one that matters less
    DEEP = "deep"  # the other side


OURS: Mapping[Hue, str] = {
    Hue.ACCENT: "#2F6DB5",
    Hue.PALE: "#9DBCE0",
    Hue.LIGHT: "#A9C6E8",
    Hue.DEEP: "#1B3F6B",
}
"""The colours of a workbook without a brand."""

_TOWARDS: Mapping[Hue, tuple[str, float]] = {
    Hue.PALE: ("#FFFFFF", 0.55),
    Hue.LIGHT: ("#FFFFFF", 0.6),
    Hue.DEEP: ("#000000", 0.45),
}
"""How the others come from an accent: mixed with this, in this share."""

WHITE, BLACK = "#FFFFFF", "#000000"
TEXT, GRAPHIC = 4.5, 3.0
"""The least contrast of a text and of a shape that WCAG 2.2 asks for, level AA."""

_STEP = 0.04


@dataclass(frozen=True, slots=True)
class Brand:
    """The name, the accent (`#RRGGBB`), and the addresses of an agency; empty where it has none."""

    name: str = ""
    accent: str = OURS[Hue.ACCENT]
    site: str = ""
    contact: str = ""
    help: str = ""

    @property
    def is_signed(self) -> bool:
        """Whether it says whose the workbook is, or where to turn."""
        return any((self.name, self.site, self.contact, self.help))

    @property
    def is_coloured(self) -> bool:
        """Whether the accent is another than that of the product."""
        return self.accent.upper() != OURS[Hue.ACCENT]

    def colour(self, hue: str) -> str:
        """Return a hue as a colour that is seen on white; any other colour as it is.

        >>> Brand().colour(Hue.DEEP), Brand(accent="#FFD000").colour(Hue.ACCENT)
        ('#1B3F6B', '#AD8D00')
        """
        if hue not in OURS:
            return hue
        if not self.is_coloured:
            return OURS[Hue(hue)]
        seen = readable(self.accent, WHITE, GRAPHIC)
        return mixed(seen, *_TOWARDS[Hue(hue)]) if hue in _TOWARDS else seen

    @property
    def ink(self) -> str:
        """The accent for text on white, darker where it could not be read."""
        return readable(self.accent, WHITE, TEXT)

    @property
    def on_accent(self) -> str:
        """The colour of a text on the accent."""
        return written_on(self.accent)

    @property
    def addresses(self) -> Mapping[str, str]:
        """The addresses that there are, by what they are for."""
        found = {id_: getattr(self, id_) for id_ in ("site", "contact", "help")}
        return {id_: address for id_, address in found.items() if address}

    @property
    def signature(self) -> str:
        """The name and the first address on one line, as a message ends with them.

        >>> Brand(name="Clear Growth", site="https://growth.example").signature
        'Clear Growth, https://growth.example'
        """
        return ", ".join(filter(None, (self.name, next(iter(self.addresses.values()), ""))))

    def links(self, words: Words) -> Iterator[tuple[str, str]]:
        """Yield the addresses, each after what it is called."""
        for id_, address in self.addresses.items():
            yield words(f"brand.{id_}"), address


UNBRANDED = Brand()


def mixed(colour: str, other: str, share: float) -> str:
    """Mix a colour with so much of another.

    >>> mixed("#000000", "#FFFFFF", 0.5)
    '#808080'
    """
    parts = zip(_parts(colour), _parts(other), strict=True)
    return "#" + "".join(f"{round(255 * (a + (b - a) * share)):02X}" for a, b in parts)


def contrast(one: str, other: str) -> float:
    """Return how well a colour is seen on another, from 1 to 21.

    >>> contrast("#FFFFFF", "#000000"), round(contrast("#FFFFFF", "#777777"), 2)
    (21.0, 4.48)
    """
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def _parts(colour: str) -> list[float]:
    return [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]


def _luminance(colour: str) -> float:
    linear = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4  # noqa: PLR2004
        for part in _parts(colour)
    )
    return sum(share * part for share, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def readable(colour: str, ground: str, least: float) -> str:
    """Return a colour, or as much darker or lighter as it takes to be seen on a ground.

    >>> readable("#7A1FA2", "#FFFFFF", TEXT), readable("#7A1FA2", "#1E2A29", TEXT)
    ('#7A1FA2', '#B582CB')
    """
    end, share = max(BLACK, WHITE, key=lambda each: contrast(each, ground)), 0.0
    while contrast(seen := mixed(colour, end, share), ground) < least:
        share += _STEP
    return seen


def written_on(colour: str) -> str:
    """Return the colour of a text on a ground of this colour: white if it can be read, else black.

    >>> written_on("#0F766E"), written_on("#FFD000")
    ('#FFFFFF', '#000000')
    """
    return WHITE if contrast(WHITE, colour) >= TEXT else BLACK
