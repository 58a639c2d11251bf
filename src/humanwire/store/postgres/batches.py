"""Batches on PostgreSQL: their progress, and their tasks."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Literal

import asyncpg

from humanwire.core.batch import Batch
from humanwire.core.ids import BatchId, ProjectId, TaskId
from humanwire.core.task import Mode
from humanwire.store import filing_rows
from humanwire.store.filing import BatchProgress, FiledTask, Slice, Unsettled
from humanwire.store.postgres.engine import Connection
from humanwire.store.postgres.filing import complete_closed
from humanwire.store.postgres.tasks import Tasks
from humanwire.store.records import NewDelivery
from humanwire.store.statements import load

SQL = load("postgres", "batches.sql")


class Batches(Tasks):
    """Named sets of tasks."""

    async def add_batch(self, project: ProjectId, batch: Batch) -> bool:
        return bool(await self._write(SQL["add_batch"], project, *filing_rows.of_batch(batch)))

    async def batch(self, project: ProjectId, mode: Mode, batch: BatchId) -> Batch | None:
        row = await self._one(SQL["batch"], project, mode, batch)
        return filing_rows.batch(row) if row else None

    async def batch_named(self, project: ProjectId, mode: Mode, name: str) -> Batch | None:
        row = await self._one(SQL["batch_named"], project, mode, name)
        return filing_rows.batch(row) if row else None

    async def batch_progress(
        self, project: ProjectId, mode: Mode, batch: BatchId
    ) -> BatchProgress | None:
        found = await self.batch(project, mode, batch)
        return (await self._progress(project, [found]))[0] if found else None

    async def list_batches(
        self, project: ProjectId, mode: Mode, after: BatchId | None, limit: int
    ) -> list[BatchProgress]:
        found = await self._read(SQL["list_batches"], project, mode, after or "", limit)
        return await self._progress(project, [filing_rows.batch(row) for row in found])

    async def batch_tasks(
        self, project: ProjectId, mode: Mode, batch: BatchId, after: TaskId | None, limit: int
    ) -> list[FiledTask]:
        found = await self._read(SQL["batch_tasks"], project, batch, after or "", mode, limit)
        return [filing_rows.filed_task(row) for row in found]

    async def set_batch_state(
        self, project: ProjectId, mode: Mode, batch: BatchId, state: Literal["open", "paused"]
    ) -> bool:
        return bool(await self._write(SQL["set_state"], project, mode, batch, state))

    async def close_batch(
        self,
        project: ProjectId,
        mode: Mode,
        batch: BatchId,
        now: int,
        delivery: NewDelivery | None,
    ) -> None:
        async def operation(connection: Connection) -> None:
            await connection.execute(SQL["set_state"], project, mode, batch, "closed")
            await complete_closed(connection, (project, batch, mode), now, delivery)

        await self._transact(operation)

    async def unsettled_batches(self, limit: int) -> list[Unsettled]:
        return [Unsettled(*row) for row in await self._read(SQL["unsettled"], limit)]

    async def settle_batch(self, unsettled: Unsettled) -> None:
        project, batch, _, changes = unsettled
        await self._write(SQL["settled"], project, batch, changes)

    async def withhold_some(
        self, project: ProjectId, batch: BatchId, after: TaskId | None, limit: int
    ) -> Slice:
        async def operation(connection: Connection) -> Slice:
            if await connection.fetchval(SQL["hold_state"], project, batch) != "paused":
                return Slice(None)
            tasks, upto = await _slice(connection, project, batch, after, limit)
            await connection.execute(SQL["withhold"], project, tasks)
            return Slice(upto)

        return await self._transact(operation)

    async def give_out_some(
        self, project: ProjectId, batch: BatchId, after: TaskId | None, limit: int
    ) -> Slice:
        async def operation(connection: Connection) -> Slice:
            if await connection.fetchval(SQL["hold_state"], project, batch) == "paused":
                return Slice(None)
            tasks, upto = await _slice(connection, project, batch, after, limit)
            found = await connection.fetch(SQL["give_out"], project, tasks)
            return Slice(upto, await self._returned(connection, project, found))

        return await self._transact(operation)

    async def prioritise_some(
        self, project: ProjectId, batch: BatchId, priority: int, after: TaskId | None, limit: int
    ) -> Slice:
        async def operation(connection: Connection) -> Slice:
            tasks, upto = await _slice(connection, project, batch, after, limit)
            found = await connection.fetch(SQL["prioritise"], project, tasks, priority)
            # To a worker who has looked through the tasks of this priority they have come back.
            await self._returned(connection, project, found)
            return Slice(upto)

        return await self._transact(operation)

    async def _returned(
        self, connection: Connection, project: ProjectId, moved: Sequence[asyncpg.Record]
    ) -> int:
        """Number tasks with vacancies as come back, and return how many vacancies there are."""
        await self._come_back(connection, [(project, task) for task, vacant in moved if vacant])
        return sum(vacant for _, vacant in moved)

    async def _progress(self, project: ProjectId, batches: Sequence[Batch]) -> list[BatchProgress]:
        counts: defaultdict[str, dict[str, int]] = defaultdict(dict)
        named = [batch.id for batch in batches]
        for batch, status, tasks in await self._read(SQL["batch_counts"], project, named):
            counts[batch][status] = tasks
        return [filing_rows.progress(batch, counts[batch.id]) for batch in batches]


async def _slice(
    connection: Connection, project: ProjectId, batch: BatchId, after: TaskId | None, limit: int
) -> tuple[list[TaskId], TaskId | None]:
    """Some of a batch's tasks, and the last of them if there may be more."""
    found = await connection.fetch(SQL["slice"], project, batch, after or "", limit)
    tasks = [TaskId(row[0]) for row in found]
    return tasks, tasks[-1] if len(tasks) == limit else None
