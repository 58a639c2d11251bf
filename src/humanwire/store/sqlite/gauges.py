"""What metrics show of a SQLite store. Nothing is counted whose number has no bound."""

import asyncio

from humanwire.core.ids import ProjectId
from humanwire.store.figures import DELIVERIES_COUNTED, Gauges, ProjectGauges, WriteFigures
from humanwire.store.sqlite.deliveries import SQL as DELIVERIES
from humanwire.store.sqlite.deliveries import Deliveries
from humanwire.store.statements import load

SQL = load("sqlite", "gauges.sql")
_AT_ONCE = 50
"""Projects looked at before others have their turn: each takes some tens of microseconds."""


class GaugeReadings(Deliveries):
    """How things stand, for a scrape."""

    async def gauges(self) -> Gauges:
        projects: list[ProjectGauges] = []
        for number, name in self._all(SQL["project_names"]):
            projects.append(await self._project_gauges(ProjectId(number), name))
            if len(projects) % _AT_ONCE == 0:
                await asyncio.sleep(0)
        (pending,) = self._all(SQL["pending_deliveries"], most=DELIVERIES_COUNTED)[0]
        (next_attempt,) = self._all(DELIVERIES["next_delivery_at"])[0]
        (waiting,) = self._all(SQL["pending_consultations"], most=DELIVERIES_COUNTED)[0]
        return Gauges(
            tuple(projects),
            pending_deliveries=pending,
            next_attempt=next_attempt,
            pending_consultations=waiting,
        )

    def writes(self) -> WriteFigures:
        return WriteFigures() if self._writer is None else self._writer.figures

    async def _project_gauges(self, number: ProjectId, name: str) -> ProjectGauges:
        pending = (await self.project_counts(number)).pending
        row = self._one(SQL["oldest_waiting"], project=number) if pending else None
        return ProjectGauges(number, name, pending, row[0] if row else None)
