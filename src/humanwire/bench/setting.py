"""The setting of a bench: a project with a key and workers, and the servers that serve it."""

import asyncio
import os
import tempfile
from collections.abc import AsyncGenerator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from pathlib import Path

import uvicorn
from msgspec import Struct

from humanwire.bench.client import Connection, connected, drive, encode
from humanwire.bench.databases import database as database_for
from humanwire.bench.databases import folder_beside, tidy_up
from humanwire.bench.figures import Report
from humanwire.bench.ground import Preparation, ground_of
from humanwire.bench.plan import Plan
from humanwire.bench.process import Process, running
from humanwire.config import Settings
from humanwire.core.project import ProjectSettings
from humanwire.flows import accounts
from humanwire.wiring import open_ports

FILL = 500
"""Tasks in one array when the queue is topped up: small, so that it leaves little behind."""


class Setting(Struct, kw_only=True):
    """Running servers on one database, and who may use them."""

    folder: Path
    database: str
    engine: str
    project: str
    key: str
    tokens: Sequence[str]
    secrets: Sequence[str]
    servers: Sequence[Process]
    idle_mb: float

    @property
    def server(self) -> Process:
        """The first of the servers."""
        return self.servers[0]

    @property
    def ports(self) -> list[int]:
        """Where the servers listen."""
        return [server.port for server in self.servers]

    def report(self, scenario: str, concurrency: int) -> Report:
        """Begin a report with what is known of every scenario's servers."""
        nodes = len(self.servers)
        return Report(
            scenario=scenario,
            engine=self.engine,
            concurrency=concurrency,
            nodes=nodes if nodes > 1 else None,
            idle_mb=self.idle_mb,
            ready_ms=max(server.ready_ms for server in self.servers),
            rss_mb=round(sum(server.rss_mb for server in self.servers), 1),
        )


@asynccontextmanager
async def prepared(
    plan: Plan,
    workers: int = 0,
    prepare: Preparation | None = None,
    *,
    second: bool = False,
    options: Sequence[str] = (),
) -> AsyncGenerator[Setting]:
    """Make a project with a key and workers, fill the database, and run the servers on it.

    Without a database in the plan, all is made in a folder that goes away in the end; a `second`
    one is beside it. `options` are those of the servers. Raises Invalid for a database that
    cannot be.
    """
    beside = folder_beside(plan.database)
    async with AsyncExitStack() as stack:
        named = tempfile.TemporaryDirectory(prefix="humanwire-bench-", dir=beside)
        folder = Path(stack.enter_context(named))
        making = database_for(plan.database, folder, second=second)
        database = await stack.enter_async_context(making)
        async with open_ports(Settings(database=database), migrating=True) as ports:
            suffix = ports.entropy(4).hex()
            project = await accounts.create_project(ports, f"bench {suffix}", ProjectSettings())
            _, key = await accounts.create_key(ports, project, "live")
            hired = await asyncio.gather(
                *(accounts.create_worker(ports, f"bench {n}", (project,)) for n in range(workers))
            )
            if prepare is not None:
                people = [worker for worker, _ in hired]
                await prepare(ground_of(ports, project, people, partial(tidy_up, database)))
                await tidy_up(database)
            engine = ports.store.engine
        servers = await _serve(stack, database, folder, plan.nodes, options)
        yield Setting(
            folder=folder,
            database=database,
            engine=engine,
            project=project.id,
            key=key,
            tokens=[token for _, token in hired],
            secrets=[secret.text for secret in project.webhook_secrets],
            servers=servers,
            idle_mb=round(sum(server.rss_mb for server in servers), 1),
        )


async def _serve(
    stack: AsyncExitStack, database: str, folder: Path, nodes: int, options: Sequence[str]
) -> list[Process]:
    # Uploads of several nodes need a folder that is named; nobody uploads anything.
    arguments = ["serve", "--database", database, "--allow-network", "127.0.0.0/8"]
    arguments += ["--media-folder", str(folder / "media"), *options]
    servers: list[Process] = []
    for number in range(nodes):
        log = folder / f"server-{number}.log"
        starting = running("humanwire", arguments, "/readyz", log)
        servers.append(await stack.enter_async_context(starting))
    return servers


async def fill(setting: Setting, body: bytes, count: int) -> None:
    """Ask `count` times for the same thing, `body` being a request with its type."""
    rest = count

    async def act(connection: Connection) -> float | None:
        nonlocal rest
        size = min(rest, FILL)
        if not size:
            return None
        rest -= size
        array = b"[" + b",".join([body] * size) + b"]"
        request = encode("POST", "/v1/requests", setting.key, array)
        return (await connection.send(request)).expect(200).seconds

    async with connected(setting.server.port, 2) as connections:
        await drive(connections, act)


def run_loop() -> asyncio.Runner:
    """A runner on the event loop that the server uses."""
    return asyncio.Runner(loop_factory=uvicorn.Config("", loop="auto").get_loop_factory())


def entropy() -> str:
    """A text that no earlier run used."""
    return os.urandom(6).hex()
