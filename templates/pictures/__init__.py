"""Charts of pages as inline SVG: pure functions from values to markup, every text escaped."""
