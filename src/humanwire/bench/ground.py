"""What lies in the database before a server starts: put there in process, thousands at a time."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

import msgspec
from msgspec import Raw, Struct

from humanwire.bench.question import KIND, METADATA, RESPONSE, body_of
from humanwire.core.consensus import Collect, Single
from humanwire.core.ids import TaskId, Uuid7
from humanwire.core.project import Project
from humanwire.dialects.heat.to_core import wish_of
from humanwire.flows.answer import answer
from humanwire.flows.ask import Wish
from humanwire.flows.assign import assign
from humanwire.flows.ports import Ports
from humanwire.store.records import Ask, NewTask, Worker

CAMPAIGNS = 100
"""How many values the metadata that lists filter by has."""
LOW, NORMAL, HIGH = 1, 5, 10
"""Priorities: what comes after, with and before the rest."""
CROWD = 64
"""Workers who prepare the ground: enough for the store to gather what they do."""
_MOST = 0.9
_CHUNK = 1_000
_CHUNKS_AT_ONCE = 4
_HANDS = 16
"""How many tasks a worker does at once while the ground is prepared."""
_AGE_MS = 30 * 86_400_000
"""How far back the tasks reach that were asked before the bench began."""


class Ground(Struct, kw_only=True):
    """A project on an opened database, before anybody serves it.

    `since` is when the next task was asked, in milliseconds since the epoch. `tidy_up` lets the
    database take note of how large its tables have become.
    """

    ports: Ports
    project: Project
    workers: Sequence[Worker]
    tidy_up: Callable[[], Awaitable[None]]
    ids: Uuid7
    since: int

    async def ask(
        self, count: int, *, priority: int = NORMAL, answers: int = 1, over: float = _MOST
    ) -> None:
        """Store tasks that want so many answers each, evenly `over` that part of the time since."""
        wish = _wish(self.ports.clock())
        begun = self.since
        length = round((self.ports.clock() - begun) * over)
        self.since = begun + length
        step = _CHUNK * _CHUNKS_AT_ONCE

        def chunk(first: int) -> list[Ask]:
            rows = range(first, min(count, first + _CHUNK))
            times = [begun + length * row // count for row in rows]
            return self._asks(wish, rows, times, priority, answers)

        for start in range(0, count, step):
            firsts = range(start, min(count, start + step), _CHUNK)
            storing = (self.ports.store.ask(self.project.number, chunk(each)) for each in firsts)
            await asyncio.gather(*storing)

    async def work(self, count: int, workers: Sequence[Worker]) -> None:
        """Have workers claim and answer so many tasks, those that come first in the queue."""
        await self.tidy_up()
        left = count
        usual, self.ports.most_leases = self.ports.most_leases, _HANDS

        async def hand(worker: Worker) -> None:
            nonlocal left
            while left > 0:
                left -= 1
                lease = await assign(self.ports, worker)
                if lease is not None:
                    await answer(self.ports, worker, lease.id, list(RESPONSE), seconds=2.5)

        try:
            hands = max(len(workers), _HANDS)
            await asyncio.gather(*(hand(workers[n % len(workers)]) for n in range(hands)))
        finally:
            self.ports.most_leases = usual

    def _asks(
        self, wish: Wish, rows: range, times: Sequence[int], priority: int, answers: int
    ) -> list[Ask]:
        head, _, tail = wish.body_json.partition(METADATA.decode())
        entropy = memoryview(self.ports.entropy(8 * len(rows)))
        policy = Single() if answers == 1 else Collect(answers=answers)
        asks: list[Ask] = []
        for place, (row, time) in enumerate(zip(rows, times, strict=True)):
            campaign = f"c-{row % CAMPAIGNS}"
            task = NewTask(
                id=TaskId(self.ids.make(time, bytes(entropy[8 * place : 8 * place + 8]))),
                mode="live",
                dialect="heat",
                type=wish.type,
                priority=priority,
                question=wish.question,
                policy=policy,
                body_json=f'{head}{{"campaign":"{campaign}","row":{row}}}{tail}',
                created_at=time,
                vacant=answers,
                metadata={"campaign": campaign, "row": str(row)},
            )
            asks.append(Ask(task=task))
        return asks


Preparation = Callable[[Ground], Awaitable[None]]
"""Puts what a scenario needs into the database."""


def ground_of(
    ports: Ports,
    project: Project,
    workers: Sequence[Worker],
    tidy_up: Callable[[], Awaitable[None]],
) -> Ground:
    """Make the ground of a new project."""
    return Ground(
        ports=ports,
        project=project,
        workers=workers,
        tidy_up=tidy_up,
        ids=Uuid7(),
        since=ports.clock() - _AGE_MS,
    )


def queue_of(count: int, *, priority: int = NORMAL) -> Preparation:
    """Prepare a queue of so many open tasks."""

    async def prepare(ground: Ground) -> None:
        await ground.ask(count, priority=priority)

    return prepare


def _wish(now: int) -> Wish:
    body = body_of()
    fields = msgspec.json.decode(body, type=dict[str, Raw])
    return wish_of(KIND, body, fields, "live", now, None)
