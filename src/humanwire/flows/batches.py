"""Batches: made under a name of the caller's, given out or held back, and closed.

A batch's state is changed at once, its tasks then slice by slice, so that nobody waits for long.
Each slice looks at the state again. What is broken off is finished by `finish_changes`, anywhere.
"""

from collections.abc import Awaitable, Callable
from typing import Annotated, Literal

from msgspec import Meta, Struct

from humanwire.core.batch import DEFAULT_NAME, NAME_LIMIT, PACE_ENDS, Batch, seconds_to_go
from humanwire.core.errors import Conflict, Ended, Invalid, NotFound
from humanwire.core.ids import BatchId, ProjectId, TaskId, is_uuid
from humanwire.core.task import Mode
from humanwire.flows.callback import batch_delivery
from humanwire.flows.ports import Ports
from humanwire.flows.project_settings import is_callback_address
from humanwire.store.filing import BatchProgress, Slice

_SLICE = 300
"""Tasks seen to in one transaction: some milliseconds' work."""
_AT_ONCE = 20
"""Changed batches seen to in a row."""
PRIORITIES = range(1, 11)


class BatchForm(Struct, frozen=True):
    """A batch to be made."""

    name: Annotated[str, Meta(description="Unique in the project.")]
    label: str | None = None
    description: str | None = None
    callback_url: Annotated[
        str | None, Meta(description="Told when the batch is complete, not the project's address.")
    ] = None


async def create_batch(
    ports: Ports,
    project: ProjectId,
    mode: Mode,
    dialect: str,
    form: BatchForm,
) -> Batch:
    """Make a batch. Raises Invalid, or Conflict when the name is taken."""
    if not form.name.strip() or len(form.name) > NAME_LIMIT:
        raise Invalid(f"A name has 1 to {NAME_LIMIT} characters.", field="name")
    if form.callback_url is not None and not is_callback_address(form.callback_url):
        raise Invalid("It must be an http or https URL.", field="callback_url")
    batch = Batch(
        id=BatchId(ports.new_id()),
        mode=mode,
        dialect=dialect,
        name=form.name,
        label=form.label,
        description=form.description,
        callback_url=form.callback_url,
        created_at=ports.clock(),
    )
    if not await ports.store.add_batch(project, batch):
        raise Conflict("A batch of this name exists.", field="name")
    return batch


async def default_batch(ports: Ports, project: ProjectId, mode: Mode, dialect: str) -> Batch:
    """The batch of tasks that name none; it is made when it is first needed."""
    while True:
        found = await ports.store.batch_named(project, mode, DEFAULT_NAME)
        if found is not None:
            return found
        try:
            return await create_batch(ports, project, mode, dialect, BatchForm(DEFAULT_NAME))
        except Conflict:  # somebody else was as quick
            continue


async def find_batch(ports: Ports, project: ProjectId, mode: Mode, reference: str) -> Batch:
    """Find a batch by name or id. Raises NotFound."""
    found = await ports.store.batch_named(project, mode, reference)
    if found is None and is_uuid(reference):
        found = await ports.store.batch(project, mode, BatchId(reference.lower()))
    if found is None:
        raise NotFound(f"There is no batch {reference!r}.", field="batch")
    return found


async def progress_of(ports: Ports, project: ProjectId, batch: Batch) -> BatchProgress:
    """A batch that there is, as it stands now."""
    found = await ports.store.batch_progress(project, batch.mode, batch.id)
    if found is None:
        raise LookupError(batch.id)
    return found


async def pause(ports: Ports, project: ProjectId, batch: Batch) -> None:
    """Give none of its tasks to anybody; who has one may finish it. Raises Ended if closed."""
    await _set_state(ports, project, batch, "paused")
    await _withhold(ports, project, batch.id)


async def resume(ports: Ports, project: ProjectId, batch: Batch) -> None:
    """Give out its tasks again. Raises Ended if closed."""
    await _set_state(ports, project, batch, "open")
    await _give_out(ports, project, batch.id)


async def close(ports: Ports, project: ProjectId, batch: Batch) -> None:
    """Take no more tasks into it, for ever; what it has is given out. Raises Invalid."""
    if batch.name == DEFAULT_NAME:
        message = "The default batch stays open: tasks that name no batch go there."
        raise Invalid(message, field="batch")
    # A batch that is closed stays closed; only what was broken off is left to do.
    now = ports.clock()
    told = batch_delivery(ports, await ports.store.project(project), batch, now)
    await ports.store.close_batch(project, batch.mode, batch.id, now, told)
    ports.wakeups.feeds.ring(project)
    await _give_out(ports, project, batch.id)


async def finish_changes(ports: Ports) -> None:
    """See to the tasks of batches whose state was changed: whoever did so may have died over it."""
    for unsettled in await ports.store.unsettled_batches(_AT_ONCE):
        see_to = _withhold if unsettled.state == "paused" else _give_out
        await see_to(ports, unsettled.project, unsettled.batch)
        await ports.store.settle_batch(unsettled)


async def set_priority(ports: Ports, project: ProjectId, batch: Batch, priority: int) -> None:
    """Give its pending tasks a priority, 10 goes first. Raises Invalid."""
    if priority not in PRIORITIES:
        raise Invalid("It must lie between 1 and 10.", field="priority")
    await _slice_by_slice(
        lambda after: ports.store.prioritise_some(project, batch.id, priority, after, _SLICE)
    )


async def time_to_go(ports: Ports, project: ProjectId, progress: BatchProgress) -> float | None:
    """Estimate in how many seconds a batch is done, by the pace of the project's latest ends."""
    if progress.counts.pending == 0:
        return 0
    if progress.batch.state == "paused":
        return None
    ends = await ports.store.latest_ends(project, progress.batch.mode, PACE_ENDS)
    return seconds_to_go(progress.counts.pending, ends, ports.clock())


async def _set_state(
    ports: Ports, project: ProjectId, batch: Batch, state: Literal["open", "paused"]
) -> None:
    if not await ports.store.set_batch_state(project, batch.mode, batch.id, state):
        raise Ended("The batch is closed.")


async def _withhold(ports: Ports, project: ProjectId, batch: BatchId) -> None:
    await _slice_by_slice(lambda after: ports.store.withhold_some(project, batch, after, _SLICE))


async def _give_out(ports: Ports, project: ProjectId, batch: BatchId) -> None:
    async def some(after: TaskId | None) -> Slice:
        done = await ports.store.give_out_some(project, batch, after, _SLICE)
        if done.vacancies:
            ports.wakeups.work(project, done.vacancies)
        return done

    await _slice_by_slice(some)


async def _slice_by_slice(some: Callable[[TaskId | None], Awaitable[Slice]]) -> None:
    after: TaskId | None = None
    while (done := await some(after)).upto is not None:
        after = done.upto
