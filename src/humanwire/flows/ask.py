"""Ask: take questions from a dialect, store them durably, and stage the answers of test keys."""

from collections.abc import Mapping, Sequence
from typing import Literal

import msgspec
from msgspec import Struct

from humanwire.core.consensus import AskMore, Collect, Policy, Single, decide
from humanwire.core.credit import micro
from humanwire.core.errors import Conflict, Invalid
from humanwire.core.ids import ProjectId, TaskId, WorkerId
from humanwire.core.json import Json
from humanwire.core.panel import ModelUse, use_for
from humanwire.core.questions import AnyQuestion, Flavour
from humanwire.core.task import PRIORITY_DEFAULT, End
from humanwire.flows.callback import new_delivery
from humanwire.flows.panel import covering, seat
from humanwire.flows.ports import Ports
from humanwire.store.consultations import Consultation, NewConsultation
from humanwire.store.records import Ask, Filing, IdempotencyKey, Key, NewTask, Task

Stage = Literal["complete", "null", "flagged", "pending"]
"""How a staged task turns out; `null` is complete without agreement."""


class Wish(Struct, frozen=True, kw_only=True):
    """What a caller asks for, checked and put into the core's words by its dialect.

    `policy` None leaves consensus to the project, `lease_ms` None the length of leases. Only the
    `audience` gets the task, None is everybody. `staged` is how the task turns out under a test
    key. `flavour` is that of a prediction; `models` None leaves their use to the
    project. Times are milliseconds since the epoch.
    """

    type: str
    question: AnyQuestion
    body_json: str
    policy: Policy | None = None
    hook_url: str | None = None
    priority: int = PRIORITY_DEFAULT
    deadline: int | None = None
    excluded: tuple[str, ...] = ()
    metadata: Mapping[str, str] = {}
    staged: Stage = "complete"
    idempotency: IdempotencyKey | None = None
    filing: Filing | None = None
    audience: tuple[WorkerId, ...] | None = None
    lease_ms: int | None = None
    flavour: Flavour | None = None
    models: ModelUse | None = None


async def ask(
    ports: Ports, key: Key, dialect: str, wishes: Sequence[Wish]
) -> list[Task | Conflict]:
    """Store tasks and return them as they stand, in order.

    Conflict where a key was reused, DuplicateReference where a reference, BatchClosed, and
    CreditExceeded.
    """
    now = ports.clock()
    project = key.project
    limit = None if key.mode == "test" else project.limit
    asks: list[Ask] = []
    for wish in wishes:
        task = _new_task(ports, key, dialect, wish, now)
        if wish.flavour or wish.models or project.settings.models:
            task = await _with_model(ports, key, wish, task)
        told = new_delivery(ports, project, dialect, wish.hook_url, task.end, now)
        asks.append(Ask(task=task, limit=limit, idempotency=wish.idempotency, delivery=told))
    added = await ports.store.ask(project.number, asks)
    tasks: list[Task | Conflict] = []
    vacancies = 0
    for each, outcome in zip(asks, added, strict=True):
        if isinstance(outcome, Conflict):
            tasks.append(outcome)
            continue
        tasks.append(_as_stored(key, each.task, outcome.id))
        if outcome.repeated:
            continue
        vacancies += each.task.vacant
        if each.task.consultation is not None:
            ports.consulting.put(_taken_up(project.number, each.task, each.task.consultation))
        ports.tally.asked[project.number, key.mode] += 1
        if each.task.end is not None:
            ports.tally.ended[project.number, key.mode, each.task.end.status] += 1
            ports.wakeups.ended(project.number, outcome.id)
        if each.delivery is not None:
            ports.outbox.put(project.number, each.delivery)
    if vacancies:
        ports.wakeups.work(project.number, vacancies)
    return tasks


def answerable(ports: Ports, key: Key, wish: Wish) -> Wish:
    """Return a wish that somebody can answer. Raises Invalid when only a model could."""
    question = wish.question
    kind = str(question.__struct_config__.tag)
    alone = not question.by_people and key.mode == "live"
    if alone and covering(ports.panel, kind, wish.flavour) is None:
        message = f"The flavour {wish.flavour!r} needs a model, and none is installed."
        raise Invalid(message, field="prediction")
    return wish


def staged_answers(task: Task) -> dict[str, str]:
    """The answers that a staged task seems to have had, by made-up workers."""
    if task.mode != "test" or task.status != "complete" or task.response_json is None:
        return {}
    if isinstance(task.policy, Collect):
        given = [bytes(part).decode() for part in _parts.decode(task.response_json)]
    else:
        most = getattr(task.policy, "min_agreements", 1)
        given = [task.response_json] * most
    return {f"{number:032x}": response for number, response in enumerate(given, 1)}


_parts = msgspec.json.Decoder(list[msgspec.Raw])


def _new_task(ports: Ports, key: Key, dialect: str, wish: Wish, now: int) -> NewTask:
    policy = wish.policy or key.project.settings.consensus or Single()
    if not wish.question.by_people:
        policy = Single()
    staged = key.mode == "test"
    end = _staged_end(wish, policy) if staged else None
    return NewTask(
        id=TaskId(ports.ids.make(now, ports.entropy(8))),
        mode=key.mode,
        dialect=dialect,
        type=wish.type,
        priority=wish.priority,
        question=wish.question,
        policy=policy,
        body_json=wish.body_json,
        created_at=now,
        vacant=0 if staged else _first_wanted(policy, wish.question),
        hook_url=wish.hook_url,
        excluded=wish.excluded,
        metadata=wish.metadata,
        deadline=None if staged else wish.deadline,
        end=end,
        filing=wish.filing,
        audience=None if staged else wish.audience,
        lease_ms=wish.lease_ms,
        price=0 if staged else micro(key.project.settings.price),
    )


async def _with_model(ports: Ports, key: Key, wish: Wish, task: NewTask) -> NewTask:
    """Give a task to a model, if one is used for it: before people, or as one of them."""
    use = use_for(wish.flavour, wish.models, key.project.settings.models)
    if use is None or task.mode == "test":
        return task
    workflow = wish.filing.workflow if wish.filing else None
    number = key.project.number
    given = await seat(ports, number, wish.question, wish.flavour, use, workflow)
    if given is None:
        return task
    vacant = task.vacant - 1 if use.use == "vote" else 0
    return msgspec.structs.replace(task, vacant=vacant, consultation=given)


def _taken_up(project: ProjectId, task: NewTask, new: NewConsultation) -> Consultation:
    return Consultation(
        project=project,
        task=task.id,
        state="asked",
        assignment=new.assignment,
        worker=new.worker,
        model=new.model,
        use=new.use,
        workflow=new.workflow,
        flavour=new.flavour,
        tries=1,
    )


def _first_wanted(policy: Policy, question: AnyQuestion) -> int:
    match decide(policy, question, ()):
        case AskMore(wanted):
            return wanted
        case _:
            raise AssertionError(policy)


def _staged_end(wish: Wish, policy: Policy) -> End | None:
    if wish.staged == "pending":
        return None
    if wish.staged == "flagged":
        return End(status="flagged", feedback="Staged: this request was asked to be flagged.")
    if wish.staged == "null":
        return End(status="complete")
    response: Json = wish.question.staged()
    if isinstance(policy, Collect):
        response = [response] * policy.answers
    return End(status="complete", response=response)


def _as_stored(key: Key, new: NewTask, identifier: TaskId) -> Task:
    end = new.end
    response = None if end is None or end.response is None else msgspec.json.encode(end.response)
    return Task(
        project=key.project.number,
        id=identifier,
        mode=new.mode,
        dialect=new.dialect,
        type=new.type,
        status=end.status if end else "pending",
        priority=new.priority,
        created_at=new.created_at,
        body_json=new.body_json,
        hook_url=new.hook_url,
        deadline=new.deadline,
        ended_at=new.created_at if end else None,
        response_json=response.decode() if response else None,
        feedback=end.feedback if end else None,
        policy=new.policy,
        filing=new.filing,
    )
