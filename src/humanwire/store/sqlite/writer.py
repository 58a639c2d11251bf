"""The one writer: it runs whatever is waiting in a single transaction, and a thread commits it.

Durability costs one fsync a commit, not one a write. A savepoint around each operation lets a bad
one fail alone. An operation's future resolves only after the commit that holds it.

Statements run in the event loop's thread, where each takes microseconds; what can wait for the
disk or for another process (the commit, a lock) runs in the writer's thread. Running statements
there too would hand the interpreter's lock to and fro for each of them (docs/decisions/0005).
"""

import asyncio
import sqlite3
import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from queue import SimpleQueue
from time import perf_counter
from typing import Any, TypeVar

from humanwire.core.errors import Unavailable
from humanwire.store.figures import WriteFigures

T = TypeVar("T")

BUSY_SECONDS = 4.0
"""How long another process may keep the file locked before writes are refused."""
_GROUP = 256
_LOG_PAGES = 16_000
"""Pages of 4 KiB that the log may reach before a commit stops to copy it into the file."""
_COPY_EVERY = 200
"""Commits after which the log is copied beside them, so that no commit has to."""
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
    connection.execute(f"PRAGMA wal_autocheckpoint = {_LOG_PAGES}")
    return connection


def is_trouble(error: BaseException) -> bool:
    """Tell whether the database is at fault, and not the statement: a damaged one has no class."""
    return isinstance(error, sqlite3.OperationalError) or type(error) is sqlite3.DatabaseError


def unavailable(error: Exception) -> Unavailable:
    """Say what keeps the database from taking the work: locked, full, damaged."""
    return Unavailable(f"The database cannot be used now: {error}.")


class Writer:
    """Runs operations on its own connection, in order, in groups. Make it in the running loop."""

    def __init__(self, path: str) -> None:
        self._loop = asyncio.get_running_loop()
        self._connection = connect(path)
        self._connection.execute("PRAGMA busy_timeout = 0")
        self._waiting: deque[_Waiting] = deque()
        self._work: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self._thread = threading.Thread(target=self._serve, name="humanwire-writer", daemon=True)
        self._thread.start()
        self._copier = LogCopier(path)
        self._busy = False
        self._idle = asyncio.Event()
        self._idle.set()
        self._closed = False
        self._version = -1
        self.figures = WriteFigures()

    async def write(self, operation: Callable[[sqlite3.Connection], T]) -> T:
        """Run an operation and return its result once it is durable.

        Raises what the operation raised, or Unavailable when the database refused the group.
        """
        if self._closed or len(self._waiting) >= _BACKLOG:
            raise Unavailable
        future: asyncio.Future[T] = self._loop.create_future()
        self._waiting.append((operation, future))
        if not self._busy:
            self._busy = True
            self._idle.clear()
            # What else arrives in this turn of the loop joins the group.
            self._loop.call_soon(self._begin)
        return await future

    def foreign_version(self) -> int:
        """A number that changes when anybody else has committed.

        Under load it is that of the last group, so that nobody waits for a commit under way.
        """
        if not self._busy:
            self._read_version()
        return self._version

    async def close(self) -> None:
        """Finish what is waiting, then stop."""
        self._closed = True
        await self._idle.wait()
        self._work.put(None)
        await asyncio.to_thread(self._thread.join)
        await asyncio.to_thread(self._copier.close)
        self._connection.close()

    def _begin(self) -> None:
        """Start a transaction for what is waiting; wait for another process's in the thread."""
        if not self._waiting:
            self._busy = False
            self._idle.set()
            return
        try:
            self._connection.execute("BEGIN IMMEDIATE")
        except sqlite3.Error:
            self._in_thread(self._wait_to_begin, self._run)
        else:
            self._run(None)

    def _read_version(self) -> None:
        (self._version,) = self._connection.execute("PRAGMA data_version").fetchone()

    def _wait_to_begin(self) -> None:
        self._connection.execute(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000:.0f}")
        try:
            self._connection.execute("BEGIN IMMEDIATE")
        finally:
            self._connection.execute("PRAGMA busy_timeout = 0")

    def _run(self, trouble: BaseException | None) -> None:
        """Run a group in the transaction begun, and have it committed."""
        # When no transaction begins, nobody waits for another try to fail.
        size = min(len(self._waiting), _GROUP) if trouble is None else len(self._waiting)
        group = [self._waiting.popleft() for _ in range(size)]
        if trouble is None:
            try:
                self._read_version()
                outcomes = _run_each(self._connection, group)
            except sqlite3.Error as error:
                trouble = error
            else:
                self._commit(group, outcomes)
                return
        self._end(group, [], trouble)

    def _commit(self, group: list[_Waiting], outcomes: list[_Outcome]) -> None:
        begun = perf_counter()

        def committed(trouble: BaseException | None) -> None:
            self.figures.groups += 1
            self.figures.operations += len(group)
            self.figures.seconds += perf_counter() - begun
            self._end(group, outcomes, trouble)

        self._in_thread(lambda: self._connection.execute("COMMIT"), committed)

    def _end(
        self, group: list[_Waiting], outcomes: list[_Outcome], trouble: BaseException | None
    ) -> None:
        """Answer a group after its commit, or refuse all of it; then go on with the next."""
        if trouble is not None:
            # A rollback that fails too leaves a transaction in which the next group cannot begin,
            # and is tried again then.
            with suppress(sqlite3.Error):
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
            is_ours = isinstance(trouble, sqlite3.Error)
            refusal = unavailable(trouble) if is_ours else trouble
            outcomes = [(future, None, refusal) for _, future in group]
        _resolve(outcomes)
        self._copier.committed()
        self._begin()

    def _in_thread(
        self, work: Callable[[], object], then: Callable[[BaseException | None], None]
    ) -> None:
        def run() -> None:
            trouble: BaseException | None = None
            try:
                work()
            except BaseException as error:  # noqa: BLE001 - the callers must never wait for ever
                trouble = error
            self._loop.call_soon_threadsafe(then, trouble)

        self._work.put(run)

    def _serve(self) -> None:
        while work := self._work.get():
            work()


class LogCopier:
    """Copies the write-ahead log into the file in a thread of its own, while commits go on."""

    def __init__(self, path: str) -> None:
        self._connection = connect(path)
        self._thread = ThreadPoolExecutor(1, "humanwire-checkpoint")
        self._commits = 0
        self._copying = False

    def committed(self) -> None:
        """Count a commit, and start copying when enough of them have come together."""
        self._commits += 1
        if self._commits >= _COPY_EVERY and not self._copying:
            self._commits = 0
            self._copying = True
            self._thread.submit(self._copy)

    def close(self) -> None:
        """Wait for a copy under way, then let go of the file."""
        self._thread.shutdown()
        self._connection.close()

    def _copy(self) -> None:
        try:
            # Passive: it never makes anybody wait. Trouble shows at the next commit.
            with suppress(sqlite3.Error):
                self._connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
        finally:
            self._copying = False


def _run_each(connection: sqlite3.Connection, group: list[_Waiting]) -> list[_Outcome]:
    """Run operations one by one; an error of the transaction itself is raised."""
    execute = connection.execute
    outcomes: list[_Outcome] = []
    for operation, future in group:
        execute("SAVEPOINT operation")
        try:
            outcomes.append((future, operation(connection), None))
        except Exception as error:
            if not connection.in_transaction:
                raise sqlite3.OperationalError(*error.args) from error
            execute("ROLLBACK TO operation")
            outcomes.append((future, None, unavailable(error) if is_trouble(error) else error))
        execute("RELEASE operation")
    return outcomes


def _resolve(outcomes: list[_Outcome]) -> None:
    for future, result, error in outcomes:
        if future.done():
            continue
        if error is None:
            future.set_result(result)
        else:
            future.set_exception(error)
