"""Fetches requesters' pictures, videos and sounds, so that workers see them through this server."""

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from pathlib import PurePosixPath

import aiohttp

from humanwire.core.addresses import AddressPolicy
from humanwire.core.errors import FetchFailed
from humanwire.senders.errors import TROUBLE, name_of
from humanwire.senders.guard import USER_AGENT, guarded_session

_REDIRECTS = 3
_HEADERS_KEPT = (
    "content-length",
    "content-range",
    "accept-ranges",
    "etag",
    "last-modified",
)
_FAMILIES = ("image/", "video/", "audio/")
_UNSAID = frozenset({"", "application/octet-stream", "binary/octet-stream"})
"""Content types by which a server says that it does not know; the URL's ending then decides."""
_TYPES_BY_ENDING = {
    ".avif": "image/avif",
    ".bmp": "image/bmp",
    ".gif": "image/gif",
    ".jpeg": "image/jpeg",
    ".jpg": "image/jpeg",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".webp": "image/webp",
    ".m4v": "video/mp4",
    ".mov": "video/quicktime",
    ".mp4": "video/mp4",
    ".ogv": "video/ogg",
    ".webm": "video/webm",
    ".aac": "audio/aac",
    ".flac": "audio/flac",
    ".m4a": "audio/mp4",
    ".mp3": "audio/mpeg",
    ".oga": "audio/ogg",
    ".ogg": "audio/ogg",
    ".opus": "audio/ogg",
    ".wav": "audio/wav",
}


class OpenedMedia:
    """A medium on its way: `status` 200 or 206, and `headers` with lower-case names.

    The headers are content-type, always, and those of content-length, content-range,
    accept-ranges, etag and last-modified that the other server sent.
    """

    def __init__(self, reply: aiohttp.ClientResponse, content_type: str, most_bytes: int) -> None:
        self.status = reply.status
        self.headers = {"content-type": content_type} | {
            name: reply.headers[name]
            for name in _HEADERS_KEPT
            if name in reply.headers and reply.headers[name].isascii()
        }
        self._reply = reply
        self._most_bytes = most_bytes

    async def chunks(self) -> AsyncIterator[bytes]:
        """Give the bytes as they come. Raises FetchFailed, also in the middle."""
        left = self._most_bytes
        try:
            while chunk := await self._reply.content.readany():
                left -= len(chunk)
                if left < 0:
                    raise FetchFailed("too_large")
                yield chunk
        except TROUBLE as trouble:
            raise FetchFailed(name_of(trouble)) from trouble


class MediaFetcher:
    """Connections to the servers of media. Make it inside the running loop, and close it.

    `most_bytes` limits one reply (so a range counts as what it is). `connect_seconds` is until
    a connection stands, `silent_seconds` the longest wait for the next bytes.
    """

    def __init__(
        self,
        policy: AddressPolicy,
        *,
        most_bytes: int,
        connect_seconds: float = 10,
        silent_seconds: float = 15,
        local_address: str | None = None,
    ) -> None:
        self._most_bytes = most_bytes
        self._session = guarded_session(
            policy,
            aiohttp.ClientTimeout(total=None, connect=connect_seconds, sock_read=silent_seconds),
            local_address,
        )

    async def close(self) -> None:
        """Drop the connections."""
        await self._session.close()

    @asynccontextmanager
    async def open(self, url: str, range_header: str | None) -> AsyncGenerator[OpenedMedia]:
        """Request `url`, following up to 3 redirects; the connection ends with the context.

        `range_header` is a Range header to pass on. Raises FetchFailed, also for a reply that
        is neither an image, a video nor a sound by its content type, or by the ending of the
        URL where the type says nothing.
        """
        reply = await self._request(url, range_header)
        try:
            yield OpenedMedia(reply, self._check(reply), self._most_bytes)
        finally:
            # Does nothing when the body has been read to its end.
            reply.close()

    async def _request(self, url: str, range_header: str | None) -> aiohttp.ClientResponse:
        # A compressed body would not have the length and ranges that its headers speak of.
        headers = {"User-Agent": USER_AGENT, "Accept-Encoding": "identity"}
        if range_header is not None:
            headers["Range"] = range_header
        try:
            return await self._session.get(url, headers=headers, max_redirects=_REDIRECTS + 1)
        except aiohttp.TooManyRedirects:
            raise FetchFailed("too_many_redirects") from None
        except TROUBLE as trouble:
            raise FetchFailed(name_of(trouble)) from trouble

    def _check(self, reply: aiohttp.ClientResponse) -> str:
        """Return the content type, or raise FetchFailed for what must not be passed on."""
        if reply.status not in (200, 206):
            raise FetchFailed(f"status_{reply.status}")
        content_type = _media_type(reply)
        if content_type is None or "Content-Encoding" in reply.headers:
            raise FetchFailed("not_media")
        if (reply.content_length or 0) > self._most_bytes:
            raise FetchFailed("too_large")
        return content_type


def _media_type(reply: aiohttp.ClientResponse) -> str | None:
    named = reply.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if named in _UNSAID:
        return _TYPES_BY_ENDING.get(PurePosixPath(reply.url.path).suffix.lower())
    return named if named.startswith(_FAMILIES) else None
