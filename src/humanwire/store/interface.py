"""The store: every operation that humanwire asks of a database, named after what happens.

Two promises hold for each engine and are said once, in the contract suite (tests/store):
what a method has returned is durable, and is seen by every later read on any node.

A method that writes raises `Unavailable` when the database cannot take the work (locked, full,
gone); then nothing of it is stored.
"""

from collections.abc import AsyncIterator, Sequence
from typing import Protocol

from humanwire.core.assignment import Holding, NewAnswer, TaskNow
from humanwire.core.errors import Conflict
from humanwire.core.ids import AssignmentId, ProjectId, TaskId, WorkerId
from humanwire.core.task import Mode
from humanwire.store.accounts import AccountStore
from humanwire.store.consultations import ConsultationStore
from humanwire.store.credits import CreditStore
from humanwire.store.deliveries import (
    DeliveryStore,
)
from humanwire.store.documents import DocumentStore
from humanwire.store.figures import FigureStore
from humanwire.store.filing import FilingStore
from humanwire.store.history import HistoryStore
from humanwire.store.learning import LearningStore
from humanwire.store.records import (
    Added,
    Answer,
    Ask,
    ClaimRequest,
    Event,
    Granted,
    Lapsed,
    Settlement,
    Task,
    TaskFilter,
    WorkCounts,
)
from humanwire.store.retention import RetentionStore


class TaskStore(Protocol):
    """Tasks as their requesters know them."""

    async def ask(self, project: ProjectId, asks: Sequence[Ask]) -> list[Added | Conflict]:
        """Store tasks in order; one whose idempotency key is known names its first task instead.

        A key that came with another digest is refused in its place, and so is a reference that
        was used before (DuplicateReference), a batch that is closed (BatchClosed), or what would
        exceed a limit of credit (CreditExceeded); the rest is stored.
        """
        ...

    async def find_task(self, project: ProjectId, mode: Mode, task: TaskId) -> Task | None: ...

    async def list_tasks(
        self, project: ProjectId, mode: Mode, where: TaskFilter, before: TaskId | None, limit: int
    ) -> list[Task]:
        """Tasks that fit the filter, newest first, older than `before`."""
        ...

    async def count_tasks(self, project: ProjectId, mode: Mode, name: str) -> int:
        """How many tasks there are of a type, at a cost that does not grow with them."""
        ...

    async def skip_tasks(
        self, project: ProjectId, mode: Mode, name: str, count: int
    ) -> TaskId | None:
        """The last of so many newest tasks of a type, at least one; None when there are fewer."""
        ...

    async def answers_of(self, project: ProjectId, tasks: Sequence[TaskId]) -> list[Answer]:
        """The answers to these tasks, late ones too; those to one task in order of arrival."""
        ...

    async def spend(
        self, project: ProjectId, sort: str, cost_ms: float, burst: float, now: int
    ) -> float:
        """Count a request against a project's rate of that sort, on all nodes together.

        A request costs `cost_ms`, and up to `burst` of them may come at once. Returns 0, or, where
        that is too many and nothing was counted, the milliseconds until there is room for one.
        """
        ...

    async def task_now(self, project: ProjectId, task: TaskId) -> TaskNow | None:
        """Read a task as its queue sees it, with its live leases."""
        ...

    async def due_tasks(self, now: int, limit: int) -> list[TaskNow]:
        """Pending tasks whose deadline has passed, longest overdue first."""
        ...

    async def events(self, project: ProjectId, mode: Mode, after: int, limit: int) -> list[Event]:
        """The project's events with larger ids, in order."""
        ...

    async def latest_ends(self, project: ProjectId, mode: Mode, limit: int) -> list[int]:
        """When the latest of the project's tasks ended, the newest first."""
        ...

    async def ended_among(
        self, tasks: Sequence[tuple[ProjectId, TaskId]]
    ) -> list[tuple[ProjectId, TaskId]]:
        """Those of these tasks that have ended, whoever ended them."""
        ...


class WorkStore(Protocol):
    """Leases, and what workers do with them."""

    async def claim(self, request: ClaimRequest) -> Granted | None:
        """Lease the next task that the worker may do; one held already when at the limit."""
        ...

    async def vacant_among(self, projects: Sequence[ProjectId]) -> list[ProjectId]:
        """Those of these projects in which a task waits for somebody."""
        ...

    async def held(self, worker: WorkerId, now: int) -> list[Granted]:
        """The worker's live leases, oldest first."""
        ...

    async def holding(self, worker: WorkerId, assignment: AssignmentId) -> Holding | None:
        """An assignment of this worker with its task, leases and answers, read together."""
        ...

    async def settle(self, settlement: Settlement) -> bool:
        """Carry out a step, whole; False when the task has changed since it was decided."""
        ...

    async def keep_late(self, task: TaskNow, answer: NewAnswer, now: int) -> None:
        """Record an answer that came after the end; a second one by the worker is dropped."""
        ...

    async def extend(
        self, worker: WorkerId, assignment: AssignmentId, now: int, lease_ms: int
    ) -> int | None:
        """Extend a live lease by the task's length, the project's, or else `lease_ms`.

        Returns its new end, or None when it is gone.
        """
        ...

    async def lapse(self, now: int, limit: int) -> list[Lapsed]:
        """Return to the queue what leases ran out on."""
        ...

    async def release(self, worker: WorkerId, assignment: AssignmentId) -> list[Lapsed]:
        """Return a live lease to the queue as if it had run out; empty when it is gone."""
        ...

    async def work_counts(self, worker: WorkerId) -> WorkCounts: ...


class NodeStore(Protocol):
    """What nodes that share a database tell each other."""

    @property
    def shared(self) -> bool:
        """Whether other nodes may be serving on the same database."""
        ...

    async def tell_nodes(self, message: str) -> None:
        """Send a message of less than 8,000 bytes to the other nodes; it may be lost."""
        ...

    def hear_nodes(self) -> AsyncIterator[str | None]:
        """Give what other nodes send; None whenever something may have been missed before."""
        ...

    def changed_elsewhere(self) -> bool:
        """Tell whether it is time to look at what others may have written."""
        ...


class Store(
    NodeStore,
    TaskStore,
    WorkStore,
    HistoryStore,
    DeliveryStore,
    ConsultationStore,
    AccountStore,
    DocumentStore,
    FilingStore,
    CreditStore,
    LearningStore,
    FigureStore,
    RetentionStore,
    Protocol,
):
    """The whole store, with its life."""

    engine: str

    async def open(self) -> None:
        """Connect, and bring the schema up to date where the engine does that by itself."""
        ...

    async def close(self) -> None: ...

    async def ping(self) -> None:
        """Prove that the store can be read and written. Raises Unavailable."""
        ...

    def schema_version(self) -> int:
        """The number of the newest migration that the database has had."""
        ...
