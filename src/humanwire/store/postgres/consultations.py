"""Consultations of models on PostgreSQL."""

from collections.abc import Sequence

from humanwire.core.ids import ProjectId
from humanwire.store import consultation_rows
from humanwire.store.consultations import (
    Consultation,
    ConsultationKey,
    ConsultationState,
    Judged,
    Told,
)
from humanwire.store.postgres.columns import columns
from humanwire.store.postgres.engine import Connection, Engine
from humanwire.store.records import NewTask
from humanwire.store.statements import load

SQL = load("postgres", "consultations.sql")


class Consultations(Engine):
    """Models that have tasks."""

    async def claim_consultations(self, now: int, until: int, limit: int) -> list[Consultation]:
        first = await self._one(SQL["next_consultation_at"])
        if first is None or first[0] is None or first[0] > now:
            return []
        found = await self._write(SQL["claim_due"], now, until, limit)
        return [consultation_rows.consultation(tuple(row)) for row in found]

    async def renew_consultations(self, keys: Sequence[ConsultationKey], until: int) -> None:
        await self._write(SQL["renew"], *columns(sorted(keys), 2), until)

    async def keep_told(self, told: Sequence[tuple[ConsultationKey, Told]]) -> None:
        given = sorted(consultation_rows.of_told(key, each) for key, each in told)
        await self._write(SQL["keep_told"], *columns(given, 3))

    async def end_consultations(
        self, ended: Sequence[tuple[ConsultationKey, ConsultationState]]
    ) -> None:
        given = sorted((*key, state) for key, state in ended)
        await self._write(SQL["end"], *columns(given, 3))

    async def consultation(self, key: ConsultationKey) -> Consultation | None:
        row = await self._one(SQL["consultation"], *key)
        return consultation_rows.consultation(tuple(row)) if row else None

    async def judged(self, after: ConsultationKey, limit: int) -> list[Judged]:
        found = await self._read(SQL["judged"], *after, limit)
        return [consultation_rows.judged(tuple(row)) for row in found]


async def consult(connection: Connection, new: Sequence[tuple[ProjectId, NewTask]]) -> None:
    """Give new tasks to the models that are asked about them."""
    asked = [(project, task.id, task.consultation) for project, task in new if task.consultation]
    if asked:
        leases = [consultation_rows.of_lease(*each) for each in asked]
        await connection.execute(SQL["add_leases"], *columns(leases, 6))
        added = [consultation_rows.of_new(*each) for each in asked]
        await connection.execute(SQL["add_consultations"], *columns(added, 9))
