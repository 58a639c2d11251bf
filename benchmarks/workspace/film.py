"""Records a page as a video with nothing but the browser: its own pictures, its own encoder."""

import base64
import json
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

from benchmarks.workspace.stage import DESKTOP, Stage, devtools
from playwright.async_api import Error, Page

_RECORDER = """([width, height]) => {
    const canvas = Object.assign(document.createElement('canvas'), { width, height });
    const context = canvas.getContext('2d');
    const stream = canvas.captureStream(15);
    const chunks = [];
    const recorder = new MediaRecorder(stream, {
        mimeType: 'video/webm', videoBitsPerSecond: 2_500_000,
    });
    recorder.ondataavailable = ({ data }) => chunks.push(data);
    recorder.start(1000);
    window.show = async (jpeg) => {
        const reply = await fetch(`data:image/jpeg;base64,${jpeg}`);
        const picture = await createImageBitmap(await reply.blob());
        context.drawImage(picture, 0, 0, width, height);
        picture.close();
    };
    window.end = () => new Promise((resolve) => {
        recorder.onstop = () => {
            const reader = new FileReader();
            reader.onload = () => resolve(reader.result.split(',')[1]);
            reader.readAsDataURL(new Blob(chunks));
        };
        recorder.stop();
    });
}"""


@asynccontextmanager
async def filmed(stage: Stage, page: Page, target: Path) -> AsyncGenerator[None]:
    """Record `page` into `target`, a WebM file, until the context ends."""
    context = await stage.browser.new_context()
    recorder = await context.new_page()
    await recorder.evaluate(_RECORDER, [DESKTOP["width"], DESKTOP["height"]])
    camera = await devtools(page)
    studio = await devtools(recorder)

    async def take(frame: dict[str, Any]) -> None:
        # Without the driver's own words around it, which slow_mo would slow down.
        show = f"window.show({json.dumps(frame['data'])})"
        with suppress(Error):  # a picture that comes after the end
            await studio.send("Runtime.evaluate", {"expression": show, "awaitPromise": True})
            await camera.send("Page.screencastFrameAck", {"sessionId": frame["sessionId"]})

    camera.on("Page.screencastFrame", take)
    await camera.send("Page.startScreencast", {"format": "jpeg", "quality": 80})
    try:
        yield
    finally:
        await camera.send("Page.stopScreencast")
        film = await recorder.evaluate("window.end()")
        target.write_bytes(base64.b64decode(film))
        await context.close()
