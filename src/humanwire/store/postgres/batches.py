"""Batches on PostgreSQL: their progress, and their tasks."""

from collections import defaultdict
from collections.abc import Sequence

from humanwire.core.batch import Batch
from humanwire.core.ids import BatchId, ProjectId, TaskId
from humanwire.core.task import Mode
from humanwire.store import filing_rows
from humanwire.store.filing import BatchProgress, FiledTask
from humanwire.store.postgres.tasks import Tasks
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

    async def _progress(self, project: ProjectId, batches: Sequence[Batch]) -> list[BatchProgress]:
        counts: defaultdict[str, dict[str, int]] = defaultdict(dict)
        named = [batch.id for batch in batches]
        for batch, status, tasks in await self._read(SQL["batch_counts"], project, named):
            counts[batch][status] = tasks
        return [filing_rows.progress(batch, counts[batch.id]) for batch in batches]
