"""What is learned of models, on PostgreSQL."""

from collections.abc import Sequence

from humanwire.core.handover import Learned, Sort
from humanwire.core.ids import ProjectId, TaskId
from humanwire.store import learning_rows
from humanwire.store.learning import Outdated, Standing
from humanwire.store.postgres.connections import Connection
from humanwire.store.postgres.engine import Engine
from humanwire.store.statements import load

SQL = load("postgres", "learning.sql")


class Learning(Engine):
    """Thresholds, and the evidence for them."""

    async def standing(self, project: ProjectId, sort: Sort) -> Standing:
        row = await self._one(SQL["standing"], project, *learning_rows.of_sort(sort))
        return learning_rows.standing(row) if row else Standing(sort, Learned())

    async def list_standings(self, project: ProjectId) -> list[Standing]:
        found = await self._read(SQL["list_standings"], project)
        return [learning_rows.standing(row) for row in found]

    async def keep_standing(
        self, project: ProjectId, standing: Standing, judged: Sequence[TaskId]
    ) -> bool:
        key = (project, *learning_rows.of_sort(standing.sort))
        text = learning_rows.of_learned(standing.learned)

        async def operation(connection: Connection) -> None:
            if standing.revision == 0:
                kept = await connection.fetch(SQL["begin_standing"], *key, text)
            else:
                kept = await connection.fetch(SQL["keep_standing"], text, *key, standing.revision)
            marked = await connection.fetch(SQL["judge"], project, judged)
            if not kept or len(marked) != len(judged):
                raise Outdated

        try:
            await self._transact(operation)
        except Outdated:
            return False
        return True
