"""How wide letters are, so that rows and columns are as large as their texts need."""

from __future__ import annotations

_WIDTHS = {  # thousandths of the size of the type: Arial's, and of all faces that stand in for it
    191: "'",
    222: "ijl’",
    278: " !,./:;I[\\]ft·\u00a0",
    333: '()-`r“”{}•"г',
    389: "*",
    438: "к",
    458: "зт",
    500: "Jcksvxyzсух↑э",
    525: "чьв",
    542: "Гпян",
    556: "#$0123456789?L_abdeghnopquаеорё«»–€₽",
    559: "ий÷≥≤",
    578: "бцКдл+<=>~×−",
    611: "FTZТЗ",
    630: "ъУ",
    667: "&ABEKPSVXYАВЕРХЧЁБЛЬ",
    680: "жДм",
    722: "CDHNRUwНСЯИЙПЭы",
    750: "Цюф",
    778: "GOQОФЪ",
    833: "MmМщш",
    917: "%ШЖЩЫ",
    1000: "W@—…→▲▼Ю№",
}
_WIDTH = {letter: width for width, letters in _WIDTHS.items() for letter in letters}
_UNKNOWN = 700
_DIGIT = 525  # what a column of one character takes, in the same measure


def width(text: str) -> float:
    """Return how many characters of a column a text takes, in the workbook's type and size.

    >>> width("0000") < 4.5 < width("ШШШШ")
    True
    """
    known = _WIDTH
    return sum(known.get(letter, _UNKNOWN) for letter in text) / _DIGIT


def lines(text: str, room: float) -> int:
    r"""Count the lines of a text that breaks between words; a longer word breaks anywhere.

    >>> lines("one two three", 8), lines("one\ntwo", 8), lines("", 8), lines("W" * 20, 8)
    (2, 2, 1, 5)
    """
    return sum(_wrapped(line, room) for line in text.split("\n"))


def _wrapped(line: str, room: float) -> int:
    if width(line) <= room:
        return 1
    count, filled = 1, 0.0
    for word in line.split(" "):
        taken = width(word)
        if filled and filled + width(" ") + taken > room:
            count, filled = count + 1, 0.0
        filled += taken + (width(" ") if filled else 0.0)
        more, filled = divmod(filled, room) if filled > room else (0, filled)
        count += int(more)
    return count
