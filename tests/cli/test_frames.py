"""Frames hold what `smarketing metrics` prints."""

import math
from datetime import date

import pytest

from sheets_sync.errors import FixConfig
from sheets_sync.frames import metrics, report
from tests.cli.calls import DAY, done

AS_OF = date.fromisoformat(DAY)


def printed(folder, *options):
    return done("metrics", folder, "--as-of", DAY, "--format", "json", *options).json


@pytest.mark.parametrize("by", [(), ("channel",), ("channel", "month")])
def test_metrics_are_those_of_the_command(example, by):
    frame = metrics(example, "2026-11", by, AS_OF)
    options = ("--by", ",".join(by)) if by else ()
    rows = printed(example, "--period", "2026-11", *options)
    assert len(frame) == len(rows) > 50
    for row, (_, told) in zip(rows, frame.iterrows(), strict=True):
        assert row["metric"] == told["metric"]
        assert all(row["by"][name] == told[name] for name in by if row["by"][name])
        if row["value"] is None:
            assert math.isnan(told["value"])
            assert told["reason"] == row["reason"]
        elif row["unit"] == "choice":
            assert told["choice"] == row["value"]
        else:
            assert told["value"] == pytest.approx(float(row["value"]))
            assert isinstance(told["value"], float)
            assert "currency" not in row or told["currency"] == row["currency"]


def test_a_result_table_is_that_of_the_command(example):
    frame = report(example, "channels", AS_OF)
    rows = printed(example, "--report", "channels")
    assert list(frame["channel"]) == [row["channel"] for row in rows]
    assert list(frame["leads"]) == [row["leads"] for row in rows]
    assert list(frame.columns) == list(rows[0])


def test_an_error_says_what_to_do(tmp_path):
    with pytest.raises(FixConfig) as raised:
        metrics(tmp_path)
    assert "smarketing init" in raised.value.__notes__[0]


def test_an_unknown_table_is_named(example):
    with pytest.raises(FixConfig, match="unknown_report"):
        report(example, "chanels")
