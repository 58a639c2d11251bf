"""Batches on SQLite: their progress, and their tasks."""

import sqlite3
from typing import Literal

import msgspec

from humanwire.core.batch import Batch
from humanwire.core.ids import BatchId, ProjectId, TaskId
from humanwire.core.task import Mode
from humanwire.store import filing_rows
from humanwire.store.filing import BatchProgress, FiledTask, Slice, Unsettled
from humanwire.store.records import NewDelivery
from humanwire.store.sqlite.claims import next_return
from humanwire.store.sqlite.filing import batch_state
from humanwire.store.sqlite.tasks import Tasks, complete_batch
from humanwire.store.statements import load

SQL = load("sqlite", "batches.sql")


class Batches(Tasks):
    """Named sets of tasks."""

    async def add_batch(self, project: ProjectId, batch: Batch) -> bool:
        values = (project, *filing_rows.of_batch(batch))

        def operation(tx: sqlite3.Connection) -> bool:
            return tx.execute(SQL["add_batch"], values).rowcount == 1

        return await self._write(operation)

    async def batch(self, project: ProjectId, mode: Mode, batch: BatchId) -> Batch | None:
        row = self._one(SQL["batch"], project, mode, batch)
        return filing_rows.batch(row) if row else None

    async def batch_named(self, project: ProjectId, mode: Mode, name: str) -> Batch | None:
        row = self._one(SQL["batch_named"], project, mode, name)
        return filing_rows.batch(row) if row else None

    async def batch_progress(
        self, project: ProjectId, mode: Mode, batch: BatchId
    ) -> BatchProgress | None:
        found = await self.batch(project, mode, batch)
        return self._progress(project, found) if found else None

    async def list_batches(
        self, project: ProjectId, mode: Mode, after: BatchId | None, limit: int
    ) -> list[BatchProgress]:
        found = self._all(SQL["list_batches"], project, mode, after or "", limit)
        return [self._progress(project, filing_rows.batch(row)) for row in found]

    async def batch_tasks(
        self, project: ProjectId, mode: Mode, batch: BatchId, after: TaskId | None, limit: int
    ) -> list[FiledTask]:
        found = self._all(SQL["batch_tasks"], project, batch, after or "", mode, limit)
        return [filing_rows.filed_task(row) for row in found]

    async def set_batch_state(
        self, project: ProjectId, mode: Mode, batch: BatchId, state: Literal["open", "paused"]
    ) -> bool:
        def operation(tx: sqlite3.Connection) -> bool:
            return tx.execute(SQL["set_state"], (state, project, mode, batch)).rowcount == 1

        return await self._write(operation)

    async def close_batch(
        self,
        project: ProjectId,
        mode: Mode,
        batch: BatchId,
        now: int,
        delivery: NewDelivery | None,
    ) -> None:
        def operation(tx: sqlite3.Connection) -> None:
            tx.execute(SQL["set_state"], ("closed", project, mode, batch))
            complete_batch(tx, (project, mode, batch), now, delivery)

        await self._write(operation)

    async def unsettled_batches(self, limit: int) -> list[Unsettled]:
        return [Unsettled(*row) for row in self._all(SQL["unsettled"], limit)]

    async def settle_batch(self, unsettled: Unsettled) -> None:
        values = {
            "project": unsettled.project,
            "batch": unsettled.batch,
            "changes": unsettled.changes,
        }
        await self._write(lambda tx: tx.execute(SQL["settled"], values))

    async def withhold_some(
        self, project: ProjectId, batch: BatchId, after: TaskId | None, limit: int
    ) -> Slice:
        def operation(tx: sqlite3.Connection) -> Slice:
            if batch_state(tx, project, batch) != "paused":
                return Slice(None)
            tasks, upto = _slice(tx, project, batch, after, limit)
            tx.execute(SQL["withhold"], {"project": project, "tasks": tasks})
            return Slice(upto)

        return await self._write(operation)

    async def give_out_some(
        self, project: ProjectId, batch: BatchId, after: TaskId | None, limit: int
    ) -> Slice:
        def operation(tx: sqlite3.Connection) -> Slice:
            if batch_state(tx, project, batch) == "paused":
                return Slice(None)
            tasks, upto = _slice(tx, project, batch, after, limit)
            values = {"project": project, "tasks": tasks}
            found = tx.execute(SQL["withheld"], values).fetchall()
            back = [(next_return(tx, project), project, task) for task, _ in found]
            tx.executemany(SQL["give_out"], back)
            return Slice(upto, sum(vacancies for _, vacancies in found))

        return await self._write(operation)

    async def prioritise_some(
        self, project: ProjectId, batch: BatchId, priority: int, after: TaskId | None, limit: int
    ) -> Slice:
        def operation(tx: sqlite3.Connection) -> Slice:
            tasks, upto = _slice(tx, project, batch, after, limit)
            values = {"project": project, "tasks": tasks, "priority": priority}
            found = tx.execute(SQL["of_other_priority"], values).fetchall()
            # To a worker who has looked through the tasks of this priority they have come back.
            moved = [
                (priority, next_return(tx, project) if vacant else None, project, task)
                for task, vacant in found
            ]
            tx.executemany(SQL["prioritise"], moved)
            return Slice(upto)

        return await self._write(operation)

    def _progress(self, project: ProjectId, batch: Batch) -> BatchProgress:
        counts: dict[str, int] = dict(self._all(SQL["batch_counts"], project, batch.id))
        return filing_rows.progress(batch, counts)


def _slice(
    tx: sqlite3.Connection, project: ProjectId, batch: BatchId, after: TaskId | None, limit: int
) -> tuple[str, TaskId | None]:
    """Some of a batch's tasks as a JSON array, and the last of them if there may be more."""
    found = tx.execute(SQL["slice"], (project, batch, after or "", limit)).fetchall()
    tasks = [TaskId(task) for (task,) in found]
    upto = tasks[-1] if len(tasks) == limit else None
    return msgspec.json.encode(tasks).decode(), upto
