"""What the store keeps of callers' own names: references, workflows and batches."""

from typing import Literal, NamedTuple, Protocol

from msgspec import Struct

from humanwire.core.batch import Batch, BatchState
from humanwire.core.ids import BatchId, ProjectId, TaskId, WorkflowId
from humanwire.core.task import Mode, Status
from humanwire.core.workflow import Workflow
from humanwire.store.records import NewDelivery, ProjectCounts


class BatchProgress(Struct, frozen=True):
    """A batch, how its tasks stand, their pictures, and the marks in their results."""

    batch: Batch
    counts: ProjectCounts
    frames: int
    completed_frames: int
    annotations: int

    @property
    def total(self) -> int:
        """How many tasks it has."""
        counts = self.counts
        return counts.pending + counts.complete + counts.flagged + counts.aborted


class FiledTask(Struct, frozen=True, kw_only=True):
    """A task in its batch's list: how it stands, without what was asked and answered."""

    id: TaskId
    status: Status
    priority: int
    reference: str | None
    tag: str | None


class Slice(NamedTuple):
    """Some of a batch's tasks were seen to: up to which, and how many vacancies came back.

    `upto` is None when there is no more to do, also because the batch is in another state by now.
    """

    upto: TaskId | None
    vacancies: int = 0


class Unsettled(NamedTuple):
    """A batch whose tasks are not all known to be seen to since its state was changed."""

    project: ProjectId
    batch: BatchId
    state: BatchState
    changes: int


class FilingStore(Protocol):
    """References, workflows and batches."""

    async def find_reference(self, project: ProjectId, mode: Mode, reference: str) -> TaskId | None:
        """Name the task that was asked under a reference; it may be gone by now."""
        ...

    async def add_workflow(self, project: ProjectId, workflow: Workflow) -> bool:
        """Store a version of a workflow; False when its tag is taken, or the version is there."""
        ...

    async def workflow(self, project: ProjectId, workflow: WorkflowId) -> Workflow | None:
        """A workflow's newest version."""
        ...

    async def workflow_by_tag(self, project: ProjectId, tag: str) -> Workflow | None:
        """The newest version of the workflow with this tag."""
        ...

    async def list_workflows(self, project: ProjectId) -> list[Workflow]:
        """The newest version of each, by tag."""
        ...

    async def add_batch(self, project: ProjectId, batch: Batch) -> bool:
        """Store a batch; False when the name is taken in the project and mode."""
        ...

    async def batch(self, project: ProjectId, mode: Mode, batch: BatchId) -> Batch | None: ...

    async def batch_named(self, project: ProjectId, mode: Mode, name: str) -> Batch | None: ...

    async def batch_progress(
        self, project: ProjectId, mode: Mode, batch: BatchId
    ) -> BatchProgress | None: ...

    async def list_batches(
        self, project: ProjectId, mode: Mode, after: BatchId | None, limit: int
    ) -> list[BatchProgress]:
        """Batches in the order in which they were made, after one."""
        ...

    async def batch_tasks(
        self, project: ProjectId, mode: Mode, batch: BatchId, after: TaskId | None, limit: int
    ) -> list[FiledTask]:
        """A batch's tasks in the order in which they were made, after one."""
        ...

    async def set_batch_state(
        self, project: ProjectId, mode: Mode, batch: BatchId, state: Literal["open", "paused"]
    ) -> bool:
        """Change the state of a batch; False when it is closed, or not there.

        Tasks that are asked into it after that are withheld if it is paused; those that are there
        are seen to slice by slice.
        """
        ...

    async def close_batch(
        self,
        project: ProjectId,
        mode: Mode,
        batch: BatchId,
        now: int,
        delivery: NewDelivery | None,
    ) -> None:
        """Close a batch, for ever. With no task pending it is complete: it is told, once.

        Otherwise the last of its tasks to end completes it.
        """
        ...

    async def unsettled_batches(self, limit: int) -> list[Unsettled]:
        """Batches whose state was changed, of any project, until that is settled."""
        ...

    async def settle_batch(self, unsettled: Unsettled) -> None:
        """Note that the tasks are seen to; a change that came after is still to be settled."""
        ...

    async def withhold_some(
        self, project: ProjectId, batch: BatchId, after: TaskId | None, limit: int
    ) -> Slice:
        """Let nobody get some of a paused batch's tasks; leases on them go on."""
        ...

    async def give_out_some(
        self, project: ProjectId, batch: BatchId, after: TaskId | None, limit: int
    ) -> Slice:
        """Put some tasks back into the queue, of a batch that is no longer paused."""
        ...

    async def prioritise_some(
        self, project: ProjectId, batch: BatchId, priority: int, after: TaskId | None, limit: int
    ) -> Slice:
        """Give some of a batch's pending tasks a priority."""
        ...
