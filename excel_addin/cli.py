"""`smarketing addin`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from sheets_sync.cli import WordedCommand

if TYPE_CHECKING:
    from templates.words import Words

WHAT = ("lambdas", "appsscript", "udfs", "manifest", "key")


@click.command("addin", cls=WordedCommand)
@click.argument("what", metavar="|".join(WHAT), type=click.Choice(WHAT))
@click.option("--output", metavar="PATH", type=click.Path(path_type=Path))
@click.option("--dir", "folder", metavar="DIR", default=".", type=click.Path(path_type=Path))
@click.option("--url", metavar="URL", default="https://localhost:8765")
@click.option("--data", is_flag=True)
@click.option("--forget", is_flag=True)
@click.pass_context
def command(
    ctx: click.Context,
    what: str,
    output: Path | None,
    folder: Path,
    url: str,
    *,
    data: bool,
    forget: bool,
) -> None:
    """Print the functions for other sheets, or write them; make keys for the server."""
    words: Words = ctx.obj
    writers = {"lambdas": _lambdas, "appsscript": _appsscript, "udfs": _udfs}
    if what == "manifest":
        _manifest(output, url.rstrip("/"), words)
    elif what == "key":
        _key(folder, words, has_data=data, is_forgotten=forget)
    else:
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


def _manifest(output: Path | None, url: str, words: Words) -> None:
    from excel_addin.manifest import manifest

    if output is None:
        click.echo(manifest(url), nl=False)
    else:
        output.write_text(manifest(url), encoding="utf-8")
        click.echo(words("cli.addin.manifest", path=output))


def _key(folder: Path, words: Words, *, has_data: bool, is_forgotten: bool) -> None:
    from excel_addin.auth import Scope, forget, make
    from sheets_sync.config import load
    from sheets_sync.workspace import Workspace

    state = Workspace(folder, load(folder, words)).state
    if is_forgotten:
        click.echo(words("cli.addin.forgotten", count=forget(state)))
        return
    key = make(state, Scope.DATA if has_data else Scope.FORMULAS)
    click.echo(words("cli.addin.key_made"), err=True)
    click.echo(key)
