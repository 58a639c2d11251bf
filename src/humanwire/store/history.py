"""What the store knows of a worker's own past: a part of its interface."""

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from msgspec import Struct

from humanwire.core.ids import AssignmentId, ProjectId, TaskId, WorkerId
from humanwire.core.task import Status
from humanwire.store.records import Draft, Granted

SHOWN_MOST = 2_000
"""Characters of an answer that a list shows; a longer one is read by itself."""
INSTRUCTION_MOST = 300
"""Characters of an instruction in a list."""


class PastPlace(NamedTuple):
    """Where a worker's answer stands among all of theirs, which are in the order of time."""

    answered_at: int
    project: ProjectId
    task: TaskId


class PastAnswer(Struct, frozen=True, kw_only=True):
    """An answer as its worker finds it in a list. `response_json` is None when it is long."""

    assignment: AssignmentId
    place: PastPlace
    corrected_at: int | None
    counted: bool
    response_json: str | None
    project: str
    type: str
    kind: str
    instruction: str
    status: Status


class PastWork(Struct, frozen=True, kw_only=True):
    """An answer with its task as the worker had it, to be looked at or corrected."""

    granted: Granted
    status: Status
    answered_at: int
    corrected_at: int | None
    counted: bool
    response_json: str


class HistoryStore(Protocol):
    """What a worker has said, and what they have not sent yet."""

    async def past_answers(
        self, worker: WorkerId, before: PastPlace | None, limit: int
    ) -> list[PastAnswer]:
        """The worker's answers, newest first, older than a place."""
        ...

    async def past_work(self, worker: WorkerId, assignment: AssignmentId) -> PastWork | None:
        """The worker's answer to an assignment's task; None when there is none."""
        ...

    async def answers_since(self, worker: WorkerId, times: Sequence[int]) -> list[int]:
        """How many answers the worker has sent since each of these times."""
        ...

    async def draft(self, worker: WorkerId, assignment: AssignmentId) -> Draft | None:
        """What the worker has saved for an assignment's task."""
        ...

    async def save_draft(
        self, worker: WorkerId, assignment: AssignmentId, draft: Draft, base: int | None = None
    ) -> bool:
        """Keep unsubmitted work on the assignment's task, for this worker, until the task ends.

        False when the assignment is not theirs, its task has ended, a version as new is there, or
        the one that is there is not `base`, which this was made from.
        """
        ...
