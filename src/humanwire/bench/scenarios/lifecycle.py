"""Lifecycle: ask, claim, answer, settle, and receive the callback, in so many loops at once."""

from collections.abc import Sequence
from functools import partial
from time import perf_counter

import msgspec
from msgspec import Struct

from humanwire.bench.client import Act, Connection, connected, drive, encode
from humanwire.bench.crowd import answer_request, claim_request, lease_of
from humanwire.bench.figures import Report
from humanwire.bench.ground import LOW, queue_of
from humanwire.bench.measure import compare, floor, in_turns, load_floor, stored_bytes
from humanwire.bench.plan import Plan
from humanwire.bench.process import free_port
from humanwire.bench.question import body_of
from humanwire.bench.receiver import Receiver, receiving
from humanwire.bench.setting import Setting, prepared

_LIVES = 20


class Asked(Struct):
    """What asking is answered with, as far as the bench cares."""

    id: str


_asked = msgspec.json.Decoder(Asked)


async def lifecycle(plan: Plan) -> Report:
    """Time whole lives. A loop may answer another loop's question, but waits for its own.

    The floor stores all that such a life leaves behind as one row.
    """
    concurrency = plan.concurrency or 16
    row_bytes = await _weigh_life()
    # What fills the queue comes after what the loops ask.
    async with (
        prepared(plan, concurrency, queue_of(plan.tasks or 0, priority=LOW)) as setting,
        receiving(free_port(), setting.secrets) as receiver,
        connected(setting.ports, concurrency) as callers,
        floor(setting, "create", row_bytes) as least,
        connected(least, concurrency) as bare,
    ):
        live = _living(setting, receiver, callers)
        await live(callers[0])
        slices, floors = await in_turns(
            partial(drive, callers, live, plan.slice_seconds),
            partial(load_floor, bare, body_of(hook_url=receiver.url), plan.slice_seconds),
        )
        report = compare(setting.report("lifecycle", concurrency), slices, floors)
        report.tasks = plan.tasks
        return report


def _living(setting: Setting, receiver: Receiver, callers: Sequence[Connection]) -> Act:
    body = body_of(hook_url=receiver.url)
    ask = encode("POST", "/v1/requests/multiple-choice", setting.key, body)
    tokens = dict(zip(callers, setting.tokens, strict=True))

    async def live(connection: Connection) -> float:
        started = perf_counter()
        token = tokens[connection]
        task = _asked.decode((await connection.send(ask)).expect(200).body).id
        told = receiver.arrival(task)
        granted = (await connection.send(claim_request(token))).expect(201)
        answer = answer_request(token, lease_of(granted.body).id)
        (await connection.send(answer)).expect(200)
        await told
        receiver.forget(task)
        return perf_counter() - started

    return live


async def _weigh_life() -> int:
    """What a life leaves behind, in bytes, seen on a small database."""
    async with (
        prepared(Plan(), 1) as small,
        receiving(free_port(), small.secrets) as receiver,
        connected(small.ports, 1) as callers,
    ):
        live = _living(small, receiver, callers)
        before = stored_bytes(small)
        for _ in range(_LIVES):
            await live(callers[0])
        return (stored_bytes(small) - before) // _LIVES
