"""What asking for a filed task takes on SQLite, within the transaction that stores the task."""

import sqlite3
from collections.abc import Mapping

import msgspec

from humanwire.core.assignment import TaskNow
from humanwire.core.batch import Counted, counted_as_asked, counted_as_ended, extent
from humanwire.core.errors import BatchClosed, Conflict, DuplicateReference
from humanwire.core.ids import BatchId, ProjectId
from humanwire.core.task import End
from humanwire.store.filing_rows import reference_digest
from humanwire.store.records import Filing, NewTask
from humanwire.store.statements import load

SQL = load("sqlite", "filing.sql")


def refusal(tx: sqlite3.Connection, project: ProjectId, task: NewTask) -> Conflict | None:
    """Why a task cannot be filed as it is to be."""
    filing = task.filing
    if filing is None:
        return None
    if filing.batch is not None and batch_state(tx, project, filing.batch) == "closed":
        return BatchClosed()
    if filing.reference is not None:
        used = (project, task.mode, reference_digest(filing.reference))
        if tx.execute(SQL["reference_used"], used).fetchone():
            return DuplicateReference()
    return None


def remember_reference(tx: sqlite3.Connection, project: ProjectId, task: NewTask) -> None:
    """Let nobody use the task's reference again."""
    if task.filing is not None and task.filing.reference is not None:
        digest = reference_digest(task.filing.reference)
        tx.execute(SQL["use_reference"], (project, task.mode, digest, task.id))


def is_withheld(tx: sqlite3.Connection, project: ProjectId, task: NewTask) -> bool:
    """Tell whether a task goes into a batch that is paused."""
    batch = None if task.filing is None else task.filing.batch
    live = task.mode == "live"
    return batch is not None and live and batch_state(tx, project, batch) == "paused"


def file_task(tx: sqlite3.Connection, project: ProjectId, task: NewTask) -> None:
    """Write down under which names a task is known, and who may have it."""
    filing, audience = task.filing, task.audience
    if filing is None and audience is None:
        return
    named = msgspec.structs.astuple(filing or Filing())
    size = extent(task.question, task.policy, task.end)
    allowed = None if audience is None else msgspec.json.encode(audience).decode()
    tx.execute(
        SQL["add_filing"], (project, task.id, *named, allowed, size.frames, size.annotations)
    )
    if allowed is not None:
        values = {"project": project, "task": task.id, "audience": allowed}
        tx.execute(SQL["exclude_others"], values)
    if filing is not None and filing.batch is not None:
        count_in_batch(tx, (project, filing.batch), counted_as_asked(size, task.end))


def count_in_batch(
    tx: sqlite3.Connection, batch: tuple[ProjectId, BatchId], changes: Mapping[Counted, int]
) -> None:
    """Keep a batch's counts."""
    counted = [(*batch, status, change) for status, change in changes.items()]
    tx.executemany(SQL["count_in_batch"], counted)


def count_end(tx: sqlite3.Connection, task: TaskNow, end: End) -> None:
    """Count the end of a task, and what its result holds, in its batch."""
    if task.batch is None:
        return
    size = extent(task.question, task.policy, end)
    if size.annotations:
        tx.execute(SQL["measure"], (size.annotations, task.project, task.id))
    count_in_batch(tx, (task.project, task.batch), counted_as_ended(size, end))


def batch_state(tx: sqlite3.Connection, project: ProjectId, batch: BatchId) -> str | None:
    """The state of a batch, None of one that is not there."""
    row = tx.execute(SQL["batch_state"], (project, batch)).fetchone()
    return row[0] if row else None
