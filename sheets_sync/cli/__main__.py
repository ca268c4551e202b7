"""`python -m sheets_sync.cli`: the program, for those who start it by the interpreter."""

from sheets_sync.cli import program

program()
