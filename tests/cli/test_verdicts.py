"""Verdicts as they are lived: the rule, answers, an override, a dispute, a new version, no verdict.

Six leads: the CRM has judged the first two, and only the last may still wait for a verdict.
"""

from datetime import date

import pytest
from openpyxl import load_workbook

from tests.cli.calls import DAY, done
from tests.cli.company import write

HEADERS = ("Lead ID", "Created", "Source", "Owner", "Verdict", "Reason")
LEADS = [
    ("L0", "2026-11-16", "direct", "Anna", "qualified", ""),
    ("L1", "2026-11-16", "vk", "Anna", "unqualified", "Wrong region"),
    ("L2", "2026-11-16", "vk", "Boris", "", ""),
    ("L3", "2026-11-16", "vk", "Boris", "", ""),
    ("L4", "2026-11-16", "avito", "Boris", "", ""),
    ("L5", "2026-11-20", "avito", "Boris", "", ""),
]
NEED, AUTHORITY, TIMING, NEW = "sign_g0005", "sign_g0004", "sign_g0006", "sign_g0021"
TITLES = {
    "leads": "Leads",
    "disputes": "Disputes",
    "qualification": "Qualification",
    "rule_versions": "Rule versions",
}


class Book:
    """The workbook, as a person reads and edits it; tabs and columns are found by their names."""

    def __init__(self, folder, *, data_only=False):
        self.path = folder / "smarketing.xlsx"
        self.book = load_workbook(self.path, data_only=data_only)

    def column(self, tab, id_):
        name = self.book.defined_names[f"smk.{tab}.{id_}"].attr_text
        return self.book[TITLES[tab]][name.split("!")[1].replace("$", "")].column

    def type(self, tab, row, **typed):
        """Type into a row: by its key, or into the first prepared one."""
        sheet, ask = self.book[TITLES[tab]], self.column(tab, next(iter(typed)))
        free = next(r for r in range(5, 200) if not sheet.cell(r, 1).value
                    and not sheet.cell(r, ask).value)  # fmt: skip
        rows = {str(sheet.cell(r, 1).value): r for r in range(5, free)}
        for id_, value in typed.items():
            sheet.cell(rows.get(row, free), self.column(tab, id_), value)


def sync(folder):
    return done("sync", folder, "--as-of", DAY, "--json").json


def shown(folder, tab, *ids):
    """Return what the tab shows in some columns, by the row's key."""
    book = Book(folder, data_only=True)
    at = [book.column(tab, id_) - 1 for id_ in ids]
    return {
        str(row[0]): tuple(row[place] for place in at)
        for row in book.book[TITLES[tab]].iter_rows(min_row=5, values_only=True)
        if row[0] is not None
    }


def verdicts(folder):
    return shown(folder, "leads", "verdict", "decided_by", "reason", "rule_version")


def counts(folder):
    told = done("metrics", folder, "--as-of", DAY, "--period", "2026-11", "--format", "json").json
    values = {row["metric"]: row["value"] for row in told}
    return tuple(values[name] for name in ("qualified", "unqualified", "pending"))


@pytest.fixture(scope="module")
def steps(tmp_path_factory):
    """The workspace after each round of typing and syncing: what was seen."""
    folder = tmp_path_factory.mktemp("verdicts")
    done("init", folder, "--leads", write(folder / "leads.csv", HEADERS, LEADS))
    seen = [see(folder)]
    for edit in (answer, settle, answer_anew):
        book = Book(folder)
        edit(book)
        book.book.save(book.path)
        seen.append(see(folder))
    return folder, seen


def see(folder):
    return sync(folder), verdicts(folder), counts(folder)


def answer(book):
    book.type("leads", "L2", **dict.fromkeys((NEED, AUTHORITY, TIMING), "yes"))
    book.type("leads", "L3", **{NEED: "no"})
    book.type("leads", "L4", our_verdict="unqualified", our_reason="competitor, job seeker")
    book.type("disputes", None, lead_id="L1", opened_by="marketing", argument="They moved.")


def settle(book):
    day = date(2026, 11, 20)
    book.type("disputes", "D-0001", outcome="qualified", decided_by="Anna", decided_on=day)
    book.type("qualification", "G-0005", points_yes=9)
    book.type(
        "qualification", None, question="Own house?", on="yes", kind="sign", points_yes=1
    )  # fmt: skip
    book.type(
        "qualification", None, question="Near?", on="yes", kind="gate", field="region",
        op="fits the pattern", value="(a+)+", reason="out of area",
    )  # fmt: skip


def answer_anew(book):
    book.type("leads", "L5", **dict.fromkeys((NEED, AUTHORITY, TIMING, NEW), "yes"))
    for side in ("sales", "marketing"):
        signed = {f"signed_{side}_by": "Vera", f"signed_{side}_on": date(2026, 11, 21)}
        book.type("rule_versions", "2", **signed)


def test_at_first_the_crm_decides_and_the_rest_waits(steps):
    _, found, counted = steps[1][0]
    late, awaited = "no verdict in time", "pending"
    assert found == {
        "L0": ("qualified", "CRM", None, 1),
        "L1": ("unqualified", "CRM", "out of area", 1),
        "L2": (late, None, None, 1),
        "L3": (late, None, None, 1),
        "L4": (late, None, None, 1),
        "L5": (awaited, None, None, 1),
    }
    assert counted == (1, 1, 4)


def test_answers_let_the_rule_decide_and_the_sheet_outranks_it(steps):
    _, found, counted = steps[1][1]
    assert found["L2"] == ("qualified", "rule", None, 1)
    assert found["L3"] == ("unqualified", "rule", "wrong product", 1)
    assert found["L4"][:3] == ("unqualified", "sheet", "competitor, job seeker")
    assert found["L1"][:2] == ("unqualified", "CRM")  # an open dispute decides nothing
    assert counted == (2, 3, 1)


def test_a_settled_dispute_outranks_all_and_old_verdicts_keep_their_version(steps):
    _, found, counted = steps[1][2]
    assert found["L1"] == ("qualified", "dispute D-0001", None, 1)
    assert [found[lead][3] for lead in ("L2", "L3", "L5")] == [1, 1, 2]
    assert counted == (3, 2, 1)


def test_a_new_sign_is_a_new_column_whose_answers_count(steps):
    folder, seen = steps
    assert seen[3][1]["L5"] == ("qualified", "rule", None, 2)
    assert seen[3][2] == (4, 2, 0)
    said = shown(folder, "leads", NEED, AUTHORITY, TIMING, NEW)
    assert said["L5"] == ("yes",) * 4
    assert said["L2"] == ("yes", "yes", "yes", None)


def test_a_row_that_cannot_be_used_is_named_and_left_out(steps):
    folder, _ = steps
    wrong = shown(folder, "qualification", "problem")
    [broken] = [key for key, (text,) in wrong.items() if text]
    assert "(a+)+" in wrong[broken][0]
    texts = shown(folder, "rule_versions", "rule_text")
    assert "Own house?" in texts["2"][0]
    assert "Near?" not in texts["2"][0]


def test_a_version_is_signed_by_both_or_not_at_all(steps):
    folder, _ = steps
    found = shown(folder, "rule_versions", "signed", "age_days", "leads_decided")
    assert found["1"][:2] == ("no", None)
    assert found["2"][:2] == ("yes", 1)
    assert found["1"][2] + found["2"][2] == 6


def test_another_sync_changes_nothing(steps):
    folder, _ = steps
    before = verdicts(folder)
    told = sync(folder)
    assert not set(told["cells_changed"]) & {*TITLES, "reasons"}
    assert verdicts(folder) == before
