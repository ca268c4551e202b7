"""The add-in is made known to Excel on this computer: an entry on Windows, a file on a Mac.

Excel for the web, and colleagues, get the manifest by hand or from their administrator.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from excel_addin.manifest import identity, manifest
from templates.brand import UNBRANDED, Brand

if TYPE_CHECKING:
    from collections.abc import Mapping

KEY = r"Software\Microsoft\Office\16.0\WEF\Developer"
"""Where Excel for Windows looks for add-ins that are being developed: the id, and the manifest."""
WEF = "Library/Containers/com.microsoft.Excel/Data/Documents/wef"


def place(
    url: str,
    system: str | None = None,
    home: Path | None = None,
    variables: Mapping[str, str] = os.environ,
) -> Path | None:
    """Return where the manifest of an address belongs on this computer; None where Excel is not.

    >>> place("https://localhost:8765", "darwin", Path("/Users/anna")).parent.as_posix()
    '/Users/anna/Library/Containers/com.microsoft.Excel/Data/Documents/wef'
    """
    home, name = home or Path.home(), f"smarketing-{identity(url)}.xml"
    system = system or sys.platform
    if system == "darwin":
        return home / WEF / name
    if system == "win32":
        local = variables.get("LOCALAPPDATA")
        return (Path(local) if local else home / "AppData/Local") / "smarketing" / name
    return None


def install(
    url: str,
    path: Path,
    system: str | None = None,
    application: str | None = None,
    brand: Brand = UNBRANDED,
) -> None:
    """Write the manifest, and let Excel find it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(manifest(url, application, brand), encoding="utf-8")
    if (system or sys.platform) == "win32":
        _registered(identity(url), str(path))


def remove(url: str, path: Path, system: str | None = None) -> bool:
    """Take it away again; tell whether it was there."""
    is_there = path.exists()
    path.unlink(missing_ok=True)
    if (system or sys.platform) == "win32":
        _registered(identity(url), None)
    return is_there


def _registered(id_: str, path: str | None) -> None:
    """Set or delete the entry."""
    import winreg

    with winreg.CreateKey(winreg.HKEY_CURRENT_USER, KEY) as key:  # type: ignore[attr-defined]
        if path is not None:
            winreg.SetValueEx(key, id_, 0, winreg.REG_SZ, path)  # type: ignore[attr-defined]
            return
        try:
            winreg.DeleteValue(key, id_)  # type: ignore[attr-defined]
        except FileNotFoundError:
            return
