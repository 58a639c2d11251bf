"""What a list reads of SQLite among 100,000 tasks: a page's worth, whatever else there is.

Work is counted in steps of SQLite's machine, of which a row of a list takes some tens.
"""

import sqlite3
from collections.abc import AsyncGenerator
from itertools import product
from pathlib import Path

import pytest

from humanwire.core.consensus import Single, encode_policy
from humanwire.core.ids import DeliveryId, ProjectId, TaskId, uuid7_from
from humanwire.core.questions import Choice, encode_question
from humanwire.core.task import Status
from humanwire.store.deliveries import DeliveryState
from humanwire.store.records import TaskFilter
from humanwire.store.sqlite.engine import migrate
from humanwire.store.sqlite.store import SqliteStore

OURS = ProjectId(1)
TASKS = 100_000
PAGE = 20
NOW = 1_800_000_000_000


def identifier(number: int) -> TaskId:
    return TaskId(uuid7_from(NOW + number))


def states(number: int) -> tuple[str, str, str]:
    """The mode, status and type of a task: all but the oldest hundreds are of the same sort."""
    if number < 300:
        return ("live", ("pending", "complete", "flagged", "aborted")[number % 4], "rating")
    if number < 600:
        return ("test", "complete", "free-text")
    if number < 50_000:
        return ("test", "pending", "multiple-choice")
    return ("live", "complete", "multiple-choice")


@pytest.fixture(scope="module")
def deep(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("deep") / "deep.db"
    connection = sqlite3.connect(path, isolation_level=None)
    migrate(connection)
    question = encode_question(Choice(instruction="Which?", choices=("a", "b")))
    content = ("heat", NOW, None, encode_policy(Single()), question, "{}")
    connection.execute("PRAGMA synchronous = OFF")
    connection.execute("BEGIN")
    connection.executemany(
        "INSERT INTO task (project_id, id, mode, status, type, kind, priority, vacant)"
        " VALUES (1, ?, ?, ?, ?, 'choice', 5, 0)",
        ((identifier(number), *states(number)) for number in range(TASKS)),
    )
    connection.executemany(
        "INSERT INTO task_content VALUES (1, ?, ?, ?, ?, ?, ?, ?, 0)",
        ((identifier(number), *content) for number in range(TASKS)),
    )
    connection.executemany(
        "INSERT INTO task_metadata VALUES (1, ?, ?, ?)",
        (
            (key, value, identifier(number))
            for number in range(0, TASKS, 10)
            for key, value in (("team", "red"), ("row", str(number)))
        ),
    )
    connection.executemany(
        "INSERT INTO delivery (project_id, id, task_id, mode, url, origin, state) VALUES"
        " (1, ?, ?, ?, 'https://e.org/h', 'https://e.org', ?)",
        (
            (
                identifier(number),
                identifier(number),
                "live" if number < 50 or number % 2 else "test",
                "failed" if number < 50 else "delivered",
            )
            for number in range(TASKS)
        ),
    )
    connection.execute("COMMIT")
    connection.close()
    return path


class Counted(SqliteStore):
    """A store that counts the steps of its reader."""

    steps = 0

    def count(self) -> None:
        assert self._reader is not None
        self._reader.set_progress_handler(self._step, 10)

    def _step(self) -> None:
        self.steps += 10


@pytest.fixture
async def store(deep: Path) -> AsyncGenerator[Counted]:
    opened = Counted(deep)
    await opened.open()
    opened.count()
    yield opened
    await opened.close()


COMBINATIONS = list(
    product(
        ("live", "test"),
        (None, "pending", "complete", "flagged"),
        (None, "rating", "multiple-choice", "free-text"),
    )
)


@pytest.mark.parametrize(("mode", "status", "kind"), COMBINATIONS)
async def test_every_list_reads_a_page(
    store: Counted, mode: str, status: Status | None, kind: str | None
) -> None:
    expected = [
        identifier(number)
        for number in reversed(range(TASKS))
        for has in (states(number),)
        if has[0] == mode and status in {None, has[1]} and kind in {None, has[2]}
    ]
    where = TaskFilter(status=status, type=kind)
    for before in (None, identifier(70_000), identifier(250)):
        store.steps = 0

        found = await store.list_tasks(OURS, mode, where, before, PAGE)  # type: ignore[arg-type]

        rest = [task for task in expected if before is None or task < before]
        assert [task.id for task in found] == rest[:PAGE]
        assert store.steps < 10_000


@pytest.mark.parametrize(
    ("where", "first"),
    [
        (TaskFilter(metadata={"team": "red"}), 99_990),
        (TaskFilter(metadata={"team": "red", "row": "60000"}), 60_000),
        (TaskFilter(metadata={"row": "60000", "team": "red"}), 60_000),
        (TaskFilter(metadata={"team": "red"}, status="flagged"), 290),
        (TaskFilter(metadata={"team": "red"}, type="rating"), 290),
        (TaskFilter(metadata={"team": "red"}, created_before=NOW + 70_000), 69_990),
    ],
)
async def test_filters_by_metadata_take_turns_with_others(
    store: Counted, where: TaskFilter, first: int
) -> None:
    most = 0
    execute = store._execute

    def counted(statement, values):
        nonlocal most
        store.steps = 0
        cursor = execute(statement, values)
        rows = cursor.fetchall()
        most = max(most, store.steps)
        return Rows(rows)

    store._execute = counted  # type: ignore[method-assign]

    found = await store.list_tasks(OURS, "live", where, None, PAGE)

    assert found[0].id == identifier(first)
    assert most < 100_000, "a turn is a thousand entries at most"
    again = await store.list_tasks(OURS, "live", where, found[-1].id, PAGE)
    assert all(task.id < found[-1].id for task in again)


class Rows:
    """A cursor that has been read to its end."""

    def __init__(self, rows):
        self._rows = rows

    def fetchall(self):
        return self._rows

    def fetchone(self):
        return self._rows[0] if self._rows else None


@pytest.mark.parametrize(
    ("mode", "task", "state", "before", "expected"),
    [
        ("live", None, None, None, range(99_999, 99_959, -2)),
        ("test", None, "delivered", 90_000, range(89_998, 89_958, -2)),
        ("live", None, "failed", None, range(49, 29, -1)),
        ("live", None, "failed", 10, range(9, -1, -1)),
        ("test", None, "failed", None, ()),
        ("live", 77_777, None, None, (77_777,)),
        ("live", 77_777, "failed", None, ()),
        ("live", 5, "failed", None, (5,)),
        ("test", 77_777, None, None, ()),
    ],
)
async def test_the_delivery_log_reads_a_page(
    store: Counted,
    mode: str,
    task: int | None,
    state: DeliveryState | None,
    before: int | None,
    expected: range,
) -> None:
    found = await store.list_deliveries(
        OURS,
        mode,  # type: ignore[arg-type]
        None if task is None else identifier(task),
        state,
        None if before is None else DeliveryId(identifier(before)),
        PAGE,
    )

    assert [delivery.id for delivery in found] == [identifier(number) for number in expected]
    assert store.steps < 30_000


async def test_what_no_index_serves_is_looked_through_to_the_end(store: Counted) -> None:
    assert await store.list_deliveries(OURS, "live", None, "pending", None, PAGE) == []
