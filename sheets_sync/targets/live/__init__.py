"""The workbook that is open in Excel: what our tabs hold, and what is to be written into them."""
