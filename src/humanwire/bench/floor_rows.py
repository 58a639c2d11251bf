"""The floor's rows: one table on either engine, written through the engine's gathering writer."""

import sqlite3
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from functools import cached_property
from itertools import accumulate
from pathlib import Path
from typing import Protocol

from humanwire.config import is_postgres
from humanwire.store.postgres.engine import Connection, Engine
from humanwire.store.postgres.gather import Gather
from humanwire.store.sqlite.writer import Writer, connect

_SQLITE_TABLE = (
    "CREATE TABLE IF NOT EXISTS floor (id INTEGER PRIMARY KEY, content TEXT NOT NULL) STRICT"
)
_POSTGRES_TABLE = (
    "CREATE TABLE IF NOT EXISTS floor"
    " (id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, content TEXT NOT NULL)"
)
_ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(7077)"
_INSERT = "INSERT INTO floor (content) VALUES (?)"
_INSERT_ALL = "INSERT INTO floor (content) SELECT unnest($1::text[]) RETURNING id"
_READ = "SELECT content FROM floor WHERE id > ? ORDER BY id LIMIT ?"
_READ_ALL = "SELECT content FROM floor WHERE id > $1 ORDER BY id LIMIT $2"


class Rows(Protocol):
    """A table of rows that are all alike."""

    async def add(self, contents: Sequence[str]) -> int:
        """Store rows durably and return the last one's id."""
        ...

    async def read(self, after: int, count: int) -> list[str]:
        """Read rows in the order of their ids."""
        ...


@asynccontextmanager
async def opened(database: str) -> AsyncGenerator[Rows]:
    """Open the table: in a SQLite file, or in the PostgreSQL database that a URL names."""
    if is_postgres(database):
        store = PostgresRows(database)
        await store.open()
        try:
            await store.make()
            yield store
        finally:
            await store.close()
    else:
        rows = SqliteRows(Path(database))
        try:
            yield rows
        finally:
            await rows.close()


class SqliteRows:
    """The table in a SQLite file, through the writer that commits in groups."""

    def __init__(self, file: Path) -> None:
        self._reader = connect(str(file))
        self._reader.execute(_SQLITE_TABLE)
        self._writer = Writer(str(file))

    async def add(self, contents: Sequence[str]) -> int:
        def operation(connection: sqlite3.Connection) -> int:
            last = None
            for content in contents:
                last = connection.execute(_INSERT, (content,)).lastrowid
            return last or 0

        return await self._writer.write(operation)

    async def read(self, after: int, count: int) -> list[str]:
        return [content for (content,) in self._reader.execute(_READ, (after, count))]

    async def close(self) -> None:
        """Finish what is waiting."""
        await self._writer.close()
        self._reader.close()


class PostgresRows(Engine):
    """The table in a PostgreSQL database, through the gathering that the store's writes go by."""

    @cached_property
    def _adding(self) -> Gather[Sequence[str], int]:
        return Gather(self._add_all, len)

    async def make(self) -> None:
        """Make the table, whoever else does so at the same time."""

        async def operation(connection: Connection) -> None:
            await connection.execute(_ONE_AT_A_TIME)
            await connection.execute(_POSTGRES_TABLE)

        await self._transact(operation)

    async def add(self, contents: Sequence[str]) -> int:
        return await self._adding(contents)

    async def read(self, after: int, count: int) -> list[str]:
        return [content for (content,) in await self._read(_READ_ALL, after, count)]

    async def _add_all(self, group: Sequence[Sequence[str]]) -> list[int]:
        added = await self._write(_INSERT_ALL, [each for contents in group for each in contents])
        ends = accumulate(map(len, group))
        return [added[end - 1][0] for end in ends]
