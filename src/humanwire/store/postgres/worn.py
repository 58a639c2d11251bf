"""Finds a worn worker's next task on PostgreSQL: from where they had looked.

A worker who has had all of the head goes on from a place remembered for each kind and priority
(`seen`), so that nobody walks past the same tasks again. Tasks that come back before that place are
told by their number of return (docs/decisions/0007). What decides about places is read without
locks: a task that is another's for a moment must not be passed for good.
"""

from collections.abc import Sequence
from itertools import groupby
from typing import NamedTuple

from msgspec import Struct

from humanwire.core.ids import ProjectId, TaskId, WorkerId, uuid7_from
from humanwire.store import rows
from humanwire.store.postgres.engine import Connection
from humanwire.store.statements import load

SQL = load("postgres", "worn.sql")

HEAD = 16
"""Tasks that are looked at each time, before anything is remembered."""
STEP = 1000
"""Tasks looked at in one transaction: a few milliseconds' work."""
BEHIND_MS = 60_000
"""How far places stay behind the present: an identifier made before can still be stored."""


class More(Struct, frozen=True):
    """There may be a task further on: look in another transaction."""


class Busy(Struct, frozen=True):
    """There is a task, but others are at it just now."""


class Found(NamedTuple):
    """A task, locked, and how long a lease on it lasts if it has a length of its own."""

    task: TaskId
    lease_ms: int | None


class Vacancies(NamedTuple):
    """Tasks of a lane from a place on: how many, the last, the first few for the worker."""

    many: int
    last: str
    free: list[str]


class Lane(Struct, kw_only=True):
    """The queue of one priority, of one kind or all (''), and how far the worker has looked.

    `back` is what has come back since, `near` what waits next, both at most a head's length.
    """

    project: ProjectId
    worker: WorkerId
    kind: str
    priority: int
    upto: str
    returned: int
    newest: int
    back: list[rows.Row]
    near: Vacancies

    @property
    def where(self) -> tuple[ProjectId, WorkerId, int]:
        return self.project, self.worker, self.priority


class Search:
    """A worker's way through the queues of their projects, over several transactions."""

    def __init__(self, worker: WorkerId, kinds: Sequence[str] | None, now: int) -> None:
        self._worker = worker
        self._kinds = [""] if kinds is None else list(dict.fromkeys(kinds))
        self._latest = uuid7_from(now - BEHIND_MS)
        self._walked: dict[tuple[ProjectId, str, int], str] = {}
        """How far this way has come beyond the places that may be remembered."""

    async def step(self, connection: Connection, project: ProjectId) -> Found | More | Busy | None:
        """Lock the first task of a project that the worker may have, and return it."""
        found = await connection.fetch(
            SQL["lanes"], project, self._worker, self._kinds, HEAD, HEAD + 1
        )
        lanes = [
            Lane(
                project=project,
                worker=self._worker,
                kind=kind,
                priority=priority,
                upto=upto,
                returned=returned,
                newest=newest,
                back=back,
                near=Vacancies(*near),
            )
            for kind, priority, upto, returned, newest, back, *near in found
        ]
        busy = False
        for _, level in groupby(lanes, lambda lane: lane.priority):
            free: list[str] = []
            for lane in level:
                looked = await self._look(connection, lane)
                if isinstance(looked, More):
                    return looked
                free += looked
            if free:
                picked = await connection.fetchrow(SQL["pick"], project, sorted(free))
                if picked is not None:
                    return Found(*picked)
                busy = True
        return Busy() if busy else None

    async def _look(self, connection: Connection, lane: Lane) -> list[str] | More:
        """The first tasks in a lane that the worker may have."""
        key = (lane.project, lane.kind, lane.priority)
        back = await _came_back(connection, lane) if lane.upto else []
        if isinstance(back, More):
            self._walked.pop(key, None)
            return back
        if back:
            return back
        start = max(lane.upto, self._walked.get(key, ""))
        near = lane.near if start == lane.upto else await _vacancies(connection, lane, start, HEAD)
        if near.free or near.many < HEAD:
            return near.free
        far = await _vacancies(connection, lane, start, STEP)
        if not far.many:
            return []  # others have had the rest since
        reached = far.free[0] if far.free else far.last
        self._walked[key] = reached
        if min(reached, self._latest) > lane.upto:
            lane.upto = min(reached, self._latest)
            await _remember(connection, lane)
        return More() if far.many == STEP and not far.free else far.free


async def _vacancies(connection: Connection, lane: Lane, start: str, most: int) -> Vacancies:
    if lane.kind:
        values = (*lane.where, start, most, lane.kind)
        found = await connection.fetch(SQL["vacancies_of_kind"], *values)
    else:
        found = await connection.fetch(SQL["vacancies"], *lane.where, start, most)
    return Vacancies(*found[0])


async def _came_back(connection: Connection, lane: Lane) -> list[str] | More:
    """The tasks before the lane's place that came back for this worker.

    Few are looked through each time. Of many, the place is moved before those for this worker.
    """
    back = lane.back
    many = len(back) > HEAD
    if many:
        back = await connection.fetch(SQL["returned"], *lane.where, lane.returned, STEP)
    mine = [
        (task, number)
        for task, number, kind, free in back
        if free and task < lane.upto and lane.kind in {"", kind}
    ]
    if many:
        lane.upto = min([lane.upto, *(task for task, _ in mine)])
        lane.returned = back[-1][1]
        await _remember(connection, lane)
        return More()
    # Numbers up to the newest, which was read before, are all visible by now.
    before = min([lane.newest, *(number - 1 for _, number in mine)])
    if before > lane.returned:
        lane.returned = before
        await _remember(connection, lane)
    return sorted(task for task, _ in mine)


async def _remember(connection: Connection, lane: Lane) -> None:
    values = (lane.kind, lane.priority, lane.upto, lane.returned)
    await connection.execute(SQL["remember"], lane.project, lane.worker, *values)
