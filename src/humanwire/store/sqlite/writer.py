"""The one thread that writes: it commits whatever is waiting in a single transaction.

Durability costs one fsync a commit, not one a write. A savepoint around each operation lets a bad
one fail alone. An operation's future resolves only after the commit that holds it.
"""

import asyncio
import sqlite3
import threading
from collections import deque
from collections.abc import Callable
from typing import Any, TypeVar

from humanwire.core.errors import Unavailable

T = TypeVar("T")

BUSY_SECONDS = 4.0
"""How long another process may keep the file locked before writes are refused."""
_GROUP = 256
_BACKLOG = 20_000

_Operation = Callable[[sqlite3.Connection], Any]
_Waiting = tuple[_Operation, "asyncio.Future[Any]"]
_Outcome = tuple["asyncio.Future[Any]", Any, BaseException | None]


def connect(path: str) -> sqlite3.Connection:
    """Open a connection in autocommit mode with the settings that durability asks for."""
    connection = sqlite3.connect(
        path,
        timeout=BUSY_SECONDS,
        isolation_level=None,
        check_same_thread=False,
        cached_statements=512,
    )
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA temp_store = MEMORY")
    connection.execute("PRAGMA cache_size = -16000")
    return connection


def unavailable(error: Exception) -> Unavailable:
    """Say what keeps the database from taking the work: locked, full, damaged."""
    return Unavailable(f"The database cannot be used now: {error}.")


class Writer:
    """Runs operations on its own connection, in order, in groups."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._waiting: deque[_Waiting] = deque()
        self._wake = threading.Condition(threading.Lock())
        self._closing = False
        self._loop = asyncio.get_running_loop()
        self._thread = threading.Thread(target=self._run, name="humanwire-writer", daemon=True)
        self._thread.start()

    async def write(self, operation: Callable[[sqlite3.Connection], T]) -> T:
        """Run an operation and return its result once it is durable.

        Raises what the operation raised, or Unavailable when the database refused the group.
        """
        future: asyncio.Future[T] = self._loop.create_future()
        with self._wake:
            if self._closing or len(self._waiting) >= _BACKLOG:
                raise Unavailable
            self._waiting.append((operation, future))
            self._wake.notify()
        return await future

    async def close(self) -> None:
        """Finish what is waiting, then stop."""
        with self._wake:
            self._closing = True
            self._wake.notify()
        await asyncio.to_thread(self._thread.join)

    def _run(self) -> None:
        connection: sqlite3.Connection | None = None
        while group := self._next_group():
            outcomes: list[_Outcome]
            try:
                connection = connection or connect(self._path)
                outcomes = _commit(connection, group)
            except sqlite3.Error as error:
                outcomes = [(future, None, unavailable(error)) for _, future in group]
            except BaseException as error:  # noqa: BLE001 - a caller must never wait for ever
                outcomes = [(future, None, error) for _, future in group]
            self._loop.call_soon_threadsafe(_resolve, outcomes)
        if connection is not None:
            connection.close()

    def _next_group(self) -> list[_Waiting]:
        with self._wake:
            while not self._waiting and not self._closing:
                self._wake.wait()
            return [self._waiting.popleft() for _ in range(min(len(self._waiting), _GROUP))]


def _commit(connection: sqlite3.Connection, group: list[_Waiting]) -> list[_Outcome]:
    """Run a group in one transaction; any error of the transaction itself fails all of it."""
    execute = connection.execute
    execute("BEGIN IMMEDIATE")
    try:
        outcomes: list[_Outcome] = []
        for operation, future in group:
            execute("SAVEPOINT operation")
            try:
                outcomes.append((future, operation(connection), None))
            except Exception as error:
                if not connection.in_transaction:
                    raise
                execute("ROLLBACK TO operation")
                trouble = isinstance(error, sqlite3.OperationalError)
                outcomes.append((future, None, unavailable(error) if trouble else error))
            execute("RELEASE operation")
        execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            execute("ROLLBACK")
        raise
    return outcomes


def _resolve(outcomes: list[_Outcome]) -> None:
    for future, result, error in outcomes:
        if future.done():
            continue
        if error is None:
            future.set_result(result)
        else:
            future.set_exception(error)
