"""How far a page is into the tasks of a type, on PostgreSQL."""

from humanwire.core.ids import ProjectId, TaskId
from humanwire.core.task import Mode
from humanwire.store.postgres.engine import Engine
from humanwire.store.statements import load

SQL = load("postgres", "pages.sql")


class Pages(Engine):
    """Counts and places in lists by type."""

    async def count_tasks(self, project: ProjectId, mode: Mode, name: str) -> int:
        (row,) = await self._read(SQL["count_type"], project, mode, name)
        return row[0]

    async def skip_tasks(
        self, project: ProjectId, mode: Mode, name: str, count: int
    ) -> TaskId | None:
        row = await self._one(SQL["skip"], project, mode, name, count - 1)
        return TaskId(row[0]) if row else None
