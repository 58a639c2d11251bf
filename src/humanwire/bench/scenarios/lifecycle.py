"""Lifecycle: ask, claim, answer, settle, and receive the callback, in so many loops at once."""

from time import perf_counter

import msgspec
from msgspec import Struct

from humanwire.bench.client import Connection, Slice, connected, drive, encode
from humanwire.bench.crowd import answer_request, claim_request, lease_of
from humanwire.bench.figures import Report
from humanwire.bench.process import free_port
from humanwire.bench.receiver import receiving
from humanwire.bench.setting import (
    SLICES,
    Plan,
    body_of,
    compare,
    fill,
    floor,
    load_floor,
    prepared,
)

_LOW = 1


class Asked(Struct):
    """What asking is answered with, as far as the bench cares."""

    id: str


_asked = msgspec.json.Decoder(Asked)


async def lifecycle(plan: Plan) -> Report:
    """Time whole lives. A loop may answer another loop's question, but waits for its own.

    The floor stores all that such a life leaves behind as one row.
    """
    concurrency = plan.concurrency or 16
    async with (
        prepared(plan, concurrency) as setting,
        receiving(free_port(), setting.secrets) as receiver,
        connected(setting.server.port, concurrency) as callers,
    ):
        # What fills the queue comes after what the loops ask.
        await fill(setting, body_of("multiple-choice", priority=_LOW), plan.tasks or 0)
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

        before = setting.stored_bytes()
        await live(callers[0])
        row_bytes = setting.stored_bytes() - before
        slices: list[Slice] = []
        floors: list[Slice] = []
        async with (
            floor(setting, "create", row_bytes) as bare,
            connected(bare.port, concurrency) as bares,
        ):
            for _ in range(SLICES):
                slices.append(await drive(callers, live, plan.slice_seconds))
                floors.append(await load_floor(bares, body, plan.slice_seconds))
        return compare(setting.report("lifecycle", concurrency), slices, floors)
