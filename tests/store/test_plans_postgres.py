"""How PostgreSQL looks things up: by keys, with few rows in its tables and with many.

The store's sessions make one plan for each statement, whatever the values, so the plan is asked for
without any. Statistics of a small table must not lead to a plan that reads a project's every row.
"""

import json
import re
from collections.abc import AsyncGenerator, Iterator
from typing import Any

import asyncpg
import pytest
from tests.postgres import PostgresServer, new_database
from tests.store.conftest import migrated

from humanwire.core.ids import BatchId, ProjectId, TaskId
from humanwire.store.postgres.connections import SETTINGS
from humanwire.store.postgres.listing import list_statement
from humanwire.store.records import TaskFilter
from humanwire.store.statements import load

STATEMENTS = {
    f"{file}:{name}": text
    for file in (
        *("claims.sql", "worn.sql", "work.sql", "history.sql", "tasks.sql"),
        *("filing.sql", "batches.sql", "workflows.sql", "pages.sql"),
    )
    for name, text in load("postgres", file).items()
}
KEYED_BY = {
    # By the project alone: the first of the queue; the last place that anybody has looked up to.
    "task_queue": 1,
    "seen_upto": 1,
    # Whether anything waits.
    "task_kind": 1,
    # All of them, which are few at any time.
    "batch_unsettled": 0,
    # What is due, soonest first.
    "assignment_expiry": 1,
    "task_deadline": 1,
    # Keys of one column.
    "feed_pkey": 1,
    "project_pkey": 1,
    "worker_pkey": 1,
    "member_of": 1,
    # A worker's few leases.
    "assignment_live": 1,
}
"""How many columns of an index a look-up names at least, where it is not two."""
SCANS = ("Index Scan", "Index Only Scan")
WHOLE_PROJECT = {
    # All members of a project; all tasks that wait for an audience; all workflows.
    "filing.sql:exclude_others",
    "filing.sql:exclude_newcomer",
    "workflows.sql:list_workflows",
}
"""What reads a project's every row of a sort, and so names the project alone."""
FILL = """
INSERT INTO project (uuid, name, settings_json, secrets_json, created_at)
SELECT 'u' || n, 'p' || n, '{}', '[]', 0 FROM generate_series(1, 40) AS n;
INSERT INTO worker (uuid, name, digest, created_at)
SELECT 'w' || n, 'w', int8send(n), 0 FROM generate_series(1, least(500, ROWS)) AS n;
INSERT INTO member (project_id, worker_id, pseudonym) SELECT 1, id, id::text FROM worker;
INSERT INTO task (project_id, id, mode, status, type, kind, priority, vacant, returned)
SELECT 1, n::text, 'live', CASE n % 2 WHEN 0 THEN 'pending' ELSE 'complete' END, 'type',
  CASE n % 3 WHEN 0 THEN 'text' ELSE 'choice' END, 5, CASE n % 2 WHEN 0 THEN 1 ELSE 0 END,
  CASE n % 10 WHEN 0 THEN n END
FROM generate_series(1, ROWS) AS n;
INSERT INTO task_content
  (project_id, id, dialect, created_at, policy_json, question_json, body_json)
SELECT 1, n::text, 'heat', 0, '{}', '{}', '{}' FROM generate_series(1, ROWS) AS n;
INSERT INTO assignment (project_id, id, task_id, worker_id, state, expires_at, lease_ms)
SELECT 1, n::text, n::text, 1 + n % least(500, ROWS),
  CASE n % 100 WHEN 0 THEN 'leased' ELSE 'answered' END, n, 1
FROM generate_series(1, ROWS) AS n;
INSERT INTO answer
  (project_id, task_id, worker_id, sequence, counted, answered_at, response_json)
SELECT 1, n::text, 1, 1, 1, 0, '""' FROM generate_series(1, ROWS) AS n;
INSERT INTO result (project_id, task_id, ended_at)
SELECT 1, n::text, 0 FROM generate_series(1, ROWS) AS n;
INSERT INTO event (project_id, id, mode, type, task_id, time)
SELECT 1, n, 'live', 'request.complete', n::text, 0 FROM generate_series(1, ROWS) AS n;
INSERT INTO idempotency (project_id, mode, key, digest, task_id, created_at)
SELECT 1, 'live', n::text, '', n::text, 0 FROM generate_series(1, ROWS) AS n;
INSERT INTO seen (project_id, worker_id, kind, priority, upto, returned)
SELECT 1, id, '', 5, 'x', 0 FROM worker;
INSERT INTO draft (project_id, task_id, worker_id, version, body_json)
SELECT 1, n::text, 1, 1, '{}' FROM generate_series(1, ROWS) AS n;
INSERT INTO exclusion (project_id, task_id, worker_id)
SELECT 1, n::text, 1 FROM generate_series(1, ROWS, 10) AS n;
INSERT INTO feed (project_id, last_id) VALUES (1, ROWS);
INSERT INTO batch (project_id, id, mode, name, state, created_at)
SELECT 1, n::text, 'live', n::text, 'open', 0 FROM generate_series(1, least(500, ROWS)) AS n;
INSERT INTO batch_counter (project_id, batch_id, status, slot, tasks)
SELECT 1, n::text, 'pending', 0, 1 FROM generate_series(1, least(500, ROWS)) AS n;
INSERT INTO workflow (project_id, id, version, tag, created_at, question_json, result_key)
SELECT 1, n::text, 1, n::text, 0, '{}', 'response' FROM generate_series(1, least(500, ROWS)) AS n;
INSERT INTO filing (project_id, task_id, reference, batch_id, audience_json)
SELECT 1, n::text, n::text, (n % least(500, ROWS))::text, CASE n % 10 WHEN 0 THEN '[1]' END
FROM generate_series(1, ROWS) AS n;
INSERT INTO reference (project_id, mode, digest, task_id)
SELECT 1, 'live', int8send(n), n::text FROM generate_series(1, ROWS) AS n;
"""


async def few(url: str) -> None:
    await _fill(url, 40)


async def many(url: str) -> None:
    await _fill(url, 100_000)


async def _fill(url: str, rows: int) -> None:
    await migrated(url)
    connection = await asyncpg.connect(url)
    await connection.execute(FILL.replace("ROWS", str(rows)))
    await connection.execute("ANALYZE")
    await connection.close()


@pytest.fixture
async def fill(request: pytest.FixtureRequest) -> Any:
    return getattr(request, "param", many)


@pytest.fixture
async def connection(postgres: PostgresServer, fill: Any) -> AsyncGenerator[Any]:
    url = await new_database(postgres, fill)
    opened = await asyncpg.connect(url, server_settings=dict(SETTINGS))
    yield opened
    await opened.close()
    await postgres.drop_database(url)


@pytest.mark.parametrize("fill", [few, many], indirect=True)
async def test_whatever_is_looked_up_is_found_by_its_key(connection: Any) -> None:
    for name, statement in STATEMENTS.items():
        for node in nodes(await plan(connection, statement)):
            read = f"{name}: {node}"
            assert node["Node Type"] not in {"Seq Scan", "Hash Join", "Merge Join"}, read
            index = node.get("Index Name")
            if index is not None:
                conditions = re.split(r"\) AND \(", node.get("Index Cond", ""))
                least = 1 if name in WHOLE_PROJECT else KEYED_BY.get(index, 2)
                assert len([each for each in conditions if each]) >= least, read
            # What a worker has had may be a hundred thousand tasks: it is asked for each task.
            if index in {"assignment_task", "exclusion_pkey"}:
                assert "task_id" in node["Index Cond"], read
            assert not node["Parallel Aware"], read


@pytest.mark.parametrize(
    ("name", "index"),
    [
        ("claims.sql:look", "task_queue"),
        ("claims.sql:look", "assignment_live"),
        ("claims.sql:look", "assignment_task"),
        ("worn.sql:lanes", "task_queue"),
        ("worn.sql:lanes", "task_kind"),
        ("worn.sql:lanes", "task_returned"),
        ("worn.sql:lanes", "assignment_task"),
        ("worn.sql:vacancies", "task_queue"),
        ("worn.sql:vacancies", "assignment_task"),
        ("worn.sql:vacancies_of_kind", "task_kind"),
        ("worn.sql:returned", "task_returned"),
        ("tasks.sql:ask", "seen_upto"),
        ("work.sql:settle", "assignment_pkey"),
        ("filing.sql:exclude_newcomer", "filing_audience"),
        ("batches.sql:batch_tasks", "filing_batch"),
        ("tasks.sql:latest_ends", "event_feed"),
        ("history.sql:past_answers", "answer_by"),
        ("history.sql:answers_since", "answer_by"),
        ("work.sql:lapse", "assignment_expiry"),
        ("tasks.sql:due_tasks", "task_deadline"),
        ("pages.sql:skip", "task_type"),
        ("pages.sql:count_type", "counter_pkey"),
    ],
)
async def test_a_statement_goes_by_the_index_meant_for_it(
    connection: Any, name: str, index: str
) -> None:
    found = await plan(connection, STATEMENTS[name])

    assert index in {node.get("Index Name") for node in nodes(found)}, found


@pytest.mark.parametrize("fill", [few, many], indirect=True)
@pytest.mark.parametrize(
    ("where", "index"),
    [
        (TaskFilter(batch=BatchId("7"), status="pending"), "filing_batch"),
        (TaskFilter(batch=BatchId("7")), "filing_batch"),
        (TaskFilter(reference="r", metadata={"a": "b"}), "reference_pkey"),
    ],
)
async def test_lists_go_by_a_batch_or_a_reference(
    connection: Any, where: TaskFilter, index: str
) -> None:
    statement, _ = list_statement(ProjectId(1), "live", where, TaskId("x"), 9)

    found = list(nodes(await plan(connection, statement)))

    assert index in {node.get("Index Name") for node in found}, found
    assert {node["Node Type"] for node in found} <= {"Limit", "Nested Loop", "Sort", *SCANS}, found
    [of_task] = [node for node in found if node.get("Relation Name") == "task"]
    assert "id = " in of_task["Index Cond"], found


async def plan(connection: Any, statement: str) -> dict[str, Any]:
    """The plan of a statement for any values."""
    await connection.execute(f"PREPARE asked AS {statement}")
    count = max((int(number) for number in re.findall(r"\$(\d+)", statement)), default=0)
    values = f"({', '.join(['NULL'] * count)})" if count else ""
    told = await connection.fetchval(f"EXPLAIN (FORMAT JSON) EXECUTE asked{values}")
    await connection.execute("DEALLOCATE asked")
    return json.loads(told)[0]["Plan"]


def nodes(found: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The nodes of a plan, each without those below it."""
    yield {name: value for name, value in found.items() if name != "Plans"}
    for below in found.get("Plans", []):
        yield from nodes(below)
