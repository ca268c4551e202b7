"""What people see: tabs as data, texts in every language, the scorecard, the pages."""
