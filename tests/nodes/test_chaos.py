"""Two nodes under load; either of them and PostgreSQL killed, stopped and restarted."""

import asyncio
import random
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, suppress
from pathlib import Path

import aiohttp
import msgspec
import pytest
from tests.nodes.audit import Found, audit
from tests.nodes.conftest import migrated
from tests.nodes.load import Load, Receiver
from tests.postgres import PostgresServer, running
from tests.served import Served

from humanwire import wiring
from humanwire.config import Settings
from humanwire.flows import accounts

IN_FLIGHT, MOST = 200, 400
WORKERS = 8


class Chaos:
    """What can go wrong, in the middle of a load."""

    def __init__(self, postgres: PostgresServer, nodes: Sequence[Served], load: Load) -> None:
        self.postgres = postgres
        self.nodes = nodes
        self.load = load

    async def first_node_dies(self) -> None:
        await self._restart(self.nodes[0])

    async def second_node_dies(self) -> None:
        await self._restart(self.nodes[1])

    async def postgres_dies(self) -> None:
        await asyncio.to_thread(self.postgres.kill)
        await asyncio.to_thread(self.postgres.start)

    async def postgres_restarts(self) -> None:
        await asyncio.to_thread(self.postgres.restart, "fast")

    async def postgres_is_away(self) -> None:
        await asyncio.to_thread(self.postgres.stop, "immediate")
        refused = self.load.refused
        await self.load.until(lambda: self.load.refused > refused)
        await asyncio.to_thread(self.postgres.start)

    async def postgres_and_a_node_die(self) -> None:
        await asyncio.gather(asyncio.to_thread(self.postgres.kill), self.nodes[0].kill())
        await asyncio.to_thread(self.postgres.start)
        await self.nodes[0].start()

    async def both_nodes_die(self) -> None:
        await asyncio.gather(*(self._restart(node) for node in self.nodes))

    async def _restart(self, node: Served) -> None:
        await node.kill()
        await node.start()


Fault = Callable[[Chaos], Awaitable[None]]
FIVE: list[Fault] = [
    Chaos.first_node_dies,
    Chaos.postgres_dies,
    Chaos.second_node_dies,
    Chaos.postgres_is_away,
    Chaos.postgres_and_a_node_die,
]
ALL: list[Fault] = [*FIVE, Chaos.postgres_restarts, Chaos.both_nodes_die]


async def chaos(folder: Path, postgres: PostgresServer, faults: Sequence[Fault]) -> None:
    url = await postgres.new_database()
    await migrated(url)
    nodes = [Served(folder, "--lease-seconds", "2", database=url, name=name) for name in ("a", "b")]
    await nodes[0].found(WORKERS)
    nodes[1].key = nodes[0].key
    receiver = Receiver()
    async with AsyncExitStack() as stack:
        hook = await receiver.open()
        stack.push_async_callback(receiver.close)
        for node in nodes:
            await node.start()
            stack.push_async_callback(stopped, node)
        timeout = aiohttp.ClientTimeout(total=15)
        http = await stack.enter_async_context(aiohttp.ClientSession(timeout=timeout))
        load = Load(nodes, http, MOST, hook)
        people = People(load, nodes[0].workers)
        stack.push_async_callback(people.leave)
        await people.watch(load.until(lambda: load.in_flight > IN_FLIGHT))
        for fault in faults:
            await people.watch(fault(Chaos(postgres, nodes, load)))
            asked, answers, ends = len(load.asked) + 20, load.answers + 20, len(load.feed) + 20
            await people.watch(
                load.until(
                    lambda asked=asked, answers=answers, ends=ends: (
                        len(load.asked) >= asked
                        and load.answers >= answers
                        and len(load.feed) >= ends
                    )
                )
            )
            assert load.in_flight > IN_FLIGHT, "that was no load"
            found = await audit(url)
            assert len(found.deliveries) == len(found.results), "an end has no delivery"
        await people.stop_asking()
        await people.watch(load.until(lambda: load.in_flight == 0))
        await people.watch(load.until(lambda: len(load.ended) == len(load.asked)))
        await people.watch(receiver.until_told(set(load.asked.values())))
        await settled(url)
    await look(url, nodes[0], load, receiver)


class People:
    """The load's people at their work, until one of them meets what must not be."""

    def __init__(self, load: Load, workers: Sequence[str]) -> None:
        self._load = load
        self._askers = [asyncio.create_task(load.ask(f"asker{n}")) for n in range(4)]
        others = [*map(load.work, workers), *(load.block() for _ in range(4)), load.read()]
        self._others = [asyncio.create_task(other) for other in others]

    async def watch(self, happening: Awaitable[None]) -> None:
        """Wait for something; if a person ends before, raise why."""
        waiting = asyncio.ensure_future(happening)
        everybody = {waiting, *self._askers, *self._others}
        await asyncio.wait(everybody, return_when=asyncio.FIRST_COMPLETED)
        for person in (*self._askers, *self._others):
            if person.done():
                waiting.cancel()
                await person
        await waiting

    async def stop_asking(self) -> None:
        askers, self._askers = self._askers, []
        self._load.stop_asking()
        async with asyncio.timeout(60):
            await asyncio.gather(*askers)

    async def leave(self) -> None:
        for person in (*self._askers, *self._others):
            person.cancel()
            with suppress(asyncio.CancelledError, Exception):
                await person


async def stopped(node: Served) -> None:
    if node.process is not None and node.process.returncode is None:
        await node.kill()


async def settled(url: str) -> None:
    """Wait until every delivery is on record as done."""
    async with asyncio.timeout(60):
        while {state for _, state in (await audit(url)).deliveries.values()} != {"delivered"}:
            await asyncio.sleep(0.2)


async def look(url: str, node: Served, load: Load, receiver: Receiver) -> None:
    found = await audit(url)
    assert set(load.asked.values()) <= found.tasks.keys(), "what was acknowledged is lost"
    assert set(found.tasks.values()) == {"complete"}
    assert [task for _, task in found.events] == load.feed, "the feed's reader missed something"
    await look_at_answers(url, node, load, found)
    for task, response in load.ended.items():
        recorded = msgspec.json.decode(found.results[task]) if found.results[task] else None
        assert recorded == response, f"{task} was decided twice"
    assert receiver.told.keys() == found.tasks.keys(), "not every end was told"
    assert receiver.ends.keys() <= found.deliveries.keys(), "an unknown delivery was sent"
    for delivery, ends in receiver.ends.items():
        ((task, status, _),) = ends  # else an identifier was sent for two ends
        assert (found.deliveries[delivery][0], status) == (task, "complete")


async def look_at_answers(url: str, node: Served, load: Load, found: Found) -> None:
    numbers: dict[str, int] = {}
    async with wiring.open_ports(Settings(database=url)) as ports:
        for token in node.workers:
            worker = await ports.store.find_worker(accounts.digest(token), ports.clock())
            assert worker is not None
            numbers[token] = worker.number
    for task, given in load.answered.items():
        for token, response in given.items():
            assert found.answers[task][numbers[token]] == response, f"{task} lost an answer"


@pytest.mark.crash
@pytest.mark.xdist_group("crash")
@pytest.mark.timeout(180)
async def test_nothing_acknowledged_is_lost_in_5_faults(tmp_path: Path) -> None:
    with running("18") as postgres:
        await chaos(tmp_path, postgres, FIVE)


@pytest.mark.soak
@pytest.mark.timeout(1200)
async def test_nothing_acknowledged_is_lost_in_50_faults(tmp_path: Path) -> None:
    chance = random.Random(50)
    with running("18") as postgres:
        await chaos(tmp_path, postgres, [chance.choice(ALL) for _ in range(50)])
