"""Moving house: every table from any engine to any, interrupted anywhere, and never mixed."""

import asyncio
import os
import signal
import sqlite3
import sys
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest
from tests.postgres import PostgresServer, new_database
from tests.store.conftest import NOW, People
from tests.store.moving import contents, fill, ignore, stored, url_of

from humanwire import wiring
from humanwire.core.errors import Invalid, Unavailable
from humanwire.store.copying import NOTHING, Damaged, copy
from humanwire.store.interface import Store
from humanwire.store.postgres.store import PostgresStore
from humanwire.store.sqlite.store import SqliteStore
from humanwire.store.tables import OWN_TABLES, TABLES


@pytest.fixture
async def filled(people: People) -> People:
    await fill(people)
    return people


@pytest.fixture(params=["sqlite", "18"])
async def empty(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncGenerator[str]:
    """The URL of a database without tables."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'target ?#%.db'}"
        return
    server: PostgresServer = request.getfixturevalue("postgres_18")
    url = await new_database(server)
    yield url
    await server.drop_database(url)


async def copied(source: str, target: str, watch=ignore):
    async with wiring.open_reader(source) as reader, wiring.open_writer(target) as writer:
        return await copy(reader, writer, watch)


async def tables_of(store: Store) -> dict[str, list[tuple[str, ...]]]:
    """List the tables of a schema, with the columns of their unique indexes."""
    if isinstance(store, SqliteStore):
        names = store._all(
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
        )
        unique = store._all(
            "SELECT t.name, i.name FROM sqlite_schema AS t, pragma_index_list(t.name) AS i"
            " WHERE i.[unique] AND NOT i.partial"
        )
        keys = [
            (table, tuple(c for (c,) in store._all("SELECT name FROM pragma_index_info(?)", index)))
            for table, index in unique
        ]
        rowids = store._all(
            "SELECT t.name, c.name FROM sqlite_schema AS t, pragma_table_info(t.name) AS c"
            " WHERE c.pk AND c.type = 'INTEGER'"
        )
        keys += [(table, (column,)) for table, column in rowids]
    else:
        assert isinstance(store, PostgresStore)
        names = await store._read(
            "SELECT tablename FROM pg_tables"
            " WHERE schemaname = current_schema() AND tablename <> 'humanwire_schema'"
        )
        keys = [
            (table, tuple(columns))
            for table, columns in await store._read(
                "SELECT indrelid::regclass::text, ARRAY(SELECT attname::text FROM pg_attribute"
                " WHERE attrelid = indexrelid ORDER BY attnum) FROM pg_index"
                " WHERE indisunique AND indpred IS NULL"
                " AND indrelid::regclass::text NOT LIKE 'pg_%'"
            )
        ]
    return {name: [key for table, key in keys if table.strip('"') == name] for (name,) in names}


async def test_every_table_is_on_the_list_and_has_its_key(store: Store) -> None:
    schema = await tables_of(store)
    assert {table.name for table in TABLES} == set(schema) - set(OWN_TABLES)
    for table in TABLES:
        if table.name == "task_metadata":  # its key is unique since a name is, within an object
            continue
        assert table.key in schema[table.name], table.name


async def test_a_copy_holds_all_that_there_was(filled: People, empty: str) -> None:
    source = url_of(filled.store)
    sums = await copied(source, empty)
    before, after = await contents(source), await contents(empty)
    assert [name for name, rows in before.items() if not rows] == []
    for name, rows in before.items():
        assert rows == after[name], name
        assert sums[name].rows == len(rows)
    async with stored(empty) as there:
        number = filled.project.number
        assert await there.project_counts(number) == await filled.store.project_counts(number)
        choices = await filled.store.count_tasks(number, "live", "multiple-choice")
        assert await there.count_tasks(number, "live", "multiple-choice") == choices > 0
        batches = await there.list_batches(number, "live", None, 9)
        assert [(each.frames, each.completed_frames, each.annotations) for each in batches] == [
            (1, 1, 1),
            (0, 0, 0),
        ]
        assert batches == await filled.store.list_batches(number, "live", None, 9)
        moved = People(there)
        lease = await moved.claim(filled.teammate)
        expected = await filled.claim(filled.teammate)
        assert lease is not None
        assert expected is not None
        assert lease.task == expected.task
        assert (await moved.found("later")).number == filled.other.number + 1
        assert (await moved.hire("later")).number == filled.stranger.number + 1


async def test_there_and_back_gives_the_same_checksums(
    filled: People, empty: str, tmp_path: Path
) -> None:
    back = f"sqlite:///{tmp_path / 'back.db'}"
    assert await copied(url_of(filled.store), empty) == await copied(empty, back)


class Cut(BaseException):
    pass


def cut_after(count: int):
    def watch(_: str, __: int) -> None:
        nonlocal count
        count -= 1
        if count < 0:
            raise Cut

    return watch


async def test_a_copy_goes_on_wherever_it_was_cut(filled: People, empty: str) -> None:
    source = url_of(filled.store)
    cuts = 0
    while True:
        try:
            await copied(source, empty, cut_after(cuts))
            break
        except Cut:
            cuts += 3
        with pytest.raises(Unavailable, match="unfinished copy"):
            async with stored(empty):
                pass
    assert cuts > len(TABLES)
    assert await contents(source) == await contents(empty)


async def test_a_source_that_changed_meanwhile_is_not_mixed_in(filled: People, empty: str) -> None:
    source = url_of(filled.store)
    with pytest.raises(Cut):
        await copied(source, empty, cut_after(12))
    await filled.store.revoke_worker(filled.worker.number, NOW)
    with pytest.raises(Invalid, match="worker has changed"):
        await copied(source, empty)


async def test_rows_that_are_gone_are_noticed(filled: People, empty: str) -> None:
    source = url_of(filled.store)
    with pytest.raises(Cut):
        await copied(source, empty, cut_after(12))
    await filled.store.close_session(b"operator's")
    with pytest.raises(Invalid, match="session has changed"):
        await copied(source, empty)


async def test_a_copy_is_of_one_moment(filled: People, empty: str) -> None:
    """Writes while it runs are not in it: neither half of them nor all."""
    source = url_of(filled.store)
    before = await contents(source)
    async with wiring.open_reader(source) as reader, wiring.open_writer(empty) as writer:
        await filled.ask(filled.other)
        await filled.store.close_session(b"operator's")
        await copy(reader, writer, ignore)
    assert await contents(empty) == before


async def test_only_an_empty_database_is_filled(filled: People, tmp_path: Path) -> None:
    source = f"sqlite:///{tmp_path / 'other.db'}"
    async with stored(source) as other:
        await People(other).found("somebody's")
    with pytest.raises(Invalid, match="not empty: its table project"):
        await copied(source, url_of(filled.store))
    assert len((await contents(source))["project"]) == 1


async def test_two_copies_do_not_meet_in_one_target(filled: People, empty: str) -> None:
    source = url_of(filled.store)

    async def begin_another() -> None:
        async with wiring.open_reader(source) as reader, wiring.open_writer(empty) as writer:
            await copy(reader, writer, cut_after(20))

    async with wiring.open_reader(source) as reader, wiring.open_writer(empty) as writer:
        await writer.begin([table.name for table in TABLES])
        with pytest.raises(Cut):
            await begin_another()
        columns = sorted(await reader.columns("project"))
        (rows,) = [some async for some in reader.rows(TABLES[0], columns)]
        assert not await writer.write("project", columns, rows, NOTHING, NOTHING)


async def test_what_arrives_damaged_is_named(filled: People, tmp_path: Path) -> None:
    path = tmp_path / "target.db"

    def spoil(step: str, _: int) -> None:
        if step == "checking project":
            connection = sqlite3.connect(path)
            connection.execute("UPDATE task_content SET body_json = '{}'")
            connection.commit()
            connection.close()

    with pytest.raises(Damaged, match="Table task_content: 26 rows"):
        await copied(url_of(filled.store), f"sqlite:///{path}", spoil)


async def test_a_text_that_postgresql_cannot_hold_is_named(
    postgres_18: PostgresServer, tmp_path: Path
) -> None:
    source, target = tmp_path / "source.db", await new_database(postgres_18)
    async with stored(f"sqlite:///{source}") as store:
        await People(store).found("x")
    connection = sqlite3.connect(source)
    connection.execute("UPDATE project SET name = 'a' || char(0)")
    connection.commit()
    connection.close()
    with pytest.raises(Invalid, match="Table project: PostgreSQL cannot hold a row"):
        await copied(f"sqlite:///{source}", target)
    await postgres_18.drop_database(target)


async def test_another_schema_is_refused(tmp_path: Path) -> None:
    old, new = tmp_path / "old.db", tmp_path / "new.db"
    for path, version in ((old, 1), (new, 10_000)):
        connection = sqlite3.connect(path)
        connection.execute(f"PRAGMA user_version = {version}")
        connection.close()
    with pytest.raises(Unavailable, match="run `humanwire migrate`"):
        await copied(f"sqlite:///{old}", f"sqlite:///{tmp_path / 'x.db'}")
    with pytest.raises(Unavailable, match="upgrade humanwire"):
        await copied(f"sqlite:///{new}", f"sqlite:///{tmp_path / 'x.db'}")
    assert not (tmp_path / "x.db").exists()


KILLED = """
import asyncio, os, signal, sys
from humanwire import wiring
from humanwire.store.copying import copy

async def run():
    source, target, count = sys.argv[1:]
    left = int(count)

    def watch(step, more):
        nonlocal left
        left -= 1
        if left < 0:
            os.kill(os.getpid(), signal.SIGKILL)

    async with wiring.open_reader(source) as reader, wiring.open_writer(target) as writer:
        await copy(reader, writer, watch)

asyncio.run(run())
"""


@pytest.mark.parametrize("steps", [9, 22, 40])
@pytest.mark.skipif(os.name != "posix", reason="kills")
async def test_a_copy_that_was_killed_goes_on(filled: People, empty: str, steps: int) -> None:
    source = url_of(filled.store)
    command = [sys.executable, "-c", KILLED, source, empty, str(steps)]
    process = await asyncio.create_subprocess_exec(*command)
    assert await process.wait() == -signal.SIGKILL
    await copied(source, empty)
    assert await contents(source) == await contents(empty)
