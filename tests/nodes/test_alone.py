"""A node that is alone tells nothing; as soon as there is another, they hear each other."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import pytest
from tests.nodes.conftest import migrated
from tests.postgres import PostgresServer, new_database

from humanwire.store.postgres import nodes
from humanwire.store.postgres.store import PostgresStore


@asynccontextmanager
async def node(url: str) -> AsyncGenerator[tuple[PostgresStore, "asyncio.Queue[str | None]"]]:
    store, heard = PostgresStore(url), asyncio.Queue[str | None]()
    await store.open()

    async def hear() -> None:
        async for message in store.hear_nodes():
            heard.put_nowait(message)

    hearing = asyncio.create_task(hear())
    try:
        assert await asyncio.wait_for(heard.get(), 10) is None
        yield store, heard
    finally:
        hearing.cancel()
        await asyncio.gather(hearing, return_exceptions=True)
        await store.close()


async def test_who_is_alone_tells_nothing_until_another_comes(
    postgres_18: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(nodes, "_SILENCE_SECONDS", 0.05)
    url = await new_database(postgres_18, migrated)
    async with node(url) as (first, heard_by_first):
        monkeypatch.setattr(nodes, "_ALONE_SECONDS", 0.0)
        said: list[str] = []
        say = first._say

        async def noted(line: nodes.Plain, message: str) -> None:
            said.append(message)
            await say(line, message)

        monkeypatch.setattr(first, "_say", noted)
        await first.tell_nodes("to nobody")
        async with asyncio.timeout(10):
            while len(said) < 3:
                await asyncio.sleep(0.01)
        assert set(said) == {""}

        monkeypatch.setattr(nodes, "_ALONE_SECONDS", 10.0)
        async with node(url) as (second, heard_by_second):
            await second.tell_nodes("from the second")
            assert await asyncio.wait_for(heard_by_first.get(), 10) == "from the second"
            await first.tell_nodes("from the first")
            assert await asyncio.wait_for(heard_by_second.get(), 10) == "from the first"
    await postgres_18.drop_database(url)
