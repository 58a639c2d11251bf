"""`humanwire serve --workers N`: processes that share a port, and one that watches over them."""

import asyncio
import signal
from collections.abc import AsyncGenerator, Callable
from pathlib import Path

import aiohttp
import psutil
import pytest
from tests.nodes.conftest import Pair, migrated
from tests.postgres import PostgresServer, new_database
from tests.served import Served


@pytest.fixture
async def crew(postgres_18: PostgresServer, tmp_path: Path) -> AsyncGenerator[Pair]:
    url = await new_database(postgres_18, migrated)
    server = Served(tmp_path, "--workers", "2", database=url)
    await server.found(workers=1)
    await server.start()
    async with aiohttp.ClientSession() as http:
        yield Pair([server], http)
    await server.stop()
    await postgres_18.drop_database(url)


def children(crew: Pair) -> set[int]:
    process = crew.nodes[0].process
    assert process is not None
    return {child.pid for child in psutil.Process(process.pid).children()}


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not condition():
            await asyncio.sleep(0.02)


async def test_all_of_them_answer_and_show_their_figures_together(crew: Pair) -> None:
    await until(lambda: len(children(crew)) == 2)
    for _ in range(20):
        crew.http.cookie_jar.clear()
        await crew.ask(0)
    lease = await crew.claim(0, crew.workers[0])
    await crew.answer(0, crew.workers[0], lease)

    async with crew.http.get(crew.nodes[0].origin + "/metrics") as reply:
        page = await reply.text()

    for number in (0, 1):
        assert f'process="{number}"' in page


async def test_one_that_dies_has_a_successor(crew: Pair) -> None:
    await until(lambda: len(children(crew)) == 2)
    before = children(crew)
    lost = before.pop()
    psutil.Process(lost).kill()

    await until(lambda: len(children(crew) - {lost}) == 2)
    assert before < children(crew)
    await until(lambda: lost not in children(crew))
    for _ in range(10):
        async with aiohttp.ClientSession() as http:
            await Pair(crew.nodes, http).ask(0)


async def test_told_to_stop_all_stop(crew: Pair) -> None:
    started = children(crew)
    assert await crew.nodes[0].stop() == 0
    assert not any(map(psutil.pid_exists, started))


async def test_without_their_parent_they_stop_by_themselves(crew: Pair) -> None:
    process = crew.nodes[0].process
    assert process is not None
    await until(lambda: len(children(crew)) == 2)
    started = children(crew)
    process.send_signal(signal.SIGKILL)
    await process.wait()

    await until(lambda: not any(map(running, started)))


def running(process: int) -> bool:
    try:
        return psutil.Process(process).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
