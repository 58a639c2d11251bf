"""Batches: made under a name of the caller's, and the one that tasks are in that name none."""

from humanwire.core.batch import DEFAULT_NAME, NAME_LIMIT, Batch
from humanwire.core.errors import Conflict, Invalid
from humanwire.core.ids import BatchId, ProjectId
from humanwire.core.task import Mode
from humanwire.flows.ports import Ports


async def create_batch(
    ports: Ports,
    project: ProjectId,
    mode: Mode,
    name: str,
    label: str | None = None,
    description: str | None = None,
) -> Batch:
    """Make a batch. Raises Invalid, or Conflict when the name is taken."""
    if not name.strip() or len(name) > NAME_LIMIT:
        raise Invalid(f"A name has 1 to {NAME_LIMIT} characters.", field="name")
    batch = Batch(
        id=BatchId(ports.new_id()),
        mode=mode,
        name=name,
        label=label,
        description=description,
        created_at=ports.clock(),
    )
    if not await ports.store.add_batch(project, batch):
        raise Conflict("A batch of this name exists.", field="name")
    return batch


async def default_batch(ports: Ports, project: ProjectId, mode: Mode) -> Batch:
    """The batch of tasks that name none; it is made when it is first needed."""
    while True:
        found = await ports.store.batch_named(project, mode, DEFAULT_NAME)
        if found is not None:
            return found
        try:
            return await create_batch(ports, project, mode, DEFAULT_NAME)
        except Conflict:  # somebody else was as quick
            continue
