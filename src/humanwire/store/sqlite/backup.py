"""Backups: a SQLite file of humanwire's that knows what it holds, whatever engine it came from."""

import os
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

import msgspec
from msgspec import Struct

from humanwire import __version__
from humanwire.core.errors import Invalid, Unavailable
from humanwire.store.copying import Damaged, Watch, summed_up
from humanwire.store.sqlite.engine import migrate, migrations
from humanwire.store.sqlite.tables import SqliteReader, trouble
from humanwire.store.statements import load
from humanwire.store.tables import TABLES, Progress, Table, shared

SQL = load("sqlite", "backup.sql")
_PAGES = 256


class _Held(Struct, frozen=True):
    """One table of a backup, described well enough for any later version of the program."""

    name: str
    key: tuple[str, ...]
    columns: tuple[str, ...]
    rows: int
    checksum: str


_held = msgspec.json.Decoder(list[_Held])


def copy_pages(source: Path, target: Path, watch: Watch) -> None:
    """Copy a file as it is now, while others write to it. Raises Invalid or Unavailable.

    All of it is read in one transaction: without that, each write by another process would make
    the copy begin anew, and under constant writing it would never end.
    """
    done = 0

    def told(_: int, left: int, total: int) -> None:
        nonlocal done
        watch("copying pages", total - left - done)
        done = total - left

    reader = SqliteReader(source)
    with trouble(), closing(reader.connection), closing(sqlite3.connect(target)) as writer:
        reader.connection.backup(writer, pages=_PAGES, progress=told)


async def seal(path: Path, now: int, watch: Watch) -> Mapping[str, Progress]:
    """Write into a copy what it holds, and see it on the disk; return rows and checksums."""
    with trouble(), closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute(SQL["forget_record"])
    reader = SqliteReader(path)
    held: list[_Held] = []
    try:
        for table in TABLES:
            columns = shared(table.name, await reader.columns(table.name))
            found = await summed_up(reader, table, columns, watch)
            held.append(_Held(table.name, table.key, tuple(columns), *found))
    finally:
        await reader.close()
    with trouble(), closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute(SQL["make_record"])
        tables = msgspec.json.encode(held).decode()
        connection.execute(SQL["add_record"], (now, __version__, tables))
        # All in one file, which can be moved and read as it is.
        connection.execute("PRAGMA journal_mode = DELETE")
    with path.open("rb") as file:
        os.fsync(file.fileno())
    return {each.name: Progress(each.rows, each.checksum) for each in held}


async def check(path: Path, watch: Watch) -> int:
    """Read a whole backup and return its schema's version.

    Raises Invalid for a file that is no backup, Damaged for one that does not hold what it did.
    """
    try:
        reader = SqliteReader(path, current=False)
        try:
            for each in _record(reader):
                table = Table(each.name, each.key)
                found = await summed_up(reader, table, each.columns, watch)
                if found != (each.rows, each.checksum):
                    raise Damaged(
                        f"{path} is damaged: table {each.name} has {found.rows} rows with"
                        f" checksum {found.checksum}, not {each.rows} with {each.checksum}."
                    )
            return reader.version
        finally:
            await reader.close()
    except Unavailable as error:
        raise Damaged(f"{path} is damaged or no backup: {error.message}") from error


def brought_up(path: Path, version: int, folder: Path) -> Path:
    """Return the backup, or if its schema is older a copy in `folder` with the schema of today.

    Raises Unavailable for a backup by a newer version of the program.
    """
    newest = migrations()[-1][0]
    if version == newest:
        return path
    if version > newest:
        raise Unavailable(
            f"{path} has schema {version}, this program knows {newest}: upgrade humanwire."
        )
    copy = folder / "migrated.db"
    with trouble(), closing(sqlite3.connect(path)) as old, closing(sqlite3.connect(copy)) as new:
        old.backup(new)
        new.isolation_level = None
        migrate(new)
    return copy


def _record(reader: SqliteReader) -> list[_Held]:
    with trouble():
        if not reader.has_table("backup"):
            raise Invalid(f"{reader.path} is no backup made by humanwire.")
        found = reader.connection.execute(SQL["record"]).fetchone()
    try:
        return _held.decode(found[2])
    except (TypeError, msgspec.DecodeError) as error:
        raise Damaged(f"{reader.path} is damaged: {error}.") from error
