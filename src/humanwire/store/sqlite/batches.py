"""Batches on SQLite: their progress, and their tasks."""

import sqlite3

from humanwire.core.batch import Batch
from humanwire.core.ids import BatchId, ProjectId, TaskId
from humanwire.core.task import Mode
from humanwire.store import filing_rows
from humanwire.store.filing import BatchProgress, FiledTask
from humanwire.store.sqlite.tasks import Tasks
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

    def _progress(self, project: ProjectId, batch: Batch) -> BatchProgress:
        counts: dict[str, int] = dict(self._all(SQL["batch_counts"], project, batch.id))
        return filing_rows.progress(batch, counts)
