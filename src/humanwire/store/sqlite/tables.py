"""SQLite's tables for moving house: read in one transaction, written in large ones."""

import sqlite3
from collections.abc import AsyncGenerator, Generator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from humanwire.core.errors import Invalid, Unavailable
from humanwire.store.copying import NOTHING
from humanwire.store.rows import Row
from humanwire.store.sqlite.engine import migrate, migrations
from humanwire.store.sqlite.writer import BUSY_SECONDS, connect, unavailable
from humanwire.store.statements import load
from humanwire.store.tables import Progress, Table

SQL = load("sqlite", "tables.sql")
_ROWS = 50
"""Rows read at a time; each may be a megabyte."""


class SqliteReader:
    """Reads a file as it was when it was opened; a server may go on writing to it."""

    def __init__(self, path: Path, *, current: bool = True) -> None:
        """Open a file; with `current` it must have this program's schema.

        Raises Invalid when there is no such file, or Unavailable.
        """
        if not path.is_file():
            raise Invalid(f"There is no database {path}.")
        self.path = path
        with trouble():
            self.connection = sqlite3.connect(
                f"file:{quote(str(path))}?mode=rw",
                uri=True,
                timeout=BUSY_SECONDS,
                isolation_level=None,
            )
        try:
            with trouble():
                self.connection.execute("BEGIN")
                (self.version,) = self.connection.execute("PRAGMA user_version").fetchone()
            if current:
                _require_current(path, self.version)
        except BaseException:
            self.connection.close()
            raise

    def has_table(self, name: str) -> bool:
        """Tell whether there is a table of this name."""
        return self.connection.execute(SQL["has_table"], (name,)).fetchone() is not None

    async def columns(self, table: str) -> Sequence[str]:
        with trouble():
            return [name for (name,) in self.connection.execute(SQL["columns"], (table,))]

    async def count(self, table: str) -> int:
        with trouble():
            return self.connection.execute(f'SELECT count(*) FROM "{table}"').fetchone()[0]  # noqa: S608

    async def rows(self, table: Table, columns: Sequence[str]) -> AsyncGenerator[list[Row]]:
        wanted, order = _names(columns), _names(table.key)
        statement = f'SELECT {wanted} FROM "{table.name}" ORDER BY {order}'  # noqa: S608
        with trouble():
            cursor = self.connection.execute(statement)
            while rows := cursor.fetchmany(_ROWS):
                yield rows

    async def close(self) -> None:
        self.connection.close()


class SqliteWriter:
    """Fills a file, which it makes if need be."""

    def __init__(self, path: Path) -> None:
        """Open a file. Raises Unavailable when it has another schema than this program's."""
        self.path = path
        with trouble():
            self._connection = connect(str(path))
        try:
            with trouble():
                (version,) = self._connection.execute("PRAGMA user_version").fetchone()
                if version == 0:
                    migrate(self._connection)
                else:
                    _require_current(path, version)
        except BaseException:
            self._connection.close()
            raise

    async def columns(self, table: str) -> Sequence[str]:
        with trouble():
            return [name for (name,) in self._connection.execute(SQL["columns"], (table,))]

    async def count(self, table: str) -> int:
        with trouble():
            return self._connection.execute(f'SELECT count(*) FROM "{table}"').fetchone()[0]  # noqa: S608

    async def rows(self, table: Table, columns: Sequence[str]) -> AsyncGenerator[list[Row]]:
        reader = SqliteReader(self.path)
        try:
            async for rows in reader.rows(table, columns):
                yield rows
        finally:
            await reader.close()

    async def progress(self) -> Mapping[str, Progress] | None:
        with trouble():
            if not self._connection.execute(SQL["has_table"], ("copying",)).fetchone():
                return None
            found = self._connection.execute(SQL["progress"]).fetchall()
        return {name: Progress(rows, checksum) for name, rows, checksum in found}

    async def begin(self, tables: Sequence[str]) -> None:
        with trouble(), self._transaction():
            self._connection.execute(SQL["begin"])
            self._connection.executemany(SQL["begin_table"], [(name, *NOTHING) for name in tables])

    async def write(
        self,
        table: str,
        columns: Sequence[str],
        rows: Sequence[Row],
        before: Progress,
        after: Progress,
    ) -> bool:
        places = ", ".join("?" * len(columns))
        statement = f'INSERT INTO "{table}" ({_names(columns)}) VALUES ({places})'  # noqa: S608
        with trouble(), self._transaction():
            moved = self._connection.execute(SQL["advance"], (*after, table, *before))
            if not moved.rowcount:
                return False
            self._connection.executemany(statement, rows)
        return True

    async def finish(self) -> None:
        # Numbers go on by themselves: the highest that was ever written is kept.
        with trouble(), self._transaction():
            self._connection.execute(SQL["recount"])
            self._connection.execute(SQL["recount_batches"])
            self._connection.execute(SQL["finish"])

    async def close(self) -> None:
        self._connection.close()

    @contextmanager
    def _transaction(self) -> Generator[None]:
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield
            self._connection.execute("COMMIT")
        except BaseException:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            raise


@contextmanager
def trouble() -> Generator[None]:
    """Turn SQLite's errors into refusals: Invalid for a row, Unavailable for all else."""
    try:
        yield
    except sqlite3.IntegrityError as error:
        raise Invalid(f"A row cannot be written: {error}.") from error
    except sqlite3.Error as error:
        raise unavailable(error) from error


def _names(columns: Sequence[str]) -> str:
    return ", ".join(f'"{name}"' for name in columns)


def _require_current(path: Path, version: int) -> None:
    newest = migrations()[-1][0]
    if version > newest:
        raise Unavailable(
            f"{path} has schema {version}, this program knows {newest}: upgrade humanwire."
        )
    if version < newest:
        raise Unavailable(
            f"{path} has schema {version}, this program needs {newest}: run `humanwire migrate`."
        )
