"""The house stays a house: small rooms, no cycles, every word in every language."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import formulas
from templates.words import LANGUAGES, load

ROOT = Path(__file__).parents[1]
FOLDERS = ("formulas", "templates", "sheets_sync", "excel_addin")
LONGEST_FILE, LONGEST_FUNCTION = 400, 50
LATE = ("pandas", "duckdb", "gspread", "httpx", "rich", "ibis", "pyarrow", "xlsxwriter", "pydantic")
REASONS = {
    "tests/store/test_metrics.py": "every metric against one naive count, which all of them share",
    "tests/targets/made_up.py:_charts": "a list: one chart of each kind",
    "tests/targets/people.py": "sixty things that people do, one function each",
}


def sources(*folders):
    return [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]


def test_files_are_short():
    long = {
        path.relative_to(ROOT).as_posix()
        for path in sources(*FOLDERS, "tests")
        if path.read_text(encoding="utf-8").count("\n") > LONGEST_FILE
    }
    assert long <= REASONS.keys()


def test_functions_are_short():
    long = {
        f"{path.relative_to(ROOT).as_posix()}:{node.name}"
        for path in sources(*FOLDERS, "tests")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef) and node.end_lineno - node.lineno > LONGEST_FUNCTION
    }
    assert long <= REASONS.keys()


def test_public_things_say_what_they_are():
    silent = [
        f"{path.relative_to(ROOT)}:{node.name}"
        for path in sources(*FOLDERS)
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.FunctionDef | ast.ClassDef)
        and not node.name.startswith("_")
        and not ast.get_docstring(node)
    ]
    assert not silent


def test_every_language_has_the_same_words_with_the_same_parts():
    texts = {language: load(language).texts for language in LANGUAGES}
    assert texts["ru"].keys() == texts["en"].keys()
    part = re.compile(r"\{(\w+)")
    for id_ in texts["ru"]:
        parts = [set(part.findall(texts[language][id_])) for language in LANGUAGES]
        assert parts[0] == parts[1], id_


def named_texts():
    """Yield the ids that the code names in full when it calls its words."""
    for path in sources(*FOLDERS):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not node.args:
                continue
            called = getattr(node.func, "id", getattr(node.func, "attr", ""))
            first = node.args[0]
            if not isinstance(first, ast.Constant) or not isinstance(first.value, str):
                continue
            if called in {"words", "say"} and re.fullmatch(r"[a-z_]+(\.[a-z_0-9]+)+", first.value):
                yield first.value
            if called in ERRORS:
                yield f"error.{first.value}"


ERRORS = {
    "FixConfig",
    "LookAtSource",
    "TargetNotWritten",
    "CloseWorkbook",
    "AskAccess",
    "WaitAndRetry",
}


def test_every_text_that_the_code_names_is_there():
    named = set(named_texts())
    assert len(named) > 100
    missing = [id_ for id_ in named for language in LANGUAGES if not load(language).has(id_)]
    assert not missing


def test_help_imports_nothing_heavy():
    code = (
        "import sys\n"
        "from sheets_sync.cli import main\n"
        "try:\n    main(['--help'])\nexcept SystemExit:\n    pass\n"
        f"print([name for name in {LATE!r} if name in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert done.stderr.strip() == "[]"


def test_formulas_are_ours_and_not_the_package_of_that_name():
    assert Path(formulas.__file__).parent == ROOT / "formulas"


def test_the_layers_hold():
    program = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([program], capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.returncode == 0, done.stdout
