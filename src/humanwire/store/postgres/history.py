"""A worker's own past on PostgreSQL."""

from collections.abc import Sequence

from humanwire.core.ids import AssignmentId, WorkerId, project_of
from humanwire.store import rows
from humanwire.store.history import INSTRUCTION_MOST, SHOWN_MOST, PastAnswer, PastPlace, PastWork
from humanwire.store.postgres.counter import granted
from humanwire.store.postgres.engine import Engine
from humanwire.store.records import Draft
from humanwire.store.rows import LAST_PLACE
from humanwire.store.statements import load

SQL = load("postgres", "history.sql")
_SAID = 5


class History(Engine):
    """What workers have said, and what they have not sent yet."""

    async def past_answers(
        self, worker: WorkerId, before: PastPlace | None, limit: int
    ) -> list[PastAnswer]:
        place = before or LAST_PLACE
        values = (worker, *place, limit, SHOWN_MOST, INSTRUCTION_MOST)
        return [rows.past_answer(row) for row in await self._read(SQL["past_answers"], *values)]

    async def past_work(self, worker: WorkerId, assignment: AssignmentId) -> PastWork | None:
        row = await self._one(SQL["past_work"], project_of(assignment), assignment, worker)
        if row is None:
            return None
        lease, said = row[:-_SAID], row[-_SAID:]
        return rows.past_work(granted(*lease[-4:], row=lease, held=True), said)

    async def answers_since(self, worker: WorkerId, times: Sequence[int]) -> list[int]:
        return [count for (count,) in await self._read(SQL["answers_since"], worker, times)]

    async def draft(self, worker: WorkerId, assignment: AssignmentId) -> Draft | None:
        row = await self._one(SQL["draft"], project_of(assignment), assignment, worker)
        return Draft(*row) if row else None

    async def save_draft(
        self, worker: WorkerId, assignment: AssignmentId, draft: Draft, base: int | None = None
    ) -> bool:
        lease = (project_of(assignment), assignment, worker)
        values = (*lease, draft.version, draft.body_json, base)
        return bool(await self._write(SQL["save_draft"], *values))
