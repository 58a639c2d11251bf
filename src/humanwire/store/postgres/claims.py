"""Claims on PostgreSQL: most find their task at the head of the queue, worn workers further on."""

import asyncio
from collections.abc import Sequence
from functools import cached_property

from humanwire.core.ids import ProjectId, WorkerId
from humanwire.store.postgres.counter import SQL, Counter, Further, Held, granted, serve
from humanwire.store.postgres.engine import Connection
from humanwire.store.postgres.gather import Gather
from humanwire.store.postgres.tasks import Tasks
from humanwire.store.postgres.worn import Busy, More, Search
from humanwire.store.records import ClaimRequest, Granted

_TURN_SECONDS = 0.02
_TURNS = 10
"""How often, and how soon, a claim comes back to tasks that others are busy with."""


class Claims(Tasks):
    """Gives out leases."""

    @cached_property
    def _claiming(self) -> Gather[ClaimRequest, Granted | Held | Further | None]:
        return Gather(self._claim_all, figures=self._figures)

    async def claim(self, request: ClaimRequest) -> Granted | None:
        outcome = await self._claiming(request)
        if isinstance(outcome, Further):
            outcome = await self._search(request)
        if isinstance(outcome, Held):
            held = await self.held(request.worker, request.now)
            return next((lease for lease in held if lease.id == outcome.id), None)
        return outcome

    async def held(self, worker: WorkerId, now: int) -> list[Granted]:
        found = await self._read(SQL["held"], worker, now)
        return [granted(*row[-4:], row=row, held=True) for row in found]

    async def vacant_among(self, projects: Sequence[ProjectId]) -> list[ProjectId]:
        found = await self._read(SQL["vacant_among"], projects)
        return [ProjectId(row[0]) for row in found]

    async def _claim_all(
        self, group: Sequence[ClaimRequest]
    ) -> list[Granted | Held | Further | None]:
        counter = await self._transact(lambda connection: serve(connection, group))
        return counter.outcomes

    async def _search(self, request: ClaimRequest) -> Granted | Held | None:
        """Find a task for a worker who has had what the queue begins with, step by step."""
        search = Search(request.worker, request.kinds, request.now)
        turns = 0
        while turns < _TURNS:
            found = await self._transact(lambda connection: _step(connection, request, search))
            if isinstance(found, Busy):
                turns += 1
                await asyncio.sleep(_TURN_SECONDS)
            elif not isinstance(found, More):
                return found
        return None


async def _step(
    connection: Connection, request: ClaimRequest, search: Search
) -> Granted | Held | More | Busy | None:
    counter = Counter(connection, 1)
    busy = False
    for wish in await counter.enter([request]):
        await counter.look([wish], {})
        if isinstance(counter.outcomes[0], Held):
            return counter.outcomes[0]
        for member in wish.projects:
            found = await search.step(connection, member[0])
            if isinstance(found, More):
                return found
            if isinstance(found, Busy):
                busy = True
            elif found is not None:
                counter.room[found] = 1
                counter.take(wish, member, found)
                await counter.write_down()
                outcome = counter.outcomes[0]
                return outcome if isinstance(outcome, Granted) else None
    return Busy() if busy else None
