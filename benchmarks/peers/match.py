"""The load: the same operations on each server in turn, a slice at a time."""

from collections import deque
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field

from benchmarks.peers.contender import Contender

from humanwire.bench.client import Act, BenchFailed, Connection, Reply, connected, drive
from humanwire.bench.figures import Slice

SLICES = 5
FILL = 1_000
"""Tasks in one request when the queue is filled."""
_SPENT = 0.05
"""The part of the queue that may be worked off before it is filled up again."""
OPERATIONS = ("create", "next task", "submit", "bulk import")


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What to measure: `seconds` is the length of one slice, `rows` the tasks of one import."""

    tasks: int
    concurrency: int
    annotators: int
    seconds: float
    rows: int


@dataclass
class Seen:
    """What one contender did of one operation: its slices, and requests that were refused."""

    slices: list[Slice] = field(default_factory=list[Slice])
    failed: int = 0


Outcome = Mapping[str, Mapping[str, Seen]]
"""By operation, then by the contender's name."""


class Side:
    """A contender under load."""

    def __init__(self, contender: Contender, connections: Sequence[Connection], plan: Plan) -> None:
        self.name = contender.name
        self.seen = {operation: Seen() for operation in OPERATIONS}
        self._contender = contender
        self._connections = connections
        self._plan = plan
        self._open = 0
        self._failed = 0

    async def fill(self) -> None:
        """Fill the queue up."""
        while self._open < self._plan.tasks:
            size = min(FILL, self._plan.tasks - self._open)
            _made(await self._connections[0].send(self._contender.fill(size)))
            self._open += size

    async def warm_up(self) -> None:
        """Do a little of everything, untimed."""
        await self._round()
        await self._create(0)
        self._failed = 0

    async def create(self) -> None:
        """Time creating."""
        self._note("create", await self._create(self._plan.seconds))

    async def work(self) -> None:
        """Time asking for work and handing it in: every annotator one task a round."""
        asked, handed = Slice(), Slice()
        refused = [0, 0]
        while min(asked.seconds, handed.seconds) < self._plan.seconds:
            if self._open < self._plan.tasks * (1 - _SPENT):
                await self.fill()
            parts = await self._round()
            if not parts[1][0].done:
                raise BenchFailed(f"{self.name} refused every task or answer of a round.")
            for total, part in zip((asked, handed), parts, strict=True):
                total.add(part[0])
            refused = [some + part[1] for some, part in zip(refused, parts, strict=True)]
        self._failed = refused[0]
        self._note("next task", asked)
        self._failed = refused[1]
        self._note("submit", handed)

    async def load(self) -> None:
        """Time importing, one request at a time."""
        request, rows = self._contender.load(self._plan.rows), self._plan.rows

        async def act(connection: Connection) -> float:
            return _made(await connection.send(request)).seconds

        self._note("bulk import", await drive(self._connections[:1], act, self._plan.seconds, rows))

    def _note(self, operation: str, timed: Slice) -> None:
        if not timed.done:
            raise BenchFailed(f"{self.name} did nothing in a slice of `{operation}`.")
        seen = self.seen[operation]
        seen.slices.append(timed)
        seen.failed += self._failed
        self._failed = 0

    async def _create(self, seconds: float) -> Slice:
        request = self._contender.create()

        async def act(connection: Connection) -> float:
            return self._count(await connection.send(request)).seconds

        return self._without_failures(await drive(self._connections, act, seconds))

    async def _round(self) -> tuple[tuple[Slice, int], tuple[Slice, int]]:
        """Give every annotator a task, then take all answers; each with what was refused."""
        idle = deque(range(self._plan.annotators))
        held: deque[tuple[int, str]] = deque()

        async def ask(connection: Connection) -> float | None:
            if not idle:
                return None
            annotator = idle.popleft()
            reply = self._count(await connection.send(self._contender.next_task(annotator)))
            if _is_good(reply):
                held.append((annotator, self._contender.handle(reply.body)))
            return reply.seconds

        async def hand_in(connection: Connection) -> float | None:
            if not held:
                return None
            request = self._contender.submit(*held.popleft())
            return self._count(await connection.send(request)).seconds

        asked = await self._drive_all(ask)
        handed = await self._drive_all(hand_in)
        self._open -= handed[0].done
        return asked, handed

    async def _drive_all(self, act: Act) -> tuple[Slice, int]:
        self._failed = 0
        done = self._without_failures(await drive(self._connections, act))
        failed, self._failed = self._failed, 0
        return done, failed

    def _count(self, reply: Reply) -> Reply:
        self._failed += not _is_good(reply)
        return reply

    def _without_failures(self, timed: Slice) -> Slice:
        timed.done -= self._failed
        return timed


async def match(contenders: Sequence[Contender], plan: Plan) -> Outcome:
    """Measure contenders in turns and return what was seen of each."""
    async with _sides(contenders, plan) as sides:
        for side in sides:
            await side.fill()
            await side.warm_up()
        for turn in (Side.work, Side.create, Side.load):
            for _ in range(SLICES):
                for side in sides:
                    await turn(side)
        return {
            operation: {side.name: side.seen[operation] for side in sides}
            for operation in OPERATIONS
        }


@asynccontextmanager
async def _sides(contenders: Sequence[Contender], plan: Plan) -> AsyncGenerator[list[Side]]:
    async with AsyncExitStack() as stack:
        sides: list[Side] = []
        for contender in contenders:
            opened = await stack.enter_async_context(connected(contender.port, plan.concurrency))
            sides.append(Side(contender, opened, plan))
        yield sides


def _is_good(reply: Reply) -> bool:
    return reply.status in {200, 201}


def _made(reply: Reply) -> Reply:
    return reply if _is_good(reply) else reply.expect(201)
