"""Export: all of a project's requests as lines, read as fast as they come."""

import asyncio
from functools import partial
from time import perf_counter

import msgspec
from msgspec import Raw, Struct

from humanwire.bench.client import connected, encode
from humanwire.bench.figures import MILLI, Report, Slice, percentile
from humanwire.bench.ground import CROWD, HIGH, Ground
from humanwire.bench.measure import compare, floor, in_turns
from humanwire.bench.plan import Plan
from humanwire.bench.setting import Setting, prepared
from humanwire.bench.stream import streaming

_TASKS = 100_000
_ANSWERED = 20_000
_SAMPLE = 200


class Page(Struct):
    """A page of the list, as far as the bench cares."""

    requests: list[Raw]


_page = msgspec.json.Decoder(Page)


async def export(plan: Plan) -> Report:
    """Time `GET /v1/export` in lines; the newest tasks, up to half of all, have been answered.

    `first_ms` is the time until the first lines come.
    """
    depth = _TASKS if plan.tasks is None else max(2, plan.tasks)
    concurrency = plan.concurrency or 1

    async def prepare(ground: Ground) -> None:
        answered = min(depth // 2, _ANSWERED)
        await ground.ask(depth - answered)
        await ground.ask(answered, priority=HIGH)
        await ground.work(answered, ground.workers)

    async with prepared(plan, CROWD, prepare) as setting:
        request = encode("GET", "/v1/export", setting.key)
        async with floor(setting, "read", await _line_bytes(setting)) as least:
            bare = encode("GET", f"/rows?count={depth}&lines=", "")
            slices, floors = await in_turns(
                partial(_read_all, setting.ports, request, concurrency, plan.slice_seconds),
                partial(_read_all, least, bare, concurrency, plan.slice_seconds),
            )
            report = compare(setting.report("export", concurrency), slices, floors)
    report.p50_ms = report.p99_ms = None
    report.tasks = depth
    firsts = [first for each in slices for first in each.latencies]
    report.first_ms = round(percentile(firsts, 0.5) * MILLI, 2)
    return report


async def _read_all(ports: list[int], request: bytes, readers: int, seconds: float) -> Slice:
    """Count the lines that so many readers get in the time; its latencies are the first pieces'."""
    started = perf_counter()
    lines = 0

    def take(piece: bytes) -> None:
        nonlocal lines
        lines += piece.count(b"\n")

    async def read(port: int) -> list[float]:
        firsts: list[float] = []
        while (left := seconds - (perf_counter() - started)) > 0:
            async with streaming(port, request, take) as stream:
                firsts.append(stream.first.result())
                await asyncio.wait({stream.ended}, timeout=left)
                if stream.ended.done():
                    stream.ended.result()
        return firsts

    seen = await asyncio.gather(*(read(ports[n % len(ports)]) for n in range(readers)))
    return Slice(perf_counter() - started, lines, [first for firsts in seen for first in firsts])


async def _line_bytes(setting: Setting) -> int:
    """The mean length of what a list says of a request: near enough to an exported line's."""
    request = encode("GET", f"/v1/requests?limit={_SAMPLE}", setting.key)
    async with connected(setting.ports, 1) as (connection,):
        reply = (await connection.send(request)).expect(200)
    return len(reply.body) // len(_page.decode(reply.body).requests)
