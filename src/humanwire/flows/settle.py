"""Settle: carry out what was decided about a task, and wake whoever it concerns.

Deciding happens on a snapshot, outside any transaction; the store refuses a step whose task has
changed meanwhile, and then the decision is made again on what is there now.
"""

from collections.abc import Awaitable, Callable, Iterable
from typing import TypeVar

from humanwire.core.assignment import Step, TaskNow
from humanwire.core.ids import AssignmentId, WorkerId
from humanwire.core.project import Project
from humanwire.flows.callback import batch_delivery, new_delivery
from humanwire.flows.ports import Ports
from humanwire.flows.wakeups import Notice
from humanwire.store.records import NewDelivery, Settlement

T = TypeVar("T")


async def until_settled(
    decide: Callable[[], Awaitable[tuple[Step | None, T]]],
    ports: Ports,
    known: Iterable[Project] = (),
) -> T:
    """Decide and carry out until the decision was made on the task as it is.

    `decide` reads anew and returns the step (None: nothing to change) with its own result. `known`
    are projects that came with the key of whoever acts, as they were a moment ago.
    """
    while True:
        step, result = await decide()
        if step is None or await settle(ports, step, known):
            return result


async def settle(ports: Ports, step: Step, known: Iterable[Project] = ()) -> bool:
    """Carry out a step; False, with nothing done, when the task has changed since."""
    task, now = step.task, ports.clock()
    delivery = of_batch = None
    if step.end is not None:
        project = await project_of(ports, task, known)
        delivery = new_delivery(ports, project, task.dialect, task.hook_url, step.end, now)
        of_batch = await _batch_delivery(ports, project, task, now)
    settlement = Settlement(step=step, now=now, delivery=delivery, batch_delivery=of_batch)
    done = await ports.store.settle(settlement)
    if not done:
        return False
    if step.answer is not None and not step.answer.replaces:
        ports.tally.answered[task.project] += 1
    if step.end is not None:
        ports.tally.ended[task.project, task.mode, step.end.status] += 1
        ports.tally.charged[task.project] += step.charge
        ports.wakeups.ended(task.project, task.id)
    if delivery is not None:
        ports.outbox.put(task.project, delivery)
    # Vacancies that were there before have had their call.
    if step.vacant > task.vacant:
        ports.wakeups.work(task.project, step.vacant - task.vacant)
    holders: dict[AssignmentId, WorkerId] = {lease.id: lease.worker for lease in task.leases}
    for assignment, state in step.closes:
        if state in {"withdrawn", "aborted"}:
            ports.wakeups.tell(holders[assignment], Notice("withdrawn", assignment, state))
    return True


async def _batch_delivery(
    ports: Ports, project: Project, task: TaskNow, now: int
) -> NewDelivery | None:
    """The delivery to be made if this is the last end of the task's batch."""
    if task.batch is None:
        return None
    batch = await ports.store.batch(task.project, task.mode, task.batch)
    return None if batch is None else batch_delivery(ports, project, batch, now)


async def project_of(ports: Ports, task: TaskNow, known: Iterable[Project]) -> Project:
    """Return a task's project: the one at hand, or else as the store has it."""
    at_hand = next((project for project in known if project.number == task.project), None)
    return at_hand or await ports.store.project(task.project)
