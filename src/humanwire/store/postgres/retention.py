"""Tasks that are let go on PostgreSQL."""

from collections.abc import Sequence

from humanwire.core.ids import ProjectId, TaskId
from humanwire.store.postgres.engine import Engine
from humanwire.store.retention import Ended, Leaving
from humanwire.store.statements import load

SQL = load("postgres", "retention.sql")


class Retention(Engine):
    """The oldest ends, and the deletion of tasks."""

    async def ends(self, project: ProjectId, after: int, limit: int) -> list[Ended]:
        found = await self._read(SQL["ends"], project, after, limit)
        return [Ended(position, time, mode, TaskId(task)) for position, time, mode, task in found]

    async def delete_tasks(self, project: ProjectId, leaving: Sequence[Leaving]) -> int:
        tasks = [each.task for each in leaving]
        positions = [each.position for each in leaving]
        answers = [-1 if each.answers is None else each.answers for each in leaving]
        [(count,)] = await self._write(SQL["delete_tasks"], project, tasks, positions, answers)
        return count
