"""From CRM and advertising data to one shared workbook, and back."""
