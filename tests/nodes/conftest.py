"""Two nodes, each a process of its own, on one PostgreSQL database."""

from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from tests.nodes.writers import Feed
from tests.postgres import PostgresServer, new_database
from tests.served import Served
from tests.store.conftest import People

from humanwire import wiring
from humanwire.config import Settings
from humanwire.store.postgres.store import PostgresStore


async def migrated(url: str) -> None:
    async with wiring.open_ports(Settings(database=url), migrating=True):
        pass


class Pair:
    """Two started nodes, and how to talk to either."""

    def __init__(self, nodes: list[Served], http: aiohttp.ClientSession) -> None:
        self.nodes = nodes
        self.http = http

    async def call(
        self, node: int, method: str, path: str, token: str, body: Any = None
    ) -> tuple[int, Any]:
        """Send a request to a node as the one whose key or token it is; return status and body."""
        headers = {"Authorization": f"Bearer {token}", "X-Heat-API-Key": token}
        url = self.nodes[node].origin + path
        async with self.http.request(method, url, json=body, headers=headers) as reply:
            text = await reply.read()
            return reply.status, await reply.json() if text else None

    @property
    def key(self) -> str:
        return self.nodes[0].key

    @property
    def workers(self) -> list[str]:
        return self.nodes[0].workers

    async def ask(self, node: int, **fields: Any) -> str:
        body = {"instruction": "Which?", "choices": ["a", "b"]} | fields
        status, task = await self.call(node, "POST", "/v1/requests/multiple-choice", self.key, body)
        assert status == 200, task
        return task["id"]

    async def claim(self, node: int, token: str, wait: float = 0) -> Any:
        status, lease = await self.call(
            node, "POST", "/worker/v1/assignments", token, {"wait": wait}
        )
        assert status in {200, 201, 204}, lease
        return lease

    async def answer(self, node: int, token: str, lease: Any) -> None:
        path = f"/worker/v1/assignments/{lease['id']}/answer"
        status, reply = await self.call(node, "POST", path, token, {"response": ["a"]})
        assert status == 200, reply


@pytest.fixture
async def pair(postgres_18: PostgresServer, tmp_path: Path) -> AsyncGenerator[Pair]:
    url = await new_database(postgres_18, migrated)
    nodes = [Served(tmp_path, database=url, name=name) for name in ("a", "b")]
    await nodes[0].found(workers=3)
    async with AsyncExitStack() as stack:
        for node in nodes:
            await node.start()
            stack.push_async_callback(node.stop)
        http = await stack.enter_async_context(aiohttp.ClientSession())
        yield Pair(nodes, http)
    await postgres_18.drop_database(url)


@pytest.fixture
async def feed(postgres: PostgresServer) -> AsyncGenerator[Feed]:
    url = await new_database(postgres, migrated)
    async with AsyncExitStack() as stack:
        stack.push_async_callback(postgres.drop_database, url)
        store = PostgresStore(url)
        await store.open()
        stack.push_async_callback(store.close)
        yield Feed(store, await People(store).arrive(), url, stack)
