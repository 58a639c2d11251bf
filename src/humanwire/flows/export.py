"""Export: every task that fits a filter, with its answers and its end, in the program's own words.

The one place that knows how a task is written down outside the database. Tasks come in pages, and
between two of them nothing is held: no transaction, no cursor, no more than a page of memory.
"""

import asyncio
from collections import defaultdict
from collections.abc import AsyncGenerator, Mapping, Sequence

import msgspec
from msgspec import Raw, Struct

from humanwire.core.ids import ProjectId, TaskId
from humanwire.core.json import on_one_line
from humanwire.core.task import Mode, Status
from humanwire.core.times import iso
from humanwire.flows.ask import staged_answers
from humanwire.flows.ports import Ports
from humanwire.store.records import Answer, Task, TaskFilter

_PAGE_MOST = 50
_PAGE_BYTES = 4 * 1024 * 1024
"""What a page is meant to hold, going by the page before it."""
_encoder = msgspec.json.Encoder()


class ExportedAnswer(Struct, frozen=True):
    """An answer: `worker` is the worker's pseudonym, and a late one is not `counted`."""

    worker: str
    answered_at: str
    seconds: float | None
    counted: bool
    response: Raw


class ExportedTask(Struct, frozen=True):
    """A task as it stands. Every field is always there; `request` is what the caller sent."""

    id: str
    mode: Mode
    dialect: str
    type: str
    status: Status
    priority: int
    created_at: str
    deadline: str | None
    ended_at: str | None
    response: Raw | None
    feedback: str | None
    reason: str | None
    answers: list[ExportedAnswer]
    request: Raw

    def line(self) -> bytes:
        """Write it as a line of NDJSON."""
        return _encoder.encode(self) + b"\n"


async def export(
    ports: Ports, project: ProjectId, mode: Mode, where: TaskFilter, before: TaskId | None = None
) -> AsyncGenerator[list[ExportedTask]]:
    """Give tasks in pages, newest first; those asked after the beginning are not among them."""
    store = ports.store
    most = _PAGE_MOST
    while True:
        tasks = await store.list_tasks(project, mode, where, before, most)
        if tasks:
            yield exported(tasks, await store.answers_of(project, [task.id for task in tasks]))
        if len(tasks) < most:
            return
        before = tasks[-1].id
        mean = sum(map(_size, tasks)) // len(tasks)
        most = max(1, min(_PAGE_MOST, _PAGE_BYTES // max(mean, 1)))
        # A store that answers at once would keep everybody else waiting.
        await asyncio.sleep(0)


def exported(tasks: Sequence[Task], answers: Sequence[Answer]) -> list[ExportedTask]:
    """Put tasks and all of their answers into the shape that they leave the database in."""
    given: Mapping[str, list[Answer]] = defaultdict(list)
    for answer in answers:
        given[answer.task].append(answer)
    return [_exported(task, given.get(task.id, ())) for task in tasks]


def _exported(task: Task, answers: Sequence[Answer]) -> ExportedTask:
    ended = None if task.ended_at is None else iso(task.ended_at)
    return ExportedTask(
        id=task.id,
        mode=task.mode,
        dialect=task.dialect,
        type=task.type,
        status=task.status,
        priority=task.priority,
        created_at=iso(task.created_at),
        deadline=None if task.deadline is None else iso(task.deadline),
        ended_at=ended,
        response=None if task.response_json is None else _raw(task.response_json),
        feedback=task.feedback,
        reason=task.reason,
        answers=[
            ExportedAnswer(
                answer.worker,
                iso(answer.answered_at),
                answer.seconds,
                answer.counted,
                _raw(answer.response_json),
            )
            for answer in answers
        ]
        or [
            ExportedAnswer(worker, ended or "", None, True, _raw(response))  # noqa: FBT003
            for worker, response in staged_answers(task).items()
        ],
        request=_raw(task.body_json),
    )


def _raw(text: str) -> Raw:
    return Raw(on_one_line(text.encode()))


def _size(task: Task) -> int:
    return len(task.body_json) + sum(map(len, task.answers.values()))
