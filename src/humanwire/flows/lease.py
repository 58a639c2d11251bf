"""Skip, flag, keep alive: what else a worker can do with a lease."""

from humanwire.core import assignment as decide
from humanwire.core.assignment import Step
from humanwire.core.errors import LeaseGone
from humanwire.core.ids import AssignmentId
from humanwire.flows.answer import holding
from humanwire.flows.ports import Ports
from humanwire.flows.settle import project_of, until_settled
from humanwire.store.records import Worker


async def skip(ports: Ports, worker: Worker, assignment: AssignmentId, reason: str) -> None:
    """Return the task to the queue for others. Raises NotFound or LeaseGone."""

    async def once() -> tuple[Step | None, None]:
        found = await holding(ports, worker, assignment)
        if found.state == "skipped":
            return None, None
        return decide.skip(found, reason, ports.clock()), None

    await until_settled(once, ports, worker.projects)


async def flag(ports: Ports, worker: Worker, assignment: AssignmentId, feedback: str) -> None:
    """Say that the task cannot be done, and why. Raises NotFound, LeaseGone or Invalid."""

    async def once() -> tuple[Step | None, None]:
        found = await holding(ports, worker, assignment)
        if found.state == "flagged":
            return None, None
        project = await project_of(ports, found.task, worker.projects)
        step = decide.flag(found, feedback, project.settings.flags_to_end, ports.clock())
        return step, None

    await until_settled(once, ports, worker.projects)


async def release(ports: Ports, worker: Worker, assignment: AssignmentId) -> None:
    """Give the task back as if its time had run out: for others, or for this worker later.

    Raises NotFound or LeaseGone.
    """
    released = await ports.store.release(worker.number, assignment)
    for each in released:
        ports.wakeups.work(each.project)
    if not released:
        found = await holding(ports, worker, assignment)
        if found.state != "lapsed":
            raise LeaseGone(found.state)


async def keep_alive(ports: Ports, worker: Worker, assignment: AssignmentId) -> int:
    """Extend a lease and return its new end. Raises NotFound or LeaseGone."""
    now = ports.clock()
    end = await ports.store.extend(worker.number, assignment, now, ports.lease_ms)
    if end is None:
        found = await holding(ports, worker, assignment)
        raise LeaseGone(decide.why_gone(found, now) or "lapsed")
    return end
