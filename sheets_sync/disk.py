"""What a disk refuses, told so that people know what to do."""

from __future__ import annotations

import errno
import sqlite3
from pathlib import Path

from sheets_sync.errors import AskAccess, SmarketingError, TargetNotWritten

FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
CLOSED = {errno.EROFS, errno.EACCES, errno.EPERM}
SAID_FULL = ("No space left", "File too large")
SAID_CLOSED = ("Read-only file system", "Permission denied")
NO_ROOM = {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_WRITE, sqlite3.SQLITE_IOERR_SHMSIZE}
NOT_OURS = {sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN}


def told(error: BaseException, folder: Path) -> BaseException:
    """Return an error of the disk of a workspace as one that says what to do, others as they are.

    >>> told(OSError(errno.ENOSPC, "no space"), Path("company")).args[0]
    'disk_full'
    """
    if isinstance(error, SmarketingError):
        return error
    inner = error.args[0] if error.args and isinstance(error.args[0], OSError) else error
    if _is_full(inner):  # xlsxwriter puts it into an error of its own
        return TargetNotWritten("disk_full", folder=folder)
    if _is_closed(inner, folder):
        return AskAccess("folder_closed", folder=folder)
    return error


def _is_full(error: BaseException) -> bool:
    if isinstance(error, OSError):
        return error.errno in FULL
    code = getattr(error, "sqlite_errorcode", None)
    return code in NO_ROOM or (_is_of_facts(error) and any(x in str(error) for x in SAID_FULL))


def _is_closed(error: BaseException, folder: Path) -> bool:
    if isinstance(error, OSError):
        place = Path(error.filename or folder)
        return error.errno in CLOSED and place.absolute().is_relative_to(folder.absolute())
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    return code in NOT_OURS or (_is_of_facts(error) and any(x in str(error) for x in SAID_CLOSED))


def _is_of_facts(error: BaseException) -> bool:
    """Tell whether DuckDB raised an error, without loading it."""
    return type(error).__module__.lstrip("_").partition(".")[0] == "duckdb"
