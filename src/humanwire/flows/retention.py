"""Retention: ended tasks are deleted after the time that their project keeps them.

The feed of ends is in the order of time, so that the oldest are at its beginning, and nothing has
to be searched. Whoever reads the feed later finds what is left of it.
"""

import asyncio
from collections.abc import AsyncGenerator

from humanwire.core.ids import ProjectId
from humanwire.flows.ports import Ports
from humanwire.store.retention import Ended, Leaving

DAY_MS = 86_400_000
_BATCH = 50
"""Tasks deleted in one transaction: some milliseconds' work."""
_PAUSE_SECONDS = 0.01
"""Between two transactions, for those who wait for an answer."""


async def delete_expired(ports: Ports, default_days: float | None) -> None:
    """Delete what projects do not keep any longer.

    `default_days` is for projects that do not say; None or 0 keeps everything.
    """
    for project in await ports.store.list_projects():
        own = project.settings.retention_days
        days = default_days if own is None else own
        if days:
            await _delete_ended(ports, project.number, ports.clock() - round(days * DAY_MS))


async def ended_before(
    ports: Ports, project: ProjectId, before: int, limit: int
) -> AsyncGenerator[list[Ended]]:
    """Give the tasks that ended before a time, of either mode, in pages, oldest end first."""
    position = 0
    while True:
        ends = await ports.store.ends(project, position, limit)
        old = [end for end in ends if end.time < before]
        if old:
            yield old
        # Clocks of several nodes differ a little: what is behind the first younger one can wait.
        if len(old) < limit:
            return
        position = ends[-1].position


async def _delete_ended(ports: Ports, project: ProjectId, before: int) -> None:
    async for ends in ended_before(ports, project, before, _BATCH):
        leaving = [Leaving(end.task, end.position) for end in ends]
        await ports.store.delete_tasks(project, leaving)
        await asyncio.sleep(_PAUSE_SECONDS)
