"""Answer: check what a worker submitted, record it, and end the task when enough agree.

A correction goes the same way: it takes the place of the answer that it corrects.
"""

import asyncio
from collections.abc import Callable
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
        step = await _decided(partial(decide.answer, found, response, media, seconds), found)
        if isinstance(step, Recorded):
            return None, step.counted
        given: NewAnswer | None = step.answer
        if given is not None and not given.counted:
            await ports.store.keep_late(found.task, given, ports.clock())
            return None, False
        return step, True

    return await until_settled(once, ports, worker.projects)


async def correct(
    ports: Ports,
    worker: Worker,
    assignment: AssignmentId,
    response: Json,
    media: tuple[Size, ...] = (),
    seconds: float | None = None,
) -> bool:
    """Replace the worker's answer while its task is open, and return whether it counts.

    The same one again changes nothing. Raises NotFound, InvalidAnswer or Ended.
    """

    async def once() -> tuple[Step | None, bool]:
        found = await holding(ports, worker, assignment)
        step = await _decided(partial(decide.correct, found, response, media, seconds), found)
        return (None, step.counted) if isinstance(step, Recorded) else (step, True)

    return await until_settled(once, ports, worker.projects)


async def _decided(decision: Callable[[], Step | Recorded], found: Holding) -> Step | Recorded:
    """Decide here, or in a thread: comparing many marks or frames can take seconds."""
    return await asyncio.to_thread(decision) if found.task.question.slow else decision()


async def holding(ports: Ports, worker: Worker, assignment: AssignmentId) -> Holding:
    """Read an assignment of this worker. Raises NotFound."""
    found = await ports.store.holding(worker.number, assignment)
    if found is None:
        raise NotFound("There is no such assignment.")
    return found
