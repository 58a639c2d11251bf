"""Models: how many pictures a worker process judges, and what the API feels of it meanwhile."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

import msgspec

from humanwire.bench.client import HOST, BenchFailed, Connection, connected, drive, encode
from humanwire.bench.figures import Report, Slice, against, milliseconds, rate
from humanwire.bench.plan import SLICES, Plan
from humanwire.bench.process import running
from humanwire.bench.scenarios.create import creating
from humanwire.bench.setting import Setting, prepared
from humanwire.core.model import Item, Verdict
from humanwire.core.questions import Prediction
from humanwire.models.address import parse_address
from humanwire.models.backend import Busy
from humanwire.models.plugin import Case, find
from humanwire.models.worker import Worker

_BATCH = 4
_HANDS = 2
_SIDE = 512


async def models(plan: Plan) -> Report:
    """Keep `humanwire models serve nudity` busy from two sides, in turns with leaving it alone.

    `per_second` is pictures judged, `p50_ms` and `p99_ms` the times of creating tasks meanwhile,
    `against_p99_ms` and `p99_ratio` without the model; `model_ms` is a call with one
    picture, `round_trip_ms` a prediction over HTTP.
    """
    find("nudity")
    concurrency = plan.concurrency or 4
    case = Case(Item(Prediction(instruction="", flavour="nudity"), "nudity"), (_picture(),))
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="humanwire-bench-")))
        arguments = ["models", "serve", "nudity"]
        starting = running("humanwire", arguments, "/readyz", folder / "log")
        process = await stack.enter_async_context(starting)
        options = ("--model", f"nudity=http://{HOST}:{process.port}")
        setting = await stack.enter_async_context(prepared(plan, options=options))
        callers = await stack.enter_async_context(connected(setting.ports, concurrency))
        worker = await stack.enter_async_context(_asking(process.port))
        create = partial(drive, callers, creating(setting), plan.slice_seconds)
        await create()
        alone_ms = await _alone(worker, case)
        round_trip_ms = await _round_trip(setting, callers[0], case.media[0])
        alone: list[Slice] = []
        beside: list[Slice] = []
        judged: list[Slice] = []
        for _ in range(SLICES):
            alone.append(await create())
            async with _busy(worker, case) as pictures:
                beside.append(await create())
            judged.append(pictures)
        report = setting.report("models", concurrency)
        report.per_second, report.model_ms = rate(judged), alone_ms
        report.round_trip_ms = round_trip_ms
        report.p50_ms, report.p99_ms = milliseconds(beside, 0.5), milliseconds(beside, 0.99)
        report.worker_mb = process.rss_mb
        return against(report, None, alone)


@asynccontextmanager
async def _asking(port: int) -> AsyncGenerator[Worker]:
    worker = Worker(parse_address(f"nudity=http://{HOST}:{port}"))
    try:
        await worker.look()
        yield worker
    finally:
        await worker.close()


async def _alone(worker: Worker, case: Case) -> float:
    slices: list[Slice] = []
    for _ in range(SLICES):
        begun = perf_counter()
        await _judge(worker, [case])
        seconds = perf_counter() - begun
        slices.append(Slice(seconds, 1, [seconds]))
    return milliseconds(slices, 0.5)


async def _round_trip(setting: Setting, caller: Connection, picture: bytes) -> float:
    """Time `POST /v1/requests/prediction?block=60` of an uploaded picture, one after another."""
    upload = encode("POST", "/v1/media", setting.key, picture, "content-type: image/jpeg")
    url = msgspec.json.decode((await caller.send(upload)).expect(200).body)["url"]
    attached = {"attachments_type": "image", "attachments": [url], "prediction": "nudity"}
    body = msgspec.json.encode({"instruction": "Measure.", **attached})
    request = encode("POST", "/v1/requests/prediction?block=60", setting.key, body)
    slices: list[Slice] = []
    for _ in range(SLICES):
        reply = (await caller.send(request)).expect(200)
        if msgspec.json.decode(reply.body)["status"] != "complete":
            raise BenchFailed("A prediction was not made within a minute.")
        slices.append(Slice(reply.seconds, 1, [reply.seconds]))
    return milliseconds(slices, 0.5)


@asynccontextmanager
async def _busy(worker: Worker, case: Case) -> AsyncGenerator[Slice]:
    """Keep the worker busy; count what it judged in the time."""
    seen = Slice()
    begun = perf_counter()
    stopping = asyncio.Event()

    async def hand() -> None:
        while not stopping.is_set():
            seen.done += await _judge(worker, [case] * _BATCH)

    async with asyncio.TaskGroup() as hands:
        for _ in range(_HANDS):
            hands.create_task(hand())
        try:
            yield seen
        finally:
            stopping.set()
    seen.seconds = perf_counter() - begun


async def _judge(worker: Worker, cases: list[Case]) -> int:
    try:
        opinions = await worker.answer(cases)
    except Busy as busy:
        await asyncio.sleep(busy.seconds)
        return 0
    if not all(isinstance(each, Verdict) for each in opinions):
        raise BenchFailed(f"A picture was not judged: {opinions}")
    return len(opinions)


def _picture() -> bytes:
    """A photograph's weight in noise, as JPEG: 512 pixels wide."""
    from PIL import Image  # noqa: PLC0415 - comes with the model

    stream = BytesIO()
    Image.effect_noise((_SIDE, _SIDE), 40).convert("RGB").save(stream, "JPEG", quality=75)
    return stream.getvalue()
