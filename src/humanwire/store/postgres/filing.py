"""What asking for filed tasks takes on PostgreSQL, within the transaction that stores the tasks."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

import msgspec

from humanwire.core.assignment import Step
from humanwire.core.batch import Counted, counted_as_asked, counted_as_ended, extent
from humanwire.core.errors import BatchClosed, Conflict, DuplicateReference
from humanwire.core.ids import BatchId, ProjectId, TaskId
from humanwire.core.task import Mode
from humanwire.store import rows
from humanwire.store.filing_rows import reference_digest
from humanwire.store.postgres.columns import columns
from humanwire.store.postgres.credits import beyond, hold_limits
from humanwire.store.postgres.engine import Connection
from humanwire.store.records import Ask, Filing, NewDelivery, Settlement
from humanwire.store.statements import load

SQL = load("postgres", "filing.sql")

_New = tuple[ProjectId, Ask]
_Change = tuple[ProjectId, BatchId, Counted, int]


class Admitted(NamedTuple):
    """Which tasks can be filed as they are to be, why others cannot, and which are withheld."""

    tasks: list[_New]
    refused: Mapping[TaskId, Conflict]
    withheld: Collection[TaskId]


async def admit(connection: Connection, new: Sequence[_New]) -> Admitted:
    """Look at the tasks' batches, take their references, which stay taken, and heed limits."""
    await hold_limits(connection, new)
    states = await _states(connection, new)
    refused: dict[TaskId, Conflict] = {}
    withheld: set[TaskId] = set()
    for project, ask in new:
        state = states.get((project, ask.task.filing.batch)) if ask.task.filing else None
        if state == "closed":
            refused[ask.task.id] = BatchClosed()
        elif state == "paused" and ask.task.mode == "live":
            withheld.add(ask.task.id)
    wanted = _references(each for each in new if each[1].task.id not in refused)
    if wanted:
        mine = {
            row[0] for row in await connection.fetch(SQL["use_references"], *columns(wanted, 4))
        }
        refused |= {task: DuplicateReference() for *_, task in wanted if task not in mine}
    tasks = [(project, ask) for project, ask in new if ask.task.id not in refused]
    if over := await beyond(connection, tasks):
        await _free(connection, [each for each in tasks if each[1].task.id in over])
        refused |= over
        tasks = [each for each in tasks if each[1].task.id not in over]
    return Admitted(tasks, refused, withheld)


async def file_all(
    connection: Connection, admitted: Sequence[_New], stored: Collection[str], slot: int
) -> None:
    """Write down under which names stored tasks are known, and who may have them."""
    await _free(connection, [each for each in admitted if each[1].task.id not in stored])
    new = [(project, ask.task) for project, ask in admitted if ask.task.id in stored]
    sizes = {task.id: extent(task.question, task.policy, task.end) for _, task in new}
    filed = [
        (
            *(project, task.id, *_names(task.filing), _audience(task.audience)),
            *msgspec.structs.astuple(sizes[task.id]),
        )
        for project, task in new
        if task.filing is not None or task.audience is not None
    ]
    if filed:
        await connection.execute(SQL["add_filings"], *columns(filed, 11))
    allowed = [
        (project, task.id, _audience(task.audience))
        for project, task in new
        if task.audience is not None
    ]
    if allowed:
        projects = sorted({project for project, *_ in allowed})
        await connection.execute(SQL["hold_members"], projects)
        await connection.execute(SQL["exclude_others"], *columns(allowed, 3))
    counted: list[_Change] = [
        (project, task.filing.batch, name, change)
        for project, task in new
        if task.filing is not None and task.filing.batch is not None
        for name, change in counted_as_asked(sizes[task.id], task.end).items()
    ]
    await _count_in_batches(connection, counted, slot)


async def count_ends(connection: Connection, steps: Sequence[Step], slot: int) -> None:
    """Count the ends of tasks, and what their results hold, in their batches."""
    measured: list[tuple[ProjectId, TaskId, int]] = []
    counted: list[_Change] = []
    for step in steps:
        task, end = step.task, step.end
        if end is None or task.batch is None:
            continue
        size = extent(task.question, task.policy, end)
        measured.append((task.project, task.id, size.annotations))
        changes = counted_as_ended(size, end).items()
        counted.extend((task.project, task.batch, name, change) for name, change in changes)
    if measured:
        await connection.execute(SQL["measure"], *columns(sorted(measured), 3))
    await _count_in_batches(connection, counted, slot)


async def complete_batches(connection: Connection, settled: Sequence[Settlement]) -> None:
    """Tell of the batches that were completed by the ends of tasks. The feed must be held."""
    ends = {
        (step.task.project, step.task.batch): (step.task.mode, settlement)
        for settlement in settled
        if (step := settlement.step).end is not None and step.task.batch is not None
    }
    given = [
        (*batch, mode, settlement.now, *_told(settlement.batch_delivery))
        for batch, (mode, settlement) in ends.items()
    ]
    if given:
        await connection.execute(SQL["complete_batches"], *columns(given, 8))


async def complete_closed(
    connection: Connection,
    batch: tuple[ProjectId, BatchId, Mode],
    now: int,
    delivery: NewDelivery | None,
) -> None:
    """Tell of a batch that was closed by this transaction, if none of its tasks is pending."""
    await connection.execute(SQL["hold_feed"], batch[0])
    row = (*batch, now, *_told(delivery))
    await connection.execute(SQL["complete_batches"], *columns([row], 8))


async def _free(connection: Connection, unused: Sequence[_New]) -> None:
    """Give back the references of tasks that are not stored after all."""
    if references := _references(unused):
        await connection.execute(SQL["free_references"], *columns(references, 4))


def _told(delivery: NewDelivery | None) -> rows.Row:
    if delivery is None:
        return None, None, None, None
    return delivery.id, delivery.url, delivery.origin, delivery.claimed_until


async def _count_in_batches(connection: Connection, counted: Sequence[_Change], slot: int) -> None:
    if counted:
        await connection.execute(SQL["count_in_batches"], slot, *columns(counted, 4))


async def _states(
    connection: Connection, new: Sequence[_New]
) -> dict[tuple[ProjectId, BatchId | None], str]:
    named = {
        (project, ask.task.filing.batch)
        for project, ask in new
        if ask.task.filing is not None and ask.task.filing.batch is not None
    }
    if not named:
        return {}
    found = await connection.fetch(SQL["batch_states"], *columns(list(named), 2))
    return {(project, batch): state for project, batch, state in found}


def _references(new: Iterable[_New]) -> list[rows.Row]:
    """The references of tasks, in the one order in which they are taken."""
    return sorted(
        (project, ask.task.mode, reference_digest(ask.task.filing.reference), ask.task.id)
        for project, ask in new
        if ask.task.filing is not None and ask.task.filing.reference is not None
    )


def _names(filing: Filing | None) -> rows.Row:
    *names, single = msgspec.structs.astuple(filing or Filing())
    return *names, int(single)


def _audience(audience: Sequence[int] | None) -> str | None:
    return None if audience is None else msgspec.json.encode(audience).decode()
