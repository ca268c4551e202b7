"""Whether a meeting was held: somebody of each department was there."""

from __future__ import annotations

from templates.tab import Row, Value

SIDES = ("sales_present", "marketing_present")
NOBODY = ("", "0", "-", "–", "—", "нет", "no", "никого", "nobody")
"""What people type where nobody was."""


def is_present(typed: Value) -> bool:
    """Tell whether somebody was there; a name or a number of people says so.

    >>> (
    ...     is_present("Анна, Игорь"),
    ...     is_present(2.0),
    ...     is_present("Нет"),
    ...     is_present(0),
    ...     is_present(None),
    ... )
    (True, True, False, False, False)
    """
    if isinstance(typed, float) and typed.is_integer():
        typed = int(typed)
    return ("" if typed is None else str(typed)).strip(" ").casefold() not in NOBODY


def is_held(row: Row) -> bool:
    """Tell whether a meeting was held."""
    return all(is_present(row.get(side)) for side in SIDES)


def _present(cell: str) -> str:
    """Write the same claim as a formula."""
    text = f'TRIM({{{cell}}}&"")'
    return ",".join(f'{text}<>"{each}"' for each in NOBODY)


HELD = f"AND({','.join(_present(side) for side in SIDES)})"
"""The claim that a meeting was held, over the cells of its row."""
