"""The feed's ids only grow and skip nothing, although transactions commit out of order."""

import asyncio
import random

from tests.nodes.conftest import Pair
from tests.nodes.writers import Feed, Writer

from humanwire import wiring
from humanwire.config import Settings
from humanwire.core.ids import ProjectId, TaskId
from humanwire.core.project import ProjectSettings
from humanwire.core.task import End, Mode
from humanwire.flows import accounts
from humanwire.store.records import Ask


async def test_ids_follow_the_commits_not_the_beginnings(feed: Feed):
    project = feed.people.project.number
    early, late = await feed.people.ask(), await feed.people.ask()
    first = await feed.writer()
    await first.task_now(project, early)
    second = await feed.writer()
    await second.end(project, late)
    await second.commit()
    assert await feed.read() == [(1, late)]

    await first.end(project, early)
    await first.commit()

    assert await feed.read() == [(1, late), (2, early)]


async def test_nobody_reads_past_a_writer_that_is_held_open(feed: Feed):
    project = feed.people.project.number
    one, other = await feed.people.ask(), await feed.people.ask()
    first, second = await feed.writer(), await feed.writer()
    await first.end(project, one)
    ending = asyncio.create_task(second.end(project, other))
    await feed.until_somebody_waits()
    assert not ending.done()
    assert await feed.read() == []

    await first.commit()
    await ending
    assert await feed.read() == [(1, one)]
    await second.commit()

    assert await feed.read() == [(1, one), (2, other)]


async def test_a_writer_that_dies_or_gives_up_leaves_no_gap_and_nobody_waiting(feed: Feed):
    project = feed.people.project.number
    for leave in ("die", "undo"):
        before = await feed.read()
        lost, kept = await feed.people.ask(), await feed.people.ask()
        first, second = await feed.writer(), await feed.writer()
        await first.end(project, lost)
        ending = asyncio.create_task(second.end(project, kept))
        await feed.until_somebody_waits()

        if leave == "die":
            first.raw.terminate()
        else:
            await first.undo()
        await ending
        await second.commit()

        assert await feed.read() == [*before, (len(before) + 1, kept)]


async def test_readers_who_read_on_miss_nothing_of_many_writers(feed: Feed):
    chance = random.Random(1)
    project = feed.people.project.number
    writing = True

    async def write() -> None:
        for _ in range(8):
            task = await feed.people.ask()
            writer = await feed.writer()
            for _ in range(chance.randrange(5)):
                await writer.raw.execute("SELECT 1")
            await writer.end(project, task)
            # A staged task ends in a statement of another kind, and in another feed.
            staged = feed.people.task(mode="test", vacant=0, end=End(status="complete"))
            if chance.random() < 0.3:
                await writer.ask(project, [Ask(task=staged)])
            for _ in range(chance.randrange(5)):
                await writer.raw.execute("SELECT 1")
            await (writer.undo() if chance.random() < 0.3 else writer.commit())

    async def read(mode: Mode) -> list[int]:
        seen: list[int] = []
        while True:
            last = not writing
            after = seen[-1] if seen else 0
            found = await feed.people.store.events(project, mode, after, 3)
            seen += [event.id for event in found]
            if last and not found:
                return seen

    modes: list[Mode] = ["live", "live", "live", "test"]
    reading = [asyncio.create_task(read(mode)) for mode in modes]
    async with asyncio.timeout(60):
        await asyncio.gather(*(write() for _ in range(6)))
        writing = False
        *live, staged = await asyncio.gather(*reading)

    stored = await feed.store._read("SELECT mode, id FROM event ORDER BY id")
    assert [number for _, number in stored] == list(range(1, len(stored) + 1))
    assert live == [[number for mode, number in stored if mode == "live"]] * 3
    assert staged == [number for mode, number in stored if mode == "test"]
    assert len(live[0]) > 20
    assert staged


async def test_a_project_whose_feed_is_held_delays_no_other(pair: Pair):
    database = pair.nodes[0].database
    async with wiring.open_ports(Settings(database=database)) as ports:
        other = await accounts.create_project(ports, "other", ProjectSettings())
        _, key = await accounts.create_key(ports, other, "live")
        _, token = await accounts.create_worker(ports, "other's", (other,))
    held, late = await pair.ask(0), await pair.ask(0)
    lease = await pair.claim(0, pair.workers[0])
    assert lease["task"]["id"] == held
    writer = await Writer.begin(database)
    await writer.end(ProjectId(1), TaskId(late))

    waiting = asyncio.create_task(pair.answer(0, pair.workers[0], lease))
    pair.nodes[0].key = key
    for node in (0, 1):
        free = await pair.ask(node)
        await pair.answer(node, token, await pair.claim(node, token))
        _, ended = await pair.call(node, "GET", f"/v1/requests/{free}", key)
        assert ended["status"] == "complete"
    assert not waiting.done()

    await writer.commit()
    await asyncio.wait_for(waiting, 20)
