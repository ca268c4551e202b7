"""Texts of others, made harmless: on one line, without what turns the text around it."""

from __future__ import annotations

import re

UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufffe\uffff]")
"""Controls, and the marks that reverse whatever follows until they are closed."""


def plain(text: str, most: int | None = None) -> str:
    r"""Return a text on one line, without unseen controls, and of at most so many characters.

    >>> plain("one\n two\u202e\x07"), plain("Yandex Direct", 8)
    ('one two', 'Yandex…')
    """
    line = UNSEEN.sub("", " ".join(text.split()))
    return line if most is None or len(line) <= most else line[: most - 1].rstrip() + "…"


LIVE = re.compile(r"[@<]|\](?=[(\[])")
"""Where a messenger would begin to see a mention, a tag, or a link under other words."""


def harmless(text: str) -> str:
    """Return a text that looks the same and in which no messenger sees markup.

    >>> harmless("@all [pay](http://x)") == "@\u2060all [pay]\u2060(http://x)"
    True
    """
    return LIVE.sub("\\g<0>\u2060", text)
