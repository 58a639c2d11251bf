"""Gathers requests that arrive together: a round trip and a commit cost more than a row."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from time import perf_counter
from typing import Generic, TypeVar

from humanwire.core.errors import Refused, Unavailable
from humanwire.store.figures import WriteFigures

I = TypeVar("I")  # noqa: E741 - an item
O = TypeVar("O")  # noqa: E741 - its outcome

_MOST = 256
_BACKLOG = 20_000


class Gather(Generic[I, O]):
    """Runs items in groups, one group after another; what arrives meanwhile is the next group.

    `run` takes a group and returns an outcome for each item, in order; it does all or nothing.
    When a group of several fails for a reason of its items (not Unavailable), each is run by
    itself, so that a bad one fails alone. `size` weighs an item, for groups of lists; `figures`
    are kept of groups that write.
    """

    def __init__(
        self,
        run: Callable[[Sequence[I]], Awaitable[Sequence[O]]],
        size: Callable[[I], int] = lambda _: 1,
        figures: WriteFigures | None = None,
    ) -> None:
        self._run = run
        self._figures = figures
        self._size = size
        self._waiting: deque[tuple[I, asyncio.Future[O]]] = deque()
        self._working: asyncio.Task[None] | None = None

    async def __call__(self, item: I) -> O:
        """Run an item with whatever else is waiting, and return its outcome."""
        if len(self._waiting) >= _BACKLOG:
            raise Unavailable
        future: asyncio.Future[O] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, future))
        if self._working is None:
            # It starts in the next turn of the loop, with what else arrives in this one.
            self._working = asyncio.create_task(self._work())
        return await future

    async def close(self) -> None:
        """Finish what is waiting."""
        while self._working is not None:
            await asyncio.wait({self._working})

    async def _work(self) -> None:
        try:
            while self._waiting:
                await self._run_group(self._next_group())
        finally:
            self._working = None

    def _next_group(self) -> list[tuple[I, "asyncio.Future[O]"]]:
        group = [self._waiting.popleft()]
        room = _MOST - self._size(group[0][0])
        while self._waiting and self._size(self._waiting[0][0]) <= room:
            room -= self._size(self._waiting[0][0])
            group.append(self._waiting.popleft())
        return group

    async def _run_group(self, group: list[tuple[I, "asyncio.Future[O]"]]) -> None:
        begun = perf_counter()
        try:
            outcomes = await self._run([item for item, _ in group])
        except Unavailable as error:
            self._refuse(group, error)
        except Exception as error:  # noqa: BLE001 - whoever waits for it hears of it
            if len(group) == 1 or isinstance(error, Refused):
                self._refuse(group, error)
                return
            for each in group:
                await self._run_group([each])
        except BaseException as error:
            self._refuse(group, error)
            raise
        else:
            if self._figures is not None:
                self._figures.groups += 1
                self._figures.operations += len(group)
                self._figures.seconds += perf_counter() - begun
            for (_, future), outcome in zip(group, outcomes, strict=True):
                if not future.done():
                    future.set_result(outcome)

    @staticmethod
    def _refuse(group: list[tuple[I, "asyncio.Future[O]"]], error: BaseException) -> None:
        for _, future in group:
            if not future.done():
                future.set_exception(error)
