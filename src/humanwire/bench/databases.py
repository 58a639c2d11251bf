"""The databases of a bench: made for it, and gone with it."""

import os
import re
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg

from humanwire.config import is_postgres, sqlite_path
from humanwire.core.errors import Invalid, Unavailable

_ADDRESS = re.compile(r"(?P<server>postgres(?:ql)?://[^/?]*)(?:/[^?]*)?(?P<options>\?.*)?")


@asynccontextmanager
async def database(named: str | None, folder: Path, *, second: bool = False) -> AsyncGenerator[str]:
    """Yield the URL of a database to measure on.

    Without a name it is a file in `folder`. A SQLite file that is named is used, and stays; of a
    PostgreSQL database its server is used, on which a database is made that goes in the end. A
    `second` one never is the one that was named. Raises Invalid or Unavailable.
    """
    if named is not None and is_postgres(named):
        async with _database_of_postgres(named) as url:
            yield url
    elif named is None or second:
        yield f"sqlite:///{folder}/{'second' if second else 'bench'}.db"
    else:
        yield named


def folder_beside(named: str | None) -> Path | None:
    """The folder of a SQLite file that is named. Raises Invalid."""
    if named is None or is_postgres(named):
        return None
    folder = sqlite_path(named).parent
    if not folder.is_dir():
        raise Invalid(f"There is no folder {str(folder)!r}.", field="database")
    return folder


async def tidy_up(url: str) -> None:
    """Do at once what a PostgreSQL server does by itself a minute after its tables have grown."""
    if is_postgres(url):
        await _ask(url, "VACUUM ANALYZE")


async def postgres_version(url: str) -> str:
    """The version of a PostgreSQL server. Raises Unavailable."""
    version: str = await _ask(url, "SHOW server_version")
    return version.partition(" ")[0]


@asynccontextmanager
async def _database_of_postgres(named: str) -> AsyncGenerator[str]:
    name = f"humanwire_bench_{os.urandom(6).hex()}"
    parts = _ADDRESS.fullmatch(named)
    if parts is None:
        raise Invalid("This is no PostgreSQL address.", field="database")
    await _ask(named, f"CREATE DATABASE {name} ENCODING 'UTF8' TEMPLATE template0")
    try:
        yield f"{parts['server']}/{name}{parts['options'] or ''}"
    finally:
        await _ask(named, f"DROP DATABASE {name} WITH (FORCE)")


async def _ask(url: str, statement: str) -> str:
    try:
        connection = await asyncpg.connect(url, timeout=10)
    except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        raise Unavailable(f"The database cannot be used now: {error}.") from error
    except ValueError as error:
        raise Invalid(f"This is no PostgreSQL address: {error}.", field="database") from error
    try:
        return await connection.fetchval(statement)
    except asyncpg.InsufficientPrivilegeError as error:
        raise Invalid("Its user may not create databases.", field="database") from error
    finally:
        await connection.close()
