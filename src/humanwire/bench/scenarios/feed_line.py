"""Feed line: send units that describe themselves, each under a reference of its own."""

from functools import partial
from itertools import count

import msgspec

from humanwire.bench.client import Act, Connection, connected, drive, encode
from humanwire.bench.figures import Report
from humanwire.bench.ground import Ground
from humanwire.bench.measure import compare, floor, in_turns, load_floor, weigh
from humanwire.bench.plan import Plan
from humanwire.bench.setting import Setting, entropy, prepared

_WARM = 200
_AT_ONCE = 5
"""How many feed lines a project may send at once whose rate is not raised."""


async def feed_line(plan: Plan) -> Report:
    """Time `POST /v0/project/{project}/feedline` at a rate that is counted but never reached."""
    concurrency = plan.concurrency or 16
    row_bytes = await weigh(_sending, _AT_ONCE - 1)
    async with (
        prepared(plan, prepare=_unlimited) as setting,
        connected(setting.ports, concurrency) as callers,
        floor(setting, "feed-line", row_bytes) as least,
        connected(least, concurrency) as bare,
    ):
        act = _sending(setting)
        for _ in range(_WARM):
            await act(callers[0])
        slices, floors = await in_turns(
            partial(drive, callers, act, plan.slice_seconds),
            partial(load_floor, bare, _body("run-00000000"), plan.slice_seconds),
        )
        return compare(setting.report("feed-line", concurrency), slices, floors)


async def _unlimited(ground: Ground) -> None:
    project = ground.project
    settings = msgspec.structs.replace(project.settings, rate=1e6)
    await ground.ports.store.change_project(msgspec.structs.replace(project, settings=settings))


def _sending(setting: Setting) -> Act:
    run, numbers = entropy(), count()
    path = f"/v0/project/{setting.project}/feedline"

    async def act(connection: Connection) -> float:
        body = _body(f"{run}-{next(numbers):08}")
        request = encode("POST", path, "", body, f"x-client-key: {setting.key}")
        return (await connection.send(request)).expect(200).seconds

    return act


def _body(reference: str) -> bytes:
    return msgspec.json.encode(
        {
            "reference_id": reference,
            "data": {
                "instruction": "Input the sales tax as it is printed on the receipt.",
                "image_url": ["https://pictures.example.com/2026/11/22/qRWH5-large.jpg"],
                "shop": "Corner shop 48213",
                "result_structure": {"sales_tax_amount": "STRING", "currency": "ENUM[USD,EUR]"},
            },
            "tag": "sales_tax_transcription",
        }
    )
