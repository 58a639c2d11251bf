"""A whole server in the test's own loop: a real port, a real file, a clock that moves."""

import asyncio
import json
import socket
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, nullcontext
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import aiohttp
import uvicorn

from humanwire import wiring
from humanwire.config import Settings
from humanwire.core.addresses import AddressPolicy
from humanwire.core.project import Project, ProjectSettings
from humanwire.flows import accounts
from humanwire.http.context import Context
from humanwire.http.metrics import Place
from humanwire.http.protocol import Protocol

LOOPBACK = AddressPolicy((ip_network("127.0.0.0/8"),))
CHOICE = {"instruction": "Which animal?", "choices": ["cat", "dog", "fox"]}


class Reply:
    """A reply, read."""

    def __init__(self, status: int, headers: Any, body: bytes) -> None:
        self.status = status
        self.headers = headers
        self.body = body

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class Clock:
    """The real time, and as many milliseconds on top as a test says."""

    def __init__(self) -> None:
        self.ahead = 0

    def __call__(self) -> int:
        return wiring.clock() + self.ahead


class House:
    """The server with an owner's keys and people who work: `worker`, `teammate`, `stranger`."""

    def __init__(self, context: Context, http: aiohttp.ClientSession, clock: Clock) -> None:
        self.context = context
        self.ports = context.ports
        self.origin = context.settings.origin
        self.clock = clock
        self._http = http

    async def move_in(self) -> "House":
        self.project = await self.found("ours")
        self.other = await self.found("theirs")
        self.key = await self.key_of(self.project)
        self.test_key = await self.key_of(self.project, "test")
        self.worker = await self.hire("Ada", self.project)
        self.teammate = await self.hire("Ben", self.project)
        self.stranger = await self.hire("Eve", self.other)
        return self

    async def found(self, name: str, **settings: Any) -> Project:
        return await accounts.create_project(self.ports, name, ProjectSettings(**settings))

    async def key_of(self, project: Project, mode: Any = "live") -> str:
        return (await accounts.create_key(self.ports, project, mode))[1]

    async def hire(self, name: str, *projects: Project) -> str:
        return (await accounts.create_worker(self.ports, name, projects))[1]

    async def call(self, method: str, path: str, **kwargs: Any) -> Reply:
        async with self._http.request(
            method, self.origin + path, allow_redirects=False, **kwargs
        ) as reply:
            return Reply(reply.status, reply.headers, await reply.read())

    async def ask(self, kind: str = "multiple-choice", **fields: Any) -> dict[str, Any]:
        body = CHOICE | fields if kind == "multiple-choice" else fields
        headers = {"X-Heat-API-Key": self.key}
        reply = await self.call("POST", f"/v1/requests/{kind}", json=body, headers=headers)
        assert reply.status == 200, reply.body
        return reply.json

    async def read(self, task: str, block: float = 0) -> dict[str, Any]:
        headers = {"X-Heat-API-Key": self.key}
        return (await self.call("GET", f"/v1/requests/{task}?block={block}", headers=headers)).json

    async def work(
        self, path: str, body: Any = None, token: str = "", method: str = "POST"
    ) -> Reply:
        headers = {"Authorization": f"Bearer {token or self.worker}"}
        return await self.call(method, f"/worker/v1{path}", json=body, headers=headers)

    async def claim(self, token: str = "", **wish: Any) -> dict[str, Any]:
        reply = await self.work("/assignments", wish, token)
        assert reply.status in {200, 201}, (reply.status, reply.body)
        return reply.json


@asynccontextmanager
async def open_house(
    folder: Path, *, place: Place | None = None, **changes: Any
) -> AsyncGenerator[House]:
    """Serve until the test is over. `changes` are settings; `place` is for its figures."""
    folder.mkdir(exist_ok=True)
    listener = socket.create_server(("127.0.0.1", 0))
    defaults = {
        "database": f"sqlite:///{folder / 'house.db'}",
        "port": listener.getsockname()[1],
        "addresses": LOOPBACK,
        "media_folder": folder / "media",
    }
    settings = Settings(**(defaults | changes))
    clock = Clock()
    async with (
        wiring.open_context(settings, clock, place) as context,
        aiohttp.ClientSession(auto_decompress=False) as http,
        _served(context, listener),
    ):
        context.loops = [asyncio.create_task(context.outbox.run(), name="outbox")]
        try:
            yield await House(context, http, clock).move_in()
        finally:
            context.loops[0].cancel()
            await asyncio.gather(*context.loops, return_exceptions=True)


@asynccontextmanager
async def _served(context: Context, listener: socket.socket) -> AsyncGenerator[None]:
    app = wiring.create_app(context)
    options: Any = {"lifespan": "off", "log_config": None, "access_log": False, "http": Protocol}
    server = uvicorn.Server(uvicorn.Config(app, timeout_graceful_shutdown=1, **options))
    server.capture_signals = nullcontext  # type: ignore[method-assign]
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        while not server.started:
            await asyncio.sleep(0.005)
        yield
    finally:
        context.closing.set()
        server.should_exit = True
        await serving
