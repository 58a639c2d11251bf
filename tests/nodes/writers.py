"""Nodes whose transactions a test holds open, to see what the others do meanwhile."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import asyncpg
from tests.store.conftest import NOW, People

from humanwire.core.assignment import abort
from humanwire.core.ids import ProjectId, TaskId
from humanwire.store.postgres.store import PostgresStore
from humanwire.store.records import Settlement


class Writer(PostgresStore):
    """A node all of whose statements run in one transaction, which the test ends."""

    def __init__(self, url: str, raw: Any) -> None:
        super().__init__(url)
        self.raw = raw
        self.transaction = raw.transaction()

    @classmethod
    async def begin(cls, url: str) -> "Writer":
        writer = cls(url, await asyncpg.connect(url))
        await writer.transaction.start()
        return writer

    @asynccontextmanager
    async def _connection(self) -> AsyncGenerator[Any]:
        yield self.raw

    async def end(self, project: ProjectId, task: TaskId) -> None:
        now = await self.task_now(project, task)
        assert now is not None
        step = abort(now, reason=None)
        assert await self.settle(Settlement(step=step, now=NOW, delivery=None))

    async def commit(self) -> None:
        await self.transaction.commit()
        await self.raw.close()

    async def undo(self) -> None:
        await self.transaction.rollback()
        await self.raw.close()


class Feed:
    """A database with people, its feed, and writers that a test holds open."""

    def __init__(
        self, store: PostgresStore, people: People, url: str, stack: AsyncExitStack
    ) -> None:
        self.store = store
        self.people = people
        self.url = url
        self._stack = stack

    async def writer(self) -> Writer:
        writer = await Writer.begin(self.url)
        self._stack.callback(writer.raw.terminate)
        return writer

    async def read(self, after: int = 0) -> list[tuple[int, TaskId | None]]:
        project = self.people.project.number
        found = await self.people.store.events(project, "live", after, 1000)
        return [(event.id, event.task) for event in found]

    async def until_somebody_waits(self) -> None:
        async with asyncio.timeout(20):
            while not await self.store._read(
                "SELECT 1 FROM pg_stat_activity"
                " WHERE wait_event_type = 'Lock' AND datname = current_database()"
            ):
                pass
