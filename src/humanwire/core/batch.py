"""Batches: named sets of tasks, whose progress is kept and which are given out or held back."""

from typing import Literal

from msgspec import Struct

from humanwire.core.ids import BatchId
from humanwire.core.task import Mode

BatchState = Literal["open", "paused", "closed"]

DEFAULT_NAME = "default"
"""The batch of tasks that name none."""
NAME_LIMIT = 500


class Batch(Struct, frozen=True, kw_only=True):
    """A named set of a project's tasks, all of one mode.

    While it is paused nobody gets any of its tasks (who has one may finish it); closed, it takes
    no more, and what it has goes on.
    """

    id: BatchId
    mode: Mode
    name: str
    created_at: int
    label: str | None = None
    description: str | None = None
    state: BatchState = "open"
