"""The result tables that the tabs draw, computed from the store."""

from sheets_sync.reports.catalogue import REPORTS, facts, told

__all__ = ["REPORTS", "facts", "told"]
