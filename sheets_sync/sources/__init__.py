"""Where records come from: a file of a CRM or of an advertising cabinet, read as it is."""
