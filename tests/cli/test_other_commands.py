"""init, check, explain, score, and what happens when the program itself is wrong."""

import re
import subprocess
import sys
from pathlib import Path

import click
import pytest

from sheets_sync.cli import COMMANDS, imported
from sheets_sync.config import load as load_config
from sheets_sync.metrics.catalogue import METRICS
from templates.scorecard import load as questionnaire
from templates.words import load
from tests.cli.calls import cli, done
from tests.cli.company import write_deals, write_leads

LANGUAGES = ("ru", "en")


def test_init_says_what_it_took_and_writes_it(tmp_path):
    leads, deals = write_leads(tmp_path), write_deals(tmp_path)
    call = done("init", tmp_path / "mine", "--leads", leads, "--deals", deals)
    for said in ('"Verdict"', '"Amount"', "130", "USD", "smarketing sync"):
        assert said in call.out
    config = load_config(tmp_path / "mine", load("en"))
    assert [mapping.object for mapping in config.files] == ["leads", "deals"]
    assert [mapping.path for mapping in config.files] == ["../leads.csv", "../deals.csv"]


def test_init_does_not_write_over_what_is_there(example):
    before = (example / "smarketing.toml").read_bytes()
    call = cli("init", example, "--deals", example / "deals.csv")
    assert call.code == 2
    assert "--force" in call.err
    assert (example / "smarketing.toml").read_bytes() == before


@pytest.mark.parametrize(
    ("options", "named"),
    [
        ([], "--deals"),
        (["--deals", "none.csv"], "none.csv"),
        (["--deals", "deals.csv", "--currency", "coins"], "coins"),
        (["--deals", "deals.csv", "--timezone", "Mars"], "Mars"),
        (["--deals", "deals.csv", "--dates", "Created"], "Created"),
        (["--deals"], "--deals|init --help"),
        (["--orders", "deals.csv"], "--orders"),
    ],
)
@pytest.mark.parametrize("language", LANGUAGES)
def test_init_is_told_wrongly(tmp_path, monkeypatch, options, named, language):
    write_deals(tmp_path)
    monkeypatch.chdir(tmp_path)
    call = cli("init", *options, language=language)
    assert call.code == 2
    assert all(each in call.err for each in named.split("|"))
    assert not Path("smarketing.toml").exists()


def test_init_where_a_file_stands_in_the_way(tmp_path):
    deals = write_deals(tmp_path)
    call = cli("init", deals, "--deals", deals)
    assert call.code == 2
    assert "deals.csv" in call.err


def test_check_changes_nothing(example):
    before = {path: path.read_bytes() for path in example.glob("*.*") if path.is_file()}
    call = done("check", example)
    assert "leads.csv: 130" in call.out
    assert {path: path.read_bytes() for path in before} == before


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("metric", METRICS)
def test_every_metric_is_explained(metric, language):
    call = done("explain", metric, language=language)
    assert f"({metric})" in call.out
    words = load(language)
    assert words("cli.explain.words") in call.out
    assert words("cli.explain.unit") in call.out


def test_explain_offers_what_is_near():
    call = cli("explain", "customer_cots")
    assert call.code == 2
    assert "customer_cost" in call.err


@pytest.mark.parametrize("language", LANGUAGES)
def test_score_names_what_to_fix(tmp_path, monkeypatch, language):
    monkeypatch.chdir(tmp_path)
    answers = "".join(f"{point}\n" for point in (["nonsense"] + ["0", "1", "2", "?", "-"] * 4))
    call = done("score", language=language, typed=answers)
    for criterion in questionnaire().criteria:
        assert criterion.words[language].question in call.out
    words = load(language)
    assert words("cli.score.fix_first") in call.out
    assert words("cli.score.again") in call.out
    assert call.out.count("\n3. ") == 1


def test_score_listens_to_the_data_of_a_workspace(example, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    unknown = "?\n" * 20
    alone, with_data = done("score", typed=unknown), done("score", example, typed=unknown)
    points = [float(re.search(r"Statistics +([\d.]+)", call.out)[1]) for call in (alone, with_data)]
    assert points[0] == 0 < points[1], "owners of deals are all known: the data say so"


def test_score_that_is_left_early(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    call = cli("score", typed="1\n2\n")
    assert call.code == 130
    assert call.err.strip() == load("en")("cli.stopped")


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_error_of_our_own_is_one_sentence_and_a_file(example, monkeypatch, language):
    def broken(*_, **__):
        raise ZeroDivisionError("a bug")

    monkeypatch.setattr("sheets_sync.reading.open_reading", broken)
    call = cli("metrics", example, "--lang", language)
    assert (call.code, call.out) == (1, "")
    assert len(call.err.splitlines()) == 1
    said, path = call.err.strip().rsplit(" ", 1)
    assert said == load(language)("cli.fault", path="").strip()
    assert Path(path).parent == (example / ".smarketing").resolve()
    assert "ZeroDivisionError: a bug" in Path(path).read_text(encoding="utf-8")


def test_an_error_of_our_own_without_a_workspace(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr("sheets_sync.metrics.explain", None)
    call = cli("explain", "romi")
    assert call.code == 1
    assert str(tmp_path) in call.err
    assert len(list(tmp_path.glob("fault-*.txt"))) == 1


HEAVY = ("pandas", "duckdb", "gspread", "httpx", "rich", "pyarrow", "xlsxwriter", "pydantic")
PROBE = f"""
import sys
from sheets_sync.cli import main
try:
    main(sys.argv[1:])
except SystemExit as end:
    print("HEAVY", [name for name in {HEAVY!r} if name in sys.modules], end.code)
"""


def options_of(command):
    made = imported(command)
    return [option.opts[0] for option in made.params if isinstance(option, click.Option)]


@pytest.mark.parametrize("command", COMMANDS)
def test_help_names_every_option_and_imports_nothing_heavy(command):
    said = {}
    for language in LANGUAGES:
        call = [sys.executable, "-c", PROBE, command, "--help", "--lang", language]
        printed = subprocess.run(call, capture_output=True, text=True, encoding="utf-8", check=True)
        said[language], _, heavy = printed.stdout.rpartition("HEAVY")
        assert heavy.split() == ["[]", "0"]
        for option in options_of(command):
            assert option in said[language]
    assert said["ru"] != said["en"]
    assert any("а" <= letter <= "я" for letter in said["ru"])
    assert not any("а" <= letter <= "я" for letter in said["en"])


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_first_help_names_every_command(language):
    call = done("--help", language=language)
    words = load(language)
    for command in COMMANDS:
        assert command in call.out
        assert words(f"cli.{command}.short")[:20] in call.out
    assert cli(language=language).out == call.out


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_unknown_command(language):
    call = cli("report", language=language)
    assert call.code == 2
    assert all(command in call.err for command in COMMANDS)


def test_the_version():
    assert done("--version").out.startswith("smarketing 0.")


def test_as_a_program_in_a_pipe(example):
    """Nothing but the result on standard output, and no colours."""
    program = [sys.executable, "-c", "from sheets_sync.cli import program; program()"]
    call = subprocess.run(
        [*program, "sync", str(example), "--as-of", "soon"], capture_output=True, check=False
    )
    assert (call.returncode, call.stdout) == (2, b"")
    call = subprocess.run(
        [*program, "metrics", str(example), "--report", "one"], capture_output=True, check=False
    )
    assert (call.returncode, call.stderr) == (0, b"")
    assert b"\x1b" not in call.stdout
