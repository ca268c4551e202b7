"""The layout holds: sizes, directions, words, and no import in a circle."""

import ast
import subprocess
import sys
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

import formulas
from templates.words import LANGUAGES, load

ROOT = Path(__file__).parent.parent
FOLDERS = ("formulas", "templates", "sheets_sync", "excel_addin")
MOST_LINES, MOST_LINES_OF_FUNCTION = 400, 50

LARGE = {
    "tests/targets/people.py": "sixty kinds of edits, a function each: one list to read",
    "tests/store/test_metrics.py": "the naive counts stand beside what they check",
    "tests/targets/made_up.py:_charts": "one chart of each kind, as data",
}
"""What may be larger, and why."""


def sources(*folders):
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))


def named(path):
    return path.relative_to(ROOT).as_posix()


def tree(path):
    return ast.parse(path.read_text(encoding="utf-8"))


def large(path):
    """Yield what of a file is larger than a reader should have to take in at once."""
    text = path.read_text(encoding="utf-8")
    if len(text.splitlines()) > MOST_LINES:
        yield named(path)
    for node in ast.walk(ast.parse(text)):
        is_function = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        if is_function and node.end_lineno - node.lineno >= MOST_LINES_OF_FUNCTION:
            yield f"{named(path)}:{node.name}"


def test_files_and_functions_are_small():
    found = {each for path in sources(*FOLDERS, "tests") for each in large(path)}
    assert sorted(found - LARGE.keys()) == []
    assert sorted(LARGE.keys() - found) == [], "these became small: take them off the list"


def run_time_imports(node):
    """Yield the imports that a program runs, late ones too; those for types alone are none."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.If) and ast.unparse(child.test) == "TYPE_CHECKING":
            for other in child.orelse:
                yield from run_time_imports(other)
        elif isinstance(child, ast.Import):
            yield from (alias.name for alias in child.names)
        elif isinstance(child, ast.ImportFrom) and child.module:
            yield from (f"{child.module}.{alias.name}" for alias in child.names)
        else:
            yield from run_time_imports(child)


def imports():
    """Return which of our modules each of our modules imports."""
    files = {
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
        for path in sources(*FOLDERS)
    }
    return {
        module: {
            name
            for given in run_time_imports(tree(path))
            for name in (given, given.rpartition(".")[0])
            if name in files and name != module and not (given in files and name != given)
        }
        for module, path in files.items()
    }


def test_no_import_goes_in_a_circle():
    graph = imports()
    assert sum(map(len, graph.values())) > 300, "the scan sees the imports"
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(" → ".join(error.args[1]))


def test_layers_are_kept():
    """import-linter knows them: pyproject.toml."""
    program = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    call = [sys.executable, "-c", program, "--no-cache"]
    done = subprocess.run(call, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert " 0 broken" in done.stdout


def spoken():
    """Yield the ids of texts that the code names letter by letter, with where it does."""
    for path in sources(*FOLDERS):
        for node in ast.walk(tree(path)):
            if not isinstance(node, ast.Call) or not node.args:
                continue
            first = node.args[0]
            if not isinstance(first, ast.Constant) or not isinstance(first.value, str):
                continue
            called = node.func.attr if isinstance(node.func, ast.Attribute) else node.func
            name = called if isinstance(called, str) else getattr(called, "id", "")
            if name == "words":
                yield first.value, named(path)
            elif name in ERRORS:
                yield f"error.{first.value}", named(path)


ERRORS = {"SmarketingError", "FixConfig", "LookAtSource", "TargetNotWritten", "AskAccess",
          "CloseWorkbook", "WaitAndRetry"}  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_that_the_code_names_is_there(language):
    words = load(language)
    found = set(spoken())
    assert len(found) > 100
    assert sorted((id_, path) for id_, path in found if not words.has(id_)) == []


def test_every_error_is_raised_somewhere():
    """A text of an error that no code names any more would be found here."""
    code = "\n".join(path.read_text(encoding="utf-8") for path in sources(*FOLDERS))
    ids = [id_ for id_ in load("en").texts if id_.startswith("error.")]
    named = [id_ for id_ in ids if f'"{id_.removeprefix("error.")}"' in code or f'"{id_}"' in code]
    assert [id_ for id_ in ids if id_ not in named] == []


def test_the_formulas_are_ours():
    """The package index has an unrelated package of that name."""
    assert Path(formulas.__path__[0]) == ROOT / "formulas"
    lock = (ROOT / "uv.lock").read_text(encoding="utf-8")
    assert 'name = "formulas"' not in lock


PURE = """
import sys
import formulas.registry, formulas.scorecard, formulas.bonus, formulas.qualification
import formulas.readings.sql, formulas.readings.cell, formulas.readings.words
allowed = sys.stdlib_module_names | {"formulas", "sitecustomize"}
print(sorted({name.partition(".")[0] for name in sys.modules} - allowed))
"""


def test_formulas_need_the_standard_library_alone():
    """Started without site-packages, they have nothing else."""
    call = [
        sys.executable,
        "-I",
        "-S",
        "-c",
        f"import sys; sys.path.insert(0, {str(ROOT)!r})\n{PURE}",
    ]
    done = subprocess.run(call, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "['__main__']"
