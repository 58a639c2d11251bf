"""A project on a whole server, called as DataWow's clients call, and a receiver of postbacks."""

import asyncio
import io
import json
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from aiohttp import web
from tests.house import House, Reply, open_house

PICTURE = "https://example.com/photo.jpg"
FORM = "application/x-www-form-urlencoded"


class Receiver:
    """A client's server: keeps what it gets, answers with the next of `statuses`, else 204."""

    def __init__(self) -> None:
        self.got: asyncio.Queue[tuple[web.Request, bytes]] = asyncio.Queue()
        self.statuses: list[int] = []
        self.url = ""

    async def take(self, request: web.Request) -> web.Response:
        self.got.put_nowait((request, await request.read()))
        return web.Response(status=self.statuses.pop(0) if self.statuses else 204)

    async def next(self) -> tuple[web.Request, bytes]:
        return await asyncio.wait_for(self.got.get(), 20)


class Client:
    """A project, its keys, and somebody who does its work."""

    def __init__(self, house: House, receiver: Receiver) -> None:
        self.house = house
        self.receiver = receiver

    async def move_in(self) -> "Client":
        self.project = await self.house.found("pictures")
        self.key = await self.house.key_of(self.project)
        self.test_key = await self.house.key_of(self.project, "test")
        self.worker = await self.house.hire("Wan", self.project)
        return self

    async def call(
        self, method: str, path: str, body: object = None, key: str | None = None, **headers: str
    ) -> Reply:
        """Send a request: a mapping as JSON, bytes as they are."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if key != "":
            sent.setdefault("authorization", key or self.key)
        text = body if isinstance(body, bytes) else json.dumps(body).encode()
        if body is not None:
            sent.setdefault("content-type", "application/json")
        data = None if body is None else io.BytesIO(text)
        return await self.house.call(method, path, data=data, headers=sent)

    async def form(
        self, method: str, path: str, fields: Any = None, key: str | None = None
    ) -> Reply:
        """Send a request as the published Python client does: always a form, also with a GET."""
        body = None if fields is None else urlencode(fields, doseq=True).encode()
        sent = {"accept": "application/json", "content_type": FORM}
        return await self.call(method, f"/api/{path}", body, key, **sent)

    async def make(self, path: str, key: str | None = None, **fields: Any) -> Any:
        """Send an image; return what is said of it."""
        reply = await self.call("POST", f"/api/{path}", fields, key)
        assert reply.status == 200, reply.body
        assert reply.json["meta"] == {"code": 200, "message": "success"}
        return reply.json["data"]

    async def read(self, identifier: str, key: str | None = None) -> Any:
        """Read an image by any of its ids."""
        reply = await self.call("GET", f"/api/projects/images/{identifier}", key=key)
        assert reply.status == 200, reply.body
        return reply.json["data"]["image"]

    async def work(self, response: object, worker: str = "") -> Any:
        """Let somebody do the next task; return it as they saw it."""
        token = worker or self.worker
        claimed = await self.house.claim(token)
        answered = await self.house.work(
            f"/assignments/{claimed['id']}/answer", {"response": response}, token
        )
        assert answered.status == 200, answered.body
        return claimed["task"]


@asynccontextmanager
async def open_client(folder: Path, **changes: Any) -> AsyncGenerator[Client]:
    """Move in with a server and a receiver; `changes` are the server's settings."""
    receiver = Receiver()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", receiver.take)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    receiver.url = f"http://127.0.0.1:{runner.addresses[0][1]}/postback"
    async with open_house(folder, **changes) as house:
        yield await Client(house, receiver).move_in()
    await runner.cleanup()


@pytest.fixture
async def client(tmp_path: Path) -> AsyncGenerator[Client]:
    async with open_client(tmp_path) as opened:
        yield opened
