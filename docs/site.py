"""The site switches languages itself; the link to the other page is for those who read files."""

import re
from typing import Any

OTHER = re.compile(r"(?:In Russian|По-английски): \[[^\]]+\]\([^)]+\)\.\s?")


def on_page_markdown(markdown: str, **_: Any) -> str:
    """Take out the link to the same page in the other language.

    >>> on_page_markdown("In Russian: [excel.ru.md](excel.ru.md). All functions: below.")
    'All functions: below.'
    """
    return OTHER.sub("", markdown)
