"""`smarketing serve`."""

from __future__ import annotations

import logging
import sys
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sheets_sync.cli import WordedCommand
from sheets_sync.errors import FixConfig
from templates.brand import UNBRANDED

if TYPE_CHECKING:
    from fastapi import FastAPI

    from excel_addin.certificate import Files
    from excel_addin.door import Desk
    from excel_addin.entra import Entra
    from sheets_sync.config import Config
    from templates.brand import Brand
    from templates.words import Words

PORT = 8765
QUIET: Mapping[str, Any] = {
    "log_config": None,
    "access_log": False,
    "server_header": False,
    "date_header": False,
    "timeout_keep_alive": 75,
}
"""We log for ourselves; a connection without requests stays open for so many seconds."""
FILE = click.Path(path_type=Path, exists=True, dir_okay=False)


@click.command("serve", cls=WordedCommand)
@click.argument("folders", metavar="[DIR]...", nargs=-1, type=click.Path(path_type=Path))
@click.option("--bind", metavar="ADDRESS", default="127.0.0.1")
@click.option("--port", metavar="NUMBER", type=click.IntRange(1, 65_535), default=PORT)
@click.option("--url", metavar="URL")
@click.option("--cert", is_flag=True)
@click.option("--tls", metavar="CERTIFICATE KEY", type=FILE, nargs=2)
@click.pass_context
def command(
    ctx: click.Context,
    folders: tuple[Path, ...],
    bind: str,
    port: int,
    url: str | None,
    *,
    cert: bool,
    tls: tuple[Path, Path] | None,
) -> None:
    """Serve the functions to Excel until somebody stops it."""
    words: Words = ctx.obj
    try:
        import uvicorn

        from excel_addin.door import is_loopback
    except ModuleNotFoundError:
        raise FixConfig("no_server") from None
    desks = [_desk(folder, words) for folder in folders or (Path(),)]
    if sum(desk.entra is not None for desk in desks) > 1:
        raise FixConfig("serve_two_entra")
    if not is_loopback(bind):
        _refuse_open(desks, bind, is_secure=bool(cert or tls), url=url)
    files = _own_certificate(desks, words) if cert else None
    certificate, key = (files.certificate, files.key) if files else tls or (None, None)
    scheme = "https" if certificate else "http"
    address = (url or f"{scheme}://localhost:{port}").rstrip("/")
    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="%(asctime)s %(message)s")
    click.echo(words("cli.serve.ready", url=address))
    uvicorn.run(
        _app(desks, address),
        host=bind,
        port=port,
        ssl_certfile=certificate,
        ssl_keyfile=key,
        **QUIET,
    )


def _desk(folder: Path, words: Words) -> Desk:
    from excel_addin.door import Desk
    from excel_addin.published import Published
    from sheets_sync.config import load
    from sheets_sync.workspace import Workspace

    config = load(folder, words)
    workspace = Workspace(folder.resolve(), config)
    return Desk(Published(workspace, lambda: datetime.now(UTC)), _entra(config))


def _entra(config: Config) -> Entra | None:
    """Return whose tokens open a workspace; nobody's unless it says so."""
    if config.entra is None:
        return None
    try:
        from excel_addin.entra import Entra
    except ModuleNotFoundError:
        raise FixConfig("no_server") from None
    return Entra(config.entra.tenant, config.entra.application, time.monotonic)


def _app(desks: list[Desk], url: str) -> FastAPI:
    from excel_addin.door import Door
    from excel_addin.pane import Syncing
    from excel_addin.server import Server, create_app

    return create_app(Server(Door(desks, url, time.monotonic), Syncing(), brand=_brand(desks)))


def _brand(desks: list[Desk]) -> Brand:
    """Return whose the pages are, which nobody has signed in to yet: of all workspaces, or ours."""
    brands = {desk.numbers.workspace.config.brand.brand for desk in desks}
    return brands.pop() if len(brands) == 1 else UNBRANDED


def _refuse_open(desks: list[Desk], bind: str, *, is_secure: bool, url: str | None) -> None:
    """Refuse to answer other computers without a key and without TLS."""
    if not is_secure:
        raise FixConfig("serve_without_tls", bind=bind)
    if url is None:
        raise FixConfig("serve_without_url", bind=bind)
    for desk in desks:
        if desk.entra is None and not desk.keys_at(0):
            folder = desk.numbers.workspace.folder
            raise FixConfig("serve_without_key", bind=bind, folder=folder)


def _own_certificate(desks: list[Desk], words: Words) -> Files:
    from excel_addin.certificate import local

    files, is_new = local(desks[0].numbers.workspace.hidden, datetime.now(UTC))
    if is_new:
        click.echo(words("cli.serve.trust", path=files.authority))
    return files
