"""SQLite's writer when the database fails it: everybody gets an answer, and it goes on."""

import asyncio
import sqlite3
from collections.abc import AsyncGenerator, Callable
from pathlib import Path
from typing import Any

import pytest

from humanwire.core.errors import Unavailable
from humanwire.store.sqlite import writer as module
from humanwire.store.sqlite.writer import Writer

IO_ERROR = sqlite3.OperationalError("disk I/O error")
DAMAGED = sqlite3.DatabaseError("database disk image is malformed")


class Faulty:
    """A connection that fails at some statements."""

    def __init__(self, connection: sqlite3.Connection, faults: dict[str, Exception]) -> None:
        self._connection = connection
        self._faults = faults

    def execute(self, statement: str, *values: Any) -> sqlite3.Cursor:
        if statement in self._faults:
            raise self._faults[statement]
        return self._connection.execute(statement, *values)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)


def add(number: int) -> Callable[[sqlite3.Connection], object]:
    return lambda tx: tx.execute("INSERT INTO number VALUES (?)", (number,))


@pytest.fixture
async def writer(tmp_path: Path) -> AsyncGenerator[Writer]:
    path = str(tmp_path / "writer.db")
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE number (value INTEGER)")
    connection.close()
    opened = Writer(path)
    yield opened
    await opened.close()


async def stored(writer: Writer) -> list[int]:
    found = await writer.write(lambda tx: tx.execute("SELECT value FROM number").fetchall())
    return [value for (value,) in found]


@pytest.mark.parametrize(
    "faults",
    [
        {"BEGIN IMMEDIATE": DAMAGED},
        {"SAVEPOINT operation": IO_ERROR},
        {"RELEASE operation": DAMAGED},
        {"COMMIT": IO_ERROR},
        {"COMMIT": IO_ERROR, "ROLLBACK": IO_ERROR},
    ],
)
async def test_what_fails_is_refused_and_the_next_is_stored(
    writer: Writer, faults: dict[str, Exception]
) -> None:
    healthy: Any = writer._connection
    faulty: Any = Faulty(healthy, faults)
    writer._connection = faulty

    with pytest.raises(Unavailable):
        await asyncio.wait_for(writer.write(add(1)), 5)
    if "ROLLBACK" in faults:
        with pytest.raises(Unavailable):
            await asyncio.wait_for(writer.write(add(2)), 5)

    writer._connection = healthy
    # The first after a rollback that failed finds the old transaction open, and ends it.
    if "ROLLBACK" in faults:
        with pytest.raises(Unavailable):
            await writer.write(add(3))
    await writer.write(add(4))
    assert await stored(writer) == [4]


async def test_a_locked_file_is_waited_for_once_by_all(
    writer: Writer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "BUSY_SECONDS", 0.5)
    other = sqlite3.connect(tmp_path / "writer.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    many = [asyncio.create_task(writer.write(add(number))) for number in range(600)]

    done, _ = await asyncio.wait(many, timeout=0.9)

    assert len(done) == 600
    assert all(isinstance(task.exception(), Unavailable) for task in many)
    other.close()
    await writer.write(add(7))
    assert await stored(writer) == [7]


async def test_what_others_commit_is_told_from_what_the_writer_does(
    writer: Writer, tmp_path: Path
) -> None:
    known = writer.foreign_version()
    await writer.write(add(1))
    await asyncio.gather(*(writer.write(add(number)) for number in range(300)))
    assert writer.foreign_version() == known

    other = sqlite3.connect(tmp_path / "writer.db", isolation_level=None)
    other.execute("INSERT INTO number VALUES (8)")
    other.close()
    assert writer.foreign_version() != known

    known = writer.foreign_version()
    writing = asyncio.create_task(writer.write(add(9)))
    await asyncio.sleep(0)
    assert writer.foreign_version() == known, "asked while a group is on its way"
    await writing
    assert writer.foreign_version() == known
