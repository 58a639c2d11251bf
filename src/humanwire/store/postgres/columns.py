"""Rows as arrays, which is how statements take many of them at once."""

from collections.abc import Sequence
from typing import Any


def columns(table: Sequence[Sequence[Any]], width: int) -> list[list[Any]]:
    """Turn rows into the arrays that a statement unnests."""
    return [list(column) for column in zip(*table, strict=True)] if table else [[]] * width
