"""Where the callbacks of a bench arrive: notes each, and checks the signature of a few."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from typing import cast

import msgspec
from httptools import HttpRequestParser
from msgspec import Struct

from humanwire.bench.client import HOST, BenchFailed
from humanwire.core.signing import sign

_CHECK_EVERY = 64
_THANKS = b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n"


class Told(Struct):
    """What a callback says, as far as the bench cares."""

    id: str
    status: str


_told = msgspec.json.Decoder(Told)


class Receiver:
    """A server for callbacks; `secrets` are those that they shall be signed with."""

    def __init__(self, port: int, secrets: Sequence[str]) -> None:
        self.url = f"http://{HOST}:{port}/hook"
        self.count = 0
        self._secrets = secrets
        self._waiting: dict[str, asyncio.Future[None]] = {}

    def arrival(self, task: str) -> "asyncio.Future[None]":
        """A future that resolves when the callback about a task is here, or was before."""
        future = self._waiting.get(task)
        if future is None:
            future = self._waiting[task] = asyncio.get_running_loop().create_future()
        return future

    def forget(self, task: str) -> None:
        """Let go of what is known about a task."""
        self._waiting.pop(task, None)

    def take(self, headers: dict[str, str], body: bytes) -> None:
        """Note a callback. A wrong signature fails whoever waits for it."""
        future = self.arrival(_told.decode(body).id)
        if future.done():
            return
        if self.count % _CHECK_EVERY == 0 and not self._is_signed(headers, body):
            future.set_exception(BenchFailed("A callback's signature does not hold."))
        else:
            future.set_result(None)
        self.count += 1

    def _is_signed(self, headers: dict[str, str], body: bytes) -> bool:
        identifier, time = headers["webhook-id"], int(headers["webhook-timestamp"])
        right = sign(self._secrets, identifier, time, body)
        return right["webhook-signature"] == headers["webhook-signature"]


class _Caller(asyncio.Protocol):
    """One connection of the server that calls back."""

    def __init__(self, receiver: Receiver) -> None:
        self._receiver = receiver
        self._parser = HttpRequestParser(self)
        self._headers: dict[str, str] = {}
        self._parts: list[bytes] = []
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        self._parser.feed_data(data)

    def on_header(self, name: bytes, value: bytes) -> None:
        self._headers[name.decode().lower()] = value.decode()

    def on_body(self, body: bytes) -> None:
        self._parts.append(body)

    def on_message_complete(self) -> None:
        headers, self._headers = self._headers, {}
        body, self._parts = b"".join(self._parts), []
        if self._transport is not None:
            self._transport.write(_THANKS)
        self._receiver.take(headers, body)


@asynccontextmanager
async def receiving(port: int, secrets: Sequence[str]) -> AsyncGenerator[Receiver]:
    """Receive callbacks on a port."""
    receiver = Receiver(port, secrets)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: _Caller(receiver), HOST, port)
    try:
        yield receiver
    finally:
        server.close()
