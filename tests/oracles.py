"""Programs that are not ours, asked what they make of a workbook.

IronCalc and LibreOffice each calculate every formula anew; their values are compared with those
that the file carries. LibreOffice also draws pages to look at.

    python -m tests.oracles FILE [--pages FOLDER] [--locale ru-RU]
"""

from __future__ import annotations

import argparse
import fcntl
import re
import shutil
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from math import isclose
from pathlib import Path
from zipfile import ZipFile

Value = str | float | bool | None
Spot = tuple[str, str]  # title of the sheet, address of the cell

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_PROFILE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode"
 oor:op="fuse"><value>0</value></prop></item>
<item oor:path="/org.openoffice.Setup/L10N"><prop oor:name="ooSetupSystemLocale"
 oor:op="fuse"><value>{locale}</value></prop></item>
</oor:items>
"""


@dataclass(frozen=True, slots=True)
class Difference:
    """A formula cell whose value in the file is not what a program calculates."""

    sheet: str
    address: str
    formula: str
    cached: Value
    calculated: Value


@dataclass(frozen=True, slots=True)
class Opinion:
    """What a program says about the formulas of a workbook."""

    program: str
    compared: int
    errors: int  # cells that show #DIV/0! and the like
    differences: tuple[Difference, ...]


def ironcalc(path: Path) -> Opinion:
    """Calculate with IronCalc and compare."""
    import ironcalc as engine

    model = engine.load_from_xlsx(str(path), "en", "UTC", "en")
    model.evaluate()
    titles = [sheet["name"] for sheet in model.get_worksheets_properties()]

    def ask(spot: Spot) -> Value:
        column, row = re.fullmatch(r"([A-Z]+)(\d+)", spot[1]).groups()
        at = engine.column_number_from_name(column)
        return model.get_cell_value(titles.index(spot[0]), int(row), at)

    found = formulas(path)
    return compare("IronCalc", found, {spot: ask(spot) for spot in found})


def libreoffice(path: Path) -> Opinion:
    """Calculate with LibreOffice and compare."""
    with tempfile.TemporaryDirectory() as folder:
        again = convert(path, "xlsx", Path(folder))
        calculated = {spot: value for spot, (_, value) in formulas(again).items()}
    return compare("LibreOffice", formulas(path), calculated)


def render(path: Path, folder: Path, *, dots: int = 70, locale: str = "en-US") -> list[Path]:
    """Draw the visible sheets as LibreOffice prints them in a country, a picture a page."""
    with tempfile.TemporaryDirectory() as scratch:
        pdf = convert(path, "pdf", Path(scratch), locale)
        folder.mkdir(parents=True, exist_ok=True)
        subprocess.run(
            ["pdftoppm", "-r", str(dots), "-png", str(pdf), str(folder / path.stem)],  # noqa: S607
            check=True,
        )
    return sorted(folder.glob(f"{path.stem}-*.png"))


def compare(
    program: str, found: Mapping[Spot, tuple[str, Value]], calculated: Mapping[Spot, Value]
) -> Opinion:
    """Compare what a file carries with what a program calculates, cell by cell."""
    differences = tuple(
        Difference(*spot, formula, cached, calculated.get(spot, "(no cell)"))
        for spot, (formula, cached) in found.items()
        if not same(cached, calculated.get(spot, "(no cell)"))
    )
    shown = [str(value) for value in calculated.values()]
    errors = sum(value.startswith("#") and value.endswith(("!", "?", "/A")) for value in shown)
    return Opinion(program, len(found), errors, differences)


def same(cached: Value, calculated: Value) -> bool:
    """Tell whether two values show the same: an empty text is as good as none."""
    if cached in {None, ""} or calculated in {None, ""}:
        return cached in {None, ""} and calculated in {None, ""}
    if isinstance(cached, str) or isinstance(calculated, str):
        return cached == calculated
    return isclose(cached, calculated, rel_tol=1e-9, abs_tol=1e-9)


def formulas(path: Path) -> dict[Spot, tuple[str, Value]]:
    """Read every formula cell of a workbook: its text and the value that the file carries."""
    with ZipFile(path) as file:
        strings = _strings(file)
        return {
            (title, cell.get("r", "")): (text.text or "", _value(cell, strings))
            for title, part in parts_of_sheets(file)
            for _, cell in ET.iterparse(file.open(part))  # noqa: S314
            if cell.tag == f"{_MAIN}c" and (text := cell.find(f"{_MAIN}f")) is not None
        }


def parts_of_sheets(file: ZipFile) -> Iterator[tuple[str, str]]:
    """Yield the title of each sheet, in order, and the part that holds it."""
    relations = ET.fromstring(file.read("xl/_rels/workbook.xml.rels"))  # noqa: S314
    parts = {relation.get("Id"): relation.get("Target", "") for relation in relations}
    book = ET.fromstring(file.read("xl/workbook.xml"))  # noqa: S314
    for sheet in book.iter(f"{_MAIN}sheet"):
        part = parts[sheet.get(_RELATION)].removeprefix("/xl/")
        yield sheet.get("name", ""), f"xl/{part}"


def _strings(file: ZipFile) -> list[str]:
    if "xl/sharedStrings.xml" not in file.namelist():
        return []
    root = ET.fromstring(file.read("xl/sharedStrings.xml"))  # noqa: S314
    return ["".join(t.text or "" for t in item.iter(f"{_MAIN}t")) for item in root]


def _value(cell: ET.Element, strings: list[str]) -> Value:
    held = cell.find(f"{_MAIN}v")
    text = "" if held is None else held.text or ""
    kind = cell.get("t", "n")
    if kind == "s":
        return strings[int(text)]
    if kind == "b":
        return text == "1"
    if kind == "n" and text:
        return float(text)
    return text


@contextmanager
def alone() -> Iterator[None]:
    """Let one LibreOffice run at a time."""
    with (Path(tempfile.gettempdir()) / "smarketing-oracle.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def convert(path: Path, form: str, folder: Path, locale: str = "en-US") -> Path:
    """Open a workbook in LibreOffice, recalculated, and save it in another form."""
    office = shutil.which("soffice")
    if office is None:
        raise FileNotFoundError("soffice")
    profile = folder / "profile"
    (profile / "user").mkdir(parents=True)
    registry = profile / "user" / "registrymodifications.xcu"
    registry.write_text(_PROFILE.format(locale=locale), encoding="utf-8")
    out = folder / "out"
    command = [office, f"-env:UserInstallation={profile.as_uri()}", "--headless", "--norestore"]
    command += ["--convert-to", form, "--outdir", str(out), str(path.resolve())]
    with alone():
        subprocess.run(command, check=True, capture_output=True, timeout=180)
    return out / f"{path.stem}.{form}"


def main() -> int:
    """Print what the programs say about a workbook."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--pages", type=Path, help="draw the pages into this folder")
    parser.add_argument("--locale", default="en-US", help="of the pages: ru-RU, en-US")
    chosen = parser.parse_args()
    wrong = 0
    for opinion in (ironcalc(chosen.file), libreoffice(chosen.file)):
        said = f"{len(opinion.differences)} differences, {opinion.errors} errors"
        print(f"{opinion.program}: {opinion.compared} formula cells, {said}")  # noqa: T201
        for difference in opinion.differences[:20]:
            print(" ", difference)  # noqa: T201
        wrong += len(opinion.differences) + opinion.errors
    if chosen.pages:
        for page in render(chosen.file, chosen.pages, locale=chosen.locale):
            print(page)  # noqa: T201
    return min(wrong, 1)


if __name__ == "__main__":
    sys.exit(main())
