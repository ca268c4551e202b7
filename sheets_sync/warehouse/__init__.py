"""The company's own warehouse as the engine: its tables stay there, and so does the counting."""
