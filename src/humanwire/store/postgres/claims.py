"""Claims on PostgreSQL: the workers who ask together are served by one transaction."""

from collections import defaultdict, deque
from collections.abc import Sequence
from functools import cached_property
from typing import Any

from msgspec import Struct, structs

from humanwire.core.ids import AssignmentId, ProjectId, TaskId, WorkerId
from humanwire.core.questions import decode_question
from humanwire.store import rows
from humanwire.store.postgres.engine import Connection
from humanwire.store.postgres.gather import Gather
from humanwire.store.postgres.tasks import Tasks, columns
from humanwire.store.records import ClaimRequest, Draft, Granted
from humanwire.store.rows import PROJECT_COLUMNS
from humanwire.store.statements import load

SQL = load("postgres", "claims.sql")

_Membership = tuple[ProjectId, float | None]
"""A project that a worker may work for, and how many seconds its leases last."""


class Lease(Struct, frozen=True):
    """A live lease, as it is written down."""

    id: str
    worker: WorkerId
    expires_at: int
    lease_ms: int
    project: ProjectId
    task: TaskId
    held: bool = False


class _Wish:
    """A request on its way through the worker's projects, the one served least first."""

    def __init__(self, place: int, request: ClaimRequest, members: Sequence[_Membership]) -> None:
        self.place = place
        self.request = request
        self.takes_turns = len(members) > 1
        wanted = request.projects
        self.projects = deque(each for each in members if wanted is None or each[0] in wanted)

    def fits(self, kind: str) -> bool:
        return self.request.kinds is None or kind in self.request.kinds


class _Counter:
    """Where a group of wishes is served: what was taken so far, to be written down in the end."""

    def __init__(self, connection: Connection, size: int) -> None:
        self.fetch = connection.fetch
        self.outcomes: list[Lease | None] = [None] * size
        self.taken: list[tuple[Any, ...]] = []
        self.held: dict[WorkerId, list[Lease]] = defaultdict(list)
        self.room: dict[TaskId, int] = {}
        self.had: set[tuple[int, str]] = set()

    def take(self, wish: _Wish, project: ProjectId, seconds: float | None, task: TaskId) -> None:
        """Give a vacancy to a wish."""
        request = wish.request
        lease_ms = request.lease_ms if seconds is None else round(seconds * 1000)
        lease = Lease(
            f"{project}-{request.assignment}",
            request.worker,
            request.now + lease_ms,
            lease_ms,
            project,
            task,
        )
        self.room[task] -= 1
        self.had.add((request.worker, task))
        self.held[request.worker].append(lease)
        self.outcomes[wish.place] = lease
        where = (project, lease.id, task, lease.worker, lease.expires_at, lease_ms)
        self.taken.append((*where, wish.takes_turns))


class Claims(Tasks):
    """Gives out leases."""

    @cached_property
    def _claiming(self) -> Gather[ClaimRequest, Lease | None]:
        return Gather(self._claim_all, figures=self._figures)

    async def claim(self, request: ClaimRequest) -> Granted | None:
        lease = await self._claiming(request)
        return None if lease is None else (await self._granted([lease]))[0]

    async def held(self, worker: WorkerId, now: int) -> list[Granted]:
        found = await self._read(SQL["held"], [worker], [now])
        return await self._granted([_held(row) for row in found])

    async def vacant_among(self, projects: Sequence[ProjectId]) -> list[ProjectId]:
        found = await self._read(SQL["vacant_among"], projects)
        return [ProjectId(row[0]) for row in found]

    async def _claim_all(self, group: Sequence[ClaimRequest]) -> list[Lease | None]:
        return await self._transact(lambda connection: _serve_all(connection, group))

    async def _granted(self, leases: Sequence[Lease]) -> list[Granted]:
        if not leases:
            return []
        keys = [(lease.worker, lease.project, lease.task) for lease in leases]
        found: dict[tuple[int, int, str], rows.Row] = {}
        for row in await self._read(SQL["granted"], *columns(keys, 3)):
            *shown, worker, project, task = row
            found[worker, project, task] = tuple(shown)
        pairs = zip(leases, keys, strict=True)
        return [_shown(lease, found[key]) for lease, key in pairs if key in found]


async def _serve_all(connection: Connection, group: Sequence[ClaimRequest]) -> list[Lease | None]:
    counter = _Counter(connection, len(group))
    wishes = await _wishes(counter, group)
    # Wishes of one worker are served one after the other: the first changes what the second gets.
    while wishes:
        turn: dict[WorkerId, _Wish] = {}
        for wish in wishes:
            turn.setdefault(wish.request.worker, wish)
        await _serve(counter, list(turn.values()))
        served = {wish.place for wish in turn.values()}
        wishes = [wish for wish in wishes if wish.place not in served]
    if counter.taken:
        await connection.execute(SQL["lease"], *columns(counter.taken, 7))
    return counter.outcomes


async def _wishes(counter: _Counter, group: Sequence[ClaimRequest]) -> list[_Wish]:
    workers = sorted({request.worker for request in group})
    now = {request.worker: request.now for request in group}
    free = [row[0] for row in await counter.fetch(SQL["lock_workers"], workers)]
    for row in await counter.fetch(SQL["held"], free, [now[WorkerId(worker)] for worker in free]):
        counter.held[row[0]].append(_held(tuple(row)))
    members: dict[WorkerId, list[_Membership]] = defaultdict(list)
    for worker, project, seconds in await counter.fetch(SQL["memberships"], free):
        members[worker].append((project, None if seconds is None else float(seconds)))
    return [
        _Wish(place, request, members[request.worker])
        for place, request in enumerate(group)
        if request.worker in members
    ]


async def _serve(counter: _Counter, wishes: list[_Wish]) -> None:
    """Serve wishes of different workers, each from the first of its projects that has something."""
    open_wishes: list[_Wish] = []
    for wish in wishes:
        held = counter.held[wish.request.worker]
        if len(held) >= wish.request.most:
            counter.outcomes[wish.place] = structs.replace(held[0], held=True)
        else:
            open_wishes.append(wish)
    while open_wishes:
        by_project: dict[_Membership, list[_Wish]] = defaultdict(list)
        for wish in open_wishes:
            if wish.projects:
                by_project[wish.projects.popleft()].append(wish)
        for (project, seconds), asking in sorted(by_project.items()):
            await _serve_from(counter, project, seconds, asking)
        open_wishes = [
            wish for wish in open_wishes if wish.projects and counter.outcomes[wish.place] is None
        ]


async def _serve_from(
    counter: _Counter, project: ProjectId, seconds: float | None, wishes: list[_Wish]
) -> None:
    """Serve wishes from the head of a project's queue; who finds nothing there searches on."""
    head = await counter.fetch(SQL["head"], project, len(wishes))
    if not head:
        return
    tasks = [task for task, _, _ in head]
    workers = [wish.request.worker for wish in wishes]
    counter.had.update(map(tuple, await counter.fetch(SQL["barred"], project, tasks, workers)))
    for task, _, vacant in head:
        counter.room.setdefault(task, vacant)
    for wish in wishes:
        worker = wish.request.worker
        for task, kind, _ in head:
            if counter.room[task] and wish.fits(kind) and (worker, task) not in counter.had:
                counter.take(wish, project, seconds, task)
                break
        else:
            if len(head) == len(wishes):
                await _search(counter, project, seconds, wish)


async def _search(
    counter: _Counter, project: ProjectId, seconds: float | None, wish: _Wish
) -> None:
    full = [task for task, room in counter.room.items() if not room]
    had = [task for worker, task in counter.had if worker == wish.request.worker]
    passed = [*full, *had]
    kinds = wish.request.kinds
    found = await counter.fetch(SQL["search"], project, wish.request.worker, kinds, passed)
    for task, _, vacant in found:
        counter.room.setdefault(task, vacant)
        counter.take(wish, project, seconds, task)


def _held(row: rows.Row) -> Lease:
    worker, assignment, expires_at, lease_ms, project, task = row
    return Lease(assignment, worker, expires_at, lease_ms, project, task, held=True)


def _shown(lease: Lease, row: rows.Row) -> Granted:
    kind, question, created_at, version, body = row[PROJECT_COLUMNS:]
    return Granted(
        id=AssignmentId(lease.id),
        expires_at=lease.expires_at,
        lease_ms=lease.lease_ms,
        held=lease.held,
        task=lease.task,
        project=rows.project(row[:PROJECT_COLUMNS]),
        type=kind,
        question=decode_question(question),
        created_at=created_at,
        draft=Draft(version, body) if body is not None else None,
    )
