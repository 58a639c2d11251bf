"""PostgreSQL's memory of how far workers have looked: made short, and with two nodes at work."""

import asyncio
from collections.abc import AsyncGenerator
from random import Random
from typing import Any

import asyncpg
import pytest
from tests.postgres import PostgresServer, new_database
from tests.store.conftest import LEASE, People, migrated
from tests.store.crowd import Crowd

from humanwire.core import assignment as decide
from humanwire.core.assignment import Step
from humanwire.core.consensus import Collect
from humanwire.core.ids import AssignmentId
from humanwire.store.interface import Store
from humanwire.store.postgres import counter, worn
from humanwire.store.postgres.store import PostgresStore
from humanwire.store.records import Ask, ClaimRequest, Settlement, Worker


@pytest.fixture
async def url(postgres: PostgresServer) -> AsyncGenerator[str]:
    made = await new_database(postgres, migrated)
    yield made
    await postgres.drop_database(made)


@pytest.fixture
async def store(url: str) -> AsyncGenerator[Store]:
    opened = PostgresStore(url)
    await opened.open()
    yield opened
    await opened.close()


@pytest.mark.parametrize("head", [1, 3])
@pytest.mark.parametrize("seed", range(2))
async def test_a_claim_gets_what_the_rule_says(
    people: People, monkeypatch: pytest.MonkeyPatch, seed: int, head: int
) -> None:
    monkeypatch.setattr(counter, "HEAD", head - 1)
    monkeypatch.setattr(worn, "HEAD", head)
    monkeypatch.setattr(worn, "STEP", head + 2)
    crowd = await Crowd(people, seed, latest=7_200_000).gather()

    for _ in range(800):
        await crowd.act()

    assert crowd.given > 50


@pytest.mark.parametrize("seed", range(2))
async def test_nothing_that_comes_back_on_one_node_is_lost_to_workers_on_another(
    people: People, url: str, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    monkeypatch.setattr(counter, "HEAD", 0)
    monkeypatch.setattr(worn, "HEAD", 2)
    monkeypatch.setattr(worn, "STEP", 5)
    random = Random(seed)
    workers = [await people.hire(f"worker {n}", people.project) for n in range(4)]
    # The first want one more answer than there are workers, so that the queue begins with them.
    open_tasks = [people.task(policy=Collect(answers=5)) for _ in range(8)]
    tasks = [people.task(policy=Collect(answers=4)) for _ in range(60)]
    asks = [Ask(task=task) for task in open_tasks + tasks]
    await people.store.ask(people.project.number, asks)
    people.now += 120_000
    nodes = [people.store, PostgresStore(url)]
    await nodes[1].open()

    async def work(worker: Worker, chances: int) -> None:
        """Claim on any node; answer, or keep a lease for a while and let it go."""
        kept: list[AssignmentId] = []
        while True:
            node = random.choice(nodes)
            request = ClaimRequest(
                worker=worker.number,
                assignment=people.new_id(),
                now=people.now,
                lease_ms=LEASE,
                most=9,
            )
            lease = await node.claim(request)
            if lease is not None and chances and random.random() < 0.5:
                chances -= 1
                kept.append(lease.id)
            elif lease is not None:
                await answer(node, worker, lease.id, people.now)
            if len(kept) > 5 or (lease is None and kept):
                await node.release(worker.number, kept.pop(0))
            elif lease is None:
                return

    await asyncio.gather(*(work(worker, 40) for worker in workers))
    # Whoever was told that there is nothing, while others held it, comes back later.
    for worker in workers:
        await work(worker, 0)
    await nodes[1].close()

    ended = await people.store.ended_among([(people.project.number, task.id) for task in tasks])
    assert len(ended) == len(tasks)


async def test_a_queue_that_empties_while_a_worker_looks_has_nothing_for_them(
    people: People, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(counter, "HEAD", 0)
    monkeypatch.setattr(worn, "HEAD", 2)
    for _ in range(2):
        await people.ask(policy=Collect(answers=2))
        lease = await people.claim()
        assert lease
        await answer(people.store, people.worker, lease.id, people.now)
    others = await asyncpg.connect(url)
    look = worn._vacancies

    async def emptied(*where: Any) -> worn.Vacancies:
        await others.execute("UPDATE task SET vacant = 0")
        return await look(*where)

    monkeypatch.setattr(worn, "_vacancies", emptied)
    assert await people.claim() is None
    await others.close()


async def answer(node: Store, worker: Worker, lease: AssignmentId, now: int) -> None:
    settled = False
    while not settled:
        found = await node.holding(worker.number, lease)
        assert found is not None
        step = decide.answer(found, ["a"], (), None)
        assert isinstance(step, Step)
        settled = await node.settle(Settlement(step=step, now=now))
