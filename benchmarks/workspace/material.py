"""Frames to track in: photographs' size and weight, a moving pattern, as JPEG from the browser."""

import base64
from typing import Any

from benchmarks.workspace.stage import Stage
from playwright.async_api import Page

WIDTH, HEIGHT = 1280, 720
_DIFFERENT = 40
"""So many are made; a film longer than that shows them again under other addresses."""
_PAINT = """([width, height, number]) => new Promise((resolve) => {
    const canvas = Object.assign(document.createElement('canvas'), { width, height });
    const context = canvas.getContext('2d');
    const sky = context.createLinearGradient(0, 0, 0, height);
    sky.addColorStop(0, '#7fb2d9');
    sky.addColorStop(1, '#4b5d4c');
    context.fillStyle = sky;
    context.fillRect(0, 0, width, height);
    for (let at = 0; at < 900; at += 1) {
        const x = (at * 7919 + number * 9) % width, y = (at * 104729) % height;
        context.fillStyle = `hsl(${(at * 37) % 360} 40% ${30 + at % 40}%)`;
        context.fillRect(x, y, 6 + at % 40, 4 + at % 25);
    }
    context.fillStyle = '#c33';
    context.fillRect(100 + number * 9, 300, 160, 90);
    context.fillStyle = '#fff';
    context.font = '64px sans-serif';
    context.fillText(`frame ${number + 1}`, 40, 90);
    canvas.toBlob((blob) => {
        const reader = new FileReader();
        reader.onload = () => resolve(reader.result.split(',')[1]);
        reader.readAsDataURL(blob);
    }, 'image/jpeg', 0.85);
})"""


async def film(stage: Stage, page: Page, count: int) -> list[dict[str, str]]:
    """Upload the frames of a film and return them as a tracking question has them."""
    await page.goto(f"{stage.origin}/healthz")
    addresses: list[str] = []
    for number in range(min(count, _DIFFERENT)):
        packed = await page.evaluate(_PAINT, [WIDTH, HEIGHT, number])
        addresses.append(await stage.upload(base64.b64decode(packed), "image/jpeg"))
    return [
        {"frame_id": f"f{at:05}", "src": f"{addresses[at % len(addresses)]}?frame={at}"}
        for at in range(count)
    ]


def box(left: float, top: float, width: float, height: float) -> dict[str, Any]:
    """A rectangle as an annotation has it, in fractions of the frame."""
    right, bottom = left + width, top + height
    corners = ((left, top), (right, top), (right, bottom), (left, bottom))
    return {"coordinates": [{"x": round(x, 4), "y": round(y, 4)} for x, y in corners]}


def crowd(count: int, frame: str) -> list[dict[str, Any]]:
    """So many boxes in one frame, in rows that do not cover each other."""
    columns = 40
    rows = -(-count // columns)
    return [
        {
            "_id": f"t{at}",
            "type": "rectangle",
            "label": "car",
            "frames": {
                frame: box(at % columns / columns, at // columns / rows, 0.7 / columns, 0.7 / rows)
            },
        }
        for at in range(count)
    ]


def passers_by(frames: list[dict[str, str]], count: int) -> list[dict[str, Any]]:
    """Trackers with a key frame in every tenth frame, as a model would send them."""
    trackers: list[dict[str, Any]] = []
    for at in range(count):
        seen = {
            each["frame_id"]: box(
                0.05 + 0.8 * (number % 100) / 100, 0.05 + 0.9 * at / count, 0.1, 0.08
            )
            | ({} if number % 10 == 0 or number == len(frames) - 1 else {"interpolated": True})
            for number, each in enumerate(frames)
        }
        trackers.append({"_id": f"t{at}", "type": "rectangle", "label": "car", "frames": seen})
    return trackers


def job(frames: list[dict[str, str]], trackers: list[dict[str, Any]]) -> dict[str, Any]:
    """A request to follow objects, with pre-labels."""
    return {
        "instruction": "Follow every car. Mend what the model got wrong.",
        "video_data": {"frames": frames},
        "labels": ["car", "person"],
        "shapes": ["rectangle"],
        "maker_response": {"video2d": {"data": {"annotations": trackers}}},
    }


def crowded(frames: list[dict[str, str]], trackers: list[dict[str, Any]]) -> dict[str, Any]:
    """A question of kind tracking as the page has it, which may have more in a frame than a job."""
    return {
        "frames": frames,
        "video": None,
        "shapes": ["rectangle"],
        "labels": [],
        "annotations": trackers,
    }
