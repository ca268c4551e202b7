"""Every tab of a workbook as a picture, to be looked at.

LibreOffice prints a copy in which the hidden tabs are shown and each tab takes one page: a report
as far as it goes to paper, of a table the first rows. With --paper the sheets are as they print.

    python -m tests.render FILE FOLDER [--locale ru-RU] [--only TITLE] [--paper]
"""

from __future__ import annotations

import argparse
import re
import subprocess
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

from tests.oracles import convert, parts_of_sheets

ROWS = 45
"""How many rows of a table are shown."""

DOTS = 130

FOOT = re.compile(r"^ *(\S.*?) {2,}\d+ \S+ \d+$", re.MULTILINE)
"""A title and the number of a page, as they stand below it; a chart may be told after them."""


def pictures(
    path: Path, folder: Path, *, locale: str = "en-US", only: str = "", is_paper: bool = False
) -> list[Path]:
    """Draw the tabs, one picture each or one a sheet of paper, named by place and title."""
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.png"):
        old.unlink()
    with tempfile.TemporaryDirectory() as scratch:
        copy = Path(scratch) / "copy.xlsx"
        titles = _open_all(path, copy, str if is_paper else _on_one_page)
        pdf = convert(copy, "pdf", Path(scratch), locale)
        for page, title in enumerate(_titles(pdf, titles), 1):
            if only in title:
                _draw(pdf, page, folder / f"{titles.index(title) + 1:02d}-{title}-{page}")
    return sorted(folder.glob("*.png"))


def _titles(pdf: Path, titles: Sequence[str]) -> list[str]:
    """Return whose each page is: its foot says so. A very long tab takes more than one."""
    text = subprocess.run(
        ["pdftotext", "-layout", str(pdf), "-"],  # noqa: S607
        check=True, capture_output=True, text=True,
    ).stdout  # fmt: skip
    pages = (page for page in text.split("\f") if page.strip())
    return [next(foot for foot in FOOT.findall(page)[::-1] if foot in titles) for page in pages]


def _draw(pdf: Path, page: int, path: Path) -> None:
    command = ["pdftoppm", "-r", str(DOTS), "-f", str(page), "-l", str(page), "-singlefile"]
    subprocess.run([*command, "-png", str(pdf), str(path)], check=True)


def _open_all(path: Path, copy: Path, paged: Callable[[str], str]) -> list[str]:
    """Copy a workbook, its tabs all shown and paged as asked; return their titles."""
    with ZipFile(path) as file, ZipFile(copy, "w", ZIP_DEFLATED) as made:
        sheets = dict(parts_of_sheets(file))
        edits: dict[str, Callable[[str], str]] = dict.fromkeys(sheets.values(), paged)
        areas = [_area(file.read(part).decode()) for part in sheets.values()]
        edits["xl/workbook.xml"] = lambda text: _all_shown(text, list(sheets), areas)
        for name in file.namelist():
            held = file.read(name)
            made.writestr(name, edits[name](held.decode()) if name in edits else held)
    return list(sheets)


def _on_one_page(text: str) -> str:
    text = re.sub(r' fitTo(Width|Height)="\d+"', "", text)
    return re.sub(r"<(row|col)Breaks.*?</\1Breaks>", "", text)


def _area(text: str) -> str:
    """Return what to show of a sheet: all of a report, of a table, whose header stays, the top."""
    found = re.search(r'<dimension ref="A1(?::([A-Z]+)(\d+))?"', text)
    column, row = (found[1] or "A", int(found[2] or 1)) if found else ("A", 1)
    return f"$A$1:${column}${min(row, ROWS) if '<pane ' in text else row}"


def _all_shown(text: str, titles: list[str], areas: list[str]) -> str:
    text = re.sub(r' state="(veryH|h)idden"', "", text)
    text = re.sub(r'<definedName name="_xlnm.Print_Titles".*?</definedName>', "", text)
    added = "".join(
        f'<definedName name="_xlnm.Print_Area" localSheetId="{place}">'
        f"'{title}'!{area}</definedName>"
        for place, (title, area) in enumerate(zip(titles, areas, strict=True))
        if f'"_xlnm.Print_Area" localSheetId="{place}"' not in text
    )
    return text.replace("<definedNames>", f"<definedNames>{added}")


def main() -> None:
    """Draw the tabs and name the pictures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--locale", default="en-US", help="ru, en-US")
    parser.add_argument("--only", default="", help="tabs whose title has this in it")
    parser.add_argument("--paper", action="store_true", help="as they are printed")
    chosen = parser.parse_args()
    options = {"locale": chosen.locale, "only": chosen.only, "is_paper": chosen.paper}
    for picture in pictures(chosen.file, chosen.folder, **options):
        print(picture)  # noqa: T201


if __name__ == "__main__":
    main()
