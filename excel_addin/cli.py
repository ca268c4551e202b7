"""`smarketing addin`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from sheets_sync.cli import WordedCommand

if TYPE_CHECKING:
    from templates.words import Words


WHAT = ("lambdas", "appsscript", "udfs")


@click.command("addin", cls=WordedCommand)
@click.argument("what", metavar="|".join(WHAT), type=click.Choice(WHAT))
@click.option("--output", metavar="PATH", type=click.Path(path_type=Path))
@click.pass_context
def command(ctx: click.Context, what: str, output: Path | None) -> None:
    """Print the functions for other sheets, or write them."""
    words: Words = ctx.obj
    writers = {"lambdas": _lambdas, "appsscript": _appsscript, "udfs": _udfs}
    writers[what](output, words)


def _lambdas(output: Path | None, words: Words) -> None:
    from excel_addin.lambdas import typed, workbook
    from sheets_sync.targets.lambdas import lambdas

    if output is None:
        for name, text in lambdas().items():
            click.echo(f"{name}\t{typed(text)}")
    else:
        output.write_bytes(workbook(words))
        click.echo(words("cli.addin.workbook", path=output))


def _appsscript(output: Path | None, words: Words) -> None:
    from excel_addin.appsscript import code, project

    if output is None:
        click.echo(code(words), nl=False)
        return
    output.mkdir(parents=True, exist_ok=True)
    for name, text in project(words).items():
        (output / name).write_text(text, encoding="utf-8")
    click.echo(words("cli.addin.script", path=output))


def _udfs(output: Path | None, words: Words) -> None:
    from excel_addin.visual_basic import module

    if output is None:
        click.echo(module(words), nl=False)
        return
    output.write_text(module(words), encoding="ascii", newline="\r\n")
    click.echo(words("cli.addin.module", path=output))
