"""A worker's own past on SQLite."""

from collections.abc import Sequence

from humanwire.core.ids import AssignmentId, WorkerId, project_of
from humanwire.store import rows
from humanwire.store.history import INSTRUCTION_MOST, SHOWN_MOST, PastAnswer, PastPlace, PastWork
from humanwire.store.records import Draft
from humanwire.store.rows import LAST_PLACE
from humanwire.store.sqlite.work import Work
from humanwire.store.statements import load

SQL = load("sqlite", "history.sql")


class History(Work):
    """What workers have said, and what they have not sent yet."""

    async def past_answers(
        self, worker: WorkerId, before: PastPlace | None, limit: int
    ) -> list[PastAnswer]:
        place = (before or LAST_PLACE)._asdict()
        named = {"worker": worker, "shown": SHOWN_MOST, "words": INSTRUCTION_MOST, "most": limit}
        return [rows.past_answer(row) for row in self._all(SQL["past_answers"], **named, **place)]

    async def past_work(self, worker: WorkerId, assignment: AssignmentId) -> PastWork | None:
        row = self._one(SQL["past_work"], project_of(assignment), assignment, worker)
        if row is None:
            return None
        identifier, expires_at, lease_ms, project, task, *said = row
        lease = (identifier, expires_at, lease_ms, project, task)
        return rows.past_work(self._granted(worker, lease, already=True), tuple(said))

    async def answers_since(self, worker: WorkerId, times: Sequence[int]) -> list[int]:
        return [self._all(SQL["answers_since"], worker, time)[0][0] for time in times]

    async def draft(self, worker: WorkerId, assignment: AssignmentId) -> Draft | None:
        row = self._one(SQL["draft"], project_of(assignment), assignment, worker)
        return Draft(*row) if row else None

    async def save_draft(
        self, worker: WorkerId, assignment: AssignmentId, draft: Draft, base: int | None = None
    ) -> bool:
        values = {
            "project": project_of(assignment),
            "assignment": assignment,
            "worker": worker,
            "version": draft.version,
            "body": draft.body_json,
            "base": base,
        }
        saved = await self._write(lambda tx: tx.execute(SQL["save_draft"], values).rowcount)
        return saved == 1
