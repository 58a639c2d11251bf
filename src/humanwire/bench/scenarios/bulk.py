"""Bulk: thousands of questions in one request, as an array and as lines."""

from functools import partial

from humanwire.bench.client import Act, Connection, connected, drive, encode
from humanwire.bench.figures import Report, rate
from humanwire.bench.measure import compare, floor, in_turns, load_floor, weigh
from humanwire.bench.plan import Plan
from humanwire.bench.question import body_of
from humanwire.bench.setting import Setting, prepared

_ROWS = 10_000
_LINES = "content-type: application/x-ndjson"


async def bulk(plan: Plan) -> Report:
    """Time `POST /v1/requests` in rows: one caller, unless more are asked for."""
    concurrency = plan.concurrency or 1
    count = plan.tasks or _ROWS
    rows = [body_of("multiple-choice")] * count
    array, lines = b"[" + b",".join(rows) + b"]", b"\n".join(rows)
    row_bytes = await weigh(partial(_sending, array), 1) // count
    async with (
        prepared(plan) as setting,
        connected(setting.ports, concurrency) as callers,
        floor(setting, "bulk", row_bytes) as least,
        connected(least, concurrency) as bare,
    ):
        send_array, send_lines = _sending(array, setting), _sending(lines, setting, _LINES)
        await send_array(callers[0])
        arrays, streams, floors = await in_turns(
            partial(drive, callers, send_array, plan.slice_seconds, count),
            partial(drive, callers, send_lines, plan.slice_seconds, count),
            partial(load_floor, bare, array, plan.slice_seconds, count),
        )
        report = compare(setting.report("bulk", concurrency), arrays, floors)
        report.ndjson_per_second = rate(streams)
        return report


def _sending(body: bytes, setting: Setting, *headers: str) -> Act:
    request = encode("POST", "/v1/requests", setting.key, body, *headers)

    async def act(connection: Connection) -> float:
        return (await connection.send(request)).expect(200).seconds

    return act
