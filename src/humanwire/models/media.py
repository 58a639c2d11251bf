"""Fetches the pictures of a question for a model: through the address guard, bounded in size."""

import asyncio

from humanwire.core.errors import FetchFailed
from humanwire.core.model import Item
from humanwire.flows.ports import Fetcher
from humanwire.models.backend import Trouble
from humanwire.models.plugin import Case

PICTURE_BYTES = 20 * 1024 * 1024
_SECONDS = 15
_AT_ONCE = 8


class Pictures:
    """Loads pictures; those of several items side by side, up to 8 at once."""

    def __init__(self, fetcher: Fetcher) -> None:
        self._fetcher = fetcher
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
        async with self._fetcher.open(url, None) as opened:
            if not opened.headers["content-type"].startswith("image/"):
                raise FetchFailed("not_media")
            data = bytearray()
            async for chunk in opened.chunks():
                data += chunk
                if len(data) > PICTURE_BYTES:
                    raise FetchFailed("too_large")
        return bytes(data)
