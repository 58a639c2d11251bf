"""Claim and answer: what workers do, with many tasks open."""

from collections.abc import Sequence
from typing import Literal

from humanwire.bench.client import Connection, connected
from humanwire.bench.crowd import ANSWER, WORKERS, Crowd
from humanwire.bench.figures import Report, Slice
from humanwire.bench.setting import SLICES, Plan, Setting, compare, floor, load_floor, prepared

_TASKS = 100_000

Act = Literal["claim", "answer"]


async def claim(plan: Plan) -> Report:
    """Time `POST /worker/v1/assignments`; each one leases a task anew."""
    return await _work(plan, "claim", b"{}")


async def answer(plan: Plan) -> Report:
    """Time `POST /worker/v1/assignments/{id}/answer`; each one ends its task."""
    return await _work(plan, "answer", ANSWER)


async def _work(plan: Plan, act: Act, body: bytes) -> Report:
    concurrency = plan.concurrency or 16
    depth = _TASKS if plan.tasks is None else max(2, plan.tasks)
    async with (
        prepared(plan, WORKERS) as setting,
        connected(setting.server.port, concurrency) as callers,
    ):
        crowd = Crowd(setting, callers, depth)
        row_bytes = (await _row_bytes(setting, crowd))[act]
        async with (
            floor(setting, act, row_bytes) as bare,
            connected(bare.port, concurrency) as bares,
        ):
            slices, floors = await _slices(plan, crowd, act, (bares, body))
        report = compare(setting.report(act, concurrency), slices, floors)
        report.tasks = depth
        return report


async def _slices(
    plan: Plan, crowd: Crowd, act: Act, bare: tuple[Sequence[Connection], bytes]
) -> tuple[list[Slice], list[Slice]]:
    slices: list[Slice] = []
    floors: list[Slice] = []
    for _ in range(SLICES):
        timed = Slice()
        while timed.seconds < plan.slice_seconds:
            await crowd.fill()
            acts = {"claim": await crowd.claim(), "answer": await crowd.answer()}
            timed.add(acts[act])
        slices.append(timed)
        floors.append(await load_floor(*bare, plan.slice_seconds))
    return slices, floors


async def _row_bytes(setting: Setting, crowd: Crowd) -> dict[Act, int]:
    """What a claim and an answer add to the database; this also warms the server up."""
    await crowd.fill()
    filled = setting.stored_bytes()
    claims = await crowd.claim()
    claimed = setting.stored_bytes()
    answers = await crowd.answer()
    return {
        "claim": (claimed - filled) // claims.done,
        "answer": (setting.stored_bytes() - claimed) // answers.done,
    }
