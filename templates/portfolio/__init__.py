"""The workbook of an agency: its clients on one page, and a row for each."""

from __future__ import annotations

from templates.portfolio import clients, portfolio
from templates.tab import Tab

TABS: tuple[Tab, ...] = (portfolio.REPORT, clients.TAB)
