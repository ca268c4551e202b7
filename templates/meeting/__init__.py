"""The weekly meeting: its agenda, what lies beside each item, and the pages made of it."""
