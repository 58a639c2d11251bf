"""A lean HTTP client: one outstanding request a connection, bytes in, status and bytes out.

It takes a fraction of the time that a server takes, so that the bench measures the server.
"""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from itertools import cycle
from time import perf_counter
from typing import NamedTuple, cast

from httptools import HttpResponseParser

from humanwire.bench.figures import Slice
from humanwire.core.errors import Refused

HOST = "127.0.0.1"
_PATIENCE_SECONDS = 60.0
_CONNECT_AT_ONCE = 128


class BenchFailed(Refused):
    """The bench could not be carried out."""

    code = "bench_failed"


class Reply(NamedTuple):
    """A reply, and the seconds from sending the request to the end of it."""

    status: int
    body: bytes
    seconds: float

    def expect(self, status: int) -> "Reply":
        """Return the reply. Raises BenchFailed for another status."""
        if self.status != status:
            shown = self.body[:500].decode(errors="replace")
            raise BenchFailed(f"A request was answered {self.status}, not {status}: {shown}")
        return self


class Connection(asyncio.Protocol):
    """A connection that is kept open."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._parser = HttpResponseParser(self)
        self._parts: list[bytes] = []
        self._transport: asyncio.Transport | None = None
        self._reply: asyncio.Future[Reply] | None = None
        self._sent = 0.0

    def send(self, request: bytes) -> "asyncio.Future[Reply]":
        """Send a whole request; the reply to the one before must have come."""
        if self._transport is None:
            raise BenchFailed("The server closed a connection.")
        self._reply = self._loop.create_future()
        self._sent = perf_counter()
        self._transport.write(request)
        return self._reply

    def close(self) -> None:
        if self._transport is not None:
            self._transport.close()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        self._parser.feed_data(data)

    def connection_lost(self, exc: Exception | None) -> None:
        self._transport = None
        if self._reply is not None and not self._reply.done():
            self._reply.set_exception(BenchFailed(f"The server went away: {exc}."))

    def on_body(self, body: bytes) -> None:
        self._parts.append(body)

    def on_message_complete(self) -> None:
        body, self._parts = b"".join(self._parts), []
        if self._reply is not None and not self._reply.done():
            seconds = perf_counter() - self._sent
            self._reply.set_result(Reply(self._parser.get_status_code(), body, seconds))


Act = Callable[[Connection], Awaitable[float | None]]
"""Does one thing over a connection and returns the seconds it took; None when nothing is left."""


def encode(
    method: str,
    target: str,
    secret: str,
    body: bytes = b"",
    *headers: str,
    scheme: str = "Bearer",
) -> bytes:
    """Put a request into bytes; `secret` is a key or token."""
    lines = (
        f"{method} {target} HTTP/1.1",
        f"host: {HOST}",
        f"authorization: {scheme} {secret}",
        f"content-length: {len(body)}",
        *headers,
    )
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


@asynccontextmanager
async def connected(ports: int | Sequence[int], count: int) -> AsyncGenerator[list[Connection]]:
    """Open connections, a few at a time, to each port in turn, and close them in the end."""
    each = cycle([ports] if isinstance(ports, int) else ports)
    loop = asyncio.get_running_loop()
    connections: list[Connection] = []
    try:
        for start in range(0, count, _CONNECT_AT_ONCE):
            opening = range(start, min(start + _CONNECT_AT_ONCE, count))
            made = await asyncio.gather(
                *(loop.create_connection(Connection, HOST, next(each)) for _ in opening)
            )
            connections.extend(connection for _, connection in made)
        yield connections
    finally:
        for connection in connections:
            connection.close()


async def drive(
    connections: Sequence[Connection], act: Act, seconds: float = float("inf"), worth: int = 1
) -> Slice:
    """Act over each connection again and again until the time is up, or nothing is left to do.

    An act counts as `worth`. Raises BenchFailed when the last replies do not come.
    """
    latencies: list[float] = []
    started = perf_counter()

    async def again_and_again(connection: Connection) -> None:
        while perf_counter() - started < seconds:
            latency = await act(connection)
            if latency is None:
                return
            latencies.append(latency)

    try:
        async with asyncio.timeout(min(seconds, _PATIENCE_SECONDS) + _PATIENCE_SECONDS):
            await asyncio.gather(*map(again_and_again, connections))
    except TimeoutError:
        raise BenchFailed("The server left a request unanswered.") from None
    return Slice(perf_counter() - started, len(latencies) * worth, latencies)
