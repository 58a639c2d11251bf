"""What a worker's act on a lease changes: decided here from a snapshot, carried out by the store.

Each function takes a `Holding` (the assignment, its task, the other leases and the answers so
far, as read together) and returns a `Step`: the whole change, to be applied in one transaction if
the task's version is still the one that was read. Nothing else decides on vacancies.

The rule that every step keeps: vacancies plus live leases equal the answers still wanted.
"""

from collections.abc import Sequence
from typing import Literal

from msgspec import Struct

from humanwire.core.consensus import AskMore, Collect, Done, GaveUp, Policy, Single, decide
from humanwire.core.errors import AlreadyAnswered, Ended, Invalid, LeaseGone, NotFound
from humanwire.core.ids import AssignmentId, BatchId, ProjectId, TaskId, WorkerId
from humanwire.core.json import Json
from humanwire.core.questions import AnyQuestion, Given, Size
from humanwire.core.task import End, Mode, Status

LeaseState = Literal["leased", "answered", "skipped", "flagged", "lapsed", "withdrawn", "aborted"]

Closes = tuple[tuple[AssignmentId, LeaseState], ...]
"""Leases that end, each with the state that they end in."""

FEEDBACK_LIMIT = 10_000
"""Characters of a flag's feedback or a skip's reason."""


class Lease(Struct, frozen=True):
    """A live lease on a task."""

    id: AssignmentId
    worker: WorkerId


class TaskNow(Struct, frozen=True, kw_only=True):
    """A task as its queue sees it. `version` grows with every change.

    `vacant` counts the vacancies of a task whose batch is paused, too. `price` is in millionths of
    a credit, as it was when the task was asked.
    """

    project: ProjectId
    id: TaskId
    mode: Mode
    dialect: str
    status: Status
    version: int
    vacant: int
    policy: Policy
    question: AnyQuestion
    hook_url: str | None
    batch: BatchId | None = None
    price: int = 0
    answers: Sequence[Given] = ()
    leases: Sequence[Lease] = ()
    flags: int = 0


class Holding(Struct, frozen=True, kw_only=True):
    """One assignment with its task. `own` is the answer already on record from this worker."""

    id: AssignmentId
    worker: WorkerId
    state: LeaseState
    expires_at: int
    task: TaskNow
    own: "Recorded | None" = None


class Recorded(Struct, frozen=True):
    """An answer on record; one that came after the end is kept, not counted."""

    response: Json
    counted: bool


class NewAnswer(Struct, frozen=True):
    """An answer to record."""

    worker: WorkerId
    response: Json
    media: tuple[Size, ...]
    seconds: float | None
    counted: bool
    replaces: bool = False
    """It takes the place of the worker's earlier answer, which is kept apart from then on."""


class Step(Struct, frozen=True, kw_only=True):
    """A change to one task, whole, decided on `task` as it was read.

    `by` is the worker whose act it is; the first of `closes` is then that worker's own lease.
    """

    task: TaskNow
    vacant: int
    by: WorkerId | None = None
    closes: Closes = ()
    note: str | None = None
    answer: NewAnswer | None = None
    end: End | None = None

    @property
    def charge(self) -> int:
        """What it costs the project: the task's price when it ends with an answer."""
        return self.task.price if self.end is not None and self.end.answered else 0


def answer(
    holding: Holding, response: Json, media: tuple[Size, ...], seconds: float | None
) -> Step | Recorded:
    """Decide what an answer changes; `Recorded` when the same answer is there already.

    Raises InvalidAnswer (the lease stays) or AlreadyAnswered. An answer counts while the task
    is pending, whatever became of its lease.
    """
    task = holding.task
    checked = task.question.check(response)
    if holding.own is not None:
        if holding.own.response != checked:
            raise AlreadyAnswered
        return holding.own
    given = Given(holding.worker, checked, media)
    if task.status != "pending":
        late = NewAnswer(holding.worker, checked, media, seconds, counted=False)
        return Step(task=task, vacant=0, answer=late)
    new = NewAnswer(holding.worker, checked, media, seconds, counted=True)
    # A late answer also ends the lease that its worker may hold on the task again by now.
    mine = [lease.id for lease in task.leases if lease.worker == holding.worker]
    own = _closed((holding.id, *(lease for lease in mine if lease != holding.id)), "answered")
    vacant, taken, end = _agreed(task, holding.worker, (*task.answers, given))
    closes = (*own, *taken)
    return Step(task=task, vacant=vacant, by=holding.worker, closes=closes, answer=new, end=end)


def correct(
    holding: Holding, response: Json, media: tuple[Size, ...], seconds: float | None
) -> Step | Recorded:
    """Decide what follows when a worker's answer is replaced by another.

    `Recorded` when it says that already. Raises InvalidAnswer, NotFound when there is no answer
    to replace, or Ended: what a task has ended with stays.
    """
    task = holding.task
    if holding.own is None:
        raise NotFound("You have not answered this task.")
    checked = task.question.check(response)
    if holding.own.response == checked:
        return holding.own
    if task.status != "pending":
        raise Ended("The task has ended meanwhile, so your answer stays as it was.")
    given = Given(holding.worker, checked, media)
    # In the place of the first one: who agrees with whom can depend on the order.
    answers = [given if one.worker == holding.worker else one for one in task.answers]
    vacant, taken, end = _agreed(task, holding.worker, answers)
    new = NewAnswer(holding.worker, checked, media, seconds, counted=True, replaces=True)
    return Step(task=task, vacant=vacant, closes=taken, answer=new, end=end)


def _agreed(
    task: TaskNow, worker: WorkerId, answers: Sequence[Given]
) -> tuple[int, Closes, End | None]:
    """Decide on all answers: the vacancies, the leases of others that end, and the task's end."""
    others = [lease.id for lease in task.leases if lease.worker != worker]
    vacant, end = 0, None
    match decide(task.policy, task.question, answers):
        case Done(merged):
            end, surplus = End(status="complete", response=merged), len(others)
        case GaveUp():
            end, surplus = End(status="complete"), len(others)
        case AskMore(wanted):
            surplus = max(len(others) - wanted, 0)
            vacant = wanted - len(others) + surplus
    return vacant, _closed(others[len(others) - surplus :], "withdrawn"), end


def skip(holding: Holding, reason: str, now: int) -> Step:
    """Give the task back to the queue, for other workers."""
    _require_live(holding, now)
    _require_short("reason", reason)
    vacant = holding.task.vacant + 1
    closes = _closed((holding.id,), "skipped")
    return Step(task=holding.task, vacant=vacant, by=holding.worker, closes=closes, note=reason)


def flag(holding: Holding, feedback: str, flags_to_end: int, now: int) -> Step:
    """Say that the task cannot be done; the flag that makes up the number ends it."""
    _require_live(holding, now)
    _require_short("feedback", feedback)
    if not feedback.strip():
        raise Invalid("Say what is wrong with the task.", field="feedback")
    task = holding.task
    own = _closed((holding.id,), "flagged")
    if task.flags + 1 < flags_to_end:
        vacant = task.vacant + 1
        return Step(task=task, vacant=vacant, by=holding.worker, closes=own, note=feedback)
    end = End(status="flagged", feedback=feedback)
    taken = _closed([lease.id for lease in task.leases if lease.id != holding.id], "withdrawn")
    closes = (*own, *taken)
    return Step(task=task, vacant=0, by=holding.worker, closes=closes, note=feedback, end=end)


def abort(task: TaskNow, reason: str | None) -> Step:
    """End a pending task without an answer; a `reason` means that the caller did not ask."""
    if task.status != "pending":
        raise Ended
    closes = _closed([lease.id for lease in task.leases], "aborted")
    return Step(task=task, vacant=0, closes=closes, end=End(status="aborted", reason=reason))


def stand(holding: Holding, response: Json) -> Step:
    """Let one answer be the result, whatever consensus would ask for. Raises InvalidAnswer."""
    task = holding.task
    given = Given(holding.worker, task.question.check(response))
    policy = Collect(answers=1) if isinstance(task.policy, Collect) else Single()
    match decide(policy, task.question, [given]):
        case Done(merged):
            end = End(status="complete", response=merged)
        case _:
            raise AssertionError(policy)
    others = [lease.id for lease in task.leases if lease.id != holding.id]
    closes = (*_closed((holding.id,), "answered"), *_closed(others, "withdrawn"))
    new = NewAnswer(holding.worker, given.response, (), None, counted=True)
    return Step(task=task, vacant=0, by=holding.worker, closes=closes, answer=new, end=end)


def hand_over(holding: Holding, reason: str | None) -> Step:
    """Leave the task to people: as many as are still wanted. Where none can answer, it ends."""
    task = holding.task
    own = _closed((holding.id,), "skipped")
    if not task.question.by_people:
        end = End(status="complete")
        return Step(task=task, vacant=0, by=holding.worker, closes=own, note=reason, end=end)
    others = sum(lease.id != holding.id for lease in task.leases)
    match decide(task.policy, task.question, task.answers):
        case AskMore(wanted):
            vacant = max(wanted - others, 0)
        case _:
            vacant = 0
    return Step(task=task, vacant=vacant, by=holding.worker, closes=own, note=reason)


def why_gone(holding: Holding, now: int) -> str | None:
    """Say why a lease is no longer live: lapsed, aborted, withdrawn, or what the worker did."""
    if holding.state == "leased":
        return "lapsed" if holding.expires_at <= now else None
    return holding.state


def _closed(leases: Sequence[AssignmentId], state: LeaseState) -> Closes:
    return tuple((lease, state) for lease in leases)


def _require_live(holding: Holding, now: int) -> None:
    if reason := why_gone(holding, now):
        raise LeaseGone(reason)


def _require_short(field: str, text: str) -> None:
    if len(text) > FEEDBACK_LIMIT:
        raise Invalid(f"At most {FEEDBACK_LIMIT} characters.", field=field)
