"""What a PostgreSQL database must be to be ours, and how it comes to this program's schema."""

import logging
import re
from importlib import resources

import asyncpg

from humanwire.core.errors import Invalid, Unavailable
from humanwire.store.statements import load

log = logging.getLogger(__name__)

SQL = load("postgres", "schema.sql")
_OLDEST_SERVER = 14
_MIGRATION = re.compile(r"^(\d{4})_\w+\.sql$")


async def require_fit(connection: "asyncpg.Connection[asyncpg.Record]") -> None:
    encoding = await connection.fetchval("SHOW server_encoding")
    if encoding != "UTF8":
        raise Invalid(
            f"The database's encoding is {encoding}; it must be UTF8"
            " (CREATE DATABASE … ENCODING 'UTF8' TEMPLATE template0).",
            field="database",
        )
    version = connection.get_server_version()
    if version.major < _OLDEST_SERVER:
        raise Invalid(
            f"PostgreSQL {version.major} is too old: {_OLDEST_SERVER} or newer is needed.",
            field="database",
        )


def require_current(version: int) -> None:
    newest = migrations()[-1][0]
    if version > newest:
        raise Unavailable(
            f"The database has schema {version}, this program knows {newest}: upgrade humanwire."
        )
    if version < newest:
        raise Unavailable(
            f"The database has schema {version}, this program needs {newest}:"
            " run `humanwire migrate` on it."
        )


def migrations() -> list[tuple[int, str]]:
    """The migrations in order, each with the schema version that it makes."""
    folder = resources.files("humanwire.store.postgres").joinpath("migrations")
    found = ((_MIGRATION.match(file.name), file) for file in folder.iterdir())
    return sorted(
        (int(match[1]), file.read_text(encoding="utf-8")) for match, file in found if match
    )


async def schema_version(connection: "asyncpg.Connection[asyncpg.Record]") -> int:
    """Read the number of the newest migration that a database has had; 0 for an empty one."""
    if await connection.fetchval(SQL["has_schema"]) is None:
        return 0
    return await connection.fetchval(SQL["schema_version"])


async def migrate(connection: "asyncpg.Connection[asyncpg.Record]") -> None:
    """Bring the schema up to date, one transaction for each step, one program at a time."""
    await connection.execute(SQL["lock_schema"])
    try:
        await connection.execute(SQL["make_schema"])
        version = await schema_version(connection)
        for number, text in migrations():
            if number > version:
                async with connection.transaction():
                    await connection.execute(text)
                    await connection.execute(SQL["schema_is"], number)
                log.info("migrated", extra={"schema": number})
    finally:
        await connection.execute(SQL["unlock_schema"])
