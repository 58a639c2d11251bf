"""How SQLite looks things up: no statement on a path that is taken often reads a whole table."""

import re
import sqlite3

import pytest

from humanwire.core.ids import BatchId, ProjectId, TaskId
from humanwire.store.records import TaskFilter
from humanwire.store.sqlite.engine import migrate
from humanwire.store.sqlite.listing import list_statement, source_statement
from humanwire.store.statements import load

STATEMENTS = {
    f"{file}:{name}": text
    for file in (
        "accounts.sql",
        "batches.sql",
        "claims.sql",
        "deliveries.sql",
        "filing.sql",
        "gauges.sql",
        "history.sql",
        "pages.sql",
        "retention.sql",
        "tasks.sql",
        "work.sql",
        "workflows.sql",
    )
    for name, text in load("sqlite", file).items()
}
SMALL = {
    # Few rows, or asked for by an operator only.
    "accounts.sql:list_projects",
    "accounts.sql:list_workers",
    "gauges.sql:project_names",
    "accounts.sql:worker_by_reference",
    "accounts.sql:list_keys",
    "accounts.sql:expire_key",
    "workflows.sql:list_workflows",
    "accounts.sql:key_used",
    "accounts.sql:has_operator",
    "accounts.sql:forget_sessions",
    "accounts.sql:end_sessions_of",
}
SORTS = {
    # A task's few leases; a project's few keys; what a deletion by hand or a rare resend touches.
    "tasks.sql:task_leases",
    "tasks.sql:task_answers",
    "tasks.sql:answers_of",
    "tasks.sql:responses",
    "tasks.sql:add_exclusion",
    "accounts.sql:list_keys",
    "accounts.sql:projects_of",
    "accounts.sql:worker_by_reference",
    "claims.sql:held",
    "workflows.sql:list_workflows",
    "retention.sql:batches_of",
    "history.sql:past_answers",
}
TABLES = re.compile(
    r"\bSCAN (?!json_each|named|wanted|constant|waiting|back|said|\d CONSTANT)"
    r"(\w++)(?! USING (?:COVERING )?INDEX)"
)


@pytest.fixture(scope="module")
def database() -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    migrate(connection)
    return connection


def plan(database: sqlite3.Connection, statement: str) -> str:
    numbered = statement.count("?")
    names = set(re.findall(r":(\w+)", statement))
    values = dict.fromkeys(names) if names else (None,) * numbered
    rows = database.execute(f"EXPLAIN QUERY PLAN {statement}", values).fetchall()
    return "\n".join(row[3] for row in rows)


@pytest.mark.parametrize("name", STATEMENTS)
def test_no_table_is_read_through(database: sqlite3.Connection, name: str) -> None:
    found = plan(database, STATEMENTS[name])

    if name not in SMALL:
        assert not TABLES.search(found), found
    if name not in SORTS:
        assert "TEMP B-TREE" not in found, found


@pytest.mark.parametrize(
    ("name", "index"),
    [
        ("claim_first", "task_queue (project_id=?)"),
        ("next_priority", "task_queue (project_id=? AND priority<?)"),
        ("next_priority_of_kind", "task_kind (project_id=? AND kind=? AND priority<?)"),
        ("vacancy", "task_queue (project_id=? AND priority=? AND id>?)"),
        ("vacancy_of_kind", "task_kind (project_id=? AND kind=? AND priority=? AND id>?)"),
        ("looked", "task_queue (project_id=? AND priority=? AND id>?)"),
        ("looked_of_kind", "task_kind (project_id=? AND kind=? AND priority=? AND id>?)"),
        ("returned", "task_returned (project_id=? AND priority=? AND returned>?)"),
        ("farthest_seen", "seen_upto (project_id=?)"),
    ],
)
def test_a_claim_walks_the_queue(database: sqlite3.Connection, name: str, index: str) -> None:
    found = plan(database, STATEMENTS[f"claims.sql:{name}"])

    assert re.search(rf"SEARCH \w+ USING (COVERING )?INDEX {re.escape(index)}", found), found
    if name in {"claim_first", "vacancy", "vacancy_of_kind", "returned"}:
        assert "assignment_task (project_id=? AND task_id=? AND worker_id=?)" in found
        assert "exclusion USING PRIMARY KEY (project_id=? AND task_id=? AND worker_id=?)" in found


@pytest.mark.parametrize(
    ("where", "index"),
    [
        (TaskFilter(), "task_status (project_id=? AND mode=? AND status=?"),
        (TaskFilter(status="flagged"), "task_status (project_id=? AND mode=? AND status=?"),
        (TaskFilter(type="a"), "task_type (project_id=? AND mode=? AND type=? AND status=?"),
        (
            TaskFilter(type="a", status="flagged"),
            "task_type (project_id=? AND mode=? AND type=? AND status=?",
        ),
        (
            TaskFilter(created_after=5, created_before=9),
            "task_status (project_id=? AND mode=? AND status=? AND id>? AND id<?",
        ),
    ],
)
def test_lists_follow_an_index_in_order(
    database: sqlite3.Connection, where: TaskFilter, index: str
) -> None:
    statement, _ = list_statement(ProjectId(1), "live", where, TaskId("x"), 9)

    found = plan(database, statement)

    searches = re.findall(r"SEARCH .*", found)
    assert len(searches) == (1 if where.status else 4)
    assert all(f"USING COVERING INDEX {index}" in search for search in searches), found


@pytest.mark.parametrize(
    ("where", "index"),
    [
        (
            TaskFilter(batch=BatchId("b"), metadata={"a": "b"}, status="flagged"),
            "filing USING COVERING INDEX filing_batch (project_id=? AND batch_id=? AND task_id<?)",
        ),
        (
            TaskFilter(batch=BatchId("b"), reference="r", type="a"),
            "reference USING PRIMARY KEY (project_id=? AND mode=? AND digest=?)",
        ),
    ],
)
def test_batches_and_references_are_found_by_their_keys(
    database: sqlite3.Connection, where: TaskFilter, index: str
) -> None:
    statement, _ = source_statement(ProjectId(1), "live", where, TaskId("x"), 9)

    found = plan(database, statement)

    assert index in found
    assert "task USING PRIMARY KEY (project_id=? AND id=?)" in found
    assert "TEMP B-TREE" not in found


def test_metadata_is_searched_by_its_key(database: sqlite3.Connection) -> None:
    where = TaskFilter(metadata={"a": "b", "c": "d"}, status="flagged", created_after=5)
    statement, _ = source_statement(ProjectId(1), "live", where, TaskId("x"), 9)

    found = plan(database, statement)

    assert "PRIMARY KEY (project_id=? AND key=? AND value=? AND task_id>? AND task_id<?)" in found
    assert "task USING PRIMARY KEY (project_id=? AND id=?)" in found
    assert "TEMP B-TREE" not in found
