"""Bulk: thousands of questions in one request, as an array and as lines."""

from humanwire.bench.client import Connection, Slice, connected, drive, encode
from humanwire.bench.figures import Report, rate
from humanwire.bench.setting import SLICES, Plan, body_of, compare, floor, load_floor, prepared

_ROWS = 10_000


async def bulk(plan: Plan) -> Report:
    """Time `POST /v1/requests` in rows: one caller, unless more are asked for."""
    concurrency = plan.concurrency or 1
    count = plan.tasks or _ROWS
    rows = [body_of("multiple-choice")] * count
    array = b"[" + b",".join(rows) + b"]"
    async with prepared(plan) as setting, connected(setting.server.port, concurrency) as callers:
        key, lines_type = setting.key, "content-type: application/x-ndjson"
        as_array = encode("POST", "/v1/requests", key, array)
        as_lines = encode("POST", "/v1/requests", key, b"\n".join(rows), lines_type)

        async def send_array(connection: Connection) -> float:
            return (await connection.send(as_array)).expect(200).seconds

        async def send_lines(connection: Connection) -> float:
            return (await connection.send(as_lines)).expect(200).seconds

        before = setting.stored_bytes()
        await send_array(callers[0])
        row_bytes = (setting.stored_bytes() - before) // count
        arrays: list[Slice] = []
        lines: list[Slice] = []
        floors: list[Slice] = []
        async with (
            floor(setting, "bulk", row_bytes) as bare,
            connected(bare.port, concurrency) as bares,
        ):
            for _ in range(SLICES):
                arrays.append(await drive(callers, send_array, plan.slice_seconds, count))
                lines.append(await drive(callers, send_lines, plan.slice_seconds, count))
                floors.append(await load_floor(bares, array, plan.slice_seconds, count))
        report = compare(setting.report("bulk", concurrency), arrays, floors)
        report.ndjson_per_second = rate(lines)
        return report
