"""Calls to models that run elsewhere; how trouble on the way is named."""

from collections.abc import Mapping

import aiohttp

from humanwire.models.backend import Busy, Trouble

_OK = 200
_BUSY = (429, 503)
_REPLY_BYTES = 16 * 1024 * 1024
_PAUSE = 1.0
_SAID = 200


class Caller:
    """Connections to one address, which the operator chose: no guard is in the way."""

    def __init__(self, url: str, secret: str | None) -> None:
        self.url = url
        self._headers = {"Authorization": f"Bearer {secret}"} if secret else {}
        self._session: aiohttp.ClientSession | None = None

    async def get(self, path: str) -> bytes:
        """Read. Raises Trouble."""
        return await self._call("GET", path, None)

    async def post(self, path: str, body: bytes) -> bytes:
        """Send JSON. Raises Trouble, or Busy where the other side says so."""
        return await self._call("POST", path, body)

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()

    async def _call(self, method: str, path: str, body: bytes | None) -> bytes:
        if self._session is None:  # made here, as it needs the running loop
            self._session = aiohttp.ClientSession(
                cookie_jar=aiohttp.DummyCookieJar(),
                headers={**self._headers, "Content-Type": "application/json"},
                timeout=aiohttp.ClientTimeout(total=None, connect=10),
            )
        try:
            async with self._session.request(
                method, self.url + path, data=body, allow_redirects=False
            ) as reply:
                if reply.status in _BUSY:
                    raise Busy(_seconds(reply.headers))
                said = bytearray()
                async for chunk in reply.content.iter_any():
                    said += chunk
                    if len(said) > _REPLY_BYTES:
                        raise Trouble("fault", f"{self.url}: the reply is too long")
                if reply.status != _OK:
                    text = said[:_SAID].decode(errors="replace")
                    raise Trouble("fault", f"{self.url}: status {reply.status}: {text}")
                return bytes(said)
        except (aiohttp.ClientError, OSError) as error:
            raise Trouble("unreachable", f"{self.url}: {error or type(error).__name__}") from error


def _seconds(headers: Mapping[str, str]) -> float:
    try:
        return max(0.0, float(headers.get("Retry-After", _PAUSE)))
    except ValueError:
        return _PAUSE
