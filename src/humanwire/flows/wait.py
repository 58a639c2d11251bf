"""Wait: hold a caller until a task ends, or until they have waited long enough."""

import asyncio

from humanwire.core.ids import ProjectId, TaskId
from humanwire.core.task import Mode
from humanwire.flows.ports import Ports
from humanwire.store.records import Event, Key, Task


async def wait_for_end(ports: Ports, key: Key, task: TaskId, seconds: float) -> Task | None:
    """Return the task as it stands when it ends or the time is up; None when there is none."""
    with ports.wakeups.ends.listening((key.project.number, task)) as ended:
        found = await ports.store.find_task(key.project.number, key.mode, task)
        if found is None or found.status != "pending" or seconds <= 0:
            return found
        del found  # It may be large, and many may wait.
        await _within(ended, seconds)
    return await ports.store.find_task(key.project.number, key.mode, task)


async def wait_for_events(
    ports: Ports, project: ProjectId, mode: Mode, after: int, limit: int, seconds: float
) -> list[Event]:
    """Return the events after a position, waiting for the first when there is none yet."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + seconds
    while True:
        with ports.wakeups.feeds.listening(project) as rung:
            events = await ports.store.events(project, mode, after, limit)
            remaining = deadline - loop.time()
            if events or remaining <= 0:
                return events
            await _within(rung, remaining)


async def _within(future: "asyncio.Future[None]", seconds: float) -> None:
    """Wait for a future, which resolves when the time is up if not before."""
    timer = asyncio.get_running_loop().call_later(seconds, _resolve, future)
    try:
        await future
    finally:
        timer.cancel()


def _resolve(future: "asyncio.Future[None]") -> None:
    if not future.done():
        future.set_result(None)
