"""A batch is completed once, whichever nodes end its last tasks or close it at once."""

import asyncio

from tests.nodes.writers import Feed
from tests.store.conftest import NOW
from tests.store.test_batch_ends import Owner

from humanwire.core.ids import BatchId


async def close(store, owner: Owner, batch: BatchId) -> None:
    await store.close_batch(owner.number, "live", batch, NOW, None)


async def test_the_second_of_two_last_ends_waits_for_the_first_and_completes(feed: Feed) -> None:
    owner = Owner(feed.people)
    batch, tasks = await owner.open(tasks=2)
    await owner.close(batch)
    first, second = await feed.writer(), await feed.writer()
    await first.end(owner.number, tasks[0])
    ending = asyncio.create_task(second.end(owner.number, tasks[1]))
    await feed.until_somebody_waits()
    await first.commit()
    await ending
    assert await owner.completions() == []
    await second.commit()
    assert await owner.completions() == [batch]


async def test_who_closes_while_the_last_end_is_under_way_completes(feed: Feed) -> None:
    owner = Owner(feed.people)
    batch, tasks = await owner.open(tasks=1)
    ender = await feed.writer()
    await ender.end(owner.number, tasks[0])
    closing = asyncio.create_task(owner.close(batch))
    await feed.until_somebody_waits()
    assert not closing.done()
    await ender.commit()
    await closing
    assert await owner.completions() == [batch]


async def test_who_ends_while_somebody_closes_completes(feed: Feed) -> None:
    owner = Owner(feed.people)
    batch, tasks = await owner.open(tasks=1)
    closer = await feed.writer()
    await close(closer, owner, batch)
    ending = asyncio.create_task(owner.end(tasks[0]))
    await feed.until_somebody_waits()
    await closer.commit()
    assert await ending
    assert await owner.completions() == [batch]


async def test_who_dies_after_the_last_end_leaves_it_to_be_ended_and_completed(feed: Feed) -> None:
    owner = Owner(feed.people)
    batch, tasks = await owner.open(tasks=1)
    await owner.close(batch)
    lost = await feed.writer()
    await lost.end(owner.number, tasks[0])
    lost.raw.terminate()
    assert await owner.completions() == []
    assert await owner.end(tasks[0])
    assert await owner.completions() == [batch]


async def test_who_asks_and_ends_does_not_wait_for_a_batch_that_is_being_closed(feed: Feed) -> None:
    owner = Owner(feed.people)
    batch, tasks = await owner.open(tasks=1)
    closer = await feed.writer()
    await closer.raw.execute("UPDATE batch SET state = 'closed'")
    assert await owner.end(tasks[0])
    assert await owner.completions() == []
    await close(closer, owner, batch)
    await closer.commit()
    assert await owner.completions() == [batch]
