"""How acts are measured: in slices, the server and its floor in turns."""

import sqlite3
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager

from humanwire.bench.client import Act, Connection, Slice, connected, drive, encode
from humanwire.bench.figures import Report, milliseconds, rate
from humanwire.bench.floor import MODELS
from humanwire.bench.plan import SLICES, Plan
from humanwire.bench.process import running
from humanwire.bench.setting import Setting, prepared
from humanwire.config import is_postgres, sqlite_path

Load = Callable[[], Awaitable[Slice]]
"""Puts a slice of load on a server."""


async def in_turns(*loads: Load) -> list[list[Slice]]:
    """Run each of the loads for a slice, one after another, again and again."""
    slices: list[list[Slice]] = [[] for _ in loads]
    for _ in range(SLICES):
        for seen, load in zip(slices, loads, strict=True):
            seen.append(await load())
    return slices


@asynccontextmanager
async def floor(setting: Setting, model: str, row_bytes: int) -> AsyncGenerator[list[int]]:
    """Run the floor for one of `floor.MODELS`, as many as there are servers; yield their ports.

    Its rows lie beside the server's: in a file of their own, or in a table of the same database.
    """
    if model not in MODELS:
        raise KeyError(model)
    own = is_postgres(setting.database)
    database = setting.database if own else str(setting.folder / "floor.db")
    arguments = ("--database", database, "--model", model, "--row-bytes", str(row_bytes))
    async with AsyncExitStack() as stack:
        ports: list[int] = []
        for number in range(len(setting.servers)):
            log = setting.folder / f"floor-{number}.log"
            starting = running("humanwire.bench.floor", arguments, "/", log)
            ports.append((await stack.enter_async_context(starting)).port)
        yield ports


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


async def read_floor(
    connections: Sequence[Connection], count: int, seconds: float, worth: int | None = None
) -> Slice:
    """Read so many of the floor's rows at once, again and again; each counts, unless `worth`."""
    request = encode("GET", f"/rows?count={count}", "")

    async def act(connection: Connection) -> float:
        return (await connection.send(request)).expect(200).seconds

    return await drive(connections, act, seconds, count if worth is None else worth)


async def weigh(
    act_of: Callable[[Setting], Act], times: int, workers: int = 0, warm: int = 1
) -> int:
    """Return what an act adds to a database, in bytes: done on a small one, with its own server."""
    async with (
        prepared(Plan(), workers) as small,
        connected(small.ports, 1) as (connection,),
    ):
        act = act_of(small)
        for _ in range(warm):
            await act(connection)
        before = stored_bytes(small)
        for _ in range(times):
            await act(connection)
        return (stored_bytes(small) - before) // times


def stored_bytes(setting: Setting) -> int:
    """What all rows of a small SQLite database hold, in bytes: each of them is looked at."""
    reader = sqlite3.connect(f"file:{sqlite_path(setting.database)}?mode=ro", uri=True)
    try:
        tables = reader.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")
        return sum(_table_bytes(reader, table) for (table,) in tables.fetchall())
    finally:
        reader.close()


def _table_bytes(reader: sqlite3.Connection, table: str) -> int:
    columns = reader.execute("SELECT name FROM pragma_table_info(?)", (table,)).fetchall()
    lengths = " + ".join(f'coalesce(length(CAST("{name}" AS BLOB)), 0)' for (name,) in columns)
    (size,) = reader.execute(f'SELECT coalesce(sum({lengths}), 0) FROM "{table}"').fetchone()  # noqa: S608
    return size
