"""Which models have which tasks, and what they said: written with the task, like the outbox."""

from collections.abc import Sequence
from typing import Literal, NamedTuple, Protocol

from msgspec import Struct

from humanwire.core.consensus import Policy
from humanwire.core.ids import AssignmentId, ProjectId, TaskId, WorkerId, WorkflowId
from humanwire.core.json import Json
from humanwire.core.panel import ModelUse, Outcome
from humanwire.core.questions import AnyQuestion

ConsultationState = Literal["asked", "told", "handed", "done"]
"""`told`: the model has said something, which is to be carried out. `handed`: people judge it."""


class NewConsultation(Struct, frozen=True, kw_only=True):
    """A model to be asked about a new task, as a worker who holds a lease on it.

    It is born claimed, for the caller to ask at once.
    """

    assignment: AssignmentId
    worker: WorkerId
    model: str
    use: ModelUse
    workflow: WorkflowId | None = None
    flavour: str | None = None
    claimed_until: int


class Told(Struct, frozen=True, kw_only=True):
    """What a model said, and what becomes of it.

    `share` is the probability with which people were to judge it, `least` the smallest in force
    for its sort. `at` is when it was said.
    """

    outcome: Outcome
    version: str
    at: int
    response_json: str | None = None
    confidence: float | None = None
    reason: str | None = None
    share: float = 1.0
    least: float = 1.0


class Consultation(Struct, frozen=True, kw_only=True):
    """A model that has a task. `tries` counts the processes that have taken it up."""

    project: ProjectId
    task: TaskId
    state: ConsultationState
    assignment: AssignmentId
    worker: WorkerId
    model: str
    use: ModelUse
    workflow: WorkflowId | None
    flavour: str | None
    tries: int
    told: Told | None = None


class Judged(Struct, frozen=True, kw_only=True):
    """A model's answer that people judge. `ended`: they have, with `result` if they agreed.

    `question` and `policy` are None unless the task is complete.
    """

    consultation: Consultation
    question: AnyQuestion | None
    policy: Policy | None
    ended: bool
    result: Json


class ConsultationKey(NamedTuple):
    """Which consultation: a task has one at most."""

    project: ProjectId
    task: TaskId


class ConsultationStore(Protocol):
    """Consultations of models."""

    async def claim_consultations(self, now: int, until: int, limit: int) -> list[Consultation]:
        """Take those that are due for this process until a time, the longest due first."""
        ...

    async def renew_consultations(self, keys: Sequence[ConsultationKey], until: int) -> None:
        """Let nobody else take these before a time, or do so again from then on."""
        ...

    async def keep_told(self, told: Sequence[tuple[ConsultationKey, Told]]) -> None:
        """Keep what models said, before it is carried out; what is there already stays."""
        ...

    async def end_consultations(
        self, ended: Sequence[tuple[ConsultationKey, ConsultationState]]
    ) -> None:
        """Note that what was said is carried out: people judge it (`handed`), or it is `done`."""
        ...

    async def consultation(self, key: ConsultationKey) -> Consultation | None: ...

    async def judged(self, after: ConsultationKey, limit: int) -> list[Judged]:
        """Some of those that people judge, on whatever project, in order after one."""
        ...
