"""From rows to records: the only place that knows the order of columns."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import msgspec

from humanwire.core.assignment import Lease, TaskNow
from humanwire.core.consensus import decode_policy
from humanwire.core.ids import (
    AssignmentId,
    BatchId,
    MediaId,
    ProjectId,
    TaskId,
    WorkerId,
    WorkflowId,
)
from humanwire.core.project import Project, ProjectSettings, WebhookSecret
from humanwire.core.questions import Given, Size, decode_question
from humanwire.store.credits import Entry
from humanwire.store.deliveries import Attempt, Delivery, DeliveryState
from humanwire.store.history import PastAnswer, PastPlace, PastWork
from humanwire.store.records import (
    Answer,
    Event,
    Filing,
    Granted,
    Key,
    Media,
    ProjectCounts,
    Task,
    Worker,
)

Row = tuple[Any, ...]

_settings = msgspec.json.Decoder(ProjectSettings)
_secrets = msgspec.json.Decoder(tuple[WebhookSecret, ...])
_attempts = msgspec.json.Decoder(tuple[Attempt, ...])
_media = msgspec.json.Decoder(tuple[Size, ...])


@lru_cache(1024)
def project(row: Row) -> Project:
    """A project from its row. Equal rows give the same record, decoded once."""
    number, uuid, name, settings, secrets, suspended = row
    return Project(
        number=ProjectId(number),
        id=uuid,
        name=name,
        settings=_settings.decode(settings),
        webhook_secrets=_secrets.decode(secrets),
        suspended=bool(suspended),
    )


PROJECT_COLUMNS = 6
WORKER_COLUMNS = 4


def key(row: Row, owner: Project) -> Key:
    identifier, _, mode, hint, created_at, last_used_at, expires_at = row
    return Key(
        id=identifier,
        project=owner,
        mode=mode,
        hint=hint,
        created_at=created_at,
        last_used_at=last_used_at,
        expires_at=expires_at,
    )


def worker(row: Row, projects: tuple[Project, ...]) -> Worker:
    number, uuid, name, revoked_at = row
    return Worker(
        number=WorkerId(number),
        id=uuid,
        name=name,
        projects=projects,
        revoked=revoked_at is not None,
    )


def task(owner: ProjectId, row: Row, answers: dict[str, str]) -> Task:
    return Task(
        project=owner,
        id=TaskId(row[0]),
        mode=row[1],
        type=row[2],
        status=row[3],
        priority=row[4],
        deadline=row[5],
        dialect=row[6],
        created_at=row[7],
        body_json=row[8],
        hook_url=row[9],
        policy=decode_policy(row[10]),
        ended_at=row[11],
        response_json=row[12],
        feedback=row[13],
        reason=row[14],
        answers=answers,
        filing=None if row[15:20] == _UNFILED else _filing(*row[15:21]),
        charged=row[21] or 0,
    )


def _filing(
    reference: str | None,
    tag: str | None,
    workflow: WorkflowId | None,
    batch: BatchId | None,
    result_key: str | None,
    single: int,
) -> Filing:
    return Filing(
        reference=reference,
        tag=tag,
        workflow=workflow,
        batch=batch,
        result_key=result_key,
        single=bool(single),
    )


_UNFILED = (None,) * 5


def task_now(
    owner: ProjectId,
    identifier: TaskId,
    row: Row,
    leases: list[Row],
    answers: list[Row],
) -> TaskNow:
    mode, status, version, vacant, dialect, policy, question, hook_url, batch, price = row
    return TaskNow(
        project=owner,
        id=identifier,
        mode=mode,
        dialect=dialect,
        status=status,
        version=version,
        vacant=vacant,
        policy=decode_policy(policy),
        question=decode_question(question),
        hook_url=hook_url,
        batch=batch,
        price=price,
        leases=[Lease(AssignmentId(a), WorkerId(w)) for a, w, state in leases if state == "leased"],
        flags=sum(state == "flagged" for _, _, state in leases),
        answers=[given(row) for row in answers if row[3]],
    )


def given(row: Row) -> Given:
    number, response, media, _ = row
    sizes = _media.decode(media) if media else ()
    return Given(WorkerId(number), msgspec.json.decode(response), sizes)


def answer(row: Row) -> Answer:
    about, pseudonym, answered_at, seconds, counted, response = row
    return Answer(
        task=TaskId(about),
        worker=pseudonym,
        answered_at=answered_at,
        seconds=seconds,
        counted=bool(counted),
        response_json=response,
    )


LAST_PLACE = PastPlace(2**63 - 1, ProjectId(0), TaskId(""))
"""Behind all that a worker has said."""


def past_answer(row: Row) -> PastAnswer:
    assignment, time, project, task, corrected_at, counted, response, *about = row
    name, kind_of_request, kind, instruction, status = about
    return PastAnswer(
        assignment=AssignmentId(assignment),
        place=PastPlace(time, ProjectId(project), TaskId(task)),
        corrected_at=corrected_at,
        counted=bool(counted),
        response_json=response,
        project=name,
        type=kind_of_request,
        kind=kind,
        instruction=instruction,
        status=status,
    )


def past_work(lease: Granted, row: Row) -> PastWork:
    status, answered_at, corrected_at, counted, response = row
    return PastWork(
        granted=lease,
        status=status,
        answered_at=answered_at,
        corrected_at=corrected_at,
        counted=bool(counted),
        response_json=response,
    )


def event(row: Row) -> Event:
    identifier, kind, time, about = row
    if kind == "batch.complete":
        return Event(id=identifier, type=kind, time=time, batch=BatchId(about))
    return Event(id=identifier, type=kind, time=time, task=TaskId(about))


def entry(row: Row) -> Entry:
    place, kind, amount, balance, time, task, note = row
    return Entry(
        id=place, kind=kind, amount=amount, balance=balance, time=time, task=task, note=note
    )


def delivery(owner: ProjectId, row: Row) -> Delivery:
    identifier, subject, about, mode, url, state, next_attempt, reason, attempts = row
    named: DeliveryState = state
    return Delivery(
        project=owner,
        id=identifier,
        task=TaskId(subject) if about == "task" else None,
        batch=BatchId(subject) if about == "batch" else None,
        mode=mode,
        url=url,
        state=named,
        next_attempt=next_attempt,
        reason=reason,
        attempts=_attempts.decode(attempts) if attempts else (),
    )


def media(row: Row) -> Media:
    owner, identifier, kind, size, created_at = row
    return Media(
        project=ProjectId(owner),
        id=MediaId(identifier),
        type=kind,
        bytes=size,
        created_at=created_at,
    )


def counts(by_status: Mapping[str, int]) -> ProjectCounts:
    """How tasks stand, of which those that are not there are none."""
    return ProjectCounts(
        *(by_status.get(status, 0) for status in ("pending", "complete", "flagged", "aborted"))
    )
