"""What two nodes do to a batch at once: each waits for what the other has begun."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable
from typing import Any, TypeVar

import asyncpg
import pytest
from tests.postgres import PostgresServer, new_database
from tests.store.conftest import People, migrated

from humanwire.core.batch import Batch, BatchState
from humanwire.core.ids import BatchId
from humanwire.store.filing import Slice
from humanwire.store.postgres.store import PostgresStore
from humanwire.store.records import Filing

T = TypeVar("T")


class TwoNodes:
    """A store, and another node of which the test holds the transaction open."""

    def __init__(self, people: People, other: Any, batch: BatchId) -> None:
        self.people = people
        self.store = people.store
        self.number = people.project.number
        self.batch = batch
        self._other = other

    async def vacant(self) -> int:
        return len(await self.store.vacant_among([self.number]))

    async def while_it_becomes(self, state: BatchState, act: Awaitable[T]) -> T:
        """Begin an act while another node's change is not committed yet."""
        begun = self._other.transaction()
        await begun.start()
        await self._other.execute("UPDATE batch SET state = $1 WHERE id = $2", state, self.batch)
        acting = asyncio.ensure_future(act)
        waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted"
        while not acting.done() and not await self._other.fetchval(waiting):
            await asyncio.sleep(0.01)
        await begun.commit()
        return await acting


@pytest.fixture
async def nodes(postgres: PostgresServer) -> AsyncGenerator[TwoNodes]:
    url = await new_database(postgres, migrated)
    store = PostgresStore(url)
    await store.open()
    people = await People(store).arrive()
    batch = Batch(
        id=BatchId(people.new_id()), mode="live", name="b", dialect="heat", created_at=people.now
    )
    assert await store.add_batch(people.project.number, batch)
    other = await asyncpg.connect(url)
    yield TwoNodes(people, other, batch.id)
    await other.close()
    await store.close()
    await postgres.drop_database(url)


async def test_what_is_asked_while_a_batch_is_being_paused_is_withheld(nodes: TwoNodes) -> None:
    await nodes.while_it_becomes("paused", nodes.people.ask(filing=Filing(batch=nodes.batch)))

    assert await nodes.vacant() == 0
    assert (await nodes.store.give_out_some(nodes.number, nodes.batch, None, 9)) == Slice(None)


async def test_what_is_withheld_while_a_batch_is_being_resumed_stays_out(nodes: TwoNodes) -> None:
    await nodes.people.ask(filing=Filing(batch=nodes.batch))
    assert await nodes.store.set_batch_state(nodes.number, "live", nodes.batch, "paused")

    done = await nodes.while_it_becomes(
        "open", nodes.store.withhold_some(nodes.number, nodes.batch, None, 9)
    )

    assert done == Slice(None)
    assert await nodes.vacant() == 1


async def test_what_is_given_out_while_a_batch_is_being_paused_stays_in(nodes: TwoNodes) -> None:
    assert await nodes.store.set_batch_state(nodes.number, "live", nodes.batch, "paused")
    await nodes.people.ask(filing=Filing(batch=nodes.batch))
    assert await nodes.store.set_batch_state(nodes.number, "live", nodes.batch, "open")

    done = await nodes.while_it_becomes(
        "paused", nodes.store.give_out_some(nodes.number, nodes.batch, None, 9)
    )

    assert done == Slice(None)
    assert await nodes.vacant() == 0
