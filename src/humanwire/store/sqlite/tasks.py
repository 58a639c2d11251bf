"""Tasks on SQLite: storing them, reading them back, listing them, and the feed of their ends."""

import asyncio
import sqlite3
from collections import Counter
from collections.abc import Sequence
from functools import cached_property

import msgspec

from humanwire.core.assignment import TaskNow
from humanwire.core.consensus import encode_policy
from humanwire.core.errors import Conflict
from humanwire.core.ids import BatchId, ProjectId, TaskId
from humanwire.core.questions import encode_question
from humanwire.core.task import End, Mode, Status
from humanwire.store import rows
from humanwire.store.filing_rows import reference_digest
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
from humanwire.store.sqlite.claims import farthest_seen, next_return
from humanwire.store.sqlite.consultations import consult
from humanwire.store.sqlite.credits import Purse, enter, next_place
from humanwire.store.sqlite.engine import Engine
from humanwire.store.sqlite.filing import SQL as FILING
from humanwire.store.sqlite.filing import file_task, is_withheld, refusal, remember_reference
from humanwire.store.sqlite.listing import list_statement, source_statement
from humanwire.store.statements import load

SQL = load("sqlite", "tasks.sql")
DAY_MS = 86_400_000
_CHUNK = 500
"""Tasks looked up before others have their turn in the loop: a millisecond's work."""
_PORTION = 1000
"""Tasks of a source looked at before others have their turn: two milliseconds' work."""


class Tasks(Engine):
    """Tasks as their requesters know them."""

    @cached_property
    def _full_at(self) -> dict[tuple[ProjectId, str], float]:
        """When the bucket of a rate will be full again, in milliseconds."""
        return {}

    async def ask(self, project: ProjectId, asks: Sequence[Ask]) -> list[Added | Conflict]:
        return await self._write(lambda tx: _ask_all(tx, project, asks))

    async def find_task(self, project: ProjectId, mode: Mode, task: TaskId) -> Task | None:
        row = self._one(SQL["find_task"], project, task)
        return self._task(project, row) if row and row[1] == mode else None

    async def find_reference(self, project: ProjectId, mode: Mode, reference: str) -> TaskId | None:
        row = self._one(FILING["find_reference"], project, mode, reference_digest(reference))
        return TaskId(row[0]) if row else None

    async def list_tasks(
        self, project: ProjectId, mode: Mode, where: TaskFilter, before: TaskId | None, limit: int
    ) -> list[Task]:
        if where.metadata or where.batch or where.reference:
            found = await self._from_source(project, mode, where, before, limit)
        else:
            statement, values = list_statement(project, mode, where, before, limit)
            found = [TaskId(task) for (task,) in self._all(statement, *values)]
        read = (self._one(SQL["find_task"], project, task) for task in found)
        return [self._task(project, row) for row in read if row]

    async def _from_source(
        self, project: ProjectId, mode: Mode, where: TaskFilter, before: TaskId | None, limit: int
    ) -> list[TaskId]:
        """Go through the tasks of a batch, or with an entry of metadata, in portions.

        They may be many of which few fit the rest of the filter: others have turns in between.
        """
        found: list[TaskId] = []
        most = min(2 * limit, _PORTION)
        while True:
            statement, values = source_statement(project, mode, where, before, most)
            looked = self._all(statement, *values)
            found += [TaskId(task) for task, fits in looked if fits]
            if len(found) >= limit or len(looked) < most:
                return found[:limit]
            before, most = TaskId(looked[-1][0]), _PORTION
            await asyncio.sleep(0)

    async def answers_of(self, project: ProjectId, tasks: Sequence[TaskId]) -> list[Answer]:
        named = msgspec.json.encode(tasks).decode()
        return [
            rows.answer(row) for row in self._all(SQL["answers_of"], project=project, tasks=named)
        ]

    async def spend(
        self, project: ProjectId, sort: str, cost_ms: float, burst: float, now: int
    ) -> float:
        # In memory: one process serves, and a count that is lost with it has done no harm. Each
        # request would wait for a commit more.
        room = (burst - 1) * cost_ms
        full_at = max(self._full_at.get((project, sort), 0.0), now)
        if full_at - now > room:
            return full_at - now - room
        self._full_at[project, sort] = full_at + cost_ms
        return 0.0

    async def task_now(self, project: ProjectId, task: TaskId) -> TaskNow | None:
        row = self._one(SQL["task_now"], project, task)
        if row is None:
            return None
        leases = self._all(SQL["task_leases"], project, task)
        return rows.task_now(project, task, row, leases, [])

    async def due_tasks(self, now: int, limit: int) -> list[TaskNow]:
        due = self._all(SQL["due_tasks"], now, limit)
        read = [await self.task_now(ProjectId(project), TaskId(task)) for project, task in due]
        return [task for task in read if task]

    async def events(self, project: ProjectId, mode: Mode, after: int, limit: int) -> list[Event]:
        return [rows.event(row) for row in self._all(SQL["events"], project, mode, after, limit)]

    async def latest_ends(self, project: ProjectId, mode: Mode, limit: int) -> list[int]:
        return [time for (time,) in self._all(SQL["latest_ends"], project, mode, limit)]

    async def ended_among(
        self, tasks: Sequence[tuple[ProjectId, TaskId]]
    ) -> list[tuple[ProjectId, TaskId]]:
        ended: list[tuple[ProjectId, TaskId]] = []
        for start in range(0, len(tasks), _CHUNK):
            named = msgspec.json.encode(tasks[start : start + _CHUNK]).decode()
            found = self._all(SQL["ended_among"], named)
            ended += [(ProjectId(project), TaskId(task)) for project, task in found]
            await asyncio.sleep(0)
        return ended

    def _task(self, project: ProjectId, row: rows.Row) -> Task:
        ended = row[3] != "pending"
        answers = dict(self._all(SQL["responses"], project, row[0])) if ended else {}
        return rows.task(project, row, answers)


def end_task(
    tx: sqlite3.Connection,
    task: tuple[ProjectId, Mode, TaskId],
    end: End,
    now: int,
    delivery: NewDelivery | None,
    charge: int = 0,
) -> None:
    """Write down that a task ended, tell the feed, charge, and put its callback into the outbox."""
    project, _, identifier = task
    response = None if end.response is None else msgspec.json.encode(end.response).decode()
    result = (project, identifier, now, response, end.feedback, end.reason, charge)
    tx.execute(SQL["add_result"], result)
    place, balance = _tell(tx, task, f"request.{end.status}", now, delivery, charge)
    if charge:
        enter(tx, (project, place, "charge", -charge, balance, now, identifier, None))


def complete_batch(
    tx: sqlite3.Connection,
    batch: tuple[ProjectId, Mode, BatchId],
    now: int,
    delivery: NewDelivery | None,
) -> None:
    """Tell that a batch is complete, if it is so by now and has not been told."""
    project, _, identifier = batch
    values = {"project": project, "batch": identifier, "now": now}
    if tx.execute(FILING["complete_batch"], values).fetchone():
        _tell(tx, batch, "batch.complete", now, delivery)


def _tell(
    tx: sqlite3.Connection,
    subject: tuple[ProjectId, Mode, TaskId | BatchId],
    event: str,
    now: int,
    delivery: NewDelivery | None,
    charge: int = 0,
) -> tuple[int, int]:
    """Write an event; return its place in the feed, and the balance there after the charge."""
    project, mode, identifier = subject
    position, balance = next_place(tx, project, -charge)
    tx.execute(SQL["add_event"], (project, position, mode, event, identifier, now))
    if delivery is not None:
        about = "batch" if event == "batch.complete" else "task"
        where = (delivery.url, delivery.origin, delivery.claimed_until)
        tx.execute(SQL["add_delivery"], (project, delivery.id, identifier, about, mode, *where))
    return position, balance


def _ask_all(
    tx: sqlite3.Connection, project: ProjectId, asks: Sequence[Ask]
) -> list[Added | Conflict]:
    """Store tasks; rows of many go in together, as a statement's set-up costs more than a row."""
    outcomes: list[Added | Conflict] = []
    new: list[Ask] = []
    purse = Purse(tx, project)
    for ask in asks:
        known = _known(tx, project, ask) or refusal(tx, project, ask.task) or purse.pay(ask)
        if known is None:
            _remember(tx, project, ask)
            new.append(ask)
        outcomes.append(known or Added(ask.task.id))
    seen = farthest_seen(tx, project)
    narrow: list[rows.Row] = []
    counts: Counter[tuple[Mode, str]] = Counter()
    for ask in new:
        late = ask.task.vacant > 0 and ask.task.id < seen
        counts[ask.task.mode, _status(ask.task)] += 1
        counts[ask.task.mode, ask.task.type] += 1
        counts[ask.task.mode, "held"] += ask.task.price
        waits = not is_withheld(tx, project, ask.task)
        returned = next_return(tx, project) if late else None
        narrow.append((*_narrow(project, ask.task, waits=waits), returned))
    tx.executemany(SQL["add_task"], narrow)
    counted = [(project, mode, name, count) for (mode, name), count in counts.items()]
    tx.executemany(SQL["count_asked"], counted)
    tx.executemany(SQL["add_content"], [_content(project, ask.task) for ask in new])
    for ask in new:
        task = ask.task
        if task.metadata:
            entries = [(project, key, value, task.id) for key, value in task.metadata.items()]
            tx.executemany(SQL["add_metadata"], entries)
        if task.excluded:
            names = msgspec.json.encode(task.excluded).decode()
            named = {"project": project, "task": task.id, "pseudonyms": names}
            tx.execute(SQL["add_exclusion"], named)
        file_task(tx, project, task)
        consult(tx, project, task)
        if task.end is not None:
            where = (project, task.mode, task.id)
            end_task(tx, where, task.end, task.created_at, ask.delivery)
    return outcomes


def _known(tx: sqlite3.Connection, project: ProjectId, ask: Ask) -> Added | Conflict | None:
    """What came before under the idempotency key."""
    if ask.idempotency is None:
        return None
    task, digest = ask.task, ask.idempotency.digest
    scope = (project, task.mode, ask.idempotency.key)
    known = tx.execute(SQL["known_request"], (*scope, task.created_at - DAY_MS)).fetchone()
    if known is None:
        return None
    return Added(TaskId(known[1]), repeated=True) if known[0] == digest else Conflict()


def _remember(tx: sqlite3.Connection, project: ProjectId, ask: Ask) -> None:
    """Remember the names that nobody else can have from now on."""
    if ask.idempotency is not None:
        task, key = ask.task, ask.idempotency
        remembered = (project, task.mode, key.key, key.digest, task.id, task.created_at)
        tx.execute(SQL["remember_request"], remembered)
    remember_reference(tx, project, ask.task)


def _status(task: NewTask) -> Status:
    return task.end.status if task.end else "pending"


def _narrow(project: ProjectId, task: NewTask, *, waits: bool) -> rows.Row:
    kind = task.question.__struct_config__.tag
    return (
        *(project, task.id, task.mode, _status(task), task.type, kind, task.priority),
        *((task.vacant, None) if waits else (0, task.vacant)),
        *(task.deadline, task.lease_ms),
    )


def _content(project: ProjectId, task: NewTask) -> rows.Row:
    policy, question = encode_policy(task.policy), encode_question(task.question)
    return (
        *(project, task.id, task.dialect, task.created_at, task.hook_url),
        *(policy, question, task.body_json, task.price),
    )
