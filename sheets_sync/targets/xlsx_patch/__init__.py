"""An .xlsx file changed part by part: cells of ours, and nothing else."""

from sheets_sync.targets.xlsx_patch.book import Book, Result, with_inputs
from sheets_sync.targets.xlsx_patch.first import first_memory, remembered_inputs

__all__ = ["Book", "Result", "first_memory", "remembered_inputs", "with_inputs"]
