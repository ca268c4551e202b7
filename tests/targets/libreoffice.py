"""LibreOffice as a person: opens a workbook, does what a macro says, and saves it."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from tests.oracles import alone

_MODULE = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE script:module PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "module.dtd">
<script:module xmlns:script="http://openoffice.org/2000/script" script:name="Module1"
 script:language="StarBasic">
Sub Main(source, result)
  Dim hidden(0) As New com.sun.star.beans.PropertyValue
  hidden(0).Name = "Hidden"
  hidden(0).Value = True
  book = StarDesktop.loadComponentFromURL(source, "_blank", 0, hidden())
  Edit(book)
  Dim form(0) As New com.sun.star.beans.PropertyValue
  form(0).Name = "FilterName"
  form(0).Value = "Calc MS Excel 2007 XML"
  book.storeToURL(result, form())
  book.close(True)
End Sub
Sub Edit(book)
{edit}
End Sub
</script:module>
"""


def save(path: Path, folder: Path, edit: str = "") -> None:
    """Let LibreOffice run the lines of Basic on `book`, and save it as .xlsx in place."""
    office = shutil.which("soffice")
    options = [f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless"]
    module = folder / "profile" / "user" / "basic" / "Standard" / "Module1.xba"
    escaped = edit.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    result = folder / "saved.xlsx"
    macro = f'macro:///Standard.Module1.Main("{path.as_uri()}","{result.as_uri()}")'
    with alone():
        _run([office, *options, "--terminate_after_init"])  # makes the profile
        module.write_text(_MODULE.format(edit=escaped), encoding="utf-8")
        _run([office, *options, macro])
    shutil.move(result, path)


def _run(command: list[str]) -> None:
    subprocess.run(command, check=True, capture_output=True, timeout=180)
