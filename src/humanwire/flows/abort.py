"""Abort: end a pending task without an answer, for its caller or because its time is up."""

from humanwire.core import assignment as decide
from humanwire.core.assignment import Step
from humanwire.core.errors import NotFound
from humanwire.core.ids import TaskId
from humanwire.core.task import DEADLINE
from humanwire.flows.ports import Ports
from humanwire.flows.settle import settle, until_settled
from humanwire.store.records import Key

_BATCH = 100


async def abort(ports: Ports, key: Key, task: TaskId) -> None:
    """Abort a caller's task; a staged one stays as it is. Raises NotFound or Ended."""

    async def once() -> tuple[Step | None, None]:
        found = await ports.store.task_now(key.project.number, task)
        if found is None or found.mode != key.mode:
            raise NotFound
        if found.mode == "test":
            return None, None
        return decide.abort(found, reason=None), None

    await until_settled(once, ports, (key.project,))


async def abort_overdue(ports: Ports) -> None:
    """Abort the tasks whose deadline has passed."""
    while overdue := await ports.store.due_tasks(ports.clock(), _BATCH):
        for task in overdue:
            await settle(ports, decide.abort(task, reason=DEADLINE))
