"""Create: ask one question a request, with every feature of asking in use."""

from functools import partial
from itertools import count

from humanwire.bench.client import Act, Connection, connected, drive, encode
from humanwire.bench.figures import Report
from humanwire.bench.ground import queue_of
from humanwire.bench.measure import compare, floor, in_turns, load_floor, weigh
from humanwire.bench.plan import Plan
from humanwire.bench.question import body_of
from humanwire.bench.setting import Setting, entropy, prepared

_WARM = 200
_BODY = body_of(hook_url="http://127.0.0.1:9/never-called")


async def create(plan: Plan) -> Report:
    """Time `POST /v1/requests/multiple-choice` with key, idempotency key, metadata and hook."""
    concurrency = plan.concurrency or 16
    row_bytes = await weigh(creating, _WARM)
    async with (
        prepared(plan, prepare=queue_of(plan.tasks or 0)) as setting,
        connected(setting.ports, concurrency) as callers,
        floor(setting, "create", row_bytes) as least,
        connected(least, concurrency) as bare,
    ):
        act = creating(setting)
        for _ in range(_WARM):
            await act(callers[0])
        slices, floors = await in_turns(
            partial(drive, callers, act, plan.slice_seconds),
            partial(load_floor, bare, _BODY, plan.slice_seconds),
        )
        report = compare(setting.report("create", concurrency), slices, floors)
        report.tasks = plan.tasks
        return report


def creating(setting: Setting) -> Act:
    """Ask the same question anew each time."""
    run, numbers = entropy(), count()

    async def act(connection: Connection) -> float:
        own = f"idempotency-key: {run}-{next(numbers):08}"
        request = encode("POST", "/v1/requests/multiple-choice", setting.key, _BODY, own)
        return (await connection.send(request)).expect(200).seconds

    return act
