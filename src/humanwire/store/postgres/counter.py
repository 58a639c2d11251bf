"""Where wishes for work are served on PostgreSQL: a group of them in one transaction."""

from collections import defaultdict, deque
from collections.abc import Iterable, Sequence

from msgspec import Struct

from humanwire.core.ids import AssignmentId, ProjectId, TaskId, WorkerId
from humanwire.core.questions import decode_question
from humanwire.store import rows
from humanwire.store.postgres.columns import columns
from humanwire.store.postgres.engine import Connection
from humanwire.store.records import ClaimRequest, Draft, Granted
from humanwire.store.rows import PROJECT_COLUMNS
from humanwire.store.statements import load

SQL = load("postgres", "claims.sql")

HEAD = 8
"""Vacancies looked at beyond one for each wish: a worker may have had some of them."""

Membership = tuple[ProjectId, float | None]
"""A project that a worker may work for, and how many seconds its leases last."""


class Held(Struct, frozen=True):
    """The worker holds as much as they may: this is the oldest lease."""

    id: str


class Further(Struct, frozen=True):
    """What the queue begins with is not for this worker, and there is more."""


class Lease(Struct, frozen=True):
    """A lease to write down."""

    id: str
    request: ClaimRequest
    project: ProjectId
    task: TaskId
    lease_ms: int
    takes_turns: bool

    @property
    def row(self) -> rows.Row:
        where = (self.project, self.id, self.task, self.request.worker)
        return (*where, self.request.now + self.lease_ms, self.lease_ms, self.takes_turns)


class Wish:
    """A request on its way through the worker's projects, the one served least first."""

    def __init__(self, place: int, request: ClaimRequest, members: Sequence[Membership]) -> None:
        self.place = place
        self.request = request
        self.takes_turns = len(members) > 1
        wanted = request.projects
        self.projects = deque(each for each in members if wanted is None or each[0] in wanted)

    def fits(self, kind: str) -> bool:
        return self.request.kinds is None or kind in self.request.kinds


class Counter:
    """What a group's transaction has seen and taken so far, to be written down in the end."""

    def __init__(self, connection: Connection, size: int) -> None:
        self.connection = connection
        self.outcomes: list[Granted | Held | Further | None] = [None] * size
        self.taken: dict[int, Lease] = {}
        self.held: dict[WorkerId, list[str]] = {}
        self.room: dict[TaskId, int] = {}
        self.lengths: dict[TaskId, int | None] = {}
        self.had: set[tuple[WorkerId, TaskId]] = set()

    async def enter(self, group: Sequence[ClaimRequest]) -> list[Wish]:
        """Lock the workers, and find out where they may work. A barred one has no wish."""
        workers = list({request.worker for request in group})
        members: dict[WorkerId, list[Membership]] = {}
        for worker, project, seconds in await self.connection.fetch(SQL["enter"], workers):
            joined = members.setdefault(worker, [])
            if project is not None:
                joined.append((project, None if seconds is None else float(seconds)))
        return [
            Wish(place, request, members[request.worker])
            for place, request in enumerate(group)
            if request.worker in members
        ]

    async def look(
        self, wishes: Sequence[Wish], asking: dict[ProjectId, int]
    ) -> list[tuple[ProjectId, TaskId, str]]:
        """Read what the workers hold, and return what queues begin with, in order.

        `asking` says how many wishes there are for each project. Sets the outcome of wishes of
        workers who hold enough.
        """
        now = {wish.request.worker: wish.request.now for wish in wishes}
        new = [worker for worker in now if worker not in self.held]
        limits = [count + HEAD + len(self.taken) for count in asking.values()]
        found = await self.connection.fetch(
            SQL["look"], new, [now[worker] for worker in new], list(asking), limits, list(now)
        )
        self.held.update({worker: [] for worker in new})
        head: list[tuple[ProjectId, TaskId, str]] = []
        for what, worker, project, task, text, vacant, lease_ms in found:
            if what == "head":
                head.append((project, task, text))
                self.room.setdefault(task, vacant)
                self.lengths[task] = lease_ms
            elif what == "barred":
                self.had.add((worker, task))
            else:
                self.held[worker].append(text)
        for wish in wishes:
            held = self.held[wish.request.worker]
            if len(held) >= wish.request.most:
                self.outcomes[wish.place] = Held(held[0])
        return head

    def take(self, wish: Wish, member: Membership, task: TaskId) -> None:
        """Give a vacancy to a wish."""
        request, (project, seconds) = wish.request, member
        lease_ms = self.lengths[task]
        if lease_ms is None:
            lease_ms = request.lease_ms if seconds is None else round(seconds * 1000)
        identifier = f"{project}-{request.assignment}"
        self.room[task] -= 1
        self.had.add((request.worker, task))
        self.held[request.worker].append(identifier)
        self.taken[wish.place] = Lease(
            identifier, request, project, task, lease_ms, wish.takes_turns
        )

    async def write_down(self) -> None:
        """Write the leases, and read what the workers are to see."""
        if not self.taken:
            return
        places = {lease.id: place for place, lease in self.taken.items()}
        leases = sorted(self.taken.values(), key=lambda lease: lease.request.worker)
        written = columns([lease.row for lease in leases], 7)
        for row in await self.connection.fetch(SQL["lease"], *written):
            place = places[row[-1]]
            lease = self.taken[place]
            expires_at = lease.request.now + lease.lease_ms
            self.outcomes[place] = granted(
                AssignmentId(lease.id), expires_at, lease.lease_ms, lease.task, tuple(row)
            )


async def serve(connection: Connection, group: Sequence[ClaimRequest]) -> Counter:
    """Serve wishes from the heads of the queues, in the transaction of the connection."""
    counter = Counter(connection, len(group))
    wishes = await counter.enter(group)
    # Wishes of one worker are served one after the other: the first changes what the second gets.
    while wishes:
        turn: dict[WorkerId, Wish] = {}
        for wish in wishes:
            turn.setdefault(wish.request.worker, wish)
        await _serve_turn(counter, list(turn.values()))
        served = {wish.place for wish in turn.values()}
        wishes = [wish for wish in wishes if wish.place not in served]
    await counter.write_down()
    return counter


async def _serve_turn(counter: Counter, wishes: list[Wish]) -> None:
    """Serve wishes of different workers, each from the first of its projects that has something."""
    while wishes:
        by_project: dict[Membership, list[Wish]] = defaultdict(list)
        for wish in wishes:
            if wish.projects:
                by_project[wish.projects.popleft()].append(wish)
        asking = {member[0]: len(at_it) for member, at_it in by_project.items()}
        head = await counter.look(wishes, asking)
        unserved: dict[ProjectId, list[Wish]] = {}
        for member, at_it in sorted(by_project.items(), key=lambda each: each[0][0]):
            tasks = [(task, kind) for project, task, kind in head if project == member[0]]
            left = [wish for wish in at_it if counter.outcomes[wish.place] is None]
            unserved[member[0]] = [w for w in left if not _give(counter, member, tasks, w)]
        await _send_further(counter, unserved, [task for _, task, _ in head])
        wishes = [
            wish
            for wish in wishes
            if wish.projects
            and wish.place not in counter.taken
            and not counter.outcomes[wish.place]
        ]


def _give(
    counter: Counter, member: Membership, head: Iterable[tuple[TaskId, str]], wish: Wish
) -> bool:
    worker = wish.request.worker
    for task, kind in head:
        if counter.room[task] and wish.fits(kind) and (worker, task) not in counter.had:
            counter.take(wish, member, task)
            return True
    return False


async def _send_further(
    counter: Counter, unserved: dict[ProjectId, list[Wish]], looked_at: list[TaskId]
) -> None:
    """Send on those who found nothing in a project where other tasks wait as well."""
    projects = [project for project, wishes in unserved.items() if wishes]
    if projects:
        for (project,) in await counter.connection.fetch(SQL["waits"], projects, looked_at):
            for wish in unserved[project]:
                counter.outcomes[wish.place] = Further()


def granted(
    identifier: AssignmentId,
    expires_at: int,
    lease_ms: int,
    task: TaskId,
    row: rows.Row,
    *,
    held: bool = False,
) -> Granted:
    """A lease with what the worker is to see, which the row begins with."""
    kind, question, created_at, version, body = row[PROJECT_COLUMNS : PROJECT_COLUMNS + 5]
    return Granted(
        id=identifier,
        expires_at=expires_at,
        lease_ms=lease_ms,
        held=held,
        task=task,
        project=rows.project(row[:PROJECT_COLUMNS]),
        type=kind,
        question=decode_question(question),
        created_at=created_at,
        draft=Draft(version, body) if body is not None else None,
    )
