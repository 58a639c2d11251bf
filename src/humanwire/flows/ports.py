"""What the flows need from outside: the store, the time, chance, and the dialects."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

from msgspec import Struct

from humanwire.core.delivery import Outcome, Prepared, Schedule
from humanwire.core.ids import ProjectId, Uuid7, WorkerId
from humanwire.core.model import Abstention, Capability, Health, Item, Opinion
from humanwire.core.project import Project
from humanwire.core.task import End
from humanwire.flows.tally import Tally
from humanwire.flows.wakeups import Wakeups
from humanwire.store.consultations import Consultation
from humanwire.store.filing import BatchProgress
from humanwire.store.interface import Store
from humanwire.store.records import NewDelivery, Task


class Callback(Struct, frozen=True):
    """What a dialect sends when a task or a batch ends, before it is signed.

    Without a body it has no type.
    """

    method: str
    url: str
    content_type: str | None
    body: bytes


class Dialect(Protocol):
    """What a protocol says about the end of the tasks that were made through it."""

    @property
    def schedule(self) -> Schedule: ...

    def calls_back(self, end: End, project: Project) -> bool:
        """Tell whether this end is told to the requester."""
        ...

    def callback(self, task: Task, url: str) -> Callback:
        """Put an ended task into the protocol's shape."""
        ...


@runtime_checkable
class BatchDialect(Dialect, Protocol):
    """A protocol through which batches are made."""

    def batch_callback(self, batch: BatchProgress, url: str) -> Callback:
        """Put a completed batch into the protocol's shape."""
        ...


class Sender(Protocol):
    """Sends one request; trouble on the way is an outcome, not an error."""

    async def send(self, prepared: Prepared) -> Outcome: ...


class OpenedMedia(Protocol):
    """A medium on its way: `headers` have lower-case names, content-type always among them."""

    status: int
    headers: dict[str, str]

    def chunks(self) -> AsyncIterator[bytes]:
        """Give the bytes as they come. Raises FetchFailed, also in the middle."""
        ...


class Fetcher(Protocol):
    """Fetches requesters' media from wherever they are."""

    def open(self, url: str, range_header: str | None) -> AbstractAsyncContextManager[OpenedMedia]:
        """Request a medium. Raises FetchFailed."""
        ...


class Outbox(Protocol):
    """Takes a fresh delivery for its first attempt, which is due at once."""

    def put(self, project: ProjectId, delivery: NewDelivery) -> None: ...


class NoOutbox:
    """Leaves deliveries to the serving process: for programs that only write."""

    def put(self, project: ProjectId, delivery: NewDelivery) -> None: ...


class Panel(Protocol):
    """The models that this server can ask, by name."""

    def capabilities(self) -> Mapping[str, Capability]: ...

    async def opinions(self, model: str, items: Sequence[Item]) -> Sequence[Opinion]:
        """Ask a model: an opinion for each item, in order; trouble is an abstention.

        Waits where much is asked at once.
        """
        ...

    def health(self) -> Mapping[str, Health]: ...


class NoPanel:
    """No models: for programs that only write, and servers that have none."""

    def capabilities(self) -> Mapping[str, Capability]:
        return {}

    async def opinions(self, model: str, items: Sequence[Item]) -> Sequence[Opinion]:
        del model
        return [Abstention("no_model")] * len(items)

    def health(self) -> Mapping[str, Health]:
        return {}


class Consulting(Protocol):
    """Takes fresh consultations, to ask models at once."""

    def put(self, consultation: Consultation) -> None: ...


class NoConsulting:
    """Leaves consultations to the serving process: for programs that only write."""

    def put(self, consultation: Consultation) -> None: ...


@dataclass(slots=True)
class Ports:
    """Everything a flow may touch.

    `clock` gives milliseconds since the epoch, UTC; `entropy` gives that many random bytes.
    `lease_ms` is a lease's length where the project sets none, `most_leases` how many a worker
    may hold at once. `origin` is the address that links begin with, without a slash at its end.
    `seats` are the workers that models are, as far as this process has asked.
    """

    store: Store
    clock: Callable[[], int]
    entropy: Callable[[int], bytes]
    ids: Uuid7
    wakeups: Wakeups
    dialects: Mapping[str, Dialect]
    outbox: Outbox
    origin: Callable[[], str]
    lease_ms: int = 600_000
    most_leases: int = 2
    tally: Tally = field(default_factory=Tally)
    panel: Panel = field(default_factory=NoPanel)
    consulting: Consulting = field(default_factory=NoConsulting)
    seats: dict[tuple[ProjectId, str], WorkerId] = field(default_factory=dict)

    def new_id(self) -> str:
        """Make an identifier that sorts after those made before it."""
        return self.ids.make(self.clock(), self.entropy(8))
