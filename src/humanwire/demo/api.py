"""The demo's calls over HTTP: everything it does, any program could do."""

from collections.abc import Mapping
from typing import Any

import aiohttp
import msgspec

Reply = tuple[int, Any]
"""A status, and the JSON that came with it."""


class Failed(Exception):
    """The server did not do what the demo counts on."""


class Api:
    """One party's way to the server: the operator's, the requester's or a worker's."""

    def __init__(self, http: aiohttp.ClientSession, origin: str, secret: str) -> None:
        self._http = http
        self._origin = origin
        self._headers = {"Authorization": f"Bearer {secret}"}

    async def call(self, method: str, path: str, body: object = None) -> Reply:
        """Make a call and return its status and JSON."""
        data = None if body is None else msgspec.json.encode(body)
        return await self._send(method, path, data, {})

    async def expect(self, method: str, path: str, body: object = None) -> dict[str, Any]:
        """Make a call and return its JSON. Raises Failed when it is refused."""
        status, said = await self.call(method, path, body)
        if status >= 300:  # noqa: PLR2004
            raise Failed(f"{method} {path}: {status} {said}")
        return said

    async def upload(self, path: str, kind: str, data: bytes) -> str:
        """Upload a medium and return its address. Raises Failed when it is refused."""
        status, said = await self._send("POST", path, data, {"Content-Type": kind})
        if status >= 300:  # noqa: PLR2004
            raise Failed(f"POST {path}: {status} {said}")
        return said["url"]

    async def _send(
        self, method: str, path: str, data: bytes | None, headers: Mapping[str, str]
    ) -> Reply:
        async with self._http.request(
            method, self._origin + path, data=data, headers={**self._headers, **headers}
        ) as reply:
            said = await reply.read()
            return reply.status, msgspec.json.decode(said) if said else None
