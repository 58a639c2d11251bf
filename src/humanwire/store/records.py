"""What goes into the store and comes out of it: the records of the store's interface.

Times are milliseconds since the epoch, UTC. Texts named `…_json` are JSON kept as it was given.
"""

from collections.abc import Mapping
from typing import Literal

from msgspec import Struct

from humanwire.core.assignment import Step
from humanwire.core.consensus import Policy
from humanwire.core.ids import (
    AssignmentId,
    BatchId,
    DeliveryId,
    MediaId,
    ProjectId,
    TaskId,
    WorkerId,
    WorkflowId,
)
from humanwire.core.project import Project
from humanwire.core.questions import AnyQuestion
from humanwire.core.task import End, Mode, Status
from humanwire.store.consultations import NewConsultation

EventType = Literal["request.complete", "request.flagged", "request.aborted", "batch.complete"]


class Key(Struct, frozen=True, kw_only=True):
    """A requester's key; only the hash of its text is ever stored."""

    id: str
    project: Project
    mode: Mode
    hint: str
    created_at: int
    last_used_at: int | None = None
    expires_at: int | None = None


class Worker(Struct, frozen=True, kw_only=True):
    """A person (or program) who answers, and the projects that they are a member of."""

    number: WorkerId
    id: str
    name: str
    projects: tuple[Project, ...] = ()
    revoked: bool = False


class Filing(Struct, frozen=True, kw_only=True):
    """Under which of the caller's own names a task is filed. Written once.

    `reference` is the caller's name for the task itself; no other task of the project and mode
    ever gets it again. `result_key` names a bare answer in the result; `single`: the answer is a
    list of one, given as that one.
    """

    reference: str | None = None
    tag: str | None = None
    workflow: WorkflowId | None = None
    batch: BatchId | None = None
    result_key: str | None = None
    single: bool = False


class NewTask(Struct, frozen=True, kw_only=True):
    """A task to store. `body_json` holds the caller's fields, in the caller's words.

    `vacant` is how many answers are asked for first; `end` is set for a staged task that is
    already over. `excluded` holds workers' pseudonyms; unknown ones mean nothing. Only the
    `audience` gets the task, None is everybody. `lease_ms` None leaves it to the project.
    `consultation` gives it to a model, too. `price` is in millionths of a credit.
    """

    id: TaskId
    mode: Mode
    dialect: str
    type: str
    priority: int
    question: AnyQuestion
    policy: Policy
    body_json: str
    created_at: int
    vacant: int
    hook_url: str | None = None
    excluded: tuple[str, ...] = ()
    metadata: Mapping[str, str] = {}
    deadline: int | None = None
    end: End | None = None
    filing: Filing | None = None
    audience: tuple[WorkerId, ...] | None = None
    lease_ms: int | None = None
    consultation: NewConsultation | None = None
    price: int = 0


class IdempotencyKey(Struct, frozen=True):
    """The caller's own key for a request, and a digest of what came with it."""

    key: str
    digest: bytes


class NewDelivery(Struct, frozen=True):
    """A callback to make.

    It is born claimed, for the caller to make the first attempt at once; one that is claimed until
    now is due, and made by whoever looks first.
    """

    id: DeliveryId
    url: str
    origin: str
    claimed_until: int


class Ask(Struct, frozen=True, kw_only=True):
    """A task to store, with the callback that a staged one gives rise to at once.

    With a `limit` it is stored only if it, the project's balance and the prices of all that is open
    make no more debt than that, in millionths of a credit.
    """

    task: NewTask
    limit: int | None = None
    idempotency: IdempotencyKey | None = None
    delivery: NewDelivery | None = None


class Added(Struct, frozen=True):
    """A task is stored: now, or earlier under the same idempotency key (`repeated`)."""

    id: TaskId
    repeated: bool = False


class Task(Struct, frozen=True, kw_only=True):
    """A task as its requester sees it. `answers` maps workers' pseudonyms to JSON texts.

    `charged` is what it has cost the project, in millionths of a credit.
    """

    project: ProjectId
    id: TaskId
    mode: Mode
    dialect: str
    type: str
    status: Status
    priority: int
    created_at: int
    body_json: str
    hook_url: str | None = None
    deadline: int | None = None
    ended_at: int | None = None
    response_json: str | None = None
    feedback: str | None = None
    reason: str | None = None
    policy: Policy
    answers: Mapping[str, str] = {}
    filing: Filing | None = None
    charged: int = 0


class Answer(Struct, frozen=True, kw_only=True):
    """An answer as the project's requesters know it: `worker` is the worker's pseudonym.

    One that came after the end is not `counted`. `seconds` is how long the worker says it took.
    """

    task: TaskId
    worker: str
    answered_at: int
    seconds: float | None = None
    counted: bool
    response_json: str


class TaskFilter(Struct, frozen=True, kw_only=True):
    """Which tasks to list: every field that is set must hold."""

    status: Status | None = None
    type: str | None = None
    created_after: int | None = None
    created_before: int | None = None
    metadata: Mapping[str, str] = {}
    batch: BatchId | None = None
    reference: str | None = None


class Granted(Struct, frozen=True, kw_only=True):
    """A lease that the worker holds: a new one, or (`held`) one from before.

    `draft` is what the worker saved under it, with the version of the save.
    """

    id: AssignmentId
    expires_at: int
    lease_ms: int
    held: bool
    task: TaskId
    project: Project
    type: str
    question: AnyQuestion
    created_at: int
    draft: "Draft | None" = None


class Draft(Struct, frozen=True):
    """Unsubmitted work. A save must carry a higher version than the last one."""

    version: int
    body_json: str


class ClaimRequest(Struct, frozen=True, kw_only=True):
    """A worker's wish for work. None in `projects` or `kinds` means any.

    `lease_ms` applies where neither task nor project sets a length; `assignment` is the id to use.
    """

    worker: WorkerId
    assignment: str
    now: int
    lease_ms: int
    most: int
    projects: tuple[ProjectId, ...] | None = None
    kinds: tuple[str, ...] | None = None


class Settlement(Struct, frozen=True, kw_only=True):
    """A step to carry out, with what it gives rise to, in one transaction.

    `batch_delivery` is made if the end of the task completes its batch.
    """

    step: Step
    now: int
    delivery: NewDelivery | None = None
    batch_delivery: NewDelivery | None = None


class Event(Struct, frozen=True, kw_only=True):
    """One line of a project's feed: of a task, or of a batch. Ids only grow."""

    id: int
    type: EventType
    time: int
    task: TaskId | None = None
    batch: BatchId | None = None


class Lapsed(Struct, frozen=True):
    """A lease that ran out."""

    project: ProjectId
    assignment: AssignmentId
    worker: WorkerId


class Media(Struct, frozen=True, kw_only=True):
    """An uploaded file's record; the bytes live in the media folder under `id`."""

    project: ProjectId
    id: MediaId
    type: str
    bytes: int
    created_at: int


class WorkCounts(Struct, frozen=True):
    """What a worker has done so far."""

    answered: int
    skipped: int
    flagged: int


class ProjectCounts(Struct, frozen=True):
    """How the live tasks of a project, or the tasks of a batch, stand."""

    pending: int
    complete: int
    flagged: int
    aborted: int
