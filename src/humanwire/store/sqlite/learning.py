"""What is learned of models, on SQLite."""

import sqlite3
from collections.abc import Sequence

from humanwire.core.handover import Learned, Sort
from humanwire.core.ids import ProjectId, TaskId
from humanwire.store import learning_rows
from humanwire.store.learning import Outdated, Standing
from humanwire.store.sqlite.engine import Engine
from humanwire.store.statements import load

SQL = load("sqlite", "learning.sql")


class Learning(Engine):
    """Thresholds, and the evidence for them."""

    async def standing(self, project: ProjectId, sort: Sort) -> Standing:
        row = self._one(SQL["standing"], project, *learning_rows.of_sort(sort))
        return learning_rows.standing(row) if row else Standing(sort, Learned())

    async def list_standings(self, project: ProjectId) -> list[Standing]:
        return [learning_rows.standing(row) for row in self._all(SQL["list_standings"], project)]

    async def keep_standing(
        self, project: ProjectId, standing: Standing, judged: Sequence[TaskId]
    ) -> bool:
        key = (project, *learning_rows.of_sort(standing.sort))
        text = learning_rows.of_learned(standing.learned)

        def operation(tx: sqlite3.Connection) -> None:
            for task in judged:
                _one(tx.execute(SQL["judge"], (project, task)))
            if standing.revision == 0:
                _one(tx.execute(SQL["begin_standing"], (*key, text)))
            else:
                _one(tx.execute(SQL["keep_standing"], (text, *key, standing.revision)))

        try:
            await self._write(operation)
        except Outdated:
            return False
        return True


def _one(changed: sqlite3.Cursor) -> None:
    if changed.rowcount != 1:
        raise Outdated
