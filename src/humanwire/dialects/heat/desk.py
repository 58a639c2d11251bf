"""What every handler of Heat's needs: whose request it is, and how to keep a caller waiting."""

import asyncio

from starlette.requests import Request
from starlette.types import Scope

from humanwire.core.errors import NotFound
from humanwire.core.ids import TaskId
from humanwire.dialects.heat import query
from humanwire.dialects.heat.auth import heat_key
from humanwire.flows.ports import Ports
from humanwire.flows.wait import wait_for_end
from humanwire.store.records import Key, Task
from humanwire.wire.keys import Keys
from humanwire.wire.waiting import Doors, Hold


class Desk:
    """The ports, the keys, and the settings of the surface. Times are seconds."""

    def __init__(
        self,
        ports: Ports,
        keys: Keys,
        closing: asyncio.Event,
        longest_block: float,
        keep_alive: float,
    ) -> None:
        self.ports = ports
        self.keys = keys
        self.doors = Doors(closing)
        self.keep_alive = keep_alive
        self._longest_block = longest_block

    async def key(self, request: Request) -> Key:
        """Find the caller's key. Raises Unauthorized or Forbidden."""
        return await heat_key(self.keys, request)

    def block(self, scope: Scope) -> float:
        """How long the caller wishes to wait. Raises Invalid."""
        return query.block(query.parameters(scope), self._longest_block)

    def hold(self, request: Request) -> Hold:
        """Keep the caller waiting for what happens inside."""
        return Hold(self.doors, request)

    async def wait(self, request: Request, key: Key, task: TaskId, seconds: float) -> Task:
        """Return a task as it stands when it ends, or when the caller has waited enough.

        Raises NotFound, or ClientDisconnect when nobody waits any more.
        """
        if seconds and not self.doors.closing:
            async with self.hold(request):
                return _there(await wait_for_end(self.ports, key, task, seconds))
        return _there(await self.ports.store.find_task(key.project.number, key.mode, task))


def _there(task: Task | None) -> Task:
    if task is None:
        raise NotFound
    return task
