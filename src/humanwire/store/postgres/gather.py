"""Gathers requests that arrive together: a round trip and a commit cost more than a row."""

import asyncio
from collections import defaultdict, deque
from collections.abc import Awaitable, Callable, Hashable, Iterable, Sequence
from itertools import chain
from time import monotonic, perf_counter
from typing import Generic, NamedTuple, TypeVar

from humanwire.core.errors import Refused, Unavailable
from humanwire.store.figures import WriteFigures
from humanwire.store.postgres.connections import PATIENCE_SECONDS

I = TypeVar("I")  # noqa: E741 - an item
O = TypeVar("O")  # noqa: E741 - its outcome

_MOST = 256
_BACKLOG = 20_000
_LOOK_SECONDS = 0.25
"""How often a group that takes long is asked whose patience has ended."""


class _Waiting(NamedTuple, Generic[I, O]):
    item: I
    future: asyncio.Future[O]
    since: float


class Gather(Generic[I, O]):
    """Runs items in groups, one group after another; what arrives meanwhile is the next group.

    `run` takes a group and returns an outcome for each item, in order; it does all or nothing.
    When a group of several fails for a reason of its items (not Unavailable), each is run by
    itself, so that a bad one fails alone. Whoever has waited too long gets Unavailable: behind a
    group that is kept up nothing is run, and of that group it is not known. `size` weighs an item,
    for groups of lists; `figures` are kept of groups that write.
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
        self._waiting: deque[_Waiting[I, O]] = deque()
        self._running: list[_Waiting[I, O]] = []
        self._working: asyncio.Task[None] | None = None

    async def __call__(self, item: I) -> O:
        """Run an item with whatever else is waiting, and return its outcome."""
        if len(self._waiting) >= _BACKLOG:
            raise Unavailable
        future: asyncio.Future[O] = asyncio.get_running_loop().create_future()
        self._waiting.append(_Waiting(item, future, monotonic()))
        if self._working is None:
            # It starts in the next turn of the loop, with what else arrives in this one.
            self._working = asyncio.create_task(self._work())
        return await future

    async def _work(self) -> None:
        self._look_later()
        try:
            while self._waiting:
                self._running = self._next_group()
                if self._running:
                    await self._run_group(self._running)
        finally:
            self._working = None
            self._running = []
            self._looking.cancel()

    def _next_group(self) -> list[_Waiting[I, O]]:
        """Take those who still wait, in order."""
        group: list[_Waiting[I, O]] = []
        room = _MOST
        while self._waiting:
            size = self._size(self._waiting[0].item)
            if group and size > room:
                break
            room -= size
            waiting = self._waiting.popleft()
            if not waiting.future.done():
                group.append(waiting)
        return group

    def _look_later(self) -> None:
        self._looking = asyncio.get_running_loop().call_later(_LOOK_SECONDS, self._look)

    def _look(self) -> None:
        """Refuse those who have waited too long."""
        late = monotonic() - PATIENCE_SECONDS
        for _, future, since in chain(self._running, self._waiting):
            if since > late:
                break
            if not future.done():
                future.set_exception(Unavailable())
        self._look_later()

    async def _run_group(self, group: list[_Waiting[I, O]]) -> None:
        begun = perf_counter()
        try:
            outcomes = await self._run([item for item, _, _ in group])
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
            for (_, future, _), outcome in zip(group, outcomes, strict=True):
                if not future.done():
                    future.set_result(outcome)

    @staticmethod
    def _refuse(group: Iterable[_Waiting[I, O]], error: BaseException) -> None:
        for _, future, _ in group:
            if not future.done():
                future.set_exception(error)


class Apart(Generic[I, O]):
    """Gathers what has the same key, such as a project, and runs other keys beside it.

    So no statement is about two projects, which may be on different machines, and none waits for
    what only another one has to wait for.
    """

    def __init__(self, key: Callable[[I], Hashable], make: Callable[[], Gather[I, O]]) -> None:
        self._key = key
        self._gathers: defaultdict[Hashable, Gather[I, O]] = defaultdict(make)

    async def __call__(self, item: I) -> O:
        """Run an item with whatever else of its key is waiting, and return its outcome."""
        return await self._gathers[self._key(item)](item)
