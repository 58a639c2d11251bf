"""How a SQLite file gets its schema: step by step, whole or not at all, and never backwards."""

import re
import sqlite3
from pathlib import Path

import pytest

from humanwire.core.errors import Unavailable
from humanwire.store.sqlite import engine
from humanwire.store.sqlite.store import SqliteStore


def schema(connection: sqlite3.Connection) -> list[tuple[str, str]]:
    query = "SELECT name, sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY name"
    return connection.execute(query).fetchall()


def memory() -> sqlite3.Connection:
    return sqlite3.connect(":memory:", isolation_level=None)


def test_migrating_twice_changes_nothing() -> None:
    connection = memory()
    engine.migrate(connection)
    first = schema(connection)

    engine.migrate(connection)

    assert schema(connection) == first
    newest = engine.migrations()[-1][0]
    assert connection.execute("PRAGMA user_version").fetchone() == (newest,)


def test_numbers_follow_each_other_and_names_say_what_for() -> None:
    folder = Path(engine.__file__).parent / "migrations"
    names = sorted(path.name for path in folder.iterdir() if path.suffix == ".sql")

    assert [number for number, _ in engine.migrations()] == list(range(1, len(names) + 1))
    assert all(re.fullmatch(r"\d{4}_[a-z_]+\.sql", name) for name in names)


def test_a_step_that_fails_leaves_the_file_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    connection = memory()
    steps = [(1, "CREATE TABLE a (x);"), (2, "CREATE TABLE b (x);\nCREATE TABLE a (x);")]
    monkeypatch.setattr(engine, "migrations", lambda: steps)

    with pytest.raises(sqlite3.OperationalError):
        engine.migrate(connection)

    assert [name for name, _ in schema(connection)] == ["a"]
    assert connection.execute("PRAGMA user_version").fetchone() == (1,)
    assert not connection.in_transaction


async def test_a_file_of_a_newer_program_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "newer.db"
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA user_version = 999")
    connection.close()

    with pytest.raises(Unavailable, match="schema 999"):
        await SqliteStore(path).open()


async def test_what_is_no_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "notes.db"
    path.write_text("these are notes, not a database, and long enough to be looked at " * 20)

    with pytest.raises(Unavailable, match="not a database"):
        await SqliteStore(path).open()


def test_over_assignment_and_double_decisions_cannot_be_written() -> None:
    """The invariants hold whatever a future statement tries."""
    connection = memory()
    engine.migrate(connection)
    task = """INSERT INTO task (project_id, id, mode, status, type, kind, priority, vacant)
    VALUES (1, ?, 'live', ?, 'rating', 'rating', 5, ?)"""
    connection.execute(task, ("a", "pending", 1))
    lease = "INSERT INTO assignment VALUES (1, ?, 'a', 7, 'leased', 1, 1, NULL)"
    answer = "INSERT INTO answer VALUES (1, 'a', 7, 1, 1, 1, NULL, '1', NULL, NULL)"
    result = "INSERT INTO result VALUES (1, 'a', 1, '1', NULL, NULL, 0)"
    for statement in (answer, result):
        connection.execute(statement)
    connection.execute(lease, ("one",))

    for statement, values in [
        ("UPDATE task SET vacant = -1", ()),
        ("UPDATE task SET withheld = 1", ()),
        (task, ("b", "complete", 1)),
        (lease, ("two",)),
        (answer, ()),
        (result, ()),
    ]:
        with pytest.raises(sqlite3.IntegrityError):
            connection.execute(statement, values)


def at(version: int) -> sqlite3.Connection:
    """A database as an earlier version of the program left it."""
    connection = memory()
    for _, text in engine.migrations()[:version]:
        connection.executescript(text)
    connection.execute(f"PRAGMA user_version = {version}")
    return connection


def test_events_keep_their_numbers_when_projects_get_their_own() -> None:
    connection = at(1)
    event = "INSERT INTO event VALUES (?, ?, 'live', 'request.complete', ?, 5)"
    rows = [(1, 1, "a"), (2, 2, "b"), (4, 1, "c"), (9, 2, "d"), (11, 1, "e")]
    connection.executemany(event, rows)

    engine.migrate(connection)

    found = connection.execute("SELECT id, project_id, task_id FROM event ORDER BY id").fetchall()
    assert found == rows
    feeds = connection.execute("SELECT project_id, last_id FROM feed ORDER BY 1").fetchall()
    assert feeds == [(1, 11), (2, 9)]


def test_the_tasks_that_are_there_are_counted() -> None:
    connection = at(3)
    task = """INSERT INTO task (project_id, id, mode, status, type, kind, priority, vacant)
    VALUES (?, ?, ?, ?, 'rating', 'rating', 5, 0)"""
    states = [("live", "pending"), ("live", "pending"), ("live", "complete"), ("test", "flagged")]
    rows = [(1 + n // 3, str(n), *state) for n, state in enumerate(states)]
    connection.executemany(task, rows)

    engine.migrate(connection)

    found = connection.execute("SELECT * FROM counter ORDER BY 1, 2, 3").fetchall()
    assert found == [
        (1, "live", "complete", 0, 1),
        (1, "live", "pending", 0, 2),
        (1, "live", "rating", 0, 3),
        (2, "test", "flagged", 0, 1),
        (2, "test", "rating", 0, 1),
    ]
