"""Compares what a page looks like with a small picture kept from an earlier time.

Letters are drawn as blocks of one width (`boxes`), since no two machines have the same fonts, and
pictures are compared at a quarter of their size, in squares, so that the edge of a line may fall
a pixel to this side or that, but nothing may be missing, moved, or of another colour.
"""

import base64
import os
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page
from tests.browser.boxes import font

FOLDER = Path(__file__).with_name("snapshots")
RENEWING = os.environ.get("HUMANWIRE_SNAPSHOTS") == "renew"
MOST_DIFFERENCE = 22
"""Of a square's mean in a colour, 0 to 255. An edge a pixel off makes 8, a lost label 40."""
_STYLE = f"""
@font-face {{ font-family: Boxes; src: url("{font()}"); }}
*, ::before, ::after {{ font-family: Boxes !important; caret-color: transparent !important; }}
iframe, video, audio {{ visibility: hidden; }}
"""
_LIBRARY = """
window.load = async (address) => {
    const image = new Image();
    image.src = address;
    await image.decode();
    return image;
};
window.smaller = async (address) => {
    const image = await load(address);
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [image.naturalWidth / 4, image.naturalHeight / 4];
    const context = canvas.getContext('2d', { willReadFrequently: true });
    context.imageSmoothingQuality = 'high';
    context.drawImage(image, 0, 0, canvas.width, canvas.height);
    return canvas;
};
window.squares = (canvas, size = 6) => {
    const { width, height } = canvas;
    const { data } = canvas.getContext('2d').getImageData(0, 0, width, height);
    const means = [];
    for (let top = 0; top < height; top += size) for (let left = 0; left < width; left += size) {
        const sum = [0, 0, 0];
        let count = 0;
        for (let y = top; y < Math.min(top + size, height); y += 1)
            for (let x = left; x < Math.min(left + size, width); x += 1, count += 1)
                for (const at of [0, 1, 2]) sum[at] += data[(y * width + x) * 4 + at];
        means.push({ x: left * 4, y: top * 4, mean: sum.map((each) => each / count) });
    }
    return means;
};
window.pack = async (shot) => (await smaller(shot)).toDataURL('image/webp', 0.8);
window.compare = async (shot, kept) => {
    const now = await smaller(shot);
    const image = await load(kept);
    if (image.naturalWidth !== now.width || image.naturalHeight !== now.height)
        return { difference: 255, x: 0, y: 0 };
    const before = document.createElement('canvas');
    [before.width, before.height] = [now.width, now.height];
    before.getContext('2d').drawImage(image, 0, 0);
    const old = squares(before);
    let worst = { difference: 0, x: 0, y: 0 };
    squares(now).forEach(({ x, y, mean }, at) => {
        const difference = Math.max(...mean.map((each, i) => Math.abs(each - old[at].mean[i])));
        if (difference > worst.difference) worst = { difference, x, y };
    });
    return worst;
};
"""


class Snapshots:
    """A folder of kept pictures, and a page in which pictures are compared."""

    def __init__(self, browser: Browser) -> None:
        self._page = browser.new_page()
        self._page.add_script_tag(content=_LIBRARY)

    def close(self) -> None:
        self._page.close()

    def difference(self, page: Page, name: str) -> dict[str, Any]:
        """How far the page is from what was kept under `name`, and where; 0 after renewing."""
        shot = _address("png", _shoot(page))
        kept = FOLDER / f"{name}.webp"
        if RENEWING:
            packed = self._page.evaluate("(shot) => pack(shot)", shot)
            kept.parent.mkdir(exist_ok=True)
            kept.write_bytes(base64.b64decode(packed.partition(",")[2]))
        assert kept.exists(), f"there is no {kept.name}: run `make snapshots`"
        both = [shot, _address("webp", kept.read_bytes())]
        return self._page.evaluate("([shot, kept]) => compare(shot, kept)", both)


def _shoot(page: Page) -> bytes:
    """A picture of the window, once everything in it has come to rest."""
    page.add_style_tag(content=_STYLE)
    page.evaluate(
        """async () => {
            await document.fonts.load('16px Boxes');
            await document.fonts.ready;
            await Promise.all([...document.images].map((one) => one.decode().catch(() => 0)));
            for (const one of document.getAnimations()) one.finish?.();
            await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
        }"""
    )
    page.mouse.move(0, 0)
    return page.screenshot(animations="disabled", caret="hide")


def _address(kind: str, content: bytes) -> str:
    return f"data:image/{kind};base64,{base64.b64encode(content).decode()}"
