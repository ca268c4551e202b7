"""Measures and metrics of a period, in total or by channel, campaign, manager, day, week, month."""

from sheets_sync.metrics.answers import Metric, answer, compute
from sheets_sync.metrics.definition import Definition, explain
from sheets_sync.periods import Period, parse_period

__all__ = ["Definition", "Metric", "Period", "answer", "compute", "explain", "parse_period"]
