"""Where people read the workbook."""
