"""`smarketing addin`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from sheets_sync.cli import WordedCommand
from sheets_sync.errors import FixConfig

if TYPE_CHECKING:
    from templates.brand import Brand
    from templates.words import Words

WHAT = ("lambdas", "appsscript", "udfs", "manifest", "key", "install", "selftest", "static")


@click.command("addin", cls=WordedCommand)
@click.argument("what", metavar="|".join(WHAT), type=click.Choice(WHAT))
@click.option("--output", metavar="PATH", type=click.Path(path_type=Path))
@click.option("--dir", "folder", metavar="DIR", default=".", type=click.Path(path_type=Path))
@click.option("--url", metavar="URL", default="https://localhost:8765")
@click.option("--pyodide", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--data", is_flag=True)
@click.option("--forget", is_flag=True)
@click.pass_context
def command(
    ctx: click.Context,
    what: str,
    output: Path | None,
    folder: Path,
    url: str,
    pyodide: Path | None,
    *,
    data: bool,
    forget: bool,
) -> int:
    """Print the functions for other sheets, or write them; let Excel know of the add-in."""
    words: Words = ctx.obj
    writers = {"lambdas": _lambdas, "appsscript": _appsscript, "udfs": _udfs}
    if what == "manifest":
        _manifest(output, url.rstrip("/"), folder, words)
    elif what == "key":
        _key(folder, words, has_data=data, is_forgotten=forget)
    elif what == "install":
        _install(url.rstrip("/"), folder, words, is_removed=forget)
    elif what == "selftest":
        return _selftest(folder, url.rstrip("/"), words)
    elif what == "static":
        _static(output, pyodide, folder, url.rstrip("/"), words)
    else:
        writers[what](output, words)
    return 0


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


def _application(folder: Path, words: Words) -> str | None:
    """Return the id of the add-in in Entra, where a workspace says so."""
    from sheets_sync.config import CONFIG, load

    entra = load(folder, words).entra if (folder / CONFIG).exists() else None
    return entra.application if entra else None


def _brand(folder: Path, words: Words) -> Brand:
    """Return under whose name the add-in goes: as the workspace says, or what is above it."""
    from sheets_sync.config import CONFIG, load, shared_brand

    is_workspace = (folder / CONFIG).exists()
    found = load(folder, words).brand if is_workspace else shared_brand(folder, words)
    return found.brand


def _manifest(output: Path | None, url: str, folder: Path, words: Words) -> None:
    from excel_addin.manifest import manifest

    text = manifest(url, _application(folder, words), _brand(folder, words))
    if output is None:
        click.echo(text, nl=False)
    else:
        output.write_text(text, encoding="utf-8")
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


def _install(url: str, folder: Path, words: Words, *, is_removed: bool) -> None:
    from excel_addin.install import install, place, remove

    path = place(url)
    if path is None:
        click.echo(words("cli.addin.by_hand"))
    elif is_removed:
        was_there = remove(url, path)
        click.echo(words("cli.addin.removed" if was_there else "cli.addin.not_installed"))
    else:
        install(url, path, application=_application(folder, words), brand=_brand(folder, words))
        click.echo(words("cli.addin.installed", path=path))


def _static(
    output: Path | None, pyodide: Path | None, folder: Path, url: str, words: Words
) -> None:
    from excel_addin.static import site
    from sheets_sync.config import CONFIG, load

    if output is None or pyodide is None:
        raise FixConfig("static_without")
    own = load(folder, words).scorecard.file if (folder / CONFIG).exists() else None
    scorecard = (folder / own).read_text(encoding="utf-8-sig") if own else None
    for name, content in site(url, pyodide, scorecard, brand=_brand(folder, words)):
        path = output / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    click.echo(words("cli.addin.site", path=output, url=url))


def _selftest(folder: Path, url: str, words: Words) -> int:
    """Say what was found; the exit code tells whether all is well."""
    from excel_addin.install import place
    from excel_addin.selftest import selftest, server

    is_fine = True
    for found in selftest(folder, url, place(url), server):
        mark = "✓" if found.is_fine else "✗"
        click.echo(f"{mark} {words(f'addin.check.{found.id}', **found.parts)}")
        is_fine = is_fine and found.is_fine
    return 0 if is_fine else FixConfig.exit_code
