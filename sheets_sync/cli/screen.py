"""What commands print: progress at a terminal, tables, the five statistics."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Self

import click

from templates.sentences import sentence

if TYPE_CHECKING:
    from types import TracebackType

    from templates.tab import Facts
    from templates.words import Words


class Screen:
    """Progress: the stage under way, at a terminal alone."""

    def __init__(self, words: Words, *, is_quiet: bool = False) -> None:
        """Speak with these words."""
        self.words = words
        self.status: Any = None
        self.is_shown = sys.stderr.isatty() and not is_quiet

    def __enter__(self) -> Self:
        """Start."""
        if self.is_shown:
            from rich.console import Console

            self.status = Console(stderr=True).status(self.words("cli.stage.start"))
            self.status.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Leave the line clean."""
        if self.status:
            self.status.stop()

    def tell(self, stage: str, **parts: Any) -> None:
        """Name the stage that begins, or how far it is."""
        if self.status:
            counts = {name: self.words.number(value) for name, value in parts.items()
                      if isinstance(value, int)}  # fmt: skip
            self.status.update(self.words(f"cli.stage.{stage}", **{**parts, **counts}))


MARKS = {"good": "●", "warn": "◐", "bad": "○", "too_good": "◆", "unknown": "·"}
COLOURS = {"good": "green", "warn": "yellow", "bad": "red", "too_good": "blue", "unknown": None}


def print_five(facts: Facts, words: Words) -> None:
    """Print the five statistics, a sentence each."""
    click.echo()
    click.secho(words("cli.five", company=facts.company, day=words.day(facts.as_of)), bold=True)
    for row in facts.tables.get("five", ()):
        status = str(row.get("status") or "unknown")
        mark = click.style(MARKS[status], fg=COLOURS[status])
        name = words(f"metric.{row['id']}")
        click.echo(f" {mark} {name}: {sentence(row, facts, words)}")
    click.echo()


def print_table(headers: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print rows in columns."""
    from rich import box
    from rich.console import Console
    from rich.table import Table

    table = Table(*headers, box=box.SIMPLE_HEAD)
    for row in rows:
        table.add_row(*row)
    width = None if sys.stdout.isatty() else 1000  # in a pipe lines are never cut
    Console(width=width, markup=False, emoji=False).print(table)
