"""Connections to PostgreSQL: their settings, and when a dead one is let go of."""

import asyncio
import socket
from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any, TypeAlias

import asyncpg
from asyncpg.pool import PoolConnectionProxy
from asyncpg.transaction import Transaction

from humanwire.core.errors import Invalid

if TYPE_CHECKING:
    Plain: TypeAlias = asyncpg.Connection[asyncpg.Record]
else:
    Plain = asyncpg.Connection  # which only its types know as generic
Connection: TypeAlias = "PoolConnectionProxy[asyncpg.Record]"
Pool: TypeAlias = "asyncpg.Pool[asyncpg.Record]"

PATIENCE_SECONDS = 4.0
"""How long work waits for a database that restarts or is busy before it is refused."""
PARTING_SECONDS = 0.5
"""How long a connection may take to become usable again; one that takes longer is dropped."""
_QUERIES = 1_000_000
"""After so many a connection is replaced, with whatever its server process has gathered."""

SETTINGS: Mapping[str, str] = {
    "application_name": "humanwire",
    # Every statement goes by an index. A plan made while a table was small would be kept.
    "enable_seqscan": "off",
    "enable_hashjoin": "off",
    "enable_mergejoin": "off",
    "enable_material": "off",
    # Joins are made in the order in which they are written, each by a key.
    "join_collapse_limit": "1",
    # What counts is the rows that are looked at, however few pages a table still has.
    "cpu_tuple_cost": "1",
    "cpu_index_tuple_cost": "1",
    "seq_page_cost": "0.01",
    "random_page_cost": "0.01",
    "plan_cache_mode": "force_generic_plan",
    "jit": "off",
    "max_parallel_workers_per_gather": "0",
    # What a node that hangs or is cut off holds is let go of while others still wait for it.
    "idle_in_transaction_session_timeout": "2500",
    "lock_timeout": "4000",
    "tcp_keepalives_idle": "5",
    "tcp_keepalives_interval": "2",
    "tcp_keepalives_count": "3",
    "tcp_user_timeout": "10000",
}
_SOCKET: Mapping[str, int] = {
    "TCP_KEEPIDLE": 5,
    "TCP_KEEPINTVL": 2,
    "TCP_KEEPCNT": 3,
    "TCP_USER_TIMEOUT": 10_000,
}
"""The same on our side, as far as the system knows it: a server may vanish without a word."""


class _Watched(Plain):
    """A connection that the system ends when the server is out of reach."""

    __slots__ = ()

    # asyncpg's types of these are its own affair.
    def __init__(self, protocol: Any, transport: Any, *others: Any) -> None:  # noqa: ANN401
        super().__init__(protocol, transport, *others)
        # A socket in the file system has none of these options; other systems lack some.
        with suppress(OSError):
            reached: socket.socket = transport.get_extra_info("socket")
            reached.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
            for name, value in _SOCKET.items():
                if option := getattr(socket, name, None):
                    reached.setsockopt(socket.IPPROTO_TCP, option, value)


async def connect(url: str) -> Plain:
    """Open a connection of its own, with the server's settings. Raises Invalid for no address."""
    try:
        return await asyncpg.connect(
            url,
            timeout=PATIENCE_SECONDS,
            connection_class=_Watched,
            server_settings={"application_name": "humanwire"},
        )
    except (ValueError, asyncpg.ClientConfigurationError) as error:
        raise Invalid(f"This is no PostgreSQL address: {error}.", field="database") from error


async def open_pool(url: str, most: int, settings: Mapping[str, str]) -> Pool:
    """Open a pool of at most so many connections."""
    return await asyncpg.create_pool(
        url,
        min_size=0,  # else the pool itself connects when it likes, and writes down what fails
        max_size=most,
        max_inactive_connection_lifetime=60,
        max_queries=_QUERIES,
        statement_cache_size=500,
        max_cached_statement_lifetime=0,
        timeout=PATIENCE_SECONDS,
        connection_class=_Watched,
        reset=_nothing,
        server_settings={**SETTINGS, **settings},
    )


async def give_back(pool: Pool, connection: Connection) -> None:
    """Put a connection back. What was done on it stands, so that trouble here is nobody's."""
    with suppress(OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError):
        await pool.release(connection, timeout=PARTING_SECONDS)


async def undo(connection: Connection, transaction: Transaction) -> None:
    """Roll back, or drop a connection that cannot: then the server does it."""
    if connection.is_closed():
        return
    try:
        async with asyncio.timeout(PARTING_SECONDS):
            await transaction.rollback()
    except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError):
        connection.terminate()


async def _nothing(_: Plain) -> None:
    """Leave a connection as it is: no operation changes its settings."""
