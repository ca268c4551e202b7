"""Google Sheets over the network: credentials, limits, calls that are safe to repeat."""
