"""`smarketing score`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from formulas.scorecard import NOT_APPLICABLE, UNKNOWN, Answer, Score, score
from sheets_sync.cli import WordedCommand
from templates.scorecard import load

if TYPE_CHECKING:
    from formulas.questionnaire import Criterion, Questionnaire
    from templates.words import Words

KEYS: Mapping[str, str] = {"?": UNKNOWN, "-": NOT_APPLICABLE}


@click.command("score", cls=WordedCommand)
@click.argument("folder", metavar="[DIR]", default=".", type=click.Path(path_type=Path))
@click.pass_context
def command(ctx: click.Context, folder: Path) -> None:
    """Ask the questions, print the result; the data of a synced workspace answer too."""
    words: Words = ctx.obj
    questionnaire, measured = _known(folder, words)
    click.echo(words("cli.score.intro", count=len(questionnaire.criteria)))
    answers = {}
    for place, criterion in enumerate(questionnaire.criteria, start=1):
        said = _ask(criterion, place, questionnaire, words)
        answers[criterion.id] = Answer(sales=said, measured=measured.get(criterion.id))
    _print(score(questionnaire, answers), questionnaire, words)


def _known(folder: Path, words: Words) -> tuple[Questionnaire, dict[str, int]]:
    """Return the questions of a workspace, and what its data answer once it was synced."""
    from sheets_sync.config import CONFIG
    from sheets_sync.config import load as load_config
    from sheets_sync.reading import open_reading
    from sheets_sync.store_published import FACTS
    from sheets_sync.workspace import Workspace

    if not (folder / CONFIG).exists():
        return load(), {}
    workspace = Workspace(folder, load_config(folder, words))
    if not (workspace.hidden / FACTS).exists():
        return workspace.questionnaire, {}
    with open_reading(workspace, datetime.now(UTC), None) as reading:
        rows: Any = reading.report("measured")
    known = {row["criterion"]: row["measured"] for row in rows if row["measured"] is not None}
    return workspace.questionnaire, known


def _ask(criterion: Criterion, place: int, questionnaire: Questionnaire, words: Words) -> int | str:
    wording = criterion.words[words.language]
    click.echo()
    click.secho(f"{place}/{len(questionnaire.criteria)}  {wording.question}", bold=True)
    scale = questionnaire.scale
    for points, text in enumerate(wording.answers, scale.min):
        click.echo(f"   {points}  {text}")
    while True:
        said = click.prompt(words("cli.score.answer"), prompt_suffix=" ", default="?").strip()
        if said in KEYS:
            return KEYS[said]
        if said.isdecimal() and scale.min <= int(said) <= scale.max:
            return int(said)
        click.echo(words("cli.score.again"))


def _print(found: Score, questionnaire: Questionnaire, words: Words) -> None:
    language = words.language
    click.echo()
    if found.total is None or found.band is None:
        click.echo(words("cli.score.nothing"))
        return
    band = next(band for band in questionnaire.bands if band.id == found.band)
    total = words.number(float(found.total), 1)
    click.secho(words("cli.score.total", total=total, band=band.names[language]), bold=True)
    click.echo(band.texts[language])
    click.echo()
    for section in questionnaire.sections:
        share = found.sections[section.id]
        points = words.number(None if share is None else float(share))
        click.echo(f"  {section.names[language]:<18}{points:>5}")
    if found.unknown:
        click.echo(words("cli.score.unknown", count=found.unknown))
    if found.fix_first:
        click.echo()
        click.secho(words("cli.score.fix_first"), bold=True)
    criteria = {criterion.id: criterion for criterion in questionnaire.criteria}
    for place, id_ in enumerate(found.fix_first, start=1):
        wording = criteria[id_].words[language]
        click.echo(f"{place}. {wording.question}\n   {wording.fix}")
    click.echo()
    click.echo(words("cli.score.next"))
