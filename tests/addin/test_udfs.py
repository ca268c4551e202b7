"""The functions through xlwings: as Excel on Windows calls them, with pywin32 a stub."""

import json
import os
import re
import subprocess
import sys
from math import isclose
from pathlib import Path

import pytest

from excel_addin.visual_basic import module
from formulas.functions import FUNCTIONS, Fault, Said, Setting
from templates.functions import argument_text
from templates.scorecard import load as scorecard
from templates.words import LANGUAGES, load
from tests.addin.asked import COUNT, asked
from tests.formulas.calls import shown

ROOT = Path(__file__).parent.parent.parent
START = "from tests.addin.windows import pretend\npretend()\n"
ERRORS = {"#N/A": -2146826246, "#VALUE!": -2146826273, "#NUM!": -2146826252}
MISSING = -2147352572
"""What Excel gives through COM for an error in a cell, and for what was left out."""


def windows(program, *arguments, language="en", given="", home=None, **more):
    """Run a program in a Python that takes itself for one on Windows; return what it prints."""
    variables = {**os.environ, "LC_ALL": f"{language}_XX.UTF-8", **more}
    if home:
        variables |= {"HOME": str(home), "USERPROFILE": str(home)}
    call = [sys.executable, "-c", START + program, *map(str, arguments)]
    done = subprocess.run(
        call, input=given, cwd=ROOT, env=variables, text=True, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


# -- what Excel is told


WRAPPER = """
import io, json, sys
from types import SimpleNamespace
from excel_addin import udfs
from xlwings.udfs import generate_vba_wrapper
out = io.StringIO()
generate_vba_wrapper("excel_addin.udfs", udfs, out, SimpleNamespace(Name="b.xlsm"))
about = {name: made.__xlfunc__ for name, made in vars(udfs).items() if name.startswith("SMK_")}
print(json.dumps([out.getvalue(), about]))
"""


@pytest.mark.parametrize("language", LANGUAGES)
def test_excel_learns_the_help_of_every_function(language):
    _, about = json.loads(windows(WRAPPER, language=language))
    words = load(language)
    assert about.keys() == {function.name for function in FUNCTIONS.values()}
    for function in FUNCTIONS.values():
        told = about[function.name]
        assert told["category"] == "smarketing"
        assert not told["volatile"]
        assert told["ret"]["doc"] == words(f"function.text.{function.id}")
        assert [each["name"] for each in told["args"]] == list(function.parameters)
        for argument, each in zip(function.arguments, told["args"], strict=True):
            assert each["doc"] == argument_text(function, argument.name, words)
            assert each["options"] == {"ndim": 2, "err_to_str": True}
            assert ("optional" in each) is argument.is_optional


def test_golden_module_that_xlwings_writes(snapshot):
    assert json.loads(windows(WRAPPER))[0] == snapshot


@pytest.mark.parametrize("language", LANGUAGES)
def test_golden_module_with_errors(language, snapshot):
    assert module(load(language)) == snapshot


@pytest.mark.parametrize("language", LANGUAGES)
def test_our_module_is_one_that_any_excel_reads(language):
    text, words = module(load(language)), load(language)
    assert text.isascii()
    assert max(map(len, text.splitlines())) <= 1023
    assert len(re.findall("^(?:Public|Private) (?:Function|Sub) ", text, re.MULTILINE)) == len(
        re.findall("^End (?:Function|Sub)$", text, re.MULTILINE)
    )
    assert text.count("(") == text.count(")")
    said = re.findall(r'Said\("((?:[^"]|"")*)"\)', text)
    read = [
        re.sub(r"\\([0-9a-f]{4})", lambda code: chr(int(code[1], 16)), each.replace('""', '"'))
        for each in said
    ]
    told = [
        [
            words(f"function.text.{function.id}"),
            *(argument_text(function, name, words) for name in function.parameters),
        ]
        for function in FUNCTIONS.values()
    ]
    assert "".join(read) == "".join("".join(texts) for texts in told)
    for function in FUNCTIONS.values():
        assert f'"excel_addin.udfs", "{function.name}", Array(' in text


# -- what Excel is answered


CALLS = """
import json, sys
from datetime import datetime
from xlwings.udfs import call_udf

def cell(given):
    return datetime.fromisoformat(given["day"]) if isinstance(given, dict) else given

def argument(given):
    if not isinstance(given, list):
        return given
    return tuple(tuple(map(cell, row)) for row in given)

for name, given in json.load(sys.stdin):
    print(json.dumps(call_udf("excel_addin.udfs", name, [*map(argument, given)], None, None)))
"""


def by_excel(calls):
    """Ask as Excel does; return what comes back for each call."""
    asked = [
        [function.name, [MISSING if each is None else [*map(_row, each)] for each in given]]
        for function, given in calls
    ]
    return [json.loads(line) for line in windows(CALLS, given=json.dumps(asked)).splitlines()]


def _row(row):
    return [ERRORS[shown(cell)] if isinstance(cell, Fault) else cell for cell in row]


def test_excel_is_answered_as_python_is():
    calls = [(function, given) for function in FUNCTIONS.values() for given in asked(function)]
    assert len(calls) == COUNT * len(FUNCTIONS)
    answers = by_excel(calls)
    setting, words = Setting("en", scorecard()), load("en")
    wrong = [
        (function.id, given, answer)
        for (function, given), answer in zip(calls, answers, strict=True)
        if not same(function.answer(given, setting), answer, words)
    ]
    assert wrong == []


def test_the_made_up_calls_meet_every_error_and_often_a_value():
    setting = Setting("en", scorecard())
    for function in FUNCTIONS.values():
        answers = [function.answer(given, setting) for given in asked(function)]
        codes = {str(answer.code) for answer in answers if isinstance(answer, Fault)}
        if function.is_stored:
            assert {"na", "value"} <= codes
            continue
        assert codes == {"na", "value", "num"}, function.id
        assert sum(not isinstance(answer, Fault) for answer in answers) > COUNT / 8, function.id


def same(expected, answer, words):
    rows = expected if isinstance(expected, list) else [[expected]]
    cells = [cell for row in rows for cell in row]
    told = [cell for row in answer for cell in row]
    return len(rows) == len(answer) and all(
        is_same(*pair, words) for pair in zip(cells, told, strict=True)
    )


def is_same(cell, told, words):
    if isinstance(cell, Fault):
        why = words(f"function.problem.{cell.problem}", **cell.parts) if cell.problem else ""
        return told == f"#SMK!{cell.code}|{why}"
    if isinstance(cell, Said):
        return told == words(cell.text)
    if isinstance(cell, str) or cell is None:
        return told == (cell or "")
    return isclose(cell, told, rel_tol=1e-12)


def test_a_date_is_its_number():
    cost = FUNCTIONS["CPL"]
    asked = [(cost, ([[{"day": "2026-11-23"}]], [[1]])), (cost, ([[46349]], [[1]]))]
    assert by_excel(asked) == [[[46349]], [[46349]]]


# -- what is not ours to use


TRAPS = """
import sys
opened = []
sys.addaudithook(lambda event, given: event == "open" and opened.append(str(given[0])))
from excel_addin import host, udfs
import atexit, os, xlwings
assert "XLWINGS_ON_SERVER" not in os.environ
assert not [name for name, made in sys.modules.items() if name.startswith("xlwings.pro") and made]
assert xlwings.__pro__ is False
assert not [name for name in opened if ".xlwings" in name], opened
assert [engine.name for engine in xlwings.engines] == ["excel"]
from xlwings import _xlwindows
_xlwindows.Apps.cleanup = staticmethod(lambda: print("Excel would be ended"))
"""


def test_nothing_that_needs_a_key_is_loaded_or_looked_for(tmp_path):
    folder = tmp_path / ".xlwings"
    folder.mkdir()
    (folder / "xlwings.conf").write_text('"LICENSE_KEY","something"\n', encoding="utf-8")
    printed = windows(
        TRAPS, home=tmp_path, XLWINGS_LICENSE_KEY="something", XLWINGS_ON_SERVER="true"
    )
    assert printed == "", "at its end it leaves every Excel alone"


def test_the_traps_are_real(tmp_path):
    """Without the wrapper, xlwings does end each Excel that it does not see."""
    program = TRAPS.replace("from excel_addin import host, udfs", "")
    program = re.sub("^assert .*$", "", program, flags=re.MULTILINE)
    assert "would be ended" in windows(program, home=tmp_path)


def test_no_file_of_ours_names_what_is_not_free():
    forbidden = re.compile(
        r"XLWINGS_LICENSE_KEY|xlwings\.(server|reports|pro\b(?!\"))|render_template|create_report"
        r"|mode=\"r\"|xlwings\.engines\[|xw\."
    )
    for folder in ("excel_addin", "sheets_sync"):
        for path in (ROOT / folder).rglob("*.*"):
            if path.suffix in {".py", ".js", ".html"}:
                found = forbidden.search(path.read_text(encoding="utf-8"))
                assert not found, (path, found)
