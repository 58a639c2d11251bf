"""Events: the feed, read in pages from its beginning, and followed as server-sent events."""

import asyncio
from collections.abc import Sequence
from contextlib import AsyncExitStack
from functools import partial
from time import perf_counter

import msgspec
from msgspec import Raw, Struct

from humanwire.bench.client import BenchFailed, Connection, connected, drive, encode
from humanwire.bench.crowd import answer_request, claim_request, granted_of
from humanwire.bench.figures import Report, Slice, middle_and_worst
from humanwire.bench.ground import CROWD, HIGH, Ground
from humanwire.bench.measure import compare, floor, in_turns, read_floor
from humanwire.bench.plan import Plan
from humanwire.bench.setting import Setting, prepared
from humanwire.bench.stream import Take, streaming

_TASKS = 20_000
_PAGE = 1_000
_ENDS = 300
_PATIENCE_SECONDS = 30.0


class Page(Struct):
    """A page of the feed, as far as the bench cares."""

    events: list[Raw]
    next: int


_page = msgspec.json.Decoder(Page)


async def events(plan: Plan) -> Report:
    """Time `GET /v1/events` in events, then how soon streams hear of an end.

    `told_…` runs from sending an answer to each reader's event, `wake_…` from the answer's
    acknowledgement. With several nodes the answers go to another one than the streams.
    """
    concurrency = plan.concurrency or 16
    depth = _TASKS if plan.tasks is None else max(1, plan.tasks)

    async def prepare(ground: Ground) -> None:
        await ground.ask(_ENDS)
        await ground.ask(depth, priority=HIGH)
        await ground.work(depth, ground.workers)

    async with (
        prepared(plan, CROWD, prepare) as setting,
        connected(setting.ports, concurrency) as readers,
    ):
        first = await _read_page(setting, readers[0], 0)
        size = sum(len(bytes(event)) for event in first.events) // len(first.events)
        async with (
            floor(setting, "read", size) as least,
            connected(least, concurrency) as bare,
        ):
            slices, floors = await in_turns(
                partial(_read_feed, setting, readers, plan.slice_seconds),
                partial(read_floor, bare, _PAGE, plan.slice_seconds),
            )
        told, woken = await _follow(setting, concurrency, await _last(setting, readers[0]))
        report = compare(setting.report("events", concurrency), slices, floors)
        report.tasks = depth
        report.told_p50_ms, report.told_p99_ms = middle_and_worst(told)
        report.wake_p50_ms, report.wake_p99_ms = middle_and_worst(woken)
        return report


async def _read_page(setting: Setting, connection: Connection, after: int) -> Page:
    return (await _timed_page(setting, connection, after))[0]


async def _timed_page(setting: Setting, connection: Connection, after: int) -> tuple[Page, float]:
    request = encode("GET", f"/v1/events?limit={_PAGE}&after={after}", setting.key)
    reply = (await connection.send(request)).expect(200)
    return _page.decode(reply.body), reply.seconds


async def _last(setting: Setting, connection: Connection) -> int:
    """Read to the end of the feed and return its last position."""
    page = await _read_page(setting, connection, 0)
    while page.events:
        page = await _read_page(setting, connection, page.next)
    return page.next


async def _read_feed(setting: Setting, readers: Sequence[Connection], seconds: float) -> Slice:
    """Each reader reads the feed from its beginning, again and again."""
    places = dict.fromkeys(readers, 0)
    read = 0

    async def act(connection: Connection) -> float:
        nonlocal read
        page, taken = await _timed_page(setting, connection, places[connection])
        places[connection] = page.next if len(page.events) == _PAGE else 0
        read += len(page.events)
        return taken

    timed = await drive(readers, act, seconds)
    timed.done = read
    return timed


async def _follow(setting: Setting, count: int, after: int) -> tuple[list[float], list[float]]:
    """End tasks one at a time; seconds from each answer, sent and acknowledged, to each reader."""
    heard: list[asyncio.Queue[float]] = [asyncio.Queue() for _ in range(count)]
    request = encode(
        "GET", f"/v1/events?after={after}", setting.key, b"", "accept: text/event-stream"
    )
    token = setting.tokens[0]
    told: list[float] = []
    woken: list[float] = []
    async with AsyncExitStack() as stack:
        for queue in heard:
            opening = streaming(setting.server.port, request, _noting(queue))
            await stack.enter_async_context(opening)
        elsewhere = connected(setting.servers[-1].port, 1)
        (worker,) = await stack.enter_async_context(elsewhere)
        for _ in range(_ENDS):
            lease = granted_of((await worker.send(claim_request(token))).expect(201).body)
            sent = perf_counter()
            reply = (await worker.send(answer_request(token, lease.id))).expect(200)
            try:
                async with asyncio.timeout(_PATIENCE_SECONDS):
                    arrivals = [await queue.get() for queue in heard]
            except TimeoutError:
                raise BenchFailed("A stream did not hear of an end.") from None
            told += [at - sent for at in arrivals]
            woken += [max(0.0, at - sent - reply.seconds) for at in arrivals]
    return told, woken


def _noting(queue: "asyncio.Queue[float]") -> Take:
    """Note when an event arrives; each begins with its id, at the start of a line."""
    rest = b"\n"

    def take(piece: bytes) -> None:
        nonlocal rest
        seen = rest + piece
        for _ in range(seen.count(b"\nid: ")):
            queue.put_nowait(perf_counter())
        # What was cut in the middle of the mark is looked at again with the next piece.
        rest = seen[-4:]

    return take
