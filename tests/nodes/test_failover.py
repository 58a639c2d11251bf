"""A standby takes over under two addresses in one URL; the nodes follow, and nothing is lost."""

import asyncio
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import AsyncExitStack, contextmanager
from pathlib import Path

import aiohttp
import asyncpg
import pytest
from tests.nodes.audit import audit
from tests.nodes.conftest import migrated
from tests.nodes.load import Load
from tests.nodes.test_chaos import People, stopped
from tests.postgres import PostgresServer, owner, programs, running
from tests.served import Served


@contextmanager
def standby_of(primary: PostgresServer) -> Iterator[PostgresServer]:
    """A server that follows another, which from then on commits nothing that is not there, too."""
    found = programs("18")
    assert found is not None
    folder = Path(tempfile.mkdtemp(prefix="humanwire-", dir="/tmp"))
    standby = PostgresServer(found, folder)
    try:
        shutil.rmtree(folder / "data")
        subprocess.run(
            [
                standby._bin / "pg_basebackup", "--pgdata", folder / "data",
                "--dbname", primary.url(),
                "--write-recovery-conf", "--checkpoint", "fast", "--no-sync",
            ],
            cwd=folder, check=True, **owner(),
        )  # fmt: skip
        standby.start()
        yield standby
    finally:
        standby.close()


async def until(server: PostgresServer, query: str) -> None:
    connection = await asyncpg.connect(server.url())
    try:
        async with asyncio.timeout(30):
            while not await connection.fetchval(query):
                pass
    finally:
        await connection.close()


@pytest.mark.crash
@pytest.mark.xdist_group("crash")
@pytest.mark.parametrize("primary_is", ["dead", "read-only"])
async def test_nodes_follow_to_the_server_that_takes_writes(tmp_path: Path, primary_is: str):
    with running("18") as primary, standby_of(primary) as standby:
        await primary.execute("ALTER SYSTEM SET synchronous_standby_names = '*'")
        await primary.execute("SELECT pg_reload_conf()")
        await until(primary, "SELECT 1 FROM pg_stat_replication WHERE sync_state = 'sync'")
        url = (
            f"postgresql://postgres@127.0.0.1:{primary.port},127.0.0.1:{standby.port}/postgres"
            "?target_session_attrs=read-write"
        )
        await migrated(url)
        # A lease whose worker was cut off from the reply has to run out.
        options = ("--lease-seconds", "2")
        nodes = [Served(tmp_path, *options, database=url, name=name) for name in ("a", "b")]
        await nodes[0].found(4)
        nodes[1].key = nodes[0].key
        async with AsyncExitStack() as stack:
            for node in nodes:
                await node.start()
                stack.push_async_callback(stopped, node)
            timeout = aiohttp.ClientTimeout(total=15)
            http = await stack.enter_async_context(aiohttp.ClientSession(timeout=timeout))
            load = Load(nodes, http, 60)
            people = People(load, nodes[0].workers)
            stack.push_async_callback(people.leave)
            await people.watch(load.until(lambda: len(load.feed) > 20))

            if primary_is == "dead":
                await asyncio.to_thread(primary.kill)
            else:
                await primary.execute("ALTER SYSTEM SET default_transaction_read_only = on")
                await primary.execute("SELECT pg_reload_conf()")
            await standby.execute("SELECT pg_promote()")
            asked, ends = len(load.asked), len(load.feed)
            await people.watch(
                load.until(lambda: len(load.asked) > asked + 40 and len(load.feed) > ends + 40)
            )
            await people.stop_asking()
            await people.watch(load.until(lambda: load.in_flight == 0))

        found = await audit(standby.url())
        assert set(load.asked.values()) <= found.tasks.keys(), "what was acknowledged is lost"
        assert [task for _, task in found.events] == load.feed
        for task, given in load.answered.items():
            assert len(given) <= len(found.answers[task]), f"{task} lost an answer"
