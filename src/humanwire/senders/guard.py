"""Connections that can only lead where the address policy permits.

The check sits where a socket is made, on the very address it then connects to. So it covers
names, literal addresses and redirects alike, and a name that resolves differently a moment
later gains nothing.
"""

import asyncio
import socket
from concurrent.futures import ThreadPoolExecutor
from ipaddress import ip_address
from typing import Any

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult

from humanwire import __version__
from humanwire.core.addresses import AddressPolicy
from humanwire.senders.errors import AddressRefused

USER_AGENT = f"humanwire/{__version__}"

_IDLE_SECONDS = 4
"""How long an unused connection is kept: a little less than the 5 s after which common servers
hang up, so that a request is not sent into a connection that is just being closed."""

_READ_BYTES = 32 * 1024
"""At twice this many unread bytes a connection stops taking in more."""

_LOOKUP_THREADS = 32
"""Lookups that can be under way at once; the loop's own pool is too small to share with names
whose servers are dead."""

# One entry of what getaddrinfo returns: family, type, protocol, canonical name, socket address.
_AddressInfo = tuple[int, int, int, str, tuple[Any, ...]]


def guarded_session(
    policy: AddressPolicy, timeout: aiohttp.ClientTimeout, local_address: str | None = None
) -> aiohttp.ClientSession:
    """Return a session, for the running loop, that keeps to `policy`.

    It has no cookies, takes no proxy from the environment, verifies TLS against the system's
    authorities, hands bodies on as they come, and adds no header of its own. `local_address` is
    the address of this machine to connect from.
    """
    return aiohttp.ClientSession(
        connector=_GuardedConnector(policy, local_address),
        cookie_jar=aiohttp.DummyCookieJar(),
        skip_auto_headers=("Accept", "Accept-Encoding", "User-Agent", "Content-Type"),
        auto_decompress=False,
        read_bufsize=_READ_BYTES,
        timeout=timeout,
    )


class _GuardedConnector(aiohttp.TCPConnector):
    """Makes no socket towards an address that the policy refuses."""

    def __init__(self, policy: AddressPolicy, local_address: str | None) -> None:
        def open_socket(info: _AddressInfo) -> socket.socket:
            family, kind, protocol, _, address = info
            if not policy.permits(ip_address(address[0])):
                raise AddressRefused
            return socket.socket(family, kind, protocol)

        self._names = _GuardedResolver(policy)
        # The library's own type for socket factories has a bare tuple in it.
        super().__init__(  # pyright: ignore[reportUnknownMemberType]
            resolver=self._names,
            socket_factory=open_socket,
            local_addr=None if local_address is None else (local_address, 0),
            keepalive_timeout=_IDLE_SECONDS,
            limit=0,  # the callers know what is much
        )

    async def close(self, *, abort_ssl: bool = False) -> None:
        await super().close(abort_ssl=abort_ssl)
        await self._names.close()


class _GuardedResolver(AbstractResolver):
    """The system's name lookup without the addresses that the policy refuses.

    Sorting them out here, before the socket's check, lets a name with a permitted and a refused
    address be reached by the permitted one.
    """

    def __init__(self, policy: AddressPolicy) -> None:
        self._policy = policy
        self._threads = ThreadPoolExecutor(_LOOKUP_THREADS, thread_name_prefix="lookup")

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        found = await asyncio.get_running_loop().run_in_executor(
            self._threads, _look_up, host, port, family
        )
        permitted = [result for result in found if self._policy.permits(ip_address(result["host"]))]
        if found and not permitted:
            raise AddressRefused
        return permitted

    async def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)


def _look_up(host: str, port: int, family: socket.AddressFamily) -> list[ResolveResult]:
    return [
        ResolveResult(
            hostname=host,
            host=str(address[0]),
            port=port,
            family=found_family,
            proto=protocol,
            flags=0,
        )
        for found_family, _, protocol, _, address in socket.getaddrinfo(
            host, port, family, socket.SOCK_STREAM, flags=socket.AI_ADDRCONFIG
        )
    ]
