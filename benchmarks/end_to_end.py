"""100,000 deals from the export to the workbook, against a straightforward script.

`python benchmarks/end_to_end.py [DEALS]`. The script reads the CSV with pandas, counts deals, won,
lost, revenue, conversion and the median cycle by month, seller and source, and writes the deals and
these three tables with openpyxl (`DataFrame.to_excel`), or into a Google Sheet with
gspread-dataframe; our sync does that too, reads what people typed, computes a hundred metrics and
writes every tab, charts and all. It writes the newest 20,000 deals; the script is measured with all
deals, as such scripts do, and with as few as ours. Seconds are by the clock, each of a process of
its own; of the two that are held to a goal, in the middle of three taken in turn.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from operator import attrgetter
from pathlib import Path
from tempfile import TemporaryDirectory

sys.path.insert(0, str(Path(__file__).parents[1]))

from _child import Cost, smarketing, spent
from _goal import at_least, noted
from sync import AS_OF, write

from tests.sheets_emulator.server import running

DEALS = 100_000
AS_MANY_AS_OURS = 20_000
TURNS = 3


def tables(export: str, most: int) -> dict[str, object]:
    """Read the export and count, as somebody with pandas would."""
    import pandas as pd

    deals = pd.read_csv(export, parse_dates=["Created", "Closed"])
    won, lost = deals[deals["Stage"] == "Won"], deals[deals["Stage"] == "Lost"]
    made = {"deals": deals.sort_values("Created").tail(most)}
    for name, key in (("month", None), ("seller", "Owner"), ("source", "Source")):

        def by(rows: object, day: str, key: str | None = key) -> object:
            return rows.groupby(key or rows[day].dt.strftime("%Y-%m"))

        table = pd.DataFrame(
            {
                "deals": by(deals, "Created").size(),
                "won": by(won, "Closed").size(),
                "lost": by(lost, "Closed").size(),
                "revenue": by(won, "Closed")["Amount"].sum(),
                "cycle": by(won.assign(days=(won["Closed"] - won["Created"]).dt.days), "Closed")[
                    "days"
                ].median(),
            }
        )
        table["conversion"] = table["won"] / (table["won"] + table["lost"])
        made[name] = table.reset_index()
    return made


def to_excel(export: str, path: str, most: str) -> None:
    """Write the tables with openpyxl."""
    import pandas as pd

    with pd.ExcelWriter(path, engine="openpyxl") as book:
        for name, table in tables(export, int(most)).items():
            table.to_excel(book, sheet_name=name, index=False)


def to_sheet(export: str, base: str, most: str) -> None:
    """Write the tables into a Google Sheet."""
    from _peers import spreadsheet
    from gspread_dataframe import set_with_dataframe

    book = spreadsheet(base, "theirs")
    for name, table in tables(export, int(most)).items():
        page = book.add_worksheet(name, rows=len(table) + 1, cols=len(table.columns))
        set_with_dataframe(page, table)


def script(work: object, *arguments: str) -> Cost:
    return spent([sys.executable, __file__, work.__name__, *arguments])


def middle(costs: Sequence[Cost]) -> Cost:
    """Return the cost in the middle, by the clock."""
    return sorted(costs, key=attrgetter("clock"))[len(costs) // 2]


def main(deals: int) -> None:
    with TemporaryDirectory() as folder:
        export = str(Path(folder, "deals.csv"))
        write(Path(export), deals)
        turns = []
        for turn in map(str, range(TURNS)):
            home = str(Path(folder, turn))
            smarketing("init", home, "--deals", export)
            turns.append((
                smarketing("sync", home, "--as-of", AS_OF, "--json"),
                script(to_excel, export, str(Path(folder, "theirs.xlsx")), str(deals)),
            ))  # fmt: skip
        ours, theirs = map(middle, zip(*turns, strict=True))
        again = smarketing("sync", home, "--as-of", AS_OF, "--json")
        noted(f"{deals:,} deals from the export to the workbook", ours.clock, "s")
        noted("the same again", again.clock, "s")
        noted("pandas and openpyxl, all deals", theirs.clock, "s")
        at_least("against it", theirs.clock / ours.clock, 3)
        at_least("memory against it", theirs.megabytes / ours.megabytes, 1)
        few = script(to_excel, export, str(Path(folder, "few.xlsx")), str(AS_MANY_AS_OURS))
        noted("pandas and openpyxl, no more deals than ours writes", few.clock, "s")
        noted("against it", few.clock / ours.clock, "times")
        with running() as world:
            world.add("theirs", "en_US")
            sheet = script(to_sheet, export, world.url, str(AS_MANY_AS_OURS))
            noted("pandas and gspread-dataframe, no more deals than ours", sheet.clock, "s")
            noted("against it", sheet.clock / ours.clock, "times")


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["to_excel", *rest]:
            to_excel(*rest)
        case ["to_sheet", *rest]:
            to_sheet(*rest)
        case [n]:
            main(int(n))
        case _:
            main(DEALS)
