"""What is learned of models, on SQLite."""

import sqlite3

from humanwire.core.handover import Learned, Sort
from humanwire.core.ids import ProjectId
from humanwire.store import learning_rows
from humanwire.store.learning import Standing
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

    async def keep_standing(self, project: ProjectId, standing: Standing) -> bool:
        key = (project, *learning_rows.of_sort(standing.sort))
        text = learning_rows.of_learned(standing.learned)

        def operation(tx: sqlite3.Connection) -> bool:
            if standing.revision == 0:
                return tx.execute(SQL["begin_standing"], (*key, text)).rowcount == 1
            return tx.execute(SQL["keep_standing"], (text, *key, standing.revision)).rowcount == 1

        return await self._write(operation)
