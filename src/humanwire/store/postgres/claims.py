"""Claims on PostgreSQL: most find their task at the head of the queue, worn workers further on."""

import asyncio
from collections.abc import Sequence
from functools import cached_property, partial

from humanwire.core.ids import ProjectId, WorkerId
from humanwire.store.postgres.counter import SQL, Counter, Further, Held, granted, serve
from humanwire.store.postgres.engine import Connection
from humanwire.store.postgres.gather import Apart, Gather
from humanwire.store.postgres.tasks import Tasks
from humanwire.store.postgres.worn import Busy, More, Search
from humanwire.store.records import ClaimRequest, Granted

_TURN_SECONDS = 0.02
_TURNS = 10
"""How often, and how soon, a claim comes back to tasks that others are busy with."""
_WORN_MS = 60_000
"""How long a worn worker is taken for one before the head is looked at again."""
_WORN_MOST = 10_000


class Claims(Tasks):
    """Gives out leases."""

    @cached_property
    def _claiming(self) -> Apart[ClaimRequest, Granted | Held | Further | None]:
        make = partial(Gather, self._claim_all, figures=self._figures)
        return Apart(lambda request: request.projects, make)

    @cached_property
    def _worn(self) -> dict[WorkerId, int]:
        """Workers for whom the head had nothing, and when it was."""
        return {}

    async def claim(self, request: ClaimRequest) -> Granted | None:
        at_once = self._search if self._is_worn(request) else self._claiming
        outcome = await at_once(request)
        if isinstance(outcome, Further):
            self._wears(request)
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

    def _is_worn(self, request: ClaimRequest) -> bool:
        """Whether to search at once: a search finds whatever the head may have, at more cost."""
        return request.now - self._worn.get(request.worker, -_WORN_MS) < _WORN_MS

    def _wears(self, request: ClaimRequest) -> None:
        if len(self._worn) >= _WORN_MOST:
            self._worn.clear()
        self._worn[request.worker] = request.now

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
                counter.room[found.task] = 1
                counter.lengths[found.task] = found.lease_ms
                counter.take(wish, member, found.task)
                await counter.write_down()
                outcome = counter.outcomes[0]
                return outcome if isinstance(outcome, Granted) else None
    return Busy() if busy else None
