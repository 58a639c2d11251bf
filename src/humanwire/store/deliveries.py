"""Callbacks on their way: what the store keeps of them, and a part of its interface."""

from collections.abc import Sequence
from typing import Literal, Protocol

from msgspec import Struct

from humanwire.core.ids import BatchId, DeliveryId, ProjectId, TaskId
from humanwire.core.project import Project
from humanwire.core.task import Mode
from humanwire.store.filing import BatchProgress
from humanwire.store.records import Task

DeliveryState = Literal["pending", "delivered", "failed"]


class Attempt(Struct, frozen=True, kw_only=True):
    """One try at a delivery."""

    time: int
    status: int | None = None
    error: str | None = None
    ms: int


class Delivery(Struct, frozen=True, kw_only=True):
    """A callback that tells of a task or a batch, with its attempts so far, oldest first."""

    project: ProjectId
    id: DeliveryId
    task: TaskId | None = None
    batch: BatchId | None = None
    mode: Mode
    url: str
    state: DeliveryState
    next_attempt: int | None
    reason: str | None = None
    attempts: tuple[Attempt, ...] = ()


class DueDelivery(Struct, frozen=True, kw_only=True):
    """A delivery claimed for sending: its subject as it stands, and the tries since (re)sending.

    `failing_since` is when its address began to fail without a success since; a `disabled`
    address has failed for too long.
    """

    id: DeliveryId
    url: str
    origin: str
    tries: int
    about: Task | BatchProgress
    project: Project
    failing_since: int | None = None
    disabled: bool = False

    @property
    def dialect(self) -> str:
        """In whose words it is said, and on whose schedule."""
        about = self.about
        return about.dialect if isinstance(about, Task) else about.batch.dialect


class DeliveryClaim(Struct, frozen=True):
    """A delivery that this process keeps to itself until a time, unless it renews the claim."""

    project: ProjectId
    delivery: DeliveryId
    until: int


class AttemptResult(Struct, frozen=True, kw_only=True):
    """What came of an attempt: the delivery's new state, and when to try again if pending.

    `attempt` is None when a disabled address was spared one; `disables` gives an address up.
    """

    project: ProjectId
    delivery: DeliveryId
    now: int
    state: DeliveryState
    attempt: Attempt | None = None
    disables: bool = False
    reason: str | None = None
    next_attempt: int | None = None


class DeliveryStore(Protocol):
    """The outbox."""

    async def due_deliveries(
        self, now: int, claimed_until: int, limit: int, busy: Sequence[str]
    ) -> list[DueDelivery]:
        """Claim deliveries to send, but those to `busy` servers and those behind an earlier one."""
        ...

    async def claimed_delivery(
        self, project: ProjectId, delivery: DeliveryId
    ) -> DueDelivery | None:
        """Read a delivery that this process claimed."""
        ...

    async def renew_claims(self, claims: Sequence[DeliveryClaim], until: int) -> list[bool]:
        """Keep claims until a later time; False for one that ran out and is another's by now."""
        ...

    async def attempted(self, result: AttemptResult) -> None:
        """Record an attempt and what follows from it."""
        ...

    async def list_deliveries(
        self,
        project: ProjectId,
        mode: Mode,
        task: TaskId | None,
        state: DeliveryState | None,
        before: DeliveryId | None,
        limit: int,
    ) -> list[Delivery]:
        """Deliveries with their attempts, newest first."""
        ...

    async def resend(self, project: ProjectId, mode: Mode, delivery: DeliveryId, now: int) -> bool:
        """Make an ended delivery due again, under the same id; False when there is none."""
        ...

    async def resend_failed(self, project: ProjectId, mode: Mode, since: int, now: int) -> int:
        """Make the deliveries that failed since then due again; how many."""
        ...
