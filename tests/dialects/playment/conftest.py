"""A project on a whole server, called as Playment's clients call, and a receiver of callbacks."""

import asyncio
import io
import json
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from tests.house import House, Reply, open_house

from humanwire.flows.workflows import create_workflow


class Receiver:
    """A client's server: keeps what it gets, answers with the next of `statuses`, else 200."""

    def __init__(self) -> None:
        self.got: asyncio.Queue[tuple[dict[str, str], bytes]] = asyncio.Queue()
        self.statuses: list[int] = []
        self.url = ""

    async def take(self, request: web.Request) -> web.Response:
        headers = {name.lower(): value for name, value in request.headers.items()}
        headers["path"] = request.path
        self.got.put_nowait((headers, await request.read()))
        return web.Response(status=self.statuses.pop(0) if self.statuses else 200)

    async def next(self) -> Any:
        """The body of the next callback."""
        headers, body = await asyncio.wait_for(self.got.get(), 20)
        assert headers["content-type"] == "application/json"
        return json.loads(body)


class Client:
    """A project of Playment's: its keys, its workflows, and somebody who does its work."""

    def __init__(self, house: House, receiver: Receiver) -> None:
        self.house = house
        self.receiver = receiver

    async def move_in(self) -> "Client":
        self.project = await self.house.found("streets", callback_url=self.receiver.url)
        self.id = self.project.id
        self.key = await self.house.key_of(self.project)
        self.test_key = await self.house.key_of(self.project, "test")
        self.worker = await self.house.hire("Cy", self.project)
        return self

    async def call(
        self, method: str, path: str, body: object = None, key: str | None = None, **headers: str
    ) -> Reply:
        """Send a request; PROJECT in the path is the project's id."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if key != "" and not sent:
            sent["x-api-key"] = key or self.key
        text = body if isinstance(body, bytes) else json.dumps(body).encode()
        data = None if body is None else io.BytesIO(text)
        path = path.replace("PROJECT", self.id)
        return await self.house.call(method, path, data=data, headers=sent)

    async def workflow(self, kind: str = "tracking", **form: object) -> str:
        """Make a workflow, tagged by its kind; return its id."""
        made = await create_workflow(
            self.house.ports, self.project, {"tag": kind, "kind": kind, **form}
        )
        return made.id

    async def make(self, key: str | None = None, **job: Any) -> Any:
        """Make a job; return what is said of it."""
        reply = await self.call("POST", "/v1/projects/PROJECT/jobs", job, key)
        assert reply.status == 200, reply.body
        assert reply.json["success"] is True
        return reply.json["data"]

    async def job(self, identifier: str, key: str | None = None) -> Any:
        """Read a job."""
        reply = await self.call("GET", f"/v0/projects/PROJECT/jobs/{identifier}", key=key)
        assert reply.status == 200, reply.body
        return reply.json["data"]

    async def work(self, response: object, worker: str = "") -> Any:
        """Let somebody do the next task; return it as they saw it."""
        token = worker or self.worker
        claimed = await self.house.claim(token)
        path = f"/assignments/{claimed['id']}/answer"
        body = io.BytesIO(json.dumps({"response": response}).encode())
        headers = {"Authorization": f"Bearer {token}"}
        accepted = await self.house.call("POST", f"/worker/v1{path}", data=body, headers=headers)
        assert accepted.status == 200, accepted.body
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
    receiver.url = f"http://127.0.0.1:{runner.addresses[0][1]}/results"
    async with open_house(folder, **changes) as house:
        yield await Client(house, receiver).move_in()
    await runner.cleanup()


@pytest.fixture
async def client(tmp_path: Path) -> AsyncGenerator[Client]:
    async with open_client(tmp_path) as opened:
        yield opened
