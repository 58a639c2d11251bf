"""`python -m benchmarks.workspace.drive FOLDER`: a recorded drive through a tracking job.

A film of 100 frames comes with pre-labels. They are looked through, corrected and added to, and
the answer is sent; then it is the pre-label of a second job, which is sent back unchanged. Both
are recorded as videos, and pictures are taken on the way. Raises BenchFailed when what comes
back from the second job differs from what was put in.
"""

import asyncio
from pathlib import Path
from typing import Any

import click
from benchmarks.workspace import material
from benchmarks.workspace.film import filmed
from benchmarks.workspace.stage import Stage, staged
from playwright.async_api import Page, expect

from humanwire.bench.client import BenchFailed

FRAMES = 100
OBJECTS = 3
# People move about so fast; the recording is to be watched.
PACE_MS = 60


@click.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
def main(folder: Path) -> None:
    """Record the drive into FOLDER."""
    try:
        asyncio.run(record(folder))
    except BenchFailed as failure:
        raise click.ClickException(str(failure)) from failure


async def record(folder: Path) -> None:
    """Drive through both jobs."""
    folder.mkdir(parents=True, exist_ok=True)
    async with staged(slow_mo=PACE_MS) as stage:
        async with stage.worker() as page:
            frames = await material.film(stage, page, FRAMES)
        sent = material.passers_by(frames, OBJECTS)
        corrected = await _job(stage, folder, "corrected", material.job(frames, sent))
        if corrected == sent:
            raise BenchFailed("The pre-labels came back as they were sent: nothing was corrected.")
        again = await _job(stage, folder, "unchanged", material.job(frames, corrected))
    if again != corrected:
        raise BenchFailed("The second job's answer is not the pre-label that it began with.")
    objects = sum(len(each["frames"]) for each in corrected)
    click.echo(f"{len(corrected)} objects, {objects} annotations, sent back unchanged.")


async def _job(stage: Stage, folder: Path, name: str, job: dict[str, Any]) -> Any:
    """Do one job and return the trackers that whoever asked is given."""
    asked = await stage.ask("tracking", **job)
    async with stage.worker() as page, filmed(stage, page, folder / f"{name}.webm"):
        await stage.open(page)
        await page.locator(".stage canvas").first.wait_for()
        await expect(page.locator(".stage .waiting")).to_have_count(0)
        if name == "corrected":
            await _correct(page, folder)
        else:
            await _look_through(page)
        await page.screenshot(path=folder / f"{name}.png")
        await page.keyboard.press("Control+Enter")
        response = await stage.result(asked)
    return response["annotations"]


async def _look_through(page: Page) -> None:
    """Play the film from the first frame to the last."""
    field = page.locator(".transport .number input")
    await page.keyboard.press("Space")
    await expect(field).to_have_value(str(FRAMES), timeout=60_000)


async def _correct(page: Page, folder: Path) -> None:
    """Play, step, move a pre-label in one frame, follow a new object, and look at it all."""
    await _look_through(page)
    await page.keyboard.press("Home")
    for _ in range(12):
        await page.keyboard.press("d")
    left, top, scale = await _frame(page)
    start = 0.05 + 0.8 * 12 / 100 + 0.05, 0.05 + 0.04
    x, y = left + start[0] * material.WIDTH * scale, top + start[1] * material.HEIGHT * scale
    await _drag(page, (x, y), (x + 30, y + 24))
    await page.screenshot(path=folder / "moved.png")
    # A new object: drawn in one frame, moved in a later one; what is between is computed.
    await page.keyboard.press("r")
    await _drag(
        page, (left + 300 * scale, top + 420 * scale), (left + 460 * scale, top + 520 * scale)
    )
    await page.keyboard.press("Escape")
    for _ in range(3):
        await page.keyboard.press("PageDown")
    await _drag(
        page, (left + 380 * scale, top + 470 * scale), (left + 640 * scale, top + 500 * scale)
    )
    await page.screenshot(path=folder / "followed.png")
    for _ in range(15):
        await page.keyboard.press("a")


async def _frame(page: Page) -> tuple[float, float, float]:
    """Where the frame lies on the screen, and at which scale."""
    box = await page.locator(".stage canvas").first.bounding_box()
    if box is None:
        raise BenchFailed("There is no surface to draw on.")
    scale = min(box["width"] / material.WIDTH, box["height"] / material.HEIGHT)
    left = box["x"] + (box["width"] - material.WIDTH * scale) / 2
    return left, box["y"] + (box["height"] - material.HEIGHT * scale) / 2, scale


async def _drag(page: Page, begin: tuple[float, float], end: tuple[float, float]) -> None:
    await page.mouse.move(*begin)
    await page.mouse.down()
    await page.mouse.move(*end, steps=10)
    await page.mouse.up()


if __name__ == "__main__":
    main()
