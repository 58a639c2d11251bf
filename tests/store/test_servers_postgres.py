"""The servers that the tests run on are real: they crash, come back, and keep what they had."""

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path

import asyncpg
import psutil
import pytest
from tests.postgres import FLAVOURS, Flavour, PostgresServer, new_database, running, wait_until

STARTS = """
import sys, time
from tests.postgres import running
with running(sys.argv[1]) as server:
    print(server.process.pid, server.folder, flush=True)
    time.sleep(600)
"""


async def ask(url: str, statement: str) -> object:
    connection = await asyncpg.connect(url)
    try:
        return await connection.fetchval(statement)
    finally:
        await connection.close()


@pytest.fixture(params=FLAVOURS)
def flavour(request: pytest.FixtureRequest) -> Flavour:
    return request.param


async def test_what_is_committed_survives_a_kill_and_a_restart(flavour: Flavour):
    with running(flavour, max_connections="7") as server:
        url = await server.create_database("kept")
        assert await ask(url, "CREATE TABLE note AS SELECT 'kept'::text AS said") is None
        connection = await asyncpg.connect(url)
        server.kill()
        with pytest.raises((OSError, asyncpg.PostgresError, asyncpg.InterfaceError)):
            await connection.fetchval("SELECT 1")
        with pytest.raises(ConnectionRefusedError):
            await asyncpg.connect(url)
        server.start()
        assert await ask(url, "SELECT said FROM note") == "kept"
        assert "was not properly shut down" in server.log
        server.restart()
        over_socket = server.url("kept", over_socket=True)
        assert await ask(over_socket, "SELECT said FROM note") == "kept"
        assert await ask(url, "SHOW fsync") == "on"
        assert await ask(url, "SHOW max_connections") == "7"
    assert not server.folder.exists()


def test_the_versions_are_those_that_are_promised(
    postgres_older: PostgresServer, postgres_18: PostgresServer
):
    older = asyncio.run(ask(postgres_older.url(), "SHOW server_version_num"))
    newer = asyncio.run(ask(postgres_18.url(), "SHOW server_version_num"))
    assert 150_000 <= int(str(older)) < 180_000 <= int(str(newer)) < 190_000


async def test_databases_are_copies_of_what_was_prepared_once(postgres: PostgresServer):
    calls: list[str] = []

    async def prepare(url: str) -> None:
        calls.append(url)
        await ask(url, "CREATE TABLE prepared (number int)")

    urls = [await new_database(postgres, prepare) for _ in range(2)]
    assert len({*urls, *calls}) == 3
    for url in urls:
        assert await ask(url, "SELECT count(*) FROM prepared") == 0
        await ask(url, "INSERT INTO prepared VALUES (1)")
        await postgres.drop_database(url)
    empty = await new_database(postgres)
    assert await ask(empty, "SELECT to_regclass('prepared')") is None
    await postgres.drop_database(empty)


async def test_a_database_may_have_another_encoding(postgres: PostgresServer):
    url = await postgres.create_database("latin", template="template0", encoding="LATIN1")
    assert await ask(url, "SHOW server_encoding") == "LATIN1"
    await postgres.drop_database("latin")


@pytest.mark.crash
def test_no_server_outlives_the_tests(flavour: Flavour):
    with running(flavour):
        """Skip where there is none."""
    starter = subprocess.Popen(
        [sys.executable, "-c", STARTS, flavour],
        cwd=Path(__file__).parents[2], stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert starter.stdout is not None
    pid, folder = starter.stdout.readline().split()
    family = [psutil.Process(int(pid)), *psutil.Process(int(pid)).children()]
    os.kill(starter.pid, signal.SIGKILL)
    starter.communicate()
    wait_until(lambda: not Path(folder).exists())
    for process in family:
        assert not process.is_running() or process.status() == psutil.STATUS_ZOMBIE
