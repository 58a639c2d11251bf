"""Fetches the pictures of a question for a model: through the address guard, bounded in size."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

from humanwire.core.errors import FetchFailed
from humanwire.core.model import Item
from humanwire.flows.ports import Fetcher
from humanwire.models.backend import Trouble
from humanwire.models.plugin import Case

PICTURE_BYTES = 20 * 1024 * 1024
_SECONDS = 15
_AT_ONCE = 8


Own = Callable[[str], Awaitable[Path | None]]
"""Where an upload lies, by its address; nothing for any other address."""


class Pictures:
    """Loads pictures; those of several items side by side, up to 8 at once.

    Uploads are read where they lie: the server's own address may be one that the guard refuses.
    """

    def __init__(self, fetcher: Fetcher, own: Own) -> None:
        self._fetcher = fetcher
        self._own = own
        self._turns = asyncio.Semaphore(_AT_ONCE)

    async def case(self, item: Item) -> Case:
        """Return the item with its pictures. Raises Trouble with `media_…`."""
        urls = [each.value for each in item.question.attachments if each.type == "image"]
        return Case(item, tuple([await self._picture(url) for url in urls]))

    async def _picture(self, url: str) -> bytes:
        try:
            async with self._turns, asyncio.timeout(_SECONDS):
                return await self._read(url)
        except TimeoutError:
            raise Trouble("media_timeout", url) from None
        except FetchFailed as failed:
            # Statuses are many: as one word they can be counted.
            reason = "status" if failed.reason.startswith("status_") else failed.reason
            raise Trouble(f"media_{reason}", f"{url}: {failed.reason}") from failed

    async def _read(self, url: str) -> bytes:
        path = await self._own(url)
        if path is not None:
            return await asyncio.to_thread(_upload, path)
        async with self._fetcher.open(url, None) as opened:
            if not opened.headers["content-type"].startswith("image/"):
                raise FetchFailed("not_media")
            data = bytearray()
            async for chunk in opened.chunks():
                data += chunk
                if len(data) > PICTURE_BYTES:
                    raise FetchFailed("too_large")
        return bytes(data)


def _upload(path: Path) -> bytes:
    try:
        if path.stat().st_size > PICTURE_BYTES:
            raise FetchFailed("too_large")
        return path.read_bytes()
    except OSError as error:
        raise FetchFailed("connection_failed") from error
