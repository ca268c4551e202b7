"""`smarketing check`."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sheets_sync.cli import WordedCommand
from sheets_sync.errors import FixConfig, LookAtSource, SmarketingError

if TYPE_CHECKING:
    from sheets_sync.sources.google_sheet import SheetSource
    from sheets_sync.sources.rest.yandex_direct import DirectSource
    from sheets_sync.sources.tables import TableSource
    from sheets_sync.workspace import Workspace
    from templates.words import Words


@click.command("check", cls=WordedCommand)
@click.argument("folder", metavar="[DIR]", default=".", type=click.Path(path_type=Path))
@click.option("--live", is_flag=True)
@click.pass_context
def command(ctx: click.Context, folder: Path, *, live: bool) -> int:
    """Check the config, the files, the workbook and the data; change nothing."""
    from sheets_sync.config import load
    from sheets_sync.workspace import Workspace

    _refuse_the_other_formulas()
    words: Words = ctx.obj
    workspace = Workspace(folder, load(folder, words))
    click.echo(words("cli.check.config", count=len(workspace.config.files)))
    is_whole = _check_files(workspace, words) & _check_tables(workspace, words)
    is_whole &= _check_ads(workspace, words) & _check_crms(workspace, words)
    is_whole &= _check_engine(workspace, words)
    _check_workbook(workspace, words)
    if live:
        _check_live(workspace, words)
    is_whole &= _check_writing(workspace, words)
    _check_data(workspace, words)
    return 0 if is_whole else LookAtSource.exit_code


def _refuse_the_other_formulas() -> None:
    """Refuse an environment in which `formulas` is the unrelated package of that name."""
    import formulas

    if not hasattr(formulas, "__path__") or "registry.py" not in {
        path.name for place in formulas.__path__ for path in Path(place).iterdir()
    }:
        raise FixConfig("other_formulas")


def _check_files(workspace: Workspace, words: Words) -> bool:
    """Read every file to its end, and say how many rows would come."""
    is_whole = True
    for source in workspace.files():
        try:
            read = rejected = 0
            for page in source.read(None):
                read += page.rows_read
                rejected += sum(rejection.is_row_lost for rejection in page.rejected)
        except SmarketingError as error:
            is_whole = False
            click.secho(f"✗ {error.say(words)}", fg="red")
        else:
            counts = {"read": words.number(read), "rejected": words.number(rejected)}
            click.echo(words("cli.check.file", file=source.name, **counts))
    return is_whole


def _check_tables(workspace: Workspace, words: Words) -> bool:
    """Ask every table how many rows would come."""
    is_whole = True
    for source in workspace.tables():
        is_whole &= _count(source, words)
    return is_whole


def _check_ads(workspace: Workspace, words: Words) -> bool:
    """Say whose token opens each advertising account, and how many rows of it would come."""
    is_whole = True
    for source in workspace.ads():
        from sheets_sync.cli.crm import say_access

        try:
            is_whole &= say_access(source, words)
        except SmarketingError as error:
            is_whole = False
            click.secho(f"✗ {error.say(words)}", fg="red")
        else:
            is_whole &= _count(source, words)
    return is_whole


def _count(source: TableSource | SheetSource | DirectSource, words: Words) -> bool:
    try:
        read = words.number(source.count())
    except SmarketingError as error:
        click.secho(f"✗ {error.say(words)}", fg="red")
        return False
    click.echo(words("cli.check.table", table=source.name, read=read))
    return True


def _check_crms(workspace: Workspace, words: Words) -> bool:
    """Say as whom we come to each CRM, what that may not see, and how many records would come."""
    is_whole = True
    for source in workspace.crms():
        from sheets_sync.cli.crm import say_access
        from sheets_sync.sources.rest.access import counts

        try:
            is_whole &= say_access(source, words)
            for what, count in counts(source).items():
                parts = {"name": words(f"crm.what.{what}"), "count": words.number(count)}
                click.echo(f"· {words('cli.check.count', **parts)}")
            _say_sights(workspace, source.name, words)
        except SmarketingError as error:
            is_whole = False
            click.secho(f"✗ {error.say(words)}", fg="red")
    return is_whole


def _check_writing(workspace: Workspace, words: Words) -> bool:
    """Say whether the CRMs have the fields that are to be written, once there was a sync."""
    from sheets_sync.store_published import FACTS

    if not any(crm.write for crm in workspace.config.crm):
        return True
    if not (workspace.hidden / FACTS).exists():
        return True
    from sheets_sync.cli.writeback import check_fields

    try:
        return check_fields(workspace, words)
    except SmarketingError as error:
        click.secho(f"✗ {error.say(words)}", fg="red")
        return False


def _check_engine(workspace: Workspace, words: Words) -> bool:
    """Ask the warehouse for the rows of each table, and of how many each field is known."""
    is_whole, engine = True, workspace.engine
    for source in engine.sources() if engine else ():
        try:
            rows, known = source.coverage()
        except SmarketingError as error:
            is_whole = False
            click.secho(f"✗ {source.name}: {error.say(words)}", fg="red")
            continue
        click.echo(words("cli.check.table", table=source.name, read=words.number(rows)))
        for field, count in known.items():
            if count < rows:
                parts = {"field": field, "count": words.number(count), "rows": words.number(rows)}
                click.echo(f"  · {words('cli.check.field_known', **parts)}")
    return is_whole


def _say_sights(workspace: Workspace, source: str, words: Words) -> None:
    """Say of which records the last sync has seen only a part."""
    from sheets_sync.sources.rest.access import sights
    from sheets_sync.store import open_published

    try:
        connection = open_published(workspace.hidden)
    except OSError:
        return
    with connection:
        for what, seen, named in sights(connection, source):
            parts = {"name": words(f"crm.what.{what}"), "seen": words.number(seen)}
            said = words("cli.check.crm_sight", **parts, named=words.number(named))
            click.secho(said, fg="yellow")


def _check_workbook(workspace: Workspace, words: Words) -> None:
    if workspace.config.sheets:
        _check_sheet(workspace, words)
        return
    exists = workspace.workbook.exists()
    text = "cli.check.workbook" if exists else "cli.check.no_workbook"
    click.echo(words(text, path=workspace.workbook))


def _check_sheet(workspace: Workspace, words: Words) -> None:
    """Say as whom we come, and whether the Google Sheet lets us in."""
    from sheets_sync.sync import spreadsheet_of

    found = spreadsheet_of(workspace, datetime.now(UTC))
    click.echo(words("cli.check.bot", bot=found.access.name or words("cli.check.yourself")))
    found.begin()
    title = found.structure("properties(title)")["properties"]["title"]
    click.echo(words("cli.check.sheet", title=title, address=workspace.place))


def _check_live(workspace: Workspace, words: Words) -> None:
    """Try on a scratch tab what the Google Sheet should do; keep what was found."""
    from sheets_sync.state import Kept
    from sheets_sync.sync import spreadsheet_of
    from sheets_sync.targets.gsheets.probe import REVISION, probe

    now = datetime.now(UTC)
    found = spreadsheet_of(workspace, now)
    holds: dict[str, bool | None] = {}
    for finding in probe(found, f"{now:%Y-%m-%d %H.%M.%S}"):
        holds[finding.id] = finding.holds
        point = words(f"probe.{finding.id}", **finding.parts)
        text = {True: "holds", False: "differs", None: "unknown"}[finding.holds]
        why = finding.parts.get("why", "")
        click.echo(words(f"probe.{text}", point=point, why=why))
    click.echo(words("probe.kept", day=words.day(now.date()), revision=REVISION))
    kept = {"at": now.isoformat(), "revision": REVISION, "holds": holds}
    Kept(workspace.state, f"sheet.{found.id}.")["probe"] = json.dumps(kept)


def _check_data(workspace: Workspace, words: Words) -> None:
    """Say how the data of the last sync look."""
    from sheets_sync.reading import open_reading

    try:
        with open_reading(workspace, datetime.now(UTC), None) as reading:
            facts = reading.facts()
    except FixConfig as error:
        click.echo(error.say(words))
        return
    for row in facts.tables["quality_floors"]:
        share: Any = row.get("value")
        floor: Any = row.get("floor")
        mark = "·" if share is None else "✓" if share >= floor else "!"
        name = words(f"quality.{row['id']}")
        shares = {"share": words.share(share), "floor": words.share(floor, 0)}
        click.echo(f"{mark} {words('cli.check.floor', name=name, **shares)}")
    for row in facts.tables["quality_counts"]:
        if row.get("count"):
            name = words(f"quality.{row['id']}")
            click.echo(f"· {words('cli.check.count', name=name, count=row['count'])}")
