"""What must be true of the tables at any moment, however much is under way."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

import asyncpg
import msgspec

from humanwire.core.consensus import AskMore, decide, decode_policy
from humanwire.core.ids import WorkerId
from humanwire.core.questions import Given, decode_question

PENDING = """
SELECT task.id, task.vacant, content.policy_json, content.question_json,
  (SELECT count(*) FROM assignment
   WHERE assignment.project_id = task.project_id AND assignment.task_id = task.id
     AND assignment.state = 'leased') AS leases,
  ARRAY(
    SELECT ROW(answer.worker_id, answer.response_json) FROM answer
    WHERE answer.project_id = task.project_id AND answer.task_id = task.id AND answer.counted = 1
    ORDER BY answer.sequence) AS answers
FROM task
JOIN task_content AS content ON content.project_id = task.project_id AND content.id = task.id
WHERE task.status = 'pending' AND task.mode = 'live'
"""
COUNTED = """
SELECT status, sum(tasks)::bigint FROM counter
WHERE status IN ('pending', 'complete', 'flagged', 'aborted')
GROUP BY status HAVING sum(tasks) <> 0
"""
UNPAID = """
SELECT task_id FROM result LEFT JOIN ledger USING (project_id, task_id)
WHERE result.charged IS DISTINCT FROM coalesce(-ledger.amount, 0)
  OR (result.charged > 0) <> (result.response_json IS NOT NULL)
"""
"""Results that were not charged as the ledger says, or not for an answer alone."""
BALANCES = """
SELECT feed.project_id FROM feed
WHERE balance <> (
  SELECT coalesce(sum(amount), 0) FROM ledger WHERE ledger.project_id = feed.project_id)
"""
CREDITED = """
SELECT worker_id FROM member WHERE answered <> (
  SELECT count(*) FROM answer WHERE answer.worker_id = member.worker_id AND counted = 1)
"""
CROWDED = """
SELECT worker_id FROM assignment WHERE state = 'leased' GROUP BY worker_id HAVING count(*) > 2
"""


@dataclass
class Found:
    """Everything there is about tasks: their status, answers, ends, events and deliveries."""

    tasks: dict[str, str]
    answers: dict[str, dict[int, str]]
    results: dict[str, Any]
    events: list[tuple[int, str]]
    deliveries: dict[str, tuple[str, str]]
    counted: dict[str, int]


async def audit(url: str) -> Found:
    """Look at one moment of the database, and return what is there."""
    connection = await asyncpg.connect(url)
    try:
        async with connection.transaction(isolation="repeatable_read", readonly=True):
            await _audit_queue(connection)
            found = await _read(connection)
    finally:
        await connection.close()
    ended = {task for task, status in found.tasks.items() if status != "pending"}
    assert found.counted == Counter(found.tasks.values()), "the counters are wrong"
    assert [number for number, _ in found.events] == list(range(1, len(ended) + 1))
    assert sorted(task for _, task in found.events) == sorted(ended), "ends and events differ"
    assert found.results.keys() == ended, "ends and results differ"
    told = Counter(task for task, _ in found.deliveries.values())
    assert told <= Counter(ended), "a delivery without an end, or two for one"
    return found


async def _audit_queue(connection: "asyncpg.Connection[asyncpg.Record]") -> None:
    for row in await connection.fetch(PENDING):
        answers = [
            Given(WorkerId(worker), msgspec.json.decode(response))
            for worker, response in row["answers"]
        ]
        policy, question = decode_policy(row["policy_json"]), decode_question(row["question_json"])
        wanted = decide(policy, question, answers)
        assert isinstance(wanted, AskMore), f"{row['id']} should have ended"
        assert row["vacant"] + row["leases"] == wanted.wanted, f"{row['id']} asks too many, or few"
    assert await connection.fetch(CROWDED) == [], "a worker holds more than two"
    assert await connection.fetch(CREDITED) == [], "a worker's answers are miscounted"
    assert await connection.fetch(UNPAID) == [], "a result is charged otherwise than it should be"
    assert await connection.fetch(BALANCES) == [], "a ledger does not add up"


async def _read(connection: "asyncpg.Connection[asyncpg.Record]") -> Found:
    answers: dict[str, dict[int, str]] = {}
    for task, worker, response in await connection.fetch(
        "SELECT task_id, worker_id, response_json FROM answer"
    ):
        answers.setdefault(task, {})[worker] = msgspec.json.decode(response)[0]
    return Found(
        tasks=await _pairs(connection, "SELECT id, status FROM task"),
        answers=answers,
        results=await _pairs(connection, "SELECT task_id, response_json FROM result"),
        events=[
            (row[0], row[1])
            for row in await connection.fetch("SELECT id, task_id FROM event ORDER BY id")
        ],
        deliveries={
            row[0]: (row[1], row[2])
            for row in await connection.fetch("SELECT id, task_id, state FROM delivery")
        },
        counted=await _pairs(connection, COUNTED),
    )


async def _pairs(connection: "asyncpg.Connection[asyncpg.Record]", query: str) -> dict[str, Any]:
    return {row[0]: row[1] for row in await connection.fetch(query)}
