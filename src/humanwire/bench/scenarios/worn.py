"""A worn worker: one who has answered many tasks that are still open, since others must, too.

Whoever looks for the next task for them has all of those in front. One connection claims for a worn
worker and for a fresh one in turns, and the times of both are told.
"""

from functools import partial

from humanwire.bench.client import Connection, Slice, connected, drive
from humanwire.bench.crowd import answer_request, claim_request, lease_of
from humanwire.bench.figures import Report, milliseconds, rate
from humanwire.bench.ground import Ground
from humanwire.bench.measure import in_turns
from humanwire.bench.plan import Plan
from humanwire.bench.question import KIND, body_of
from humanwire.bench.setting import Setting, fill, prepared

_TASKS = 100_000
_LEASES = 2


async def worn(plan: Plan, count: int) -> Report:
    """Time claims by a worker who has answered `count` tasks that are older and still open."""
    depth = _TASKS if plan.tasks is None else max(2 * _LEASES, plan.tasks)

    async def prepare(ground: Ground) -> None:
        await ground.ask(count, answers=2)
        await ground.work(count, ground.workers[:1])
        await ground.ask(depth)

    async with (
        prepared(plan, 2, prepare) as setting,
        connected(setting.ports, 1) as (connection,),
    ):
        pair = _Pair(setting, connection, depth)
        tired, fresh = setting.tokens
        for token in (tired, fresh):
            await pair.claim_and_answer(token)
        of_tired, of_fresh = await in_turns(
            partial(pair.claims, tired, plan.slice_seconds),
            partial(pair.claims, fresh, plan.slice_seconds),
        )
        report = setting.report("claim", 1)
        report.tasks, report.worn = depth, count
        report.per_second = rate(of_tired)
        report.p50_ms, report.p99_ms = (milliseconds(of_tired, part) for part in (0.5, 0.99))
        report.fresh_p50_ms = milliseconds(of_fresh, 0.5)
        report.fresh_p99_ms = milliseconds(of_fresh, 0.99)
        report.p99_ratio = round(report.p99_ms / report.fresh_p99_ms, 2)
        return report


class _Pair:
    """Two workers who take turns at one connection, before a queue that is kept half full."""

    def __init__(self, setting: Setting, connection: Connection, depth: int) -> None:
        self._setting = setting
        self._connection = connection
        self._depth = depth
        self._taken = 0

    async def claims(self, token: str, seconds: float) -> Slice:
        """Time claims alone: each round takes what a worker may hold and answers it, untimed."""
        timed = Slice()

        async def act(_: Connection) -> float:
            if self._taken > self._depth // 2:
                await fill(self._setting, body_of(KIND), self._taken)
                self._taken = 0
            claims = await self.claim_and_answer(token)
            timed.latencies.extend(claims)
            return sum(claims)

        await drive([self._connection], act, seconds)
        timed.done, timed.seconds = len(timed.latencies), sum(timed.latencies)
        return timed

    async def claim_and_answer(self, token: str) -> list[float]:
        """Take what a worker may hold, and answer it; seconds of each claim."""
        send, request = self._connection.send, claim_request(token)
        taken = [(await send(request)).expect(201) for _ in range(_LEASES)]
        for reply in taken:
            (await send(answer_request(token, lease_of(reply.body).id))).expect(200)
        self._taken += len(taken)
        return [reply.seconds for reply in taken]
