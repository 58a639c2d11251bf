"""Holds requests open: each until it has waited enough, its client is gone or the server closes.

What is waited for runs in the request's own task, which is interrupted from outside; so a blocked
caller costs one small task more, the one that watches its connection.
"""

import asyncio
import time
from collections.abc import Coroutine
from types import TracebackType
from typing import cast

from starlette.requests import ClientDisconnect, Request
from starlette.types import Message

HELD = "humanwire.held"
"""Where a request's scope says how many seconds it was held, as its caller had asked."""


class Doors:
    """Knows whether the server is closing, and tells those who are held when it does."""

    def __init__(self, closing: asyncio.Event) -> None:
        self._closing = closing
        self._held: set[Hold] = set()
        self._watch: asyncio.Task[None] | None = None

    @property
    def closing(self) -> bool:
        """Whether nobody may be kept waiting any more."""
        return self._closing.is_set()

    def enter(self, hold: "Hold") -> None:
        """Count a request as held."""
        self._held.add(hold)
        if self._watch is None:
            self._watch = asyncio.create_task(self._let_go())

    def leave(self, hold: "Hold") -> None:
        """Count it as held no longer."""
        self._held.discard(hold)
        if not self._held and self._watch is not None:
            self._watch.cancel()
            self._watch = None

    async def _let_go(self) -> None:
        await self._closing.wait()
        for hold in self._held:
            hold.interrupt()


class Hold:
    """While inside, the wait ends early when the server closes (quietly) or the client leaves.

    Raises ClientDisconnect for a client that left.
    """

    __slots__ = (
        "_cancelling",
        "_connection",
        "_doors",
        "_gone",
        "_interrupted",
        "_receive",
        "_scope",
        "_since",
        "_task",
    )

    def __init__(self, doors: Doors, request: Request) -> None:
        self._doors = doors
        self._receive = request.receive
        self._scope = request.scope
        self._gone = False
        self._interrupted = False

    async def __aenter__(self) -> None:
        self._task = cast("asyncio.Task[object]", asyncio.current_task())
        self._cancelling = self._task.cancelling()
        self._since = time.perf_counter()
        self._listen()
        self._doors.enter(self)

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> bool:
        held: float = self._scope.get(HELD, 0.0)
        self._scope[HELD] = held + time.perf_counter() - self._since
        self._doors.leave(self)
        self._connection.remove_done_callback(self._heard)
        self._connection.cancel()
        if not self._interrupted or self._task.uncancel() > self._cancelling:
            return False
        if self._gone:
            raise ClientDisconnect
        return kind is asyncio.CancelledError

    def interrupt(self) -> None:
        """End the wait inside."""
        if not self._interrupted:
            self._interrupted = True
            self._task.cancel()

    def _listen(self) -> None:
        # Servers give coroutines; the protocol says awaitable.
        receiving = cast("Coroutine[None, None, Message]", self._receive())
        self._connection = asyncio.create_task(receiving)
        self._connection.add_done_callback(self._heard)

    def _heard(self, connection: "asyncio.Task[Message]") -> None:
        broken = connection.cancelled() or connection.exception() is not None
        if broken or connection.result()["type"] == "http.disconnect":
            self._gone = True
            self.interrupt()
        else:
            self._listen()  # What is left of a body comes before the end of the connection.
