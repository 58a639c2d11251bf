"""Blocked: many callers who ask and wait for the answer; how soon each wakes, and what it costs."""

import asyncio
import resource
from collections.abc import Sequence
from time import perf_counter

import msgspec
from msgspec import Struct

from humanwire.bench.client import BenchFailed, Connection, Reply, connected, encode
from humanwire.bench.crowd import answer_request, claim_request, granted_of
from humanwire.bench.figures import MILLI, Report, middle_and_worst
from humanwire.bench.ground import HIGH, LOW, queue_of
from humanwire.bench.plan import Plan
from humanwire.bench.question import body_of
from humanwire.bench.setting import Setting, fill, prepared

_CALLERS = 1_000
_WAKES = 500
_WARM = 20_000
_SPARE_FILES = 200
_PATIENCE_SECONDS = 30.0


class Ended(Struct):
    """What a blocked caller is told in the end, as far as the bench cares."""

    id: str
    status: str


_ended = msgspec.json.Decoder(Ended)


class Waiting:
    """Blocked callers: when each was told, and what."""

    def __init__(self) -> None:
        self._told: dict[str, asyncio.Future[float]] = {}
        self.statuses: list[str] = []

    def told(self, task: str) -> "asyncio.Future[float]":
        """A future for the moment when the caller of a task was told."""
        future = self._told.get(task)
        if future is None:
            future = self._told[task] = asyncio.get_running_loop().create_future()
        return future

    def note(self, done: "asyncio.Future[Reply]") -> None:
        """Take a caller's reply."""
        now = perf_counter()
        ended = _ended.decode(done.result().expect(200).body)
        self.statuses.append(ended.status)
        self.told(ended.id).set_result(now)


async def blocked(plan: Plan) -> Report:
    """Block callers with `?block=300`, end tasks one at a time, then stop the server.

    `p50_ms` and `p99_ms` run from sending an answer to the blocked reply, `wake_…` from the
    answer's acknowledgement. At the stop, everybody who still waits is told at once. With several
    nodes the callers wait at the first and the answers come by the last.
    """
    count = plan.callers or _CALLERS
    _allow_files(count + _SPARE_FILES)
    waiting = Waiting()
    async with (
        prepared(plan, 1, queue_of(plan.tasks or 0, priority=LOW)) as setting,
        connected(setting.servers[-1].port, 1) as (worker,),
    ):
        await fill(setting, body_of("multiple-choice", priority=LOW), _WARM)
        before = setting.server.rss_bytes
        async with connected(setting.server.port, count) as callers:
            await _block(setting, callers, waiting)
            cost = (setting.server.rss_bytes - before) / count / 1024
            report = setting.report("blocked", count)
            some = min(_WAKES, count // 2)
            wakes, acknowledged = await _wake_some(setting, worker, waiting, some)
            report.p50_ms, report.p99_ms = middle_and_worst(wakes)
            report.wake_p50_ms, report.wake_p99_ms = middle_and_worst(acknowledged)
            report.callers, report.kb_per_caller = count, round(cost, 1)
            report.all_woken_ms = await _wake_all(setting, waiting, count)
            return report


async def _block(setting: Setting, callers: Sequence[Connection], waiting: Waiting) -> None:
    body = body_of(priority=HIGH)
    target = "/v1/requests/multiple-choice?block=300"
    for caller in callers:
        caller.send(encode("POST", target, setting.key, body)).add_done_callback(waiting.note)
        await asyncio.sleep(0)
    # Writes are carried out in order: once these are, all before them wait for their end.
    for _ in range(2):
        await fill(setting, body_of("multiple-choice", priority=LOW), 1)


async def _wake_some(
    setting: Setting, worker: Connection, waiting: Waiting, count: int
) -> tuple[list[float], list[float]]:
    """Answer tasks one by one; seconds from each answer, sent and acknowledged, to its caller."""
    (token,) = setting.tokens
    wakes: list[float] = []
    acknowledged: list[float] = []
    for _ in range(count):
        granted = granted_of((await worker.send(claim_request(token))).expect(201).body)
        told = waiting.told(granted.task.id)
        sent = perf_counter()
        reply = (await worker.send(answer_request(token, granted.id))).expect(200)
        async with asyncio.timeout(_PATIENCE_SECONDS):
            at = await told
        wakes.append(at - sent)
        acknowledged.append(max(0.0, at - sent - reply.seconds))
    return wakes, acknowledged


async def _wake_all(setting: Setting, waiting: Waiting, count: int) -> float:
    started = perf_counter()
    setting.server.terminate()
    while len(waiting.statuses) < count:
        await asyncio.sleep(0.005)
        if perf_counter() - started > _PATIENCE_SECONDS:
            raise BenchFailed(f"{count - len(waiting.statuses)} callers were left waiting.")
    return round((perf_counter() - started) * MILLI, 1)


def _allow_files(wanted: int) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and wanted > hard:
        raise BenchFailed(f"{wanted} open files are needed, and the system allows {hard}.")
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, wanted), hard))
