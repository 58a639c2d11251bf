"""Wakes those who wait in this process: blocked callers, workers in line, open event streams.

A wake-up carries nothing that matters: whoever wakes looks in the store. So a lost one costs time,
never an answer, and the runtime's poll is the net below it.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Collection, Generator, Hashable, Iterable
from contextlib import contextmanager
from typing import Generic, Literal, Protocol, TypeVar

from msgspec import Struct

from humanwire.core.ids import AssignmentId, ProjectId, TaskId, WorkerId

K = TypeVar("K", bound=Hashable)


class Notice(Struct, frozen=True):
    """Something that a signed-in worker's page should know."""

    event: Literal["work", "withdrawn"]
    assignment: AssignmentId | None = None
    reason: str | None = None


class Bells(Generic[K]):
    """Futures by key; ringing a key resolves all of its futures."""

    def __init__(self) -> None:
        self._waiting: dict[K, set[asyncio.Future[None]]] = {}

    @property
    def waiting(self) -> int:
        """How many wait."""
        return sum(map(len, self._waiting.values()))

    @contextmanager
    def listening(self, key: K) -> Generator["asyncio.Future[None]"]:
        """Give a future that resolves at the next ring; look in the store after taking it."""
        future = asyncio.get_running_loop().create_future()
        waiting = self._waiting.setdefault(key, set())
        waiting.add(future)
        try:
            yield future
        finally:
            waiting.discard(future)
            if not waiting and self._waiting.get(key) is waiting:
                del self._waiting[key]

    def ring(self, key: K) -> None:
        """Wake everybody at this key."""
        for future in self._waiting.get(key, ()):
            if not future.done():
                future.set_result(None)

    def keys(self) -> list[K]:
        """The keys that somebody waits at."""
        return list(self._waiting)

    def ring_all(self) -> None:
        """Wake everybody."""
        for key in self._waiting:
            self.ring(key)


class Call(Struct, frozen=True):
    """A call to a worker in line: there may be work. A `foreign` one came from another node."""

    project: ProjectId
    round: int
    foreign: bool = False


class Place:
    """A worker's place in the line for work."""

    __slots__ = ("called", "projects", "tried")

    def __init__(self, projects: frozenset[ProjectId]) -> None:
        self.projects = projects
        self.called: asyncio.Future[Call] = asyncio.get_running_loop().create_future()
        self.tried = 0


class Line:
    """Workers waiting for work, first come first called.

    One worker is called for each vacancy. A call that its worker cannot use (the task is not for
    them, or they are gone) is passed on, to each of the others once in a round, so that it ends.
    """

    def __init__(self) -> None:
        self._places: dict[ProjectId, OrderedDict[Place, None]] = {}
        self._round = 0
        self.relay: Relay | None = None

    @property
    def waiting(self) -> int:
        """How many stand in line; a place for several projects counts once."""
        return len({place for places in self._places.values() for place in places})

    @contextmanager
    def standing(self, projects: Iterable[ProjectId]) -> Generator[Place]:
        """Take a place; ask the store for work after taking it, and after each call."""
        place = Place(frozenset(projects))
        self._stand(place)
        try:
            yield place
        finally:
            self._leave(place)
            if place.called.done() and not place.called.cancelled():
                self.pass_on(place, place.called.result())

    def call(self, project: ProjectId, vacancies: int = 1, *, foreign: bool = False) -> None:
        """Call as many workers as there are vacancies; elsewhere too, if here are too few."""
        self._round += 1
        for called in range(vacancies):
            if not self._call_one(Call(project, self._round, foreign)):
                if self.relay is not None and not foreign:
                    self.relay.work(project, vacancies - called)
                return

    def projects(self) -> list[ProjectId]:
        """The projects that somebody waits for work in."""
        return list(self._places)

    def call_all(self, projects: Iterable[ProjectId]) -> None:
        """Call everybody in line for these projects once: somebody else may have added work."""
        self._round += 1
        for project in projects:
            for place in self._places.get(project, ()):
                if not place.called.done():
                    place.called.set_result(Call(project, self._round))

    def take(self, place: Place) -> Call:
        """Take the call that came and go to the end of the line, so that the next is not lost."""
        call = place.called.result()
        place.called = asyncio.get_running_loop().create_future()
        self._leave(place)
        self._stand(place)
        return call

    def pass_on(self, place: Place, call: Call) -> None:
        """Hand on a call that brought nothing, or is no longer needed."""
        place.tried = call.round
        if not self._call_one(call) and self.relay is not None and not call.foreign:
            self.relay.work(call.project, 1)

    def _call_one(self, call: Call) -> bool:
        for place in self._places.get(call.project, ()):
            if not place.called.done() and place.tried < call.round:
                place.called.set_result(call)
                return True
        return False

    def _stand(self, place: Place) -> None:
        for project in place.projects:
            self._places.setdefault(project, OrderedDict())[place] = None

    def _leave(self, place: Place) -> None:
        for project in place.projects:
            places = self._places.get(project)
            if places is not None:
                places.pop(place, None)
                if not places:
                    del self._places[project]


WORK = Notice("work")


class Stream:
    """The notices on their way to one open page."""

    def __init__(self) -> None:
        self._queue: asyncio.Queue[Notice] = asyncio.Queue(100)

    def put(self, notice: Notice) -> None:
        """Add a notice; a page that does not read loses the newest ones."""
        if not self._queue.full():
            self._queue.put_nowait(notice)

    async def get(self) -> Notice:
        """Wait for the next notice."""
        return await self._queue.get()


class Relay(Protocol):
    """Tells other nodes of what nobody here may be waiting for."""

    def ended(self, project: ProjectId, task: TaskId) -> None: ...

    def work(self, project: ProjectId, vacancies: int) -> None: ...

    def notice(self, worker: WorkerId, notice: Notice) -> None: ...


class Wakeups:
    """Everything that somebody can wait for."""

    def __init__(self) -> None:
        self.ends: Bells[tuple[ProjectId, TaskId]] = Bells()
        self.feeds: Bells[ProjectId] = Bells()
        self.line = Line()
        self._relay: Relay | None = None
        self._streams: dict[WorkerId, set[Stream]] = {}
        self._listening: dict[ProjectId, set[Stream]] = {}

    def connect(self, relay: Relay) -> None:
        """Tell other nodes, too, from now on."""
        self._relay = self.line.relay = relay

    @property
    def pages(self) -> int:
        """How many pages have a stream of notices open."""
        return sum(map(len, self._streams.values()))

    def ended(self, project: ProjectId, task: TaskId) -> None:
        """Wake the callers blocked on a task and the readers of its project's feed."""
        self.ended_elsewhere(project, task)
        if self._relay is not None:
            self._relay.ended(project, task)

    def ended_elsewhere(self, project: ProjectId, task: TaskId) -> None:
        """The same, where another node has said so."""
        self.ends.ring((project, task))
        self.feeds.ring(project)

    def work(self, project: ProjectId, vacancies: int = 1) -> None:
        """Call workers in line to new vacancies, and tell the open pages.

        A page is told once, until it has heard: a burst of work is one piece of news.
        """
        self.line.call(project, vacancies)
        self._show_work(project)

    def work_elsewhere(self, project: ProjectId, vacancies: int) -> None:
        """The same, where another node has said so."""
        self.line.call(project, vacancies, foreign=True)
        self._show_work(project)

    def tell(self, worker: WorkerId, notice: Notice) -> None:
        """Send a notice to the pages that the worker has open."""
        self.tell_here(worker, notice)
        if self._relay is not None:
            self._relay.notice(worker, notice)

    def tell_here(self, worker: WorkerId, notice: Notice) -> None:
        """The same, to the pages that are connected to this process."""
        for stream in self._streams.get(worker, ()):
            stream.put(notice)

    def _show_work(self, project: ProjectId) -> None:
        for stream in self._listening.pop(project, ()):
            stream.put(WORK)

    def listen(self, stream: Stream, projects: Iterable[ProjectId]) -> None:
        """Let a page hear of work in these projects (again)."""
        for project in projects:
            self._listening.setdefault(project, set()).add(stream)

    @contextmanager
    def stream(self, worker: WorkerId, projects: Collection[ProjectId]) -> Generator[Stream]:
        """Open a page's stream of notices; call `listen` after each news of work."""
        stream = Stream()
        streams = self._streams.setdefault(worker, set())
        streams.add(stream)
        self.listen(stream, projects)
        try:
            yield stream
        finally:
            _remove(self._streams, worker, stream)
            for project in projects:
                _remove(self._listening, project, stream)


def _remove(streams: dict[K, set[Stream]], key: K, stream: Stream) -> None:
    found = streams.get(key)
    if found is not None:
        found.discard(stream)
        if not found:
            del streams[key]
