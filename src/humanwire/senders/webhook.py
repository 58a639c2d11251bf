"""Sends callbacks. Whatever the other side does, an attempt ends in time and as an Outcome."""

import asyncio
import time
from functools import lru_cache
from weakref import WeakValueDictionary

import aiohttp
from yarl import URL

from humanwire.core.addresses import AddressPolicy
from humanwire.core.delivery import Outcome, Prepared, retry_after
from humanwire.senders.errors import TROUBLE, name_of
from humanwire.senders.guard import USER_AGENT, guarded_session

_REPLY_BYTES = 64 * 1024
_CONNECTIONS_PER_HOST = 8


class WebhookSender:
    """A pool of connections to receivers. Make it inside the running loop, and close it.

    At most 8 requests are under way to one host; more wait their turn, and the wait is not part
    of their time. Only requests to that host wait. `connect_seconds` and `total_seconds` limit
    an attempt; `local_address` is the address of this machine to send from.
    """

    def __init__(
        self,
        policy: AddressPolicy,
        *,
        connect_seconds: float = 10,
        total_seconds: float = 15,
        local_address: str | None = None,
    ) -> None:
        self._session = guarded_session(
            policy,
            aiohttp.ClientTimeout(total=total_seconds, connect=connect_seconds),
            local_address,
        )
        # A host's lane goes when nobody is in it any more.
        self._lanes: WeakValueDictionary[str, asyncio.Semaphore] = WeakValueDictionary()

    async def close(self) -> None:
        """Drop the connections. Nothing can be sent afterwards; cancel what is under way first."""
        await self._session.close()

    async def send(self, prepared: Prepared) -> Outcome:
        """Make one attempt. The status counts as soon as it is here, whatever the body does."""
        try:
            url, host = _target(prepared.url)
        except ValueError:
            return Outcome(status=None, error="invalid_url", milliseconds=0)
        async with self._lane(host):
            start = time.perf_counter()
            status, error, wait = None, None, None
            try:
                reply = await self._request(prepared, url)
                status, wait = reply.status, _wait_asked(reply)
                await _discard_body(reply)
            except TROUBLE as trouble:
                error = name_of(trouble)
            milliseconds = round((time.perf_counter() - start) * 1000)
        return Outcome(status, error, milliseconds, wait)

    async def _request(self, prepared: Prepared, url: URL) -> aiohttp.ClientResponse:
        return await self._session.request(
            prepared.method,
            url,
            headers={**prepared.headers, "User-Agent": USER_AGENT},
            data=prepared.body or None,
            allow_redirects=False,
        )

    def _lane(self, host: str) -> asyncio.Semaphore:
        lane = self._lanes.get(host)
        if lane is None:
            lane = self._lanes[host] = asyncio.Semaphore(_CONNECTIONS_PER_HOST)
        return lane


@lru_cache(maxsize=1024)
def _target(text: str) -> tuple[URL, str]:
    """Return the URL, and the host and port that its requests share a lane for."""
    url = URL(text)
    return url, f"{url.raw_host}:{url.port}"


def _wait_asked(reply: aiohttp.ClientResponse) -> int | None:
    value = reply.headers.get("Retry-After")
    return None if value is None else retry_after(value, time.time_ns() // 1_000_000)


async def _discard_body(reply: aiohttp.ClientResponse) -> None:
    """Read a short body to its end, which frees the connection for the next request."""
    read = 0
    try:
        while read <= _REPLY_BYTES and (chunk := await reply.content.readany()):
            read += len(chunk)
    except TROUBLE:
        pass
    finally:
        # Does nothing if the body has ended; drops the connection otherwise.
        reply.close()
