"""A made-up company: its story, its exports, its workspace, what its people typed."""
