"""What a node says of a database that it cannot serve on: at its start, by name, with a status."""

import asyncio
import sys

import pytest
from tests.nodes.conftest import migrated
from tests.postgres import PostgresServer, new_database


async def run(*words: str) -> tuple[int, str]:
    """Run the program, which is to end by itself; return its status and what it complained of."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "humanwire", *words, stderr=asyncio.subprocess.PIPE
    )
    async with asyncio.timeout(60):
        _, said = await process.communicate()
    assert process.returncode is not None
    return process.returncode, said.decode()


async def serve(url: str) -> tuple[int, str]:
    return await run("serve", "--port", "0", "--database", url)


@pytest.mark.parametrize("encoding", ["LATIN1", "SQL_ASCII"])
async def test_a_database_that_is_not_utf8(postgres: PostgresServer, encoding: str):
    url = await postgres.create_database("odd", template="template0", encoding=encoding)
    try:
        told = await asyncio.gather(serve(url), run("migrate", "--database", url))
    finally:
        await postgres.drop_database(url)
    for status, said in told:
        assert status == 1
        assert f"database: The database's encoding is {encoding}; it must be UTF8" in said


async def test_a_schema_of_another_version_or_none(postgres_18: PostgresServer):
    empty = await new_database(postgres_18)
    older = await new_database(postgres_18, migrated)
    newer = await new_database(postgres_18, migrated)
    name = older.rpartition("/")[2]
    await postgres_18.execute(
        "DELETE FROM humanwire_schema WHERE version = (SELECT max(version) FROM humanwire_schema)",
        name,
    )
    await postgres_18.execute(
        "INSERT INTO humanwire_schema (version) VALUES (9999)", newer.rpartition("/")[2]
    )
    told = await asyncio.gather(*map(serve, (empty, older, newer)))
    for url in (empty, older, newer):
        await postgres_18.drop_database(url)

    assert [status for status, _ in told] == [1, 1, 1]
    of_empty, of_older, of_newer = (said for _, said in told)
    assert "run `humanwire migrate`" in of_empty
    assert "run `humanwire migrate`" in of_older
    assert "has schema 9999, this program knows" in of_newer
    assert "upgrade humanwire" in of_newer


async def test_a_wrong_password_no_database_and_no_server(postgres_18: PostgresServer):
    url = await postgres_18.create_database("locked")
    await postgres_18.execute("CREATE ROLE asker LOGIN PASSWORD 'right'")
    rules = postgres_18.folder / "data/pg_hba.conf"
    rules.write_text(f"host locked all 127.0.0.1/32 scram-sha-256\n{rules.read_text()}")
    await postgres_18.execute("SELECT pg_reload_conf()")
    locked = url.replace("postgres@", "asker:wrong@")

    told = await asyncio.gather(
        serve(locked),
        serve(postgres_18.url("nowhere")),
        serve("postgresql://postgres@127.0.0.1:1/humanwire"),
    )
    await postgres_18.drop_database(url)
    await postgres_18.execute("DROP ROLE asker")

    assert [status for status, _ in told] == [1, 1, 1]
    wrong, nowhere, silent = (said for _, said in told)
    assert 'password authentication failed for user "asker"' in wrong
    assert "wrong" not in wrong
    assert 'database "nowhere" does not exist' in nowhere
    assert "The database cannot be used now" in silent
