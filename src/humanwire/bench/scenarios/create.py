"""Create: ask one question a request, with every feature of asking in use."""

from itertools import count

from humanwire.bench.client import Connection, Slice, connected, drive, encode
from humanwire.bench.figures import Report
from humanwire.bench.setting import (
    SLICES,
    Plan,
    body_of,
    compare,
    entropy,
    fill,
    floor,
    load_floor,
    prepared,
)

_WARM = 200


async def create(plan: Plan) -> Report:
    """Time `POST /v1/requests/multiple-choice` with key, idempotency key, metadata and hook."""
    concurrency = plan.concurrency or 16
    body = body_of(hook_url="http://127.0.0.1:9/never-called")
    run, numbers = entropy(), count()
    async with prepared(plan) as setting, connected(setting.server.port, concurrency) as callers:

        async def act(connection: Connection) -> float:
            own = f"idempotency-key: {run}-{next(numbers):08}"
            request = encode("POST", "/v1/requests/multiple-choice", setting.key, body, own)
            return (await connection.send(request)).expect(200).seconds

        await fill(setting, body_of("multiple-choice"), plan.tasks or 0)
        before = setting.stored_bytes()
        for _ in range(_WARM):
            await act(callers[0])
        row_bytes = (setting.stored_bytes() - before) // _WARM
        slices: list[Slice] = []
        floors: list[Slice] = []
        async with (
            floor(setting, "create", row_bytes) as least,
            connected(least.port, concurrency) as bare,
        ):
            for _ in range(SLICES):
                slices.append(await drive(callers, act, plan.slice_seconds))
                floors.append(await load_floor(bare, body, plan.slice_seconds))
        return compare(setting.report("create", concurrency), slices, floors)
