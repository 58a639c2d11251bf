"""The command line: one file for each group of commands, loaded when it is called."""

from humanwire.cli.root import main

__all__ = ["main"]
