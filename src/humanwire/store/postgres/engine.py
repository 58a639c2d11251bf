"""What the parts of the PostgreSQL store share: connections, transactions, trouble, migrations."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import TypeVar

import asyncpg

from humanwire.core.errors import Invalid, Unavailable
from humanwire.store.figures import WriteFigures
from humanwire.store.postgres.connections import (
    PATIENCE_SECONDS,
    Connection,
    Plain,
    Pool,
    connect,
    give_back,
    open_pool,
    undo,
)
from humanwire.store.postgres.schema import (
    SQL,
    migrate,
    require_current,
    require_fit,
    schema_version,
)
from humanwire.store.rows import Row
from humanwire.store.tables import UNFINISHED

T = TypeVar("T")

log = logging.getLogger(__name__)

_RETRY_SECONDS = 0.1
_TRIES = 5

TROUBLE = (
    OSError,
    TimeoutError,
    asyncpg.InterfaceError,
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,
    asyncpg.TransactionRollbackError,
    asyncpg.LockNotAvailableError,
    asyncpg.ReadOnlySQLTransactionError,
    asyncpg.InvalidAuthorizationSpecificationError,
    asyncpg.InvalidCatalogNameError,
    asyncpg.InvalidCachedStatementError,
    asyncpg.IdleInTransactionSessionTimeoutError,
    asyncpg.InternalClientError,
    asyncpg.InternalServerError,
    asyncpg.PostgresSystemError,
    asyncpg.TargetServerAttributeNotMatched,
)
_UNDONE = (
    asyncpg.TransactionRollbackError,
    asyncpg.ReadOnlySQLTransactionError,
    asyncpg.InvalidCachedStatementError,
)
"""Trouble after which nothing of a statement is left, so that it can be tried again."""
_LOST = (
    *_UNDONE,
    OSError,
    asyncpg.InterfaceError,
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.IdleInTransactionSessionTimeoutError,
    asyncpg.InternalClientError,
)
"""Trouble after which nothing of a transaction is left whose commit was not yet sent."""
_AWAY = (
    OSError,
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,
    asyncpg.TargetServerAttributeNotMatched,
)
"""No connection can be had just now: the server starts, fails over, or has too many."""


class Engine:
    """A pool of connections to one PostgreSQL database."""

    engine = "postgresql"

    def __init__(self, url: str, *, connections: int = 8, migrating: bool = False) -> None:
        self.url = url
        self._connections = connections
        self._migrating = migrating
        self._pool: Pool | None = None
        self._version = 0
        self._figures = WriteFigures()

    async def open(self) -> None:
        """Connect. Raises Invalid for a database that cannot be ours, Unavailable for none."""
        durable: dict[str, str] = {}
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                probe = await self.connect()
            try:
                await require_fit(probe)
                if self._migrating:
                    await migrate(probe)
                self._version = await schema_version(probe)
                if await probe.fetchval(SQL["unfinished_copy"]) is not None:
                    raise Unavailable(UNFINISHED)
                if await probe.fetchval("SHOW synchronous_commit") == "off":
                    durable["synchronous_commit"] = "on"
            finally:
                await probe.close()
            require_current(self._version)
            async with asyncio.timeout(PATIENCE_SECONDS):
                self._pool = await open_pool(self.url, self._connections, durable)
        except TROUBLE as error:
            raise unavailable(error) from error

    async def connect(self) -> Plain:
        """Open a connection beside the pool, with the server's own settings."""
        return await connect(self.url)

    async def close(self) -> None:
        """Let go of the connections."""
        if self._pool is not None:
            pool, self._pool = self._pool, None
            try:
                async with asyncio.timeout(PATIENCE_SECONDS):
                    await pool.close()
            except TimeoutError:
                pool.terminate()

    async def ping(self) -> None:
        """Take part in a transaction that could write. Raises Unavailable."""
        await self._write("SELECT pg_current_xact_id()")

    def schema_version(self) -> int:
        """The number of the newest migration that the database had had when it was opened."""
        return self._version

    async def _read(self, statement: str, *values: object) -> list[Row]:
        """Run a statement that only reads: on a lost connection, again on another."""
        return await self._run(
            lambda connection: _fetch(connection, statement, values), again=_LOST
        )

    async def _one(self, statement: str, *values: object) -> Row | None:
        rows = await self._read(statement, *values)
        return rows[0] if rows else None

    async def _write(self, statement: str, *values: object) -> list[Row]:
        """Run one statement, which is a transaction; again only when it was undone for certain."""
        return await self._run(
            lambda connection: _fetch(connection, statement, values), again=_UNDONE
        )

    async def _transact(self, operation: Callable[[Connection], Awaitable[T]]) -> T:
        """Run an operation in a transaction: again on trouble, as long as no commit was sent."""
        return await self._run(
            lambda connection: _in_transaction(connection, operation), again=_LOST
        )

    async def _run(
        self,
        operation: Callable[[Connection], Awaitable[T]],
        *,
        again: tuple[type[Exception], ...],
    ) -> T:
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                for tries in range(_TRIES, 0, -1):
                    try:
                        async with self._connection() as connection:
                            return await operation(connection)
                    except again as error:
                        # A value that does not fit its statement is a fault of ours.
                        if tries == 1 or isinstance(error, ValueError):
                            raise
                        await self._heed(error)
                    await asyncio.sleep(_RETRY_SECONDS)
        except asyncpg.CharacterNotInRepertoireError as error:
            raise Invalid("A text cannot hold the character NUL.") from error
        except TROUBLE as error:
            if isinstance(error, ValueError):
                raise
            await self._heed(error)
            raise unavailable(error) from error
        raise Unavailable

    @asynccontextmanager
    async def _connection(self) -> AsyncGenerator[Connection]:
        """Take a connection, waiting while the server starts or all are in use."""
        while True:
            pool = self._pool
            if pool is None:
                raise Unavailable
            try:
                connection = await pool.acquire()
                break
            except _AWAY:
                await asyncio.sleep(_RETRY_SECONDS)
        try:
            yield connection
        except asyncpg.InternalClientError:
            connection.terminate()  # the server has said that it ends it, and is about to
            raise
        finally:
            await give_back(pool, connection)

    async def _heed(self, error: Exception) -> None:
        """After a fail-over, connect anew: to the server that takes writes now."""
        if isinstance(error, asyncpg.ReadOnlySQLTransactionError) and self._pool is not None:
            await self._pool.expire_connections()


async def _fetch(connection: Connection, statement: str, values: tuple[object, ...]) -> list[Row]:
    return [tuple(row) for row in await connection.fetch(statement, *values)]


async def _in_transaction(
    connection: Connection, operation: Callable[[Connection], Awaitable[T]]
) -> T:
    transaction = connection.transaction()
    await transaction.start()
    try:
        result = await operation(connection)
    except BaseException:
        await undo(connection, transaction)
        raise
    try:
        await transaction.commit()
    except TROUBLE as error:
        # Whether it took place cannot be known, so it must not be done again.
        raise unavailable(error) from error
    return result


def unavailable(error: BaseException) -> Unavailable:
    """Say what keeps the database from taking the work."""
    text = str(error) or type(error).__name__
    return Unavailable(f"The database cannot be used now: {text.rstrip('.')}.")
