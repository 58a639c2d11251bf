"""Tasks that are let go on SQLite.

Keys for repeated requests are not among what is deleted: they are forgotten after a day, and no
task goes sooner.
"""

import sqlite3
from collections import Counter
from collections.abc import Sequence

import msgspec

from humanwire.core.batch import Counted
from humanwire.core.ids import ProjectId, TaskId
from humanwire.store.retention import Ended, Leaving
from humanwire.store.sqlite.engine import Engine
from humanwire.store.sqlite.filing import count_in_batch
from humanwire.store.sqlite.tasks import SQL as TASKS
from humanwire.store.statements import load

SQL = load("sqlite", "retention.sql")
_DELETES = (
    "delete_attempts",
    "delete_deliveries",
    "delete_drafts",
    "delete_answers",
    "delete_corrections",
    "delete_consultations",
    "delete_assignments",
    "delete_exclusions",
    "delete_metadata",
    "delete_filings",
    "delete_results",
    "delete_contents",
    "delete_tasks",
    "delete_events",
)


class Retention(Engine):
    """The oldest ends, and the deletion of tasks."""

    async def ends(self, project: ProjectId, after: int, limit: int) -> list[Ended]:
        found = self._all(SQL["ends"], project, after, limit)
        return [Ended(position, time, mode, TaskId(task)) for position, time, mode, task in found]

    async def delete_tasks(self, project: ProjectId, leaving: Sequence[Leaving]) -> int:
        named = msgspec.json.encode(leaving).decode()
        return await self._write(lambda tx: _delete(tx, project, named))


def _delete(tx: sqlite3.Connection, project: ProjectId, named: str) -> int:
    going = tx.execute(SQL["going"], {"project": project, "leaving": named}).fetchall()
    values = {
        "project": project,
        "tasks": msgspec.json.encode([task for task, *_ in going]).decode(),
        "positions": msgspec.json.encode([position for _, position, *_ in going]).decode(),
    }
    batches = tx.execute(SQL["batches_of"], values).fetchall()
    for name in _DELETES:
        tx.execute(SQL[name], values)
    gone = Counter((mode, name) for *_, mode, status, kind in going for name in (status, kind))
    for state, count in gone.items():
        tx.execute(TASKS["count_asked"], (project, *state, -count))
    for batch, status, count, frames, annotations in batches:
        completed = frames if status == "complete" else 0
        changes: dict[Counted, int] = {
            status: -count,
            "frames": -frames,
            "completed_frames": -completed,
            "annotations": -annotations,
        }
        count_in_batch(tx, (project, batch), changes)
    return len(going)
