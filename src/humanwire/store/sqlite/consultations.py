"""Consultations of models on SQLite."""

import sqlite3
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
from humanwire.store.records import NewTask
from humanwire.store.sqlite.claims import SQL as CLAIMS
from humanwire.store.sqlite.engine import Engine
from humanwire.store.statements import load

SQL = load("sqlite", "consultations.sql")


class Consultations(Engine):
    """Models that have tasks."""

    async def claim_consultations(self, now: int, until: int, limit: int) -> list[Consultation]:
        first = self._one(SQL["next_consultation_at"])
        if first is None or first[0] is None or first[0] > now:
            return []
        values = {"now": now, "until": until, "most": limit}
        found = await self._write(lambda tx: tx.execute(SQL["claim_due"], values).fetchall())
        return [consultation_rows.consultation(row) for row in found]

    async def renew_consultations(self, keys: Sequence[ConsultationKey], until: int) -> None:
        values = [(until, *key) for key in keys]
        await self._write(lambda tx: tx.executemany(SQL["renew"], values))

    async def keep_told(self, told: Sequence[tuple[ConsultationKey, Told]]) -> None:
        values = [consultation_rows.of_told(key, each) for key, each in told]
        await self._write(lambda tx: tx.executemany(SQL["keep_told"], values))

    async def end_consultations(
        self, ended: Sequence[tuple[ConsultationKey, ConsultationState]]
    ) -> None:
        values = [
            {"project": key.project, "task": key.task, "state": state} for key, state in ended
        ]
        await self._write(lambda tx: tx.executemany(SQL["end"], values))

    async def consultation(self, key: ConsultationKey) -> Consultation | None:
        row = self._one(SQL["consultation"], *key)
        return consultation_rows.consultation(row) if row else None

    async def judged(self, after: ConsultationKey, limit: int) -> list[Judged]:
        found = self._all(SQL["judged"], *after, limit)
        return [consultation_rows.judged(row) for row in found]


def consult(tx: sqlite3.Connection, project: ProjectId, task: NewTask) -> None:
    """Give a new task to the model that is asked about it."""
    new = task.consultation
    if new is not None:
        tx.execute(CLAIMS["add_assignment"], consultation_rows.of_lease(project, task.id, new))
        tx.execute(SQL["add_consultation"], consultation_rows.of_new(project, task.id, new))
