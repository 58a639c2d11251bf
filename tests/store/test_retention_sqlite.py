"""What is left of a deleted task in a SQLite file: nothing, in any table."""

import sqlite3
from pathlib import Path

import pytest
from tests.store.conftest import People
from tests.store.test_retention import answered, deliver

from humanwire.store.retention import Leaving
from humanwire.store.sqlite.store import SqliteStore

KEPT = {"idempotency"}
"""Forgotten after a day, and no task goes sooner."""


@pytest.fixture
async def store(tmp_path: Path):
    opened = SqliteStore(tmp_path / "store.db")
    await opened.open()
    yield opened
    await opened.close()


async def test_no_table_names_a_deleted_task(people: People, tmp_path: Path) -> None:
    gone, told = await answered(people)
    await deliver(people, told)
    kept, _ = await answered(people)
    before = named(tmp_path / "store.db", gone, told)
    assert len(before) >= 11, before

    assert await people.store.delete_tasks(people.project.number, [Leaving(gone, 1)]) == 1

    assert named(tmp_path / "store.db", gone, told) == KEPT
    assert named(tmp_path / "store.db", kept, told) >= before - {"attempt"}


def named(path: Path, task: str, delivery: str) -> set[str]:
    """The tables with a row that names a task or its delivery."""
    connection = sqlite3.connect(path)
    found: set[str] = set()
    tables = connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'").fetchall()
    for (table,) in tables:
        for row in connection.execute(f'SELECT * FROM "{table}"'):  # noqa: S608
            if task in row or delivery in row:
                found.add(table)
    connection.close()
    return found
