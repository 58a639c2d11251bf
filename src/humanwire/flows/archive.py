"""Archive: ended tasks are put into a file, and deleted once they are safe there."""

from collections import Counter
from collections.abc import Sequence
from typing import Protocol

from humanwire.core.ids import ProjectId, TaskId
from humanwire.flows.export import exported
from humanwire.flows.ports import Ports
from humanwire.flows.retention import ended_before
from humanwire.store.records import Task
from humanwire.store.retention import Ended, Leaving

_BATCH = 200
"""Tasks that are made safe together."""
_DELETED = 50
"""Tasks deleted in one transaction, so that a server beside us need not wait long."""


class Shelf(Protocol):
    """Where archived tasks go."""

    def has(self, task: TaskId) -> bool:
        """Tell whether a task is among the last that were put here."""
        ...

    def put(self, lines: Sequence[bytes]) -> None:
        """Keep lines, safely once this returns. Raises Unavailable."""
        ...


async def archive(ports: Ports, project: ProjectId, before: int, shelf: Shelf) -> int:
    """Move the tasks that ended before a time to the shelf; return how many were deleted.

    A task that a delivery is still due of stays. One that is answered while it is put there stays
    too, and comes again with that answer.
    """
    gone = 0
    async for ends in ended_before(ports, project, before, _BATCH):
        read = [await _settled(ports, project, end) for end in ends]
        tasks = [task for task in read if task is not None]
        answers = await ports.store.answers_of(project, [task.id for task in tasks])
        lines = [task.line() for task in exported(tasks, answers) if not shelf.has(TaskId(task.id))]
        if lines:
            shelf.put(lines)
        given = Counter(answer.task for answer in answers)
        leaving = [
            Leaving(task.id, end.position, given[task.id])
            for task, end in zip(read, ends, strict=True)
            if task is not None
        ]
        for start in range(0, len(leaving), _DELETED):
            portion = leaving[start : start + _DELETED]
            gone += await ports.store.delete_tasks(project, portion)
    return gone


async def _settled(ports: Ports, project: ProjectId, end: Ended) -> Task | None:
    """Read a task, unless something is still to be sent of it or it is gone already."""
    store = ports.store
    due = await store.list_deliveries(project, end.mode, end.task, "pending", None, 1)
    return None if due else await store.find_task(project, end.mode, end.task)
