"""How reports name people: by initials, in full, or not at all."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from templates.tab import Value
from templates.words import load


def initials(name: str) -> str:
    """Return the initials of the first two words of a name.

    >>> initials("Анна Королёва"), initials("anna"), initials("Rosalina Dieter-Smith")
    ('А. К.', 'A.', 'R. D.')
    """
    parts = re.findall(r"[^\W\d_]+", name.partition("@")[0])
    return " ".join(f"{part[0].upper()}." for part in parts[:2]) or name


def colleague(typed: str, settings: Mapping[str, Value]) -> str:
    """Return what reports call somebody whom the CRM does not know; departments stay as typed.

    >>> (
    ...     colleague("Вера Носова", {"names": "initials"}),
    ...     colleague("оба отдела", {"names": "initials"}),
    ... )
    ('В. Н.', 'оба отдела')
    """
    is_name = re.fullmatch(r"[^\W\d_a-zа-яё]\S+( [^\W\d_a-zа-яё]\S*)+", typed.strip()) is not None
    if settings["names"] == "full" or not is_name:
        return typed
    if settings["names"] == "hidden":
        return load(str(settings["language"]))("report.colleague")
    return initials(typed)


def names_of(
    people: Sequence[str], settings: Mapping[str, Value], given: Mapping[str, str] | None = None
) -> dict[str, str]:
    """Return what reports call each person, the first known first: a newcomer renames nobody.

    `given` are the names that people here gave to those of the CRM.

    >>> names_of(["Анна Королёва", "Алексей Кузин"], {"names": "initials", "language": "ru"})
    {'Анна Королёва': 'А. К.', 'Алексей Кузин': 'А. К. 2'}
    """
    if settings["names"] == "full":
        return {person: (given or {}).get(person, person) for person in people}
    if settings["names"] == "hidden":
        words = load(str(settings["language"]))
        return {person: words("report.seller", n=n) for n, person in enumerate(people, start=1)}
    called: dict[str, str] = {}
    seen: dict[str, int] = {}
    for person in people:
        short = initials((given or {}).get(person, person))
        seen[short] = seen.get(short, 0) + 1
        called[person] = short if seen[short] == 1 else f"{short} {seen[short]}"
    return called
