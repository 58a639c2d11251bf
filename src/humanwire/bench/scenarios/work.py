"""Claim and answer: what workers do, with many tasks open."""

from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from typing import Literal

from humanwire.bench.client import connected
from humanwire.bench.crowd import ANSWER, WORKERS, Crowd
from humanwire.bench.figures import Report, Slice, against
from humanwire.bench.ground import queue_of
from humanwire.bench.measure import (
    Load,
    compare,
    floor,
    in_turns,
    load_floor,
    stored_bytes,
)
from humanwire.bench.plan import Plan
from humanwire.bench.scenarios.worn import worn
from humanwire.bench.setting import Setting, prepared

TASKS = 100_000
_FEW = 1_000

Act = Literal["claim", "answer"]


async def claim(plan: Plan) -> Report:
    """Time `POST /worker/v1/assignments`; each one leases a task anew."""
    if plan.worn is not None:
        return await worn(plan, plan.worn)
    return await _work(plan, "claim", b"{}")


async def answer(plan: Plan) -> Report:
    """Time `POST /worker/v1/assignments/{id}/answer`; each one ends its task."""
    return await _work(plan, "answer", ANSWER)


async def _work(plan: Plan, act: Act, body: bytes) -> Report:
    concurrency = plan.concurrency or 16
    depth = TASKS if plan.tasks is None else max(2, plan.tasks)
    row_bytes = (await _weigh())[act]
    async with AsyncExitStack() as stack:
        opening = _crowd(plan, depth, concurrency)
        setting, crowd = await stack.enter_async_context(opening)
        least = await stack.enter_async_context(floor(setting, act, row_bytes))
        bare = await stack.enter_async_context(connected(least, concurrency))
        loads: list[Load] = [
            partial(_slice, plan, crowd, act),
            partial(load_floor, bare, body, plan.slice_seconds),
        ]
        if plan.against is not None:
            opening = _crowd(plan, max(2, plan.against), concurrency, second=True)
            _, shallow = await stack.enter_async_context(opening)
            loads.append(partial(_slice, plan, shallow, act))
        slices, floors, *others = await in_turns(*loads)
        report = compare(setting.report(act, concurrency), slices, floors)
        report.tasks = depth
        return against(report, plan.against, *others)


@asynccontextmanager
async def _crowd(
    plan: Plan, depth: int, concurrency: int, *, second: bool = False
) -> AsyncGenerator[tuple[Setting, Crowd]]:
    """A server with a queue, and a crowd before it that has worked a little already."""
    async with (
        prepared(plan, WORKERS, queue_of(depth), second=second) as setting,
        connected(setting.ports, concurrency) as callers,
    ):
        crowd = Crowd(setting, callers, depth)
        await crowd.claim()
        await crowd.answer()
        yield setting, crowd


async def _slice(plan: Plan, crowd: Crowd, act: Act) -> Slice:
    timed = Slice()
    while timed.seconds < plan.slice_seconds:
        await crowd.fill()
        acts = {"claim": await crowd.claim(), "answer": await crowd.answer()}
        timed.add(acts[act])
    return timed


async def _weigh() -> dict[Act, int]:
    """What a claim and an answer add to a database, in bytes, seen on a small one."""
    async with (
        prepared(Plan(), WORKERS, queue_of(_FEW)) as small,
        connected(small.ports, 1) as callers,
    ):
        crowd = Crowd(small, callers, _FEW)
        filled = stored_bytes(small)
        claims = await crowd.claim()
        claimed = stored_bytes(small)
        answers = await crowd.answer()
        return {
            "claim": (claimed - filled) // claims.done,
            "answer": (stored_bytes(small) - claimed) // answers.done,
        }
