"""Leases and answers on SQLite."""

import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

from humanwire.core.assignment import Holding, LeaseState, NewAnswer, Recorded, Step, TaskNow
from humanwire.core.ids import AssignmentId, ProjectId, TaskId, WorkerId, project_of
from humanwire.core.questions import decode_question
from humanwire.store import rows
from humanwire.store.records import ClaimRequest, Draft, Granted, Lapsed, Settlement, WorkCounts
from humanwire.store.rows import PROJECT_COLUMNS
from humanwire.store.sqlite import claims
from humanwire.store.sqlite.accounts import Accounts
from humanwire.store.sqlite.claims import Held, next_return
from humanwire.store.sqlite.filing import count_end
from humanwire.store.sqlite.tasks import SQL as TASKS
from humanwire.store.sqlite.tasks import complete_batch, end_task
from humanwire.store.statements import load

SQL = load("sqlite", "work.sql")
_COUNTED = {"answered": "count_answered", "skipped": "count_skipped", "flagged": "count_flagged"}


class Work(Accounts):
    """Leases, and what workers do with them."""

    def __init__(self, path: str | Path) -> None:
        super().__init__(path)
        self._worn = claims.Worn()

    async def claim(self, request: ClaimRequest) -> Granted | None:
        while True:
            claimed = await self._write(lambda tx: claims.claim(tx, request, self._worn))
            if claimed is None:
                return None
            if not isinstance(claimed, claims.More):
                lease, already = claimed
                return self._granted(request.worker, lease, already=already)

    async def vacant_among(self, projects: Sequence[ProjectId]) -> list[ProjectId]:
        named = msgspec.json.encode(projects).decode()
        return [ProjectId(project) for (project,) in self._all(SQL["vacant_among"], named)]

    async def held(self, worker: WorkerId, now: int) -> list[Granted]:
        return [
            self._granted(worker, row, already=True)
            for row in self._all(claims.SQL["held"], worker, now)
        ]

    async def holding(self, worker: WorkerId, assignment: AssignmentId) -> Holding | None:
        project = project_of(assignment)
        # The version is read first: whatever changes after it is refused by `settle`.
        row = self._one(SQL["holding"], project, assignment, worker)
        if row is None:
            return None
        state, expires_at, task, *now = row
        leases = self._all(TASKS["task_leases"], project, task)
        answers = self._all(TASKS["task_answers"], project, task)
        own = next((answer for answer in answers if answer[0] == worker), None)
        return Holding(
            id=assignment,
            worker=worker,
            state=state,
            expires_at=expires_at,
            task=rows.task_now(project, TaskId(task), tuple(now), leases, answers),
            own=Recorded(msgspec.json.decode(own[1]), bool(own[3])) if own else None,
        )

    async def settle(self, settlement: Settlement) -> bool:
        return await self._write(lambda tx: _settle(tx, settlement))

    async def keep_late(self, task: TaskNow, answer: NewAnswer, now: int) -> None:
        await self._write(lambda tx: tx.execute(SQL["keep_late"], _answer(task, answer, now)))

    async def extend(
        self, worker: WorkerId, assignment: AssignmentId, now: int, lease_ms: int
    ) -> int | None:
        values = {
            "project": project_of(assignment),
            "assignment": assignment,
            "worker": worker,
            "now": now,
            "lease_ms": lease_ms,
        }
        row = await self._write(lambda tx: tx.execute(SQL["extend"], values).fetchone())
        return row and row[0]

    async def lapse(self, now: int, limit: int) -> list[Lapsed]:
        return await self._write(lambda tx: vacate(tx, SQL["lapse"], (now, limit)))

    async def release(self, worker: WorkerId, assignment: AssignmentId) -> list[Lapsed]:
        values = (project_of(assignment), assignment, worker)
        return await self._write(lambda tx: vacate(tx, SQL["release"], values))

    async def revoke_worker(self, worker: WorkerId, now: int) -> None:
        def operation(tx: sqlite3.Connection) -> None:
            self._bar(tx, worker, now)
            vacate(tx, SQL["lapse_all_of"], (worker,))

        await self._write(operation)

    async def work_counts(self, worker: WorkerId) -> WorkCounts:
        return WorkCounts(*self._all(SQL["work_counts"], worker)[0])

    def _granted(self, worker: WorkerId, lease: Held, *, already: bool) -> Granted:
        assignment, expires_at, lease_ms, project, task = lease
        (row,) = self._all(SQL["granted"], worker=worker, project=project, task=task)
        kind, question, created_at, version, body = row[PROJECT_COLUMNS:]
        return Granted(
            id=AssignmentId(assignment),
            expires_at=expires_at,
            lease_ms=lease_ms,
            held=already,
            task=TaskId(task),
            project=rows.project(row[:PROJECT_COLUMNS]),
            type=kind,
            question=decode_question(question),
            created_at=created_at,
            draft=Draft(version, body) if body is not None else None,
        )


def vacate(tx: sqlite3.Connection, statement: str, values: tuple[int | str, ...]) -> list[Lapsed]:
    """End leases by a statement that returns them, and give their tasks back to the queue."""
    ended = tx.execute(statement, values).fetchall()
    back = [(next_return(tx, project), project, task) for project, _, task, _ in ended]
    tx.executemany(SQL["vacate"], back)
    return [
        Lapsed(ProjectId(project), AssignmentId(assignment), WorkerId(worker))
        for project, assignment, _, worker in ended
    ]


def _settle(tx: sqlite3.Connection, settlement: Settlement) -> bool:
    step, now = settlement.step, settlement.now
    task = step.task
    status = step.end.status if step.end else "pending"
    moving: dict[str, Any] = {
        "project": task.project,
        "task": task.id,
        "version": task.version,
        "vacant": step.vacant,
        "status": status,
    }
    if step.vacant > task.vacant:
        moving["returned"] = next_return(tx, task.project)
        moved = tx.execute(SQL["move_task_back"], moving)
    else:
        moved = tx.execute(SQL["move_task"], moving)
    if moved.rowcount != 1:
        return False
    for assignment, state in step.closes:
        note = step.note if state in _COUNTED else None
        tx.execute(SQL["close_assignment"], (state, note, task.project, assignment))
    if step.answer is not None:
        answer = _answer(task, step.answer, now)
        for statement in ("keep_corrected", "correct") if step.answer.replaces else ("add_answer",):
            tx.execute(SQL[statement], answer)
    if step.answer is not None or step.end is not None:
        over = {
            "project": task.project,
            "task": task.id,
            "worker": None if step.end is not None else step.answer and step.answer.worker,
        }
        tx.execute(SQL["delete_drafts"], over)
    _count(tx, step)
    if step.end is not None:
        ended: dict[str, Any] = {
            "project": task.project,
            "mode": task.mode,
            "status": status,
            "price": task.price,
        }
        tx.execute(SQL["count_ended"], ended)
        count_end(tx, task, step.end)
        where = (task.project, task.mode, task.id)
        end_task(tx, where, step.end, now, settlement.delivery, step.charge)
        if task.batch is not None:
            batch = (task.project, task.mode, task.batch)
            complete_batch(tx, batch, now, settlement.batch_delivery)
    return True


def _count(tx: sqlite3.Connection, step: Step) -> None:
    if step.by is None:
        return
    state: LeaseState = step.closes[0][1]
    tx.execute(SQL[_COUNTED[state]], (step.task.project, step.by))


def _answer(task: TaskNow, answer: NewAnswer, now: int) -> dict[str, Any]:
    media = msgspec.json.encode(answer.media).decode() if answer.media else None
    return {
        "project": task.project,
        "task": task.id,
        "worker": answer.worker,
        "counted": answer.counted,
        "now": now,
        "seconds": answer.seconds,
        "response": msgspec.json.encode(answer.response).decode(),
        "media": media,
    }
