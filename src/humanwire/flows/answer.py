"""Answer: check what a worker submitted, record it, and end the task when enough agree."""

import asyncio
from functools import partial

from humanwire.core import assignment as decide
from humanwire.core.assignment import Holding, NewAnswer, Recorded, Step
from humanwire.core.errors import NotFound
from humanwire.core.ids import AssignmentId
from humanwire.core.json import Json
from humanwire.core.questions import Size
from humanwire.flows.ports import Ports
from humanwire.flows.settle import until_settled
from humanwire.store.records import Worker


async def answer(
    ports: Ports,
    worker: Worker,
    assignment: AssignmentId,
    response: Json,
    media: tuple[Size, ...] = (),
    seconds: float | None = None,
) -> bool:
    """Record an answer and return whether it counted; the same one again changes nothing.

    Raises NotFound, InvalidAnswer (the lease stays) or AlreadyAnswered.
    """

    async def once() -> tuple[Step | None, bool]:
        found = await holding(ports, worker, assignment)
        decision = partial(decide.answer, found, response, media, seconds)
        # Many marks or frames can take seconds to compare, and others to wait for.
        slow = found.task.question.slow
        step = await asyncio.to_thread(decision) if slow else decision()
        if isinstance(step, Recorded):
            return None, step.counted
        given: NewAnswer | None = step.answer
        if given is not None and not given.counted:
            await ports.store.keep_late(found.task, given, ports.clock())
            return None, False
        return step, True

    return await until_settled(once, ports, worker.projects)


async def holding(ports: Ports, worker: Worker, assignment: AssignmentId) -> Holding:
    """Read an assignment of this worker. Raises NotFound."""
    found = await ports.store.holding(worker.number, assignment)
    if found is None:
        raise NotFound("There is no such assignment.")
    return found
