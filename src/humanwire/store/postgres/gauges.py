"""What metrics show of a PostgreSQL store. Nothing is counted whose number has no bound."""

from humanwire.store.figures import DELIVERIES_COUNTED, Gauges, ProjectGauges, WriteFigures
from humanwire.store.postgres.engine import Engine
from humanwire.store.statements import load

SQL = load("postgres", "gauges.sql")


class GaugeReadings(Engine):
    """How things stand, for a scrape."""

    async def gauges(self) -> Gauges:
        projects = tuple(ProjectGauges(*row) for row in await self._read(SQL["projects"]))
        ((pending, next_attempt, waiting),) = await self._read(
            SQL["deliveries"], DELIVERIES_COUNTED
        )
        return Gauges(
            projects,
            pending_deliveries=pending,
            next_attempt=next_attempt,
            pending_consultations=waiting,
        )

    def writes(self) -> WriteFigures:
        return self._figures
