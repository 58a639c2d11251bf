"""What the parts of the SQLite store share: a connection to read from, the writer, migrations."""

import asyncio
import re
import sqlite3
from collections.abc import AsyncIterator, Callable
from importlib import resources
from pathlib import Path
from typing import TypeVar

from humanwire.core.errors import Unavailable
from humanwire.store.rows import Row
from humanwire.store.sqlite.writer import Writer, connect, is_trouble, unavailable
from humanwire.store.tables import UNFINISHED

T = TypeVar("T")
_Value = str | int | float | bytes | None
_Values = tuple[_Value, ...] | dict[str, _Value]
_Identity = tuple[int, int]

_IS_UNFINISHED = "SELECT 1 FROM sqlite_schema WHERE name = 'copying'"
_MIGRATION = re.compile(r"^(\d{4})_\w+\.sql$")


class Engine:
    """One SQLite file. Reads run inline (a row by key costs microseconds); writes in the writer."""

    engine = "sqlite"
    shared = False

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)
        self._reader: sqlite3.Connection | None = None
        self._writer: Writer | None = None
        self._foreign_version = -1
        self._opened: _Identity | None = None

    async def open(self) -> None:
        """Create or upgrade the file, and start the writer. Raises Unavailable."""
        try:
            self._reader = connect(str(self.path))
            migrate(self._reader)
            if self._one(_IS_UNFINISHED):
                raise Unavailable(UNFINISHED)
        except sqlite3.Error as error:
            raise unavailable(error) from error
        self._opened = _identity(self.path)
        self._writer = Writer(str(self.path))

    async def close(self) -> None:
        """Finish the writes that are waiting and let go of the file."""
        if self._writer is not None:
            await self._writer.close()
        if self._reader is not None:
            self._reader.close()

    async def ping(self) -> None:
        """Read and write nothing, durably. Raises Unavailable, also for a file that was replaced.

        The system would let us go on in one that has no name any more, and that nobody finds.
        """
        if self._opened != _identity(self.path):
            raise Unavailable("The database's file was moved or replaced: restart the server.")
        self._one("SELECT 1")
        await self._write(lambda tx: tx.execute("PRAGMA user_version").fetchone())

    def schema_version(self) -> int:
        """Read the number of the newest migration that the file has had."""
        row = self._one("PRAGMA user_version")
        return row[0] if row else 0

    async def tell_nodes(self, message: str) -> None:
        """There are none to tell: one process serves."""

    async def hear_nodes(self) -> AsyncIterator[str | None]:
        """Give nothing, ever."""
        await asyncio.Event().wait()
        yield None

    def changed_elsewhere(self) -> bool:
        """Tell whether anything but the writer has committed since the last call."""
        version = self._writer.foreign_version() if self._writer else -1
        changed = version != self._foreign_version
        self._foreign_version = version
        return changed

    def _one(self, statement: str, *values: _Value, **named: _Value) -> Row | None:
        return self._execute(statement, named or values).fetchone()

    def _all(self, statement: str, *values: _Value, **named: _Value) -> list[Row]:
        return self._execute(statement, named or values).fetchall()

    def _execute(self, statement: str, values: _Values) -> sqlite3.Cursor:
        if self._reader is None:
            raise Unavailable
        try:
            return self._reader.execute(statement, values)
        except sqlite3.Error as error:
            raise (unavailable(error) if is_trouble(error) else error) from error

    async def _write(self, operation: Callable[[sqlite3.Connection], T]) -> T:
        if self._writer is None:
            raise Unavailable
        return await self._writer.write(operation)


def _identity(path: Path) -> _Identity | None:
    """What tells a file from another one at the same path; None when there is none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def migrations() -> list[tuple[int, str]]:
    """The migrations in order, each with the schema version that it makes."""
    folder = resources.files("humanwire.store.sqlite").joinpath("migrations")
    found = ((_MIGRATION.match(file.name), file) for file in folder.iterdir())
    return sorted(
        (int(match[1]), file.read_text(encoding="utf-8")) for match, file in found if match
    )


def migrate(connection: sqlite3.Connection) -> None:
    """Bring the schema up to date, one transaction for each step.

    Raises Unavailable when the file was written by a newer version of the program.
    """
    steps = migrations()
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version > steps[-1][0]:
        newest = steps[-1][0]
        raise Unavailable(
            f"The database has schema {version}, this program knows {newest}: upgrade humanwire."
        )
    for number, text in steps:
        if number <= version:
            continue
        connection.execute("BEGIN IMMEDIATE")
        try:
            (current,) = connection.execute("PRAGMA user_version").fetchone()
            if current < number:
                for statement in _statements(text):
                    connection.execute(statement)
                connection.execute(f"PRAGMA user_version = {number}")
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:  # a full disk has ended it already
                connection.execute("ROLLBACK")
            raise


def _statements(text: str) -> list[str]:
    """Split a migration at its semicolons; `executescript` would commit our transaction."""
    statements: list[str] = []
    pending = ""
    for line in text.splitlines():
        pending += line + "\n"
        if sqlite3.complete_statement(pending):
            statements.append(pending)
            pending = ""
    return statements
