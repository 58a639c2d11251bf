"""How far a page is into the tasks of a type, on SQLite."""

import asyncio

from humanwire.core.ids import ProjectId, TaskId
from humanwire.core.task import Mode
from humanwire.store.sqlite.engine import Engine
from humanwire.store.statements import load

SQL = load("sqlite", "pages.sql")
STRIDE = 10_000
"""Ids skipped before others have their turn: two milliseconds' work."""
_AFTER_ALL = TaskId("~")


class Pages(Engine):
    """Counts and places in lists by type."""

    async def count_tasks(self, project: ProjectId, mode: Mode, name: str) -> int:
        return self._all(SQL["count_type"], project, mode, name)[0][0]

    async def skip_tasks(
        self, project: ProjectId, mode: Mode, name: str, count: int
    ) -> TaskId | None:
        """Go through the ids in portions, between which others have their turn."""
        last = _AFTER_ALL
        while count > 0:
            over = min(count, STRIDE) - 1
            named = {"project": project, "mode": mode, "type": name, "before": last, "over": over}
            row = self._one(SQL["skip"], **named)
            if row is None:
                return None
            last = TaskId(row[0])
            count -= STRIDE
            await asyncio.sleep(0)
        return last
