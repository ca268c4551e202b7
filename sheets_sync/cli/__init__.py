"""The command line: which commands there are, in which language they speak, how they end."""

from __future__ import annotations

import gc
import locale
import os
import signal
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any

import click

from sheets_sync.errors import FixConfig, SmarketingError, exit_code
from templates.words import LANGUAGES, Words, load

COMMANDS = (
    "demo",
    "init",
    "sync",
    "clients",
    "check",
    "metrics",
    "explain",
    "score",
    "meeting",
    "messages",
    "schedule",
    "writeback",
    "backup",
    "restore",
    "serve",
    "addin",
)
ELSEWHERE = {"serve": "excel_addin.serve", "addin": "excel_addin.cli"}
"""Commands of the folder above this one, which nothing here may import."""
_MANY = 1_000_000
"""Values made before cycles are looked for: a sync makes millions, and hardly a cycle."""
_TURN = 0.001
"""Seconds of a thread's turn: rows are stored beside other work, and wait for one at every step."""


class Worded(click.Command):
    """A command whose help comes from the language files: `cli.<command>` and its options'."""

    def get_help(self, ctx: click.Context) -> str:
        """Return the help text in the language of the call."""
        words: Words = ctx.obj
        self.help = words(f"cli.{self.name}.help")
        for option in self.params:
            if isinstance(option, click.Option):
                option.help = words(_option_text(self.name, option.opts[0], words))
        return super().get_help(ctx)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the call; a mistake in it knows whose call it is."""
        try:
            return super().parse_args(ctx, args)
        except click.UsageError as error:
            error.ctx = error.ctx or ctx
            raise

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the usage line."""
        pieces = self.collect_usage_pieces(ctx)
        formatter.write_usage(ctx.command_path, " ".join(pieces), _prefix(ctx, "usage"))

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options."""
        rows = [row for option in self.get_params(ctx) if (row := option.get_help_record(ctx))]
        with formatter.section(ctx.obj("cli.options")):
            formatter.write_dl(rows)

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """Return --help, in the language of the call."""
        option = super().get_help_option(ctx)
        if option:
            option.help = ctx.obj("cli.option.help")
        return option


class WordedCommand(Worded):
    """A command that speaks the language of its workspace, whatever happens to it."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; say what went wrong and return its exit code."""
        folder = ctx.params.get("folder", Path())
        ctx.obj = words_of(ctx, folder)
        return answered(lambda: super(WordedCommand, self).invoke(ctx), folder, ctx.obj)


class Commands(Worded, click.Group):
    """The commands, each imported when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """Return the commands in the order in which people meet them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:  # noqa: ARG002
        """Import a command."""
        if name not in COMMANDS:
            raise FixConfig("no_such_command", name=name, known=", ".join(COMMANDS))
        return imported(name)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options and one line a command, without importing any."""
        Worded.format_options(self, ctx, formatter)
        with formatter.section(ctx.obj("cli.commands")):
            formatter.write_dl([(name, ctx.obj(f"cli.{name}.short")) for name in COMMANDS])


def imported(name: str) -> click.Command:
    """Import a command."""
    module = import_module(ELSEWHERE.get(name, f"sheets_sync.cli.{name}"))
    command: click.Command = module.command
    return command


def _option_text(command: str | None, option: str, words: Words) -> str:
    """Name the text of an option such as `--as-of`: the command's own, else the common one."""
    name = option.lstrip("-").replace("-", "_")
    own = f"cli.{command}.{name}"
    return own if words.has(own) else f"cli.option.{name}"


def _prefix(ctx: click.Context, text: str) -> str:
    return f"{ctx.obj(f'cli.{text}')} "


@click.group(cls=Commands, name="smarketing", context_settings={"max_content_width": 100})
@click.option("--lang", type=click.Choice(LANGUAGES))
@click.version_option(package_name="smarketing", message="%(prog)s %(version)s")
def smarketing(lang: str | None) -> None:
    """Sync CRM and advertising data into one workbook."""


def take_language(arguments: Sequence[str]) -> tuple[str | None, list[str]]:
    """Take --lang out of a call, wherever it stands; return it and the rest.

    >>> take_language(["sync", "--lang", "en", "--json"])
    ('en', ['sync', '--json'])
    """
    rest = list(arguments)
    for place, argument in enumerate(rest):
        if argument == "--lang" and len(rest) > place + 1:
            return rest[place + 1], rest[:place] + rest[place + 2 :]
        if argument.startswith("--lang="):
            return argument.removeprefix("--lang="), rest[:place] + rest[place + 1 :]
    return None, rest


def system_language() -> str:
    """Return the language of the locale: ru or en."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if os.environ.get(name):
            return "ru" if os.environ[name].startswith("ru") else "en"
    return "ru" if (locale.getlocale()[0] or "").lower().startswith("ru") else "en"


def words_of(ctx: click.Context, folder: Path) -> Words:
    """Return the words for a workspace: --lang, else the workspace's language."""
    from sheets_sync.config import language

    words: Words = ctx.obj
    if ctx.find_root().params.get("lang"):
        return words
    return load(language(folder) or words.language)


def tell_error(text: str) -> None:
    """Print an error where errors are read."""
    click.echo(text, err=True)


def answered(
    run: Callable[[], Any],
    folder: Path,
    words: Words,
    tell: Callable[[str], None] = tell_error,
) -> Any:
    """Run something; say an error in words, of our own too, and return its exit code."""
    try:
        return run()
    except (click.ClickException, click.Abort, click.exceptions.Exit, BrokenPipeError):
        raise
    except Exception as raised:  # noqa: BLE001  (no traceback reaches a reader)
        from sheets_sync.disk import told

        error = told(raised, folder)
        tell(_said(error, folder, words))
        return exit_code(error)


def _said(error: BaseException, folder: Path, words: Words) -> str:
    if isinstance(error, SmarketingError):
        return error.say(words)
    if isinstance(error, OSError) and error.filename is not None:
        return words("error.system", path=error.filename, why=error.strerror)
    from sheets_sync.cli.fault import record

    return words("cli.fault", path=record(error, folder))


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and exit with its code."""
    gc.set_threshold(_MANY)
    sys.setswitchinterval(_TURN)
    chosen, rest = take_language(sys.argv[1:] if arguments is None else arguments)
    words = load(chosen if chosen in LANGUAGES else system_language())
    call = ["--lang", chosen, *rest] if chosen else rest
    try:
        code = answered(lambda: _called(call, words), Path(), words)
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.ctx.get_help())
        code = 0
    except click.UsageError as error:
        click.echo(_usage(error, words), err=True)
        code = 2
    except (KeyboardInterrupt, click.Abort):
        click.echo(words("cli.stopped"), err=True)
        code = 130
    sys.exit(code if isinstance(code, int) else 0)


def program() -> None:
    """Run the command line as a program; leave at once, without taking a large heap apart.

    Who asks it to stop (SIGTERM, on Windows Ctrl+Break) is heard as Ctrl+C is: it leaves cleanly.
    """
    signal.signal(getattr(signal, "SIGBREAK", signal.SIGTERM), signal.default_int_handler)
    try:
        main()
    except SystemExit as left:
        with suppress(BrokenPipeError):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(left.code if isinstance(left.code, int) else 1)


def _called(call: list[str], words: Words) -> Any:
    return smarketing.main(call, prog_name="smarketing", obj=words, standalone_mode=False)


def _usage(error: click.UsageError, words: Words) -> str:
    path = error.ctx.command_path if error.ctx else "smarketing"
    parts: dict[str, object] = {"help": f"{path} --help"}
    if isinstance(error, click.NoSuchOption):
        return words("cli.no_such_option", name=error.option_name, **parts)
    if isinstance(error, click.BadOptionUsage):
        return words("cli.missing_value", name=error.option_name, **parts)
    if isinstance(error, click.MissingParameter):
        name = error.param.human_readable_name if error.param else ""
        return words("cli.missing_parameter", name=name, **parts)
    if isinstance(error, click.BadParameter) and error.param:
        kind, name = error.param.type, error.param.opts[0]
        if isinstance(kind, click.DateTime):
            return words("cli.not_a_date", name=name, **parts)
        if isinstance(kind, click.Choice):
            return words("cli.not_a_choice", name=name, choices=", ".join(kind.choices), **parts)
    return words("cli.wrong_usage", **parts)
