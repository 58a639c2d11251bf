"""PostgreSQL's tables for moving house: read in one snapshot, written with COPY."""

from collections.abc import AsyncGenerator, Generator, Mapping, Sequence
from contextlib import contextmanager
from typing import Self, TypeAlias

import asyncpg

from humanwire.core.errors import Invalid
from humanwire.store.copying import NOTHING
from humanwire.store.postgres.engine import Engine, unavailable
from humanwire.store.postgres.schema import (
    migrate,
    require_current,
    require_fit,
    schema_version,
)
from humanwire.store.rows import Row
from humanwire.store.statements import load
from humanwire.store.tables import NUMBERED, Progress, Table

SQL, SCHEMA = load("postgres", "tables.sql"), load("postgres", "schema.sql")
Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"

_ROWS_FIRST, _ROWS_MOST = 50, 2000
_PART_BYTES = 1024 * 1024
"""What is meant to be read at a time, going by what was read before it."""


class PostgresTables:
    """What reading and writing share: a connection of their own, which may be long at work."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def columns(self, table: str) -> Sequence[str]:
        with _trouble():
            found = await self._connection.fetch(SQL["columns"], table)
        return [name for (name,) in found]

    async def count(self, table: str) -> int:
        with _trouble():
            return await self._connection.fetchval(f'SELECT count(*) FROM "{table}"')  # noqa: S608

    async def rows(self, table: Table, columns: Sequence[str]) -> AsyncGenerator[list[Row]]:
        wanted, order = _names(columns), _names(table.key)
        statement = f'SELECT {wanted} FROM "{table.name}" ORDER BY {order}'  # noqa: S608
        most = _ROWS_FIRST
        with _trouble():
            # Within the reader's own snapshot this is a savepoint.
            async with self._connection.transaction():
                cursor = await self._connection.cursor(statement)
                while found := await cursor.fetch(most):
                    rows: list[Row] = [tuple(row) for row in found]
                    mean = sum(map(_weight, rows)) // len(rows)
                    most = max(1, min(_ROWS_MOST, _PART_BYTES // max(mean, 1)))
                    yield rows

    async def close(self) -> None:
        with _trouble():
            await self._connection.close()


class PostgresReader(PostgresTables):
    """Reads a database as it was when it was opened; servers may go on writing to it."""

    @classmethod
    async def open(cls, url: str) -> Self:
        """Connect. Raises Invalid for what is no address, Unavailable for another schema."""
        with _trouble():
            connection = await _connect(url)
            try:
                require_current(await schema_version(connection))
                await connection.transaction(isolation="repeatable_read", readonly=True).start()
                # The first statement takes the snapshot.
                await connection.execute("SELECT 1")
            except BaseException:
                await connection.close()
                raise
        return cls(connection)


class PostgresWriter(PostgresTables):
    """Fills a database, which it gives its tables if it has none."""

    @classmethod
    async def open(cls, url: str) -> Self:
        """Connect. Raises what `PostgresReader.open` does."""
        with _trouble():
            connection = await _connect(url)
            try:
                await require_fit(connection)
                if not await schema_version(connection):
                    await migrate(connection)
                require_current(await schema_version(connection))
            except BaseException:
                await connection.close()
                raise
        return cls(connection)

    async def progress(self) -> Mapping[str, Progress] | None:
        with _trouble():
            if await self._connection.fetchval(SCHEMA["unfinished_copy"]) is None:
                return None
            found = await self._connection.fetch(SQL["progress"])
        return {name: Progress(rows, checksum) for name, rows, checksum in found}

    async def begin(self, tables: Sequence[str]) -> None:
        with _trouble():
            async with self._connection.transaction():
                await self._connection.execute(SQL["begin"])
                rows = [(name, *NOTHING) for name in tables]
                await self._connection.executemany(SQL["begin_table"], rows)

    async def write(
        self,
        table: str,
        columns: Sequence[str],
        rows: Sequence[Row],
        before: Progress,
        after: Progress,
    ) -> bool:
        with _trouble(table):
            async with self._connection.transaction():
                if not await self._connection.fetch(SQL["advance"], *after, table, *before):
                    return False
                await self._connection.copy_records_to_table(table, records=rows, columns=columns)
        return True

    async def finish(self) -> None:
        with _trouble():
            async with self._connection.transaction():
                for table in NUMBERED:
                    sequence = await self._connection.fetchval(SQL["sequence"], table)
                    highest = await self._connection.fetchval(f'SELECT max(id) FROM "{table}"')  # noqa: S608
                    if highest:
                        await self._connection.fetchval(SQL["go_on_after"], sequence, highest)
                await self._connection.execute(SQL["recount"])
                await self._connection.execute(SQL["recount_batches"])
                await self._connection.execute(SQL["finish"])
            # Until the server does so by itself, it would plan for empty tables.
            await self._connection.execute("ANALYZE")


async def _connect(url: str) -> Connection:
    connection = await Engine(url).connect()
    # A copy may wait long for the other side, and its statements may take long.
    await connection.execute("SET idle_in_transaction_session_timeout = 0")
    await connection.execute("SET statement_timeout = 0")
    return connection


@contextmanager
def _trouble(table: str = "") -> Generator[None]:
    try:
        yield
    except (asyncpg.DataError, asyncpg.IntegrityConstraintViolationError) as error:
        raise Invalid(f"Table {table}: PostgreSQL cannot hold a row: {error}.") from error
    except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        raise unavailable(error) from error


def _names(columns: Sequence[str]) -> str:
    return ", ".join(f'"{name}"' for name in columns)


def _weight(row: Row) -> int:
    return sum(len(value) for value in row if isinstance(value, (str, bytes)))
