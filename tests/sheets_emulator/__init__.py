"""A Google Sheets server for tests and for the demo: real HTTP, state, strict requests, faults."""
