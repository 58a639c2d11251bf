"""One worker's long answer keeps nobody else waiting."""

import asyncio
import time

from tests.house import House

MARKS = [{"x": 10 * n, "y": 5, "x2": 10 * n + 9, "y2": 14} for n in range(500)]


def shifted(by: int) -> list[dict[str, int]]:
    return [mark | {"x": mark["x"] + by, "x2": mark["x2"] + by} for mark in MARKS]


async def test_comparing_many_marks_does_not_stop_the_server(house: House) -> None:
    await house.ask(
        "annotations",
        instruction="Box every cell",
        attachments=["https://example.org/cells.png"],
        attachments_type="image",
        annotations_type="rectangle",
        min_annotations=500,
        confidence={"strategy": "majority", "min_agreements": 6, "max_crunchers": 6},
    )
    crowd = [await house.hire(f"c{number}", house.project) for number in range(6)]
    leases = [(await house.claim(token))["id"] for token in crowd]
    longest = 0.0

    async def watch() -> None:
        nonlocal longest
        while True:
            before = time.perf_counter()
            await asyncio.sleep(0.001)
            longest = max(longest, time.perf_counter() - before)

    async def answer(number: int) -> None:
        body = {"response": shifted(number % 2)}
        reply = await house.work(f"/assignments/{leases[number]}/answer", body, crowd[number])
        assert (reply.status, reply.json["counted"]) == (200, True)

    for number in range(4):
        await answer(number)
    watching = asyncio.create_task(watch())
    started = time.perf_counter()
    await answer(4)
    took = time.perf_counter() - started
    watching.cancel()

    assert longest < took / 3
