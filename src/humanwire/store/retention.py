"""What the store does for tasks that are let go: a part of its interface."""

from collections.abc import Sequence
from typing import Protocol

from msgspec import Struct

from humanwire.core.ids import ProjectId, TaskId
from humanwire.core.task import Mode


class Ended(Struct, frozen=True):
    """A task's end, at its place in the project's feed."""

    position: int
    time: int
    mode: Mode
    task: TaskId


class Leaving(Struct, frozen=True, array_like=True):
    """A task to delete; with `answers`, only while it has had that many."""

    task: TaskId
    position: int
    answers: int | None = None


class RetentionStore(Protocol):
    """Tasks that have ended, oldest end first, and their deletion."""

    async def ends(self, project: ProjectId, after: int, limit: int) -> list[Ended]:
        """The ends after a position of the project's feed, in order, of either mode."""
        ...

    async def delete_tasks(self, project: ProjectId, leaving: Sequence[Leaving]) -> int:
        """Delete ended tasks with all that belongs to them, their events too; how many went.

        One that a delivery is still due of stays, and so does one that has been answered since.
        """
        ...
