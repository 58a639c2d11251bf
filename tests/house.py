"""A whole server in the test's own loop: a real port, a real file, a clock that moves."""

import asyncio
import json
import os
import socket
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, nullcontext
from dataclasses import replace
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import aiohttp
import uvicorn

from humanwire import wiring
from humanwire.config import Settings
from humanwire.core.addresses import AddressPolicy
from humanwire.core.ids import Uuid7
from humanwire.core.project import Project, ProjectSettings
from humanwire.flows import accounts
from humanwire.flows.outbox import Outbox
from humanwire.http.context import Context
from humanwire.http.media import MediaFolder
from humanwire.senders.fetch import MediaFetcher
from humanwire.senders.webhook import WebhookSender
from humanwire.wire.keys import Keys

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


class House:
    """The server with an owner's keys and people who work: `worker`, `teammate`, `stranger`."""

    def __init__(self, context: Context, http: aiohttp.ClientSession, origin: str) -> None:
        self.context = context
        self.ports = context.ports
        self.origin = origin
        self._http = http
        self.ahead = 0

    def clock(self) -> int:
        return wiring.clock() + self.ahead

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


def _client() -> aiohttp.ClientSession:
    return aiohttp.ClientSession(auto_decompress=False)


@asynccontextmanager
async def open_house(folder: Path, **changes: Any) -> AsyncGenerator[House]:
    """Serve until the test is over. `changes` are settings."""
    folder.mkdir(exist_ok=True)
    listener = socket.create_server(("127.0.0.1", 0))
    port = listener.getsockname()[1]
    settings = Settings(
        **{
            "database": f"sqlite:///{folder / 'house.db'}",
            "port": port,
            "addresses": LOOPBACK,
            "grace_seconds": 2,
        }
        | changes
    )
    async with wiring.open_ports(settings) as plain, _client() as http:
        house: House
        ports = replace(
            plain,
            clock=lambda: house.clock(),  # noqa: PLW0108 - there is no house yet
            ids=Uuid7(),
            entropy=os.urandom,
        )
        sender = WebhookSender(settings.addresses)
        fetcher = MediaFetcher(settings.addresses, most_bytes=settings.upload_bytes)
        outbox = Outbox(ports, sender)
        ports.outbox = outbox
        media = MediaFolder(folder / "media", settings.upload_bytes)
        keys = Keys(ports)
        closing = asyncio.Event()
        context = Context(ports, keys, settings, media, fetcher, closing)
        context.loops = [asyncio.create_task(outbox.run(), name="outbox")]
        house = House(context, http, settings.origin)
        config = uvicorn.Config(
            wiring.create_app(context),
            lifespan="off",
            log_config=None,
            access_log=False,
            timeout_graceful_shutdown=1,
        )
        server = uvicorn.Server(config)
        server.capture_signals = nullcontext  # type: ignore[method-assign]
        serving = asyncio.create_task(server.serve(sockets=[listener]))
        try:
            while not server.started:
                await asyncio.sleep(0.005)
            yield await house.move_in()
        finally:
            closing.set()
            server.should_exit = True
            await serving
            context.loops[0].cancel()
            await asyncio.gather(*context.loops, return_exceptions=True)
            await sender.close()
            await fetcher.close()
