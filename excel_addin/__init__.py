"""The same formulas as custom functions of Excel and Google Sheets."""
