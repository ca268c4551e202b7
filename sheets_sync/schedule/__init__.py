"""Workspaces that are synced by themselves: when each is due, and who begins it."""
