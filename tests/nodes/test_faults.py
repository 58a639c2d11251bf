"""Trouble with PostgreSQL and the way to it: callers wait or get 503, and all goes on by itself."""

import asyncio
import time
from collections.abc import AsyncGenerator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import asyncpg
import pytest
from tests.nodes.conftest import Pair, migrated
from tests.nodes.proxy import proxy_to
from tests.postgres import PostgresServer, new_database, running
from tests.served import Served

pytestmark = [pytest.mark.crash, pytest.mark.xdist_group("crash")]
BODY = {"instruction": "Which?", "choices": ["a", "b"]}
ASK = "/v1/requests/multiple-choice"
LISTENING = """
SELECT pid FROM pg_stat_activity
WHERE query ~ '^(LISTEN|SELECT pg_notify|SELECT 1)' AND application_name = 'humanwire'
  AND datname = $1
ORDER BY pid
"""


@asynccontextmanager
async def nodes_on(folder: Path, first: str, second: str, *options: str) -> AsyncGenerator[Pair]:
    """Two nodes, each with its own way to one database."""
    nodes = [
        Served(folder, *options, database=url, name=name)
        for url, name in ((first, "a"), (second, "b"))
    ]
    await nodes[1].found(workers=3)
    nodes[0].key, nodes[0].workers = nodes[1].key, nodes[1].workers
    async with AsyncExitStack() as stack:
        for node in nodes:
            await node.start()
            stack.push_async_callback(node.kill)
        yield Pair(nodes, await stack.enter_async_context(aiohttp.ClientSession()))


@pytest.fixture(scope="module")
def own() -> Iterator[PostgresServer]:
    """A server that may be restarted."""
    with running("18", durable=False) as server:
        yield server


async def refused_in_time(pair: Pair, node: int, path: str, token: str, body: Any) -> None:
    """Send a request that cannot be served now; it must say so within five seconds."""
    headers = {"Authorization": f"Bearer {token}", "X-Heat-API-Key": token}
    started = time.monotonic()
    url = pair.nodes[node].origin + path
    async with pair.http.post(url, json=body, headers=headers) as reply:
        assert (reply.status, (await reply.json())["error"]["code"]) == (503, "unavailable")
        assert int(reply.headers["Retry-After"]) >= 1
    assert time.monotonic() - started < 5


async def until_it_works(pair: Pair, node: int) -> None:
    async with asyncio.timeout(30):
        while (await pair.call(node, "POST", ASK, pair.key, BODY))[0] != 200:
            pass


async def listening(url: str) -> list[int]:
    connection = await asyncpg.connect(url)
    try:
        found = await connection.fetch(LISTENING, url.rpartition("/")[2])
        return [row[0] for row in found]
    finally:
        await connection.close()


async def until_both_listen(url: str, *, other_than: list[int]) -> list[int]:
    async with asyncio.timeout(30):
        while len(found := await listening(url)) < 2 or set(found) & set(other_than):
            pass
    return found


async def test_a_restart_under_load_is_waited_for(own: PostgresServer, tmp_path: Path):
    url = await new_database(own, migrated)
    async with nodes_on(tmp_path, url, url) as pair:
        task = await pair.ask(0)

        async def ended() -> Any:
            # Who asks in the moment of the restart may be told to come again.
            status, told = 503, None
            while status == 503:
                path = f"/v1/requests/{task}?block=60"
                status, told = await pair.call(0, "GET", path, pair.key)
            return told

        blocked = asyncio.create_task(ended())
        kept: list[str] = []
        restarting = asyncio.create_task(asyncio.to_thread(own.restart, "fast"))

        async def ask(node: int) -> None:
            while not restarting.done():
                status, told = await pair.call(node, "POST", ASK, pair.key, BODY)
                assert status in {200, 503}
                kept.extend([told["id"]] if status == 200 else [])

        async def read(node: int) -> None:
            # What only reads is tried again until the server is back, or for some seconds.
            while not restarting.done():
                status, _ = await pair.call(node, "GET", f"/v1/requests/{task}", pair.key)
                assert status in {200, 503}

        await asyncio.gather(restarting, *(doing(node) for doing in (ask, read) for node in (0, 1)))
        lease = await pair.claim(1, pair.workers[0])
        await pair.answer(1, pair.workers[0], lease)
        assert lease["task"]["id"] == task
        assert (await asyncio.wait_for(blocked, 20))["status"] == "complete"
        for each in kept:
            assert (await pair.call(0, "GET", f"/v1/requests/{each}", pair.key))[0] == 200


async def test_after_all_connections_were_cut_new_ones_are_made(pair: Pair):
    url = pair.nodes[0].database
    before = await until_both_listen(url, other_than=[])
    connection = await asyncpg.connect(url)
    await connection.fetch(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE application_name = 'humanwire' AND datname = current_database()"
    )
    await connection.close()

    for node in (0, 1):
        await pair.ask(node)
    await until_both_listen(url, other_than=before)


async def test_while_all_wait_for_a_lock_callers_hear_of_it_in_time(pair: Pair):
    url = pair.nodes[0].database
    other = await asyncpg.connect(url)
    holding = other.transaction()
    await holding.start()
    await other.execute("LOCK TABLE task, worker IN ACCESS EXCLUSIVE MODE")
    calls = [(ASK, pair.key, BODY), ("/worker/v1/assignments", pair.workers[0], {"wait": 0})]
    first = [asyncio.create_task(refused_in_time(pair, 0, *call)) for call in calls]
    async with asyncio.timeout(20):
        query = (
            "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = $1"
        )
        while await other.fetchval(query, url.rpartition("/")[2]) < 2:
            pass
    # These come while others wait already, and more of them than there are connections.
    rest = [refused_in_time(pair, node, *calls[0]) for node in (0, 1) for _ in range(20)]
    await asyncio.gather(*first, *rest)

    await holding.rollback()
    await other.close()
    for node in (0, 1):
        await until_it_works(pair, node)


async def test_a_node_without_a_way_to_its_database_says_so_and_comes_back(
    postgres_18: PostgresServer, tmp_path: Path
):
    url = await new_database(postgres_18, migrated)
    async with proxy_to(postgres_18.port) as proxy:
        through = url.replace(f":{postgres_18.port}/", f":{proxy.port}/")
        async with nodes_on(tmp_path, through, url) as pair:
            kept = [await pair.ask(node) for node in (0, 1)]
            proxy.hold()
            await asyncio.gather(
                *(refused_in_time(pair, 0, ASK, pair.key, BODY) for _ in range(30)),
                refused_in_time(pair, 0, "/worker/v1/assignments", pair.workers[0], {"wait": 0}),
            )
            kept.append(await pair.ask(1))

            proxy.go_on()
            await until_it_works(pair, 0)
            for each in kept:
                assert (await pair.call(0, "GET", f"/v1/requests/{each}", pair.key))[0] == 200


async def test_what_a_node_holds_that_is_cut_off_comes_free_while_others_wait(
    postgres_18: PostgresServer, tmp_path: Path
):
    url = await new_database(postgres_18, migrated)
    async with proxy_to(postgres_18.port) as proxy:
        through = url.replace(f":{postgres_18.port}/", f":{proxy.port}/")
        async with nodes_on(tmp_path, through, url) as pair:
            task = await pair.ask(1)
            path = "/worker/v1/assignments"
            proxy.swallow_commit_of(task.encode())
            lost = refused_in_time(pair, 0, "/worker/v1/assignments", pair.workers[0], {"wait": 0})
            cut_off = asyncio.create_task(lost)
            await asyncio.wait_for(proxy.swallowed.wait(), 20)

            # The worker and the task are locked by a transaction whose end never arrives.
            lease = await pair.claim(1, pair.workers[0])

            assert lease["task"]["id"] == task
            await cut_off
            await pair.answer(0, pair.workers[0], lease)
            await pair.ask(0)
            async with asyncio.timeout(20):
                # The connection that does not answer is given up, and nobody waits behind it.
                while (await pair.call(0, "POST", path, pair.workers[1], {"wait": 0}))[0] == 503:
                    pass


@pytest.mark.parametrize(
    "change",
    [
        "ALTER TABLE project ADD COLUMN region TEXT NOT NULL DEFAULT 'eu'",
        "ALTER TABLE task ADD COLUMN region TEXT; CREATE INDEX task_region ON task (region)",
        # Statements that were prepared before have another result type from now on.
        "ALTER TABLE project ALTER suspended TYPE INT; ALTER TABLE task ALTER kind TYPE VARCHAR",
        "CREATE TABLE region (id BIGINT); DROP INDEX task_type",
    ],
)
async def test_a_running_node_goes_on_while_a_newer_one_migrates(pair: Pair, change: str):
    for node in (0, 1):
        await pair.ask(node)
        await pair.answer(node, pair.workers[0], await pair.claim(node, pair.workers[0]))
    connection = await asyncpg.connect(pair.nodes[0].database)
    await connection.execute(change)
    await connection.execute("INSERT INTO humanwire_schema (version) VALUES (9999)")
    await connection.close()

    for node in (0, 1):
        task = await pair.ask(node)
        await pair.answer(node, pair.workers[0], await pair.claim(node, pair.workers[0]))
        status, ended = await pair.call(node, "GET", f"/v1/requests/{task}", pair.key)
        assert (status, ended["status"]) == (200, "complete")


async def test_news_that_a_node_does_not_understand_are_passed_over(pair: Pair):
    url = pair.nodes[0].database
    before = await until_both_listen(url, other_than=[])
    connection = await asyncpg.connect(url)
    for message in (
        "",
        "{}",
        'newernewernw{"notices": [[1, {"event": "moved"}]]}',
        "\N{SNOWMAN}" * 30,
    ):
        await connection.execute("SELECT pg_notify('humanwire', $1)", message)
    await connection.execute(
        "SELECT pg_notify('humanwire', $1)", 'newernewernw{"ended": [], "moved": [1]}'
    )
    await connection.close()

    waiting = asyncio.create_task(pair.claim(1, pair.workers[0], wait=50))
    task = await pair.ask(0)
    assert (await asyncio.wait_for(waiting, 20))["task"]["id"] == task
    assert await listening(url) == before
