"""`smarketing metrics`: every shape, period, split and report."""

import csv
import io
import json
from datetime import UTC, date, datetime
from decimal import Decimal

import duckdb
import pytest

from sheets_sync.cli.metrics import _plain, print_rows
from sheets_sync.config import load
from sheets_sync.metrics.catalogue import MEASURES
from sheets_sync.reading import open_reading
from sheets_sync.reports import REPORTS
from sheets_sync.workspace import Workspace
from templates.words import load as words
from tests.cli.calls import DAY, cli, done

KEYS = {"metric", "value", "unit", "n", "low", "high", "reason", "period", "by"}


def ask(folder, *options):
    return done("metrics", folder, "--as-of", DAY, "--format", "json", *options).json


def test_a_row_is_as_agreed(example):
    rows = ask(example)
    assert len({row["metric"] for row in rows}) == len(rows) > 50
    assert set(MEASURES) <= {row["metric"] for row in rows}
    for row in rows:
        is_money = row["unit"].startswith("money")
        assert set(row) - {"parts"} == KEYS | ({"currency"} if is_money else set()), row
        assert row["by"] == {}
        assert (row["value"] is None) == (row["reason"] is not None), row
        if is_money:
            assert row["currency"] == "USD"
            assert row["value"] is None or Decimal(row["value"]) is not None
            assert row["value"] is None or isinstance(row["value"], str)
        elif row["value"] is not None:
            assert isinstance(row["value"], int | float), row
        if row["unit"] == "share" and row["value"] is not None:
            assert isinstance(row["value"], float), row


def test_money_is_a_decimal_to_the_cent(example):
    found = {row["metric"]: row for row in ask(example)}
    assert Decimal(found["revenue"]["value"]) == Decimal("20010.00")  # 20 × 1000.50
    assert found["revenue"]["currency"] == "USD"


@pytest.mark.parametrize(
    ("period", "leads"),
    [
        ("2026-11", 130),
        ("2026-10", None),  # before the first lead: unknown, not zero
        ("2026-W47", 30),
        ("2026-11-01", 7),
        ("2026-11-01..2026-11-02", 14),
        ("all", 130),
    ],
)
def test_periods(example, period, leads):
    found = {row["metric"]: row for row in ask(example, "--period", period)}
    assert found["leads"]["value"] == leads
    assert found["leads"]["period"] == period


@pytest.mark.parametrize(
    ("by", "groups"),
    [("channel", 3), ("manager", 3), ("channel,manager", 3), ("month", 2), ("week", None)],
)
def test_splits_add_up(example, by, groups):
    rows = [row for row in ask(example, "--by", by) if row["metric"] == "leads"]
    assert all(set(row["by"]) == set(by.split(",")) for row in rows)
    assert sum(row["value"] or 0 for row in rows) == 130
    if groups:
        assert len(rows) == groups


def test_csv_says_the_same_as_json(example):
    told = list(csv.DictReader(io.StringIO(
        done("metrics", example, "--as-of", DAY, "--format", "csv").out
    )))  # fmt: skip
    rows = ask(example)
    assert [row["metric"] for row in told] == [row["metric"] for row in rows]
    for told_row, row in zip(told, rows, strict=True):
        assert told_row["value"] == ("" if row["value"] is None else str(row["value"]))


@pytest.fixture(scope="module")
def tables(example):
    """The result tables as `--report` finds them, computed once."""
    config = load(example, words("en"))
    with open_reading(Workspace(example, config), datetime.now(UTC), date.fromisoformat(DAY)) as it:
        yield it.facts().tables


@pytest.mark.parametrize("shape", ["json", "csv", "table"])
@pytest.mark.parametrize("name", REPORTS)
def test_every_report_prints_in_every_shape(tables, name, shape, capsys):
    rows = [_plain(row) for row in tables[name]]
    print_rows(rows, shape)
    printed = capsys.readouterr().out
    if shape == "json":
        assert json.loads(printed) == json.loads(json.dumps(rows))
    elif rows:
        assert len(printed.splitlines()) > len(rows)


@pytest.mark.parametrize("name", ["channels", "quality_counts"])
def test_a_report_by_name(example, tables, name):
    assert ask(example, "--report", name) == [_plain(row) for row in tables[name]]


@pytest.mark.parametrize(
    ("options", "named"),
    [
        (["--report", "nothing"], "five"),
        (["--by", "planet"], "channel"),
        (["--period", "soon"], "soon"),
        (["--period", "2026-13"], "2026-13"),
        (["--period", "2026-11-23..2026-11-01"], "2026-11-23..2026-11-01"),
        (["--format", "xml"], "json"),
        (["--as-of", "yesterday"], "2026-11-22"),
    ],
)
@pytest.mark.parametrize("language", ["ru", "en"])
def test_a_wrong_question_is_told_what_is_right(example, options, named, language):
    call = cli("metrics", example, "--lang", language, *options)
    assert call.code == 2
    assert named in call.err
    assert call.out == ""


def test_before_the_first_sync(tmp_path, example):
    (tmp_path / "smarketing.toml").write_bytes((example / "smarketing.toml").read_bytes())
    call = cli("metrics", tmp_path)
    assert (call.code, call.out) == (2, "")
    assert f"smarketing sync {tmp_path}" in call.err
    assert cli("check", tmp_path).code == 3  # the files are not here


def test_facts_of_an_older_version_ask_for_a_sync(company, language):
    """An older calendar knew no official days; the facts are made anew with the next sync."""
    with duckdb.connect(company / ".smarketing" / "published.duckdb") as facts:
        facts.execute("alter table calendar drop column is_official")
        facts.execute("update computed set stamp = 'older'")
    call = cli("metrics", company, language=language)
    assert call.code == 2
    assert f"smarketing sync {company}" in call.err
    done("sync", company, "--as-of", DAY)
    assert ask(company)
