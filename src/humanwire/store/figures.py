"""What metrics ask of a store: how the queues stand, and how writing goes."""

from typing import Protocol

from msgspec import Struct

from humanwire.core.ids import ProjectId


class ProjectGauges(Struct, frozen=True):
    """How a project's queue stands: tasks that have not ended, live ones only.

    `oldest_at` is when the oldest of those was made that wait for somebody.
    """

    number: ProjectId
    name: str
    pending: int
    oldest_at: int | None


DELIVERIES_COUNTED = 10_000
"""More pending deliveries than that are not counted: it would take the longer, the worse it is."""


class Gauges(Struct, frozen=True):
    """How the queues stand on all nodes together.

    `pending_deliveries` stops at DELIVERIES_COUNTED. `next_attempt` is when the next of them is
    due; it has passed when nobody has had the time to send it. `pending_consultations` are tasks
    that models have, and stop at DELIVERIES_COUNTED as well.
    """

    projects: tuple[ProjectGauges, ...]
    pending_deliveries: int
    next_attempt: int | None
    pending_consultations: int = 0


class WriteFigures(Struct):
    """How this process has written: `operations` in `groups`, whose commits took `seconds`."""

    groups: int = 0
    operations: int = 0
    seconds: float = 0.0


class FigureStore(Protocol):
    """The store, as metrics see it."""

    async def gauges(self) -> Gauges:
        """How all queues stand, at a cost that does not grow with the tasks."""
        ...

    def writes(self) -> WriteFigures:
        """How this process has written since it opened the store."""
        ...
