"""What is measured, one function each; bars are those of the project's own promises."""

import asyncio
from collections.abc import Awaitable, Callable
from itertools import pairwise
from statistics import median, quantiles
from typing import Any

from benchmarks.workspace import material, probes
from benchmarks.workspace.stage import Stage, devtools, put_before
from playwright.async_api import Page, expect

from humanwire.bench.client import BenchFailed

Figures = dict[str, float | int]
BARS: dict[str, tuple[str, float]] = {
    "page_kb": ("at most", 70),
    "drawing_kb": ("at most", 120),
    "interactive_ms": ("at most", 2000),
    "next_ms": ("at most", 100),
    "drag_fps": ("at least", 50),
    "drag_input_to_paint_ms": ("at most", 32),
    "step_ms": ("at most", 50),
    "memory_mb": ("under", 400),
}
KB = 1000
MB = 1_000_000
SHAPES = 1_000
FRAMES = 2_000
MOVES = 180
STEPS = 200
_QUESTION = {"choices": ["cat", "dog", "neither"], "max_answers": 1}


async def weight(stage: Stage, repeats: int) -> Figures:  # noqa: ARG001 - bytes are what they are
    """Compressed bytes of the page with a task in it, and what drawing brings along."""
    asked = await stage.ask("multiple-choice", instruction="Weigh me", **_QUESTION)
    async with stage.worker() as page:
        plain = await _files(stage, page)
    await stage.abort(asked)
    async with stage.worker() as page:
        frames = await material.film(stage, page, 1)
    asked = await stage.ask("tracking", **material.job(frames, []))
    async with stage.worker() as page:
        drawing = await _files(stage, page, ".stage canvas")
    await stage.abort(asked)
    more = {name: size for name, size in drawing.items() if name not in plain}
    if not more:
        raise BenchFailed("Drawing brought nothing along: it is not loaded, or not apart.")
    return {
        "page_kb": round(sum(plain.values()) / KB, 1),
        "page_files": len(plain),
        "drawing_kb": round(sum(more.values()) / KB, 1),
    }


async def _files(stage: Stage, page: Page, shown: str = "form input") -> dict[str, int]:
    """The compressed size of each file of the page, by address, once the task is there."""
    finished: list[Any] = []
    page.on("requestfinished", lambda each: finished.append(each))  # noqa: PLW0108 - Playwright marks it
    await stage.open(page)
    await page.locator(shown).first.wait_for()
    await page.wait_for_timeout(500)
    sizes: dict[str, int] = {}
    for each in finished:
        if each.url.startswith(f"{stage.origin}/work") and "/worker/" not in each.url:
            sizes[each.url] = (await each.sizes())["responseBodySize"]
    return sizes


async def start(stage: Stage, repeats: int) -> Figures:
    """The first task on a slow line and processor, nothing cached: until a key picks a choice."""
    asked = await stage.ask("multiple-choice", instruction="Begin", **_QUESTION)
    seen: list[float] = []
    ready: list[float] = []
    for _ in range(repeats):
        async with stage.worker() as page:
            line = await devtools(page)
            await line.send("Network.enable")
            rate = 1_600_000 / 8
            await line.send(
                "Network.emulateNetworkConditions",
                {
                    "offline": False,
                    "latency": 150,
                    "downloadThroughput": rate,
                    "uploadThroughput": rate,
                },
            )
            await line.send("Emulation.setCPUThrottlingRate", {"rate": 4})
            await page.add_init_script(probes.START)
            await stage.open(page)
            visible, interactive = await page.evaluate("window.startedAt")
            seen.append(visible)
            ready.append(interactive)
    await stage.abort(asked)
    return {
        "visible_ms": round(median(seen)),
        "interactive_ms": round(median(ready)),
        "interactive_worst_ms": round(max(ready)),
    }


async def to_next(stage: Stage, repeats: int) -> Figures:
    """From the click on Submit until the next task, fetched ahead, has been painted."""
    count = repeats * 5
    names = [f"Question {number}" for number in range(count + 1)]
    asked = [await stage.ask("multiple-choice", instruction=name, **_QUESTION) for name in names]
    took: list[float] = []
    async with stage.worker() as page:
        await stage.open(page)
        for here, following in pairwise(names):
            await expect(page.locator("h1")).to_have_text(here)
            await expect(page.get_by_text("Next task ready")).to_be_visible()
            await page.locator("form input[type=radio]").first.check(force=True)
            took.append(await page.evaluate(probes.TO_NEXT, following))
    await stage.abort(asked[-1])
    return {
        "next_ms": round(median(took), 1),
        "next_worst_ms": round(max(took), 1),
        "next_count": count,
    }


async def drag(stage: Stage, repeats: int) -> Figures:
    """One of 1,000 shapes dragged by the mouse."""
    rates: list[float] = []
    delays: list[float] = []
    async with stage.worker() as page:
        frames = await material.film(stage, page, 1)
        crowd = material.crowd(SHAPES, frames[0]["frame_id"])
        await put_before(page, "tracking", material.crowded(frames, crowd))
        await stage.open(page)
        await page.locator(".stage canvas").first.wait_for()
        await expect(page.locator(".stage .waiting")).to_have_count(0)
        for number in range(repeats):
            seen = await _drag(page, number)
            between = [b - a for a, b in pairwise(seen["frames"])]
            rates.append(1000 * len(between) / sum(between))
            delays.extend(seen["delays"])
        await _expect_moved(page)
    cuts = quantiles(delays, n=20)
    return {
        "drag_fps": round(median(rates), 1),
        "drag_input_to_paint_ms": round(median(delays), 1),
        "drag_input_to_paint_p95_ms": round(cuts[18], 1),
        "drag_moves": len(delays),
    }


async def _drag(page: Page, number: int) -> dict[str, Any]:
    """Drag a shape in circles at some 60 movements a second."""
    box = await page.locator(".stage canvas").first.bounding_box()
    if box is None:
        raise BenchFailed("There is no surface to draw on.")
    x, y = _place_of_a_shape(box, number)
    await page.mouse.move(x, y)
    await page.mouse.down()
    await page.evaluate(probes.MOVES)
    loop = asyncio.get_running_loop()
    begun = loop.time()
    for move in range(MOVES):
        step = move % 60
        await page.mouse.move(x + step, y + step // 2)
        await asyncio.sleep(max(0.0, begun + move / 60 - loop.time()))
    seen = await page.evaluate("window.endOfMoves()")
    await page.mouse.up()
    if len(seen["delays"]) < MOVES // 2:
        raise BenchFailed(f"Of {MOVES} movements the page saw {seen['moves']}.")
    return seen


def _place_of_a_shape(box: Any, number: int) -> tuple[float, float]:
    """The middle of one of the boxes on the screen, the frame fitted into the canvas."""
    scale = min(box["width"] / material.WIDTH, box["height"] / material.HEIGHT)
    left = box["x"] + (box["width"] - material.WIDTH * scale) / 2
    top = box["y"] + (box["height"] - material.HEIGHT * scale) / 2
    column, row = 10 + number, 8
    return (
        left + scale * material.WIDTH * (column + 0.35) / 40,
        top + scale * material.HEIGHT * (row + 0.35) / 25,
    )


async def _expect_moved(page: Page) -> None:
    undo = page.get_by_role("button", name="Undo").first
    if await undo.is_disabled():
        raise BenchFailed("Nothing was moved: there is nothing to undo.")


async def track(stage: Stage, repeats: int) -> Figures:
    """Steps through a film of 2,000 frames with pre-labels, and what the page then holds."""
    async with stage.worker() as page:
        await page.add_init_script(probes.BITMAPS)
        frames = await material.film(stage, page, FRAMES)
        labelled = material.passers_by(frames, 4)
        asked = await stage.ask("tracking", **material.job(frames, labelled))
        line = await devtools(page)
        await stage.open(page)
        await page.locator(".stage canvas").first.wait_for()
        await expect(page.locator(".stage .waiting")).to_have_count(0)
        await page.wait_for_timeout(2_000)
        await page.evaluate(probes.STEPS)
        loop = asyncio.get_running_loop()
        steps = STEPS * max(1, repeats // 3)
        begun, heap = loop.time(), 0.0
        for step in range(steps):
            await page.keyboard.press("d")
            await asyncio.sleep(max(0.0, begun + (step + 1) / 10 - loop.time()))
        took: list[float] = await page.evaluate("window.steps")
        if len(took) < steps * 0.95:
            raise BenchFailed(f"Of {steps} steps {len(took)} were shown.")
        heap = max(heap, await _heap(line))
        for number in range(steps // 10, FRAMES // 10):
            await page.keyboard.press("PageDown")
            if number % 20 == 0:
                heap = max(heap, await _heap(line))
        await expect(page.locator(".transport .number input")).to_have_value(str(FRAMES))
        await expect(page.locator(".stage .waiting")).to_have_count(0)
        heap = max(heap, await _heap(line))
        decoded = (await page.evaluate("window.decoded.most")) / MB
    await stage.abort(asked)
    cuts = quantiles(took, n=20)
    return {
        "step_ms": round(median(took), 1),
        "step_p95_ms": round(cuts[18], 1),
        "steps": len(took),
        "memory_mb": round(heap + decoded),
        "heap_mb": round(heap),
        "decoded_mb": round(decoded),
    }


async def _heap(line: Any) -> float:
    """The script's heap in MB, garbage left in."""
    return (await line.send("Runtime.getHeapUsage"))["usedSize"] / MB


SCENARIOS: dict[str, Callable[[Stage, int], Awaitable[Figures]]] = {
    "weight": weight,
    "start": start,
    "next": to_next,
    "drag": drag,
    "track": track,
}
