"""Kills the server at random under load, and then looks for everything it had acknowledged."""

import asyncio
import random
from collections import Counter
from contextlib import suppress
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from tests.served import Served

from humanwire import wiring
from humanwire.config import Settings
from humanwire.core.ids import ProjectId, TaskId
from humanwire.flows import accounts
from humanwire.store.records import TaskFilter

TROUBLE = (aiohttp.ClientError, TimeoutError, OSError)
PROJECT = ProjectId(1)
MANY = 100
"""Fewer requests than this were no load."""


class Load:
    """Askers and workers who go on whatever happens, and write down what was acknowledged."""

    def __init__(self, served: Served, http: aiohttp.ClientSession, hook: str) -> None:
        self._served = served
        self._http = http
        self._hook = hook
        self.asked: dict[str, str] = {}
        self.answered: dict[str, set[str]] = {}
        self.acknowledged = asyncio.Event()

    async def ask(self, name: str) -> None:
        """Ask one request after another, each under its own idempotency key, until it is in."""
        number = 0
        while True:
            own = f"{name}-{number}"
            majority = {"strategy": "majority", "min_agreements": 2, "max_crunchers": 3}
            body: dict[str, Any] = {
                "instruction": own,
                "choices": ["a", "b"],
                "hook_url": self._hook,
            }
            if number % 3 == 0:
                body["confidence"] = majority
            headers = {"X-Heat-API-Key": self._served.key, "Idempotency-Key": own}
            path = f"{self._served.origin}/v1/requests/multiple-choice"
            reply = await self._post(path, body, headers)
            if reply is not None:
                assert self.asked.setdefault(own, reply["id"]) == reply["id"]
                number += 1

    async def work(self, token: str, *, until_idle: bool = False) -> None:
        """Take tasks and answer them, each answer sent until it is in."""
        headers = {"Authorization": f"Bearer {token}"}
        path = f"{self._served.origin}/worker/v1/assignments"
        while True:
            lease = await self._post(path, {"wait": 0.2}, headers)
            if lease is None:
                if until_idle:
                    return
                continue
            answered = None
            while answered is None:
                answered = await self._post(
                    f"{path}/{lease['id']}/answer", {"response": ["a"]}, headers
                )
            self.answered.setdefault(lease["task"]["id"], set()).add(token)

    async def _post(self, path: str, body: Any, headers: dict[str, str]) -> Any:
        try:
            async with self._http.post(path, json=body, headers=headers) as reply:
                if reply.status == 204:
                    return None
                assert reply.status in {200, 201}, (path, reply.status, await reply.text())
                told = await reply.json()
        except TROUBLE:
            await asyncio.sleep(0.02)
            return None
        self.acknowledged.set()
        return told


async def crash(folder: Path, rounds: int, seed: int) -> None:
    chance = random.Random(seed)
    told: Counter[tuple[str, str]] = Counter()

    async def hook(request: web.Request) -> web.Response:
        body = await request.json()
        told[body["id"], request.headers["webhook-id"]] += 1
        return web.Response()

    receiver = web.Application()
    receiver.router.add_post("/", hook)
    runner = web.AppRunner(receiver, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    served = Served(folder, "--lease-seconds", "1")
    await served.found(4)
    timeout = aiohttp.ClientTimeout(total=5)
    try:
        async with aiohttp.ClientSession(timeout=timeout) as http:
            load = Load(served, http, f"http://127.0.0.1:{runner.addresses[0][1]}/")
            await served.start()
            people = [asyncio.create_task(load.ask(f"asker{n}")) for n in range(3)]
            people += [asyncio.create_task(load.work(token)) for token in served.workers]
            for number in range(rounds):
                await asyncio.sleep(chance.uniform(0.05, 0.6))
                if number % 2:
                    # Within 50 ms of an acknowledgement.
                    load.acknowledged.clear()
                    await asyncio.wait_for(load.acknowledged.wait(), 10)
                    await asyncio.sleep(chance.uniform(0, 0.05))
                await served.kill()
                await served.start()
            await asyncio.sleep(0.2)
            await leave(people[:3])
            await finish(served, people[3:])
            await settle_outbox(told, load)
            await served.stop()
    finally:
        if served.process and served.process.returncode is None:
            await served.kill()
        await runner.cleanup()
    await look(served, load, told)


async def leave(people: list["asyncio.Task[None]"]) -> None:
    for person in people:
        person.cancel()
    for person in people:
        with suppress(asyncio.CancelledError):
            await person


async def finish(served: Served, people: list["asyncio.Task[None]"]) -> None:
    """Let the workers empty the queue, leases of the dead included."""
    async with asyncio.timeout(60), aiohttp.ClientSession() as http:
        headers = {"X-Heat-API-Key": served.key}
        while True:
            for person in people:
                if person.done():
                    person.result()
            url = f"{served.origin}/v1/requests?status=pending&limit=1"
            async with http.get(url, headers=headers) as reply:
                if not (await reply.json())["requests"]:
                    break
            await asyncio.sleep(0.1)
    await leave(people)


async def settle_outbox(told: Counter[tuple[str, str]], load: Load) -> None:
    """Wait until every task has been told of; a dead process's claims run out after 20 seconds."""
    async with asyncio.timeout(60):
        while {task for task, _ in told} < set(load.asked.values()):
            await asyncio.sleep(0.1)


async def look(served: Served, load: Load, told: Counter[tuple[str, str]]) -> None:
    async with wiring.open_ports(Settings(database=served.database)) as ports:
        store = ports.store
        tokens = {}
        for token in served.workers:
            worker = await store.find_worker(accounts.digest(token), ports.clock())
            assert worker is not None
            tokens[token] = worker.number
        for task in load.asked.values():
            found = await store.find_task(PROJECT, "live", TaskId(task))
            assert found is not None, f"{task} was acknowledged and is lost"
            assert found.status == "complete"
        for task, workers in load.answered.items():
            rows = store._all(  # type: ignore[attr-defined]
                "SELECT worker_id FROM answer WHERE task_id = ?", task
            )
            recorded = {worker for (worker,) in rows}
            assert {tokens[token] for token in workers} <= recorded, f"{task} lost an answer"
        ends = Counter(event.task for event in await store.events(PROJECT, "live", 0, 10**6))
        assert set(ends.values()) == {1}, "a task ended twice"
        assert len(await store.list_tasks(PROJECT, "live", TaskFilter(), None, 10**6)) == len(ends)
        assert store._all("PRAGMA integrity_check") == [("ok",)]  # type: ignore[attr-defined]
    assert len(load.asked) > MANY
    assert set(load.asked.values()) <= set(ends)
    per_task = Counter(task for task, _ in told)
    assert set(per_task.values()) == {1}, "a task was told of under two ids"
    assert len({delivery for _, delivery in told}) == len(told), "an id was used for two tasks"


@pytest.mark.crash
@pytest.mark.xdist_group("crash")
@pytest.mark.timeout(180)
async def test_nothing_acknowledged_is_lost_in_10_crashes(tmp_path: Path) -> None:
    await crash(tmp_path, rounds=10, seed=10)


@pytest.mark.soak
@pytest.mark.timeout(900)
async def test_nothing_acknowledged_is_lost_in_50_crashes(tmp_path: Path) -> None:
    await crash(tmp_path, rounds=50, seed=50)
