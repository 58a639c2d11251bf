"""List: pages of requests, by each of the filters in turn, with many requests there."""

from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from itertools import count

import msgspec
from msgspec import Raw, Struct

from humanwire.bench.client import Act, Connection, connected, drive, encode
from humanwire.bench.figures import Report, against
from humanwire.bench.ground import CAMPAIGNS, CROWD, HIGH, Ground
from humanwire.bench.measure import Load, compare, floor, in_turns, read_floor
from humanwire.bench.plan import Plan
from humanwire.bench.setting import Setting, prepared
from humanwire.core.times import iso
from humanwire.wiring import clock

_TASKS = 100_000
_ANSWERED = 1_000
_BEGINNING = 0.05
"""The part of the time in which those were asked that have been answered."""
_PAGE = 100
_PAGES = 3
"""Pages of one list that are read before the next list is begun."""
_WARM = 50
_DAY_MS = 86_400_000


class Page(Struct):
    """A page of the list, as far as the bench cares."""

    requests: list[Raw]
    next_cursor: str | None


_page = msgspec.json.Decoder(Page)


async def listing(plan: Plan) -> Report:
    """Time `GET /v1/requests` in pages of 100: the lists of _lists in turns, three pages of each.

    The floor reads as many rows of the same size, in the order of their keys.
    """
    concurrency = plan.concurrency or 16
    depth = _TASKS if plan.tasks is None else max(2, plan.tasks)
    async with AsyncExitStack() as stack:
        opening = _reader(plan, depth, concurrency)
        setting, load, row_bytes = await stack.enter_async_context(opening)
        starting = floor(setting, "read", row_bytes)
        least = await stack.enter_async_context(starting)
        bare = await stack.enter_async_context(connected(least, concurrency))
        loads = [load, partial(read_floor, bare, _PAGE, plan.slice_seconds, 1)]
        if plan.against is not None:
            opening = _reader(plan, max(2, plan.against), concurrency, second=True)
            _, shallow, _ = await stack.enter_async_context(opening)
            loads.append(shallow)
        slices, floors, *others = await in_turns(*loads)
        report = compare(setting.report("list", concurrency), slices, floors)
        report.tasks = depth
        return against(report, plan.against, *others)


@asynccontextmanager
async def _reader(
    plan: Plan, depth: int, concurrency: int, *, second: bool = False
) -> AsyncGenerator[tuple[Setting, Load, int]]:
    """A server with so many tasks, the load on it, and how large what it says of one is."""

    async def prepare(ground: Ground) -> None:
        answered = min(depth // 2, _ANSWERED)
        await ground.ask(answered, priority=HIGH, over=_BEGINNING)
        await ground.ask(depth - answered)
        await ground.work(answered, ground.workers)

    async with (
        prepared(plan, CROWD, prepare, second=second) as setting,
        connected(setting.ports, concurrency) as callers,
    ):
        act = _turning(setting, depth)
        request = encode("GET", f"/v1/requests?limit={_PAGE}", setting.key)
        page = (await callers[0].send(request)).expect(200).body
        row_bytes = len(page) // len(_page.decode(page).requests)
        for _ in range(_WARM):
            await act(callers[0])
        yield setting, partial(drive, callers, act, plan.slice_seconds), row_bytes


def _lists(depth: int) -> list[str]:
    """The filters: none, each by itself, and some together."""
    now = clock()
    return [
        "",
        "&status=pending",
        "&status=complete",
        "&type=multiple-choice",
        f"&created_before={iso(now - 15 * _DAY_MS)}",
        f"&created_after={iso(now - 20 * _DAY_MS)}&created_before={iso(now - 19 * _DAY_MS)}",
        f"&metadata.campaign=c-{CAMPAIGNS // 2}",
        f"&metadata.row={depth // 2}",
        f"&metadata.campaign=c-{CAMPAIGNS // 3}&status=pending&type=multiple-choice",
    ]


def _turning(setting: Setting, depth: int) -> Act:
    lists, numbers = _lists(depth), count()
    places: dict[Connection, tuple[str, str | None, int]] = {}

    async def act(connection: Connection) -> float:
        where, cursor, pages = places.get(connection, ("", None, _PAGES))
        if cursor is None or pages == _PAGES:
            where, cursor, pages = lists[next(numbers) % len(lists)], None, 0
        after = f"&cursor={cursor}" if cursor else ""
        target = f"/v1/requests?limit={_PAGE}{where}{after}"
        reply = (await connection.send(encode("GET", target, setting.key))).expect(200)
        places[connection] = (where, _page.decode(reply.body).next_cursor, pages + 1)
        return reply.seconds

    return act
