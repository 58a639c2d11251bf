"""Tasks on PostgreSQL: stored, read back and listed, and the feed of their ends."""

import asyncio
import os
from collections.abc import Collection, Sequence
from functools import cached_property, partial
from operator import itemgetter
from typing import Any

import msgspec

from humanwire.core.assignment import TaskNow
from humanwire.core.consensus import encode_policy
from humanwire.core.errors import Conflict
from humanwire.core.ids import ProjectId, TaskId
from humanwire.core.questions import encode_question
from humanwire.core.task import End, Mode
from humanwire.store import rows
from humanwire.store.filing_rows import reference_digest
from humanwire.store.postgres.accounts import Accounts
from humanwire.store.postgres.columns import columns
from humanwire.store.postgres.consultations import consult
from humanwire.store.postgres.engine import Connection
from humanwire.store.postgres.filing import SQL as FILING
from humanwire.store.postgres.filing import Admitted, admit, file_all
from humanwire.store.postgres.gather import Apart, Gather
from humanwire.store.postgres.listing import list_statement
from humanwire.store.records import (
    Added,
    Answer,
    Ask,
    Event,
    NewDelivery,
    NewTask,
    Task,
    TaskFilter,
)
from humanwire.store.statements import load

SQL = load("postgres", "tasks.sql")
DAY_MS = 86_400_000
SLOTS = 32
"""Slots of the counters; more nodes than that share some, and wait for each other's commits."""

_Asking = tuple[ProjectId, Sequence[Ask]]
_Request = tuple[ProjectId, Mode, str]


class Tasks(Accounts):
    """Tasks as their requesters know them."""

    @cached_property
    def _asking(self) -> Apart[_Asking, list[Added | Conflict]]:
        return self._ask_apart()

    @cached_property
    def _staging(self) -> Apart[_Asking, list[Added | Conflict]]:
        """For tasks that end at once: they may have to wait for their project's feed."""
        return self._ask_apart()

    @cached_property
    def _filing(self) -> Apart[_Asking, list[Added | Conflict]]:
        """For filed tasks, and where a limit holds: they take more statements than one."""
        return self._ask_apart()

    def _ask_apart(self) -> Apart[_Asking, list[Added | Conflict]]:
        make = partial(Gather, self._ask_all, _size, self._figures)
        return Apart(itemgetter(0), make)

    @cached_property
    def _finding(self) -> Apart[tuple[ProjectId, TaskId], Task | None]:
        return Apart(itemgetter(0), partial(Gather, self._find_all))

    @cached_property
    def _slot(self) -> int:
        """This node's part of the counters where tasks are asked; those that end have another."""
        return os.urandom(1)[0] % SLOTS

    async def ask(self, project: ProjectId, asks: Sequence[Ask]) -> list[Added | Conflict]:
        if any(ask.task.end for ask in asks):
            gather = self._staging
        elif any(_is_filed(ask) for ask in asks):
            gather = self._filing
        else:
            gather = self._asking
        return await gather((project, asks))

    async def find_task(self, project: ProjectId, mode: Mode, task: TaskId) -> Task | None:
        found = await self._finding((project, task))
        return found if found is not None and found.mode == mode else None

    async def find_reference(self, project: ProjectId, mode: Mode, reference: str) -> TaskId | None:
        digest = reference_digest(reference)
        row = await self._one(FILING["find_reference"], project, mode, digest)
        return TaskId(row[0]) if row else None

    async def list_tasks(
        self, project: ProjectId, mode: Mode, where: TaskFilter, before: TaskId | None, limit: int
    ) -> list[Task]:
        statement, values = list_statement(project, mode, where, before, limit)
        found = await self._read(statement, *values)
        read = await self._find_all([(project, TaskId(row[0])) for row in found])
        return [task for task in read if task is not None]

    async def answers_of(self, project: ProjectId, tasks: Sequence[TaskId]) -> list[Answer]:
        return [rows.answer(row) for row in await self._read(SQL["answers_of"], project, tasks)]

    async def spend(
        self, project: ProjectId, sort: str, cost_ms: float, burst: float, now: int
    ) -> float:
        room = (burst - 1) * cost_ms
        if await self._write(SQL["spend"], project, sort, now, cost_ms, room):
            return 0.0
        row = await self._one(SQL["full_at"], project, sort)
        return max(row[0] - now - room, 1.0) if row else 1.0

    async def task_now(self, project: ProjectId, task: TaskId) -> TaskNow | None:
        row = await self._one(SQL["task_now"], project, task)
        if row is None:
            return None
        *now, leases = row
        return rows.task_now(project, task, tuple(now), leases, [])

    async def due_tasks(self, now: int, limit: int) -> list[TaskNow]:
        due = await self._read(SQL["due_tasks"], now, limit)
        read = await asyncio.gather(*(self.task_now(project, task) for project, task in due))
        return [task for task in read if task is not None]

    async def events(self, project: ProjectId, mode: Mode, after: int, limit: int) -> list[Event]:
        found = await self._read(SQL["events"], project, mode, after, limit)
        return [rows.event(row) for row in found]

    async def latest_ends(self, project: ProjectId, mode: Mode, limit: int) -> list[int]:
        return [row[0] for row in await self._read(SQL["latest_ends"], project, mode, limit)]

    async def ended_among(
        self, tasks: Sequence[tuple[ProjectId, TaskId]]
    ) -> list[tuple[ProjectId, TaskId]]:
        found = await self._read(SQL["ended_among"], *columns(tasks, 2))
        return [(ProjectId(project), TaskId(task)) for project, task in found]

    async def _find_all(self, asked: Sequence[tuple[ProjectId, TaskId]]) -> list[Task | None]:
        if not asked:
            return []
        found: dict[tuple[int, str], Task] = {}
        for row in await self._read(SQL["find_tasks"], *columns(asked, 2)):
            project, *shown, answers = row
            found[project, shown[0]] = rows.task(ProjectId(project), tuple(shown), dict(answers))
        return [found.get(key) for key in asked]

    async def _ask_all(self, group: Sequence[_Asking]) -> list[list[Added | Conflict]]:
        """Store the tasks of a group; the first to bring an idempotency key is the one stored."""
        first: dict[_Request, Ask] = {}
        new: list[tuple[ProjectId, Ask]] = []
        for project, asks in group:
            for ask in asks:
                request = _request(project, ask)
                if request is None or first.setdefault(request, ask) is ask:
                    new.append((project, ask))
        refused: dict[TaskId, Conflict] = {}
        if any(ask.task.excluded or ask.task.end or _is_filed(ask) for _, ask in new):

            async def operation(connection: Connection) -> set[str]:
                nonlocal refused
                admitted = await admit(connection, new)
                refused = dict(admitted.refused)
                values = self._asked(admitted)
                stored = {row[0] for row in await connection.fetch(SQL["ask"], *values)}
                await file_all(connection, admitted.tasks, stored, self._slot)
                await self._add_extras(connection, [n for n in new if n[1].task.id in stored])
                return stored

            stored = await self._transact(operation)
        else:
            values = self._asked(Admitted(new, {}, ()))
            stored = {row[0] for row in await self._write(SQL["ask"], *values)}
        known = await self._known(first, stored)
        return [
            [_outcome(known, stored, refused, first, project, ask) for ask in asks]
            for project, asks in group
        ]

    def _asked(self, admitted: Admitted) -> list[Any]:
        labels = [
            (project, key, value, ask.task.id)
            for project, ask in admitted.tasks
            for key, value in ask.task.metadata.items()
        ]
        withheld = admitted.withheld
        table = [
            _row(project, ask, withheld=ask.task.id in withheld) for project, ask in admitted.tasks
        ]
        return [*columns(table, 20), self._slot, *columns(labels, 4)]

    async def _known(
        self, first: dict[_Request, Ask], stored: set[str]
    ) -> dict[_Request, tuple[bytes, str]]:
        """What stands under the idempotency keys: the task and digest that came first."""
        known: dict[_Request, tuple[bytes, str]] = {}
        before: list[_Request] = []
        for request, ask in first.items():
            if ask.idempotency is not None and ask.task.id in stored:
                known[request] = (ask.idempotency.digest, ask.task.id)
            else:
                before.append(request)
        if before:
            for row in await self._read(SQL["known_requests"], *columns(before, 3)):
                project, mode, key, digest, task, created_at = row
                request = (ProjectId(project), mode, key)
                if created_at > first[request].task.created_at - DAY_MS:
                    known[request] = (digest, task)
        return known

    async def _add_extras(
        self, connection: Connection, new: Sequence[tuple[ProjectId, Ask]]
    ) -> None:
        excluded = [(p, ask.task.id, name) for p, ask in new for name in ask.task.excluded]
        if excluded:
            await connection.execute(SQL["add_exclusions"], *columns(excluded, 3))
        await consult(connection, [(project, ask.task) for project, ask in new])
        ended = [
            ended_row(place, (project, ask.task), ask.task.end, ask.task.created_at, ask.delivery)
            for place, (project, ask) in enumerate(new)
            if ask.task.end is not None
        ]
        if ended:
            await connection.execute(SQL["end_staged"], *columns(ended, 13))

    async def _come_back(
        self, connection: Connection, back: Collection[tuple[ProjectId, TaskId]]
    ) -> None:
        """Number the tasks that came back into the queue; do so last in the transaction."""
        if back:
            await connection.execute(SQL["come_back"], *columns(sorted(back), 2))


def _size(asking: _Asking) -> int:
    return len(asking[1])


def _request(project: ProjectId, ask: Ask) -> _Request | None:
    return (project, ask.task.mode, ask.idempotency.key) if ask.idempotency else None


def _is_filed(ask: Ask) -> bool:
    """Whether it takes more statements than one to store a task."""
    task = ask.task
    return (task.filing, task.audience, task.consultation, ask.limit) != (None,) * 4


def _outcome(
    known: dict[_Request, tuple[bytes, str]],
    stored: set[str],
    refused: dict[TaskId, Conflict],
    first: dict[_Request, Ask],
    project: ProjectId,
    ask: Ask,
) -> Added | Conflict:
    if ask.task.id in stored:
        return Added(ask.task.id)
    request = _request(project, ask)
    if request is None or ask.idempotency is None or request not in known:
        return refused[ask.task.id if request is None else first[request].task.id]
    digest, task = known[request]
    return Added(TaskId(task), repeated=True) if digest == ask.idempotency.digest else Conflict()


def _row(project: ProjectId, ask: Ask, *, withheld: bool) -> rows.Row:
    task, idempotency = ask.task, ask.idempotency
    status = task.end.status if task.end else "pending"
    kind = task.question.__struct_config__.tag
    vacant = 0 if withheld else task.vacant
    return (
        *(project, task.id, task.mode, status, task.type, kind, task.priority, vacant),
        *(task.deadline, task.dialect, task.created_at, task.hook_url),
        *(encode_policy(task.policy), encode_question(task.question), task.body_json),
        *((idempotency.key, idempotency.digest) if idempotency else (None, None)),
        *(task.lease_ms, task.vacant if withheld else None, task.price),
    )


def ended_row(
    place: int,
    task: tuple[ProjectId, NewTask | TaskNow],
    end: End,
    now: int,
    delivery: NewDelivery | None,
) -> rows.Row:
    """An end as the statements take it, with its place among those of the transaction."""
    project, which = task
    response = None if end.response is None else msgspec.json.encode(end.response).decode()
    told = (
        (delivery.id, delivery.url, delivery.origin, delivery.claimed_until)
        if delivery
        else (None, None, None, None)
    )
    return (
        *(place, project, which.id, which.mode, end.status, now),
        *(response, end.feedback, end.reason, *told),
    )
