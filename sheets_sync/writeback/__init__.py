"""What people decided in the workbook, written to the CRM: shown first, recorded, and undone."""
