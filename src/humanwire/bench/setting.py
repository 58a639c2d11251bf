"""The setting of a bench: a project with a key and workers, the server, and its floor."""

import asyncio
import os
import sqlite3
import tempfile
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec
import uvicorn
from msgspec import Struct

from humanwire.bench.client import Connection, Slice, connected, drive, encode
from humanwire.bench.figures import Report, milliseconds, rate
from humanwire.bench.floor import MODELS
from humanwire.bench.process import Process, running
from humanwire.config import Settings, sqlite_path
from humanwire.core.errors import Invalid
from humanwire.core.project import ProjectSettings
from humanwire.flows import accounts
from humanwire.wiring import open_ports

SLICES = 5
FILL = 500
"""Tasks in one array when the queue is filled: small, so that filling leaves little behind."""


class Plan(Struct, frozen=True, kw_only=True):
    """What was asked for; None leaves it to the scenario.

    `seconds` is the load's, in all. `tasks` is how many are open, or in a request of `bulk`.
    """

    database: str | None = None
    concurrency: int | None = None
    seconds: float = 20.0
    tasks: int | None = None
    callers: int | None = None

    @property
    def slice_seconds(self) -> float:
        """The length of one slice; the floor has as many."""
        return self.seconds / (2 * SLICES)


class Setting(Struct, kw_only=True):
    """A running server, and who may use it."""

    folder: Path
    database: str
    engine: str
    key: str
    tokens: Sequence[str]
    secrets: Sequence[str]
    server: Process
    idle_mb: float

    def report(self, scenario: str, concurrency: int) -> Report:
        """Begin a report with what is known of every scenario's server."""
        return Report(
            scenario=scenario,
            engine=self.engine,
            concurrency=concurrency,
            idle_mb=self.idle_mb,
            ready_ms=self.server.ready_ms,
            rss_mb=self.server.rss_mb,
        )

    def stored_bytes(self) -> int:
        """What all rows of the database hold, in bytes."""
        reader = sqlite3.connect(f"file:{sqlite_path(self.database)}?mode=ro", uri=True)
        try:
            tables = reader.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")
            return sum(_table_bytes(reader, table) for (table,) in tables.fetchall())
        finally:
            reader.close()


@asynccontextmanager
async def prepared(plan: Plan, workers: int = 0) -> AsyncGenerator[Setting]:
    """Make a project with a key and workers, and run the server on it.

    Without a database in the plan, all is made in a folder that goes away in the end. Raises
    Invalid for a database that cannot be.
    """
    beside = _folder_of(plan.database) if plan.database else None
    with tempfile.TemporaryDirectory(prefix="humanwire-bench-", dir=beside) as name:
        folder = Path(name)
        database = plan.database or f"sqlite:///{folder}/bench.db"
        async with open_ports(Settings(database=database)) as ports:
            suffix = ports.entropy(4).hex()
            project = await accounts.create_project(ports, f"bench {suffix}", ProjectSettings())
            _, key = await accounts.create_key(ports, project, "live")
            hired = await asyncio.gather(
                *(accounts.create_worker(ports, f"bench {n}", (project,)) for n in range(workers))
            )
            engine = ports.store.engine
        arguments = ("serve", "--database", database, "--allow-network", "127.0.0.0/8")
        async with running("humanwire", arguments, "/readyz", folder / "server.log") as server:
            yield Setting(
                folder=folder,
                database=database,
                engine=engine,
                key=key,
                tokens=[token for _, token in hired],
                secrets=[secret.text for secret in project.webhook_secrets],
                server=server,
                idle_mb=server.rss_mb,
            )


@asynccontextmanager
async def floor(setting: Setting, model: str, row_bytes: int) -> AsyncGenerator[Process]:
    """Run the floor for one of `floor.MODELS`, on a database beside the server's."""
    if model not in MODELS:
        raise KeyError(model)
    file = setting.folder / "floor.db"
    arguments = ("--database", str(file), "--model", model, "--row-bytes", str(row_bytes))
    log = setting.folder / "floor.log"
    async with running("humanwire.bench.floor", arguments, "/", log) as process:
        yield process


def compare(report: Report, slices: list[Slice], floors: list[Slice]) -> Report:
    """Put the rates of server and floor, and the server's times, into a report."""
    report.per_second, report.floor_per_second = rate(slices), rate(floors)
    report.ratio = round(report.per_second / report.floor_per_second, 3)
    report.p50_ms, report.p99_ms = milliseconds(slices, 0.5), milliseconds(slices, 0.99)
    return report


async def load_floor(
    connections: Sequence[Connection], body: bytes, seconds: float, worth: int = 1
) -> Slice:
    """Send the floor the same body again and again."""
    request = encode("POST", "/", "", body)

    async def act(connection: Connection) -> float:
        return (await connection.send(request)).expect(200).seconds

    return await drive(connections, act, seconds, worth)


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


def body_of(kind: str | None = None, **fields: object) -> bytes:
    """A question of about 400 bytes; `kind` is its type where the path does not name it."""
    wanted = {
        "instruction": "Does the image contain violent content? Look at the whole picture.",
        "attachments_type": "image",
        "attachments": ["https://pictures.example.com/2026/11/22/qRWH5-large.jpg"],
        "choices_type": "text",
        "choices": ["no violence", "mild violence", "intense violence"],
        "metadata": {"campaign": "autumn-2026", "row": 48213},
    }
    named = {} if kind is None else {"type": kind}
    return msgspec.json.encode(named | wanted | fields)


def run_loop() -> asyncio.Runner:
    """A runner on the event loop that the server uses."""
    return asyncio.Runner(loop_factory=uvicorn.Config("", loop="auto").get_loop_factory())


def entropy() -> str:
    """A text that no earlier run used."""
    return os.urandom(6).hex()


def _folder_of(database: str) -> Path:
    folder = sqlite_path(database).parent
    if not folder.is_dir():
        raise Invalid(f"There is no folder {str(folder)!r}.", field="database")
    return folder


def _table_bytes(reader: sqlite3.Connection, table: str) -> int:
    columns = reader.execute("SELECT name FROM pragma_table_info(?)", (table,)).fetchall()
    lengths = " + ".join(f'coalesce(length(CAST("{name}" AS BLOB)), 0)' for (name,) in columns)
    (size,) = reader.execute(f'SELECT coalesce(sum({lengths}), 0) FROM "{table}"').fetchone()  # noqa: S608
    return size
