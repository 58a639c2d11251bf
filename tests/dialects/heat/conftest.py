"""A server of Heat's surface alone: uvicorn on a free port, a SQLite file, two projects' keys."""

import asyncio
import io
import os
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field

import aiohttp
import msgspec
import pytest
import uvicorn

from humanwire.core.ids import AssignmentId, Uuid7
from humanwire.core.json import Json
from humanwire.core.project import Project, ProjectSettings
from humanwire.dialects.heat import HeatDialect, heat_surface
from humanwire.flows import accounts, assign
from humanwire.flows.answer import answer
from humanwire.flows.ports import NoOutbox, Ports
from humanwire.flows.wakeups import Wakeups
from humanwire.store.records import Worker
from humanwire.store.sqlite.store import SqliteStore
from humanwire.wire.keys import Keys

NOON = 1_800_000_000_000


@dataclass
class Clock:
    """Stands still until a test moves it."""

    now: int = NOON

    def __call__(self) -> int:
        return self.now


@dataclass
class Reply:
    status: int
    body: bytes
    headers: dict[str, str]

    @property
    def json(self):
        return msgspec.json.decode(self.body)

    @property
    def error(self):
        assert self.headers["content-type"] == "application/json"
        return self.json["error"]


@dataclass
class Server:
    """A running server, and what a test needs to play both sides of it."""

    url: str
    ports: Ports
    clock: Clock
    closing: asyncio.Event
    session: aiohttp.ClientSession
    project: Project
    keys: dict[str, str] = field(default_factory=dict)
    workers: list[Worker] = field(default_factory=list)

    async def call(
        self,
        method: str,
        path: str,
        body: object = None,
        key: str | None = "live",
        headers: dict[str, str] | None = None,
    ) -> Reply:
        sent = dict(headers or {})
        if key:
            sent.setdefault("X-Heat-API-Key", self.keys[key])
        text = body if isinstance(body, bytes) else msgspec.json.encode(body)
        data = None if body is None else io.BytesIO(text)
        async with self.session.request(method, self.url + path, data=data, headers=sent) as reply:
            read = await reply.read()
            lowered = {name.lower(): value for name, value in reply.headers.items()}
            return Reply(reply.status, read, lowered)

    async def ask(self, name: str, body: object, key: str = "live", **headers: str) -> Reply:
        sent = {header.replace("_", "-"): value for header, value in headers.items()}
        return await self.call("POST", f"/v1/requests/{name}", body, key, sent)

    async def worker(self) -> Worker:
        name = f"worker {len(self.workers)}"
        worker, _ = await accounts.create_worker(self.ports, name, (self.project,))
        self.workers.append(worker)
        return worker

    async def work(self, response: Json, worker: Worker | None = None) -> str:
        """Let a worker take the next task and answer it; return the task's id."""
        worker = worker or await self.worker()
        granted = await assign.assign(self.ports, worker)
        assert granted is not None
        await answer(self.ports, worker, AssignmentId(granted.id), response)
        return granted.task

    async def until(self, condition: Callable[[], object]) -> None:
        """Let the server go on until something holds that no event tells of."""
        async with asyncio.timeout(10):
            while not condition():
                await asyncio.sleep(0.005)

    async def stored(self, key: str = "live") -> int:
        listed = await self.call("GET", "/v1/requests?limit=1000", key=key)
        return len(listed.json["requests"])


class QuietServer(uvicorn.Server):
    """Leaves the signals to whoever runs the tests."""

    @contextmanager
    def capture_signals(self):
        yield


@asynccontextmanager
async def serving(app, closing: asyncio.Event) -> AsyncIterator[str]:
    """Run an application on a free port of this machine."""
    listener = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(app, log_level="warning", lifespan="off", ws="none")
    server = QuietServer(config)
    running = asyncio.create_task(server.serve([listener]))
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        closing.set()
        server.should_exit = True
        await running
        listener.close()


@asynccontextmanager
async def opened(folder) -> AsyncIterator[tuple[Ports, Clock]]:
    store, clock = SqliteStore(folder / "humanwire.db"), Clock()
    await store.open()
    yield (
        Ports(
            store=store,
            clock=clock,
            entropy=os.urandom,
            ids=Uuid7(),
            wakeups=Wakeups(),
            dialects={"heat": HeatDialect()},
            outbox=NoOutbox(),
            origin=lambda: "http://humanwire.test",
        ),
        clock,
    )
    await store.close()


@pytest.fixture
async def server(tmp_path) -> AsyncIterator[Server]:
    closing = asyncio.Event()
    async with opened(tmp_path) as (ports, clock):
        app = heat_surface(ports, Keys(ports), closing, 300, keep_alive=0.05)
        project = await accounts.create_project(ports, "first", ProjectSettings())
        other = await accounts.create_project(ports, "other", ProjectSettings())
        async with serving(app, closing) as url, aiohttp.ClientSession() as session:
            running = Server(url, ports, clock, closing, session, project)
            for name, owner in (("", project), ("other ", other)):
                for mode in ("live", "test"):
                    _, text = await accounts.create_key(ports, owner, mode)
                    running.keys[name + mode] = text
            yield running
