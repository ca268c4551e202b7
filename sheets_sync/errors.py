"""Errors, grouped by what the reader should do.

    SmarketingError
    ├── FixConfig       exit 2    change smarketing.toml or the command
    ├── LookAtSource    exit 3    a source failed; everything else was synced
    ├── TargetNotWritten exit 4   the workbook is as it was; nothing is lost
    │   ├── AskAccess             somebody has to share it
    │   └── CloseWorkbook         somebody has it open
    └── WaitAndRetry    exit 75   another sync holds the workspace

An error carries the id of its text (`error.<id>` in the language files) and the parts that the
text names, so that the same error can be said in every language.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from templates.words import Words


class SmarketingError(Exception):
    """Something that the reader can do something about.

    >>> SmarketingError("file_missing", path="deals.csv").parts
    {'path': 'deals.csv'}
    """

    exit_code: ClassVar[int] = 1

    def __init__(self, id: str, **parts: object) -> None:  # noqa: A002
        """Name the text of the error and what it speaks of."""
        super().__init__(id, parts)
        self.id = id
        self.parts = parts

    def say(self, words: Words) -> str:
        """Say it in the language of `words`."""
        return words(f"error.{self.id}", **self.parts)


class FixConfig(SmarketingError):
    """The command line or the config is wrong."""

    exit_code = 2


class LookAtSource(SmarketingError):
    """A source could not be read."""

    exit_code = 3


class TargetNotWritten(SmarketingError):
    """The workbook could not be written, and is as it was."""

    exit_code = 4


class AskAccess(TargetNotWritten):
    """Somebody has to share the workbook."""


class CloseWorkbook(TargetNotWritten):
    """Somebody has the workbook open."""


class WaitAndRetry(SmarketingError):
    """Another sync holds the workspace."""

    exit_code = 75


def exit_code(error: BaseException) -> int:
    """Return the code with which a program ends that met this error.

    >>> exit_code(WaitAndRetry("locked")), exit_code(ValueError()), exit_code(KeyboardInterrupt())
    (75, 1, 130)
    """
    if isinstance(error, SmarketingError):
        return error.exit_code
    if isinstance(error, OSError) and error.filename is not None:
        return FixConfig.exit_code
    return 130 if isinstance(error, KeyboardInterrupt) else 1
